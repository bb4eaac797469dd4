"""Asking at a visit what speaks against what is planned."""

from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clinics.access import StaffRequest, staff
from clinics.permissions import Permission
from programs.forms.contraindications import CheckForm
from programs.models import ContraindicationCheck
from programs.queries.gates import visit_day
from programs.queries.noted import noted
from programs.services.contraindications import known_answers, record_check
from programs.views.session_page import visit_for
from programs.words import TREATMENTS


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Permission.DOCUMENT)
def contraindications(request: StaffRequest, appointment_id: int) -> HttpResponseBase:
    """Of what the saved note plans. What the patient's file says already stands as yes."""
    visit = visit_for(request, appointment_id)
    if not visit.is_mine(request) or visit.session is None:
        return redirect("session", appointment_id)
    planned = noted(visit.session).modalities
    if not planned:
        raise Http404
    known = known_answers(visit.chart.patient, visit_day(visit.appointment))
    before = ContraindicationCheck.objects.latest_of_patient(visit.chart.patient.pk)
    form = CheckForm(request.POST or None, modalities=planned, known=known, before=before)
    if request.method == "POST" and form.is_valid():
        record_check(
            appointment=visit.appointment, asked=planned, answers=form.answers, reasoning=form.reasoning,
            spared=form.cleaned_data["spared"], by=request.user,
        )  # fmt: skip
        messages.success(request, _("Asked and kept."))
        return redirect("session", appointment_id)
    about = [str(TREATMENTS[one]) for one in planned]
    context = {"chart": visit.chart, "appointment": visit.appointment, "form": form, "before": before, "about": about}
    return render(request, "programs/contraindications.html", context, status=422 if request.POST else 200)
