"""One exercise: how it goes, and how it went."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from clinics.access import PortalRequest, portal
from clinics.models import User
from portal.forms import LogForm
from portal.queries.patient_time import now_and_day
from portal.views.fetch import day_or_404, due_of, patient_of, prescription_of
from programs.models import Completion
from programs.queries.rest import exercises_rest
from programs.services.logs import ForeignKeyOfLog, record_log
from programs.views.figures import figure_for


@require_safe
@portal
def exercise(request: PortalRequest, pk: int) -> HttpResponse:
    patient, prescription = patient_of(request), prescription_of(pk)
    _now, day = now_and_day(patient)
    if resting := exercises_rest(patient.pk):
        context = {"prescription": prescription, "resting": resting}
        return render(request, "portal/exercise_resting.html", context)
    context = {"prescription": prescription, "due": due_of(prescription, day)}
    return render(request, "portal/exercise.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@portal
def log(request: PortalRequest, pk: int) -> HttpResponseBase:
    patient, prescription = patient_of(request), prescription_of(pk)
    now, today = now_and_day(patient)
    day = day_or_404(request.GET.get("day"), today)
    due = due_of(prescription, day)
    if due is None and request.method != "POST":
        return redirect("portal-exercise", pk)  # which says when it is due
    form = LogForm(
        request.POST or None, prescription=prescription, day=day, log=due.log if due else None, usual=Completion.FULL
    )
    if form.is_valid() and _is_recorded(form, now, request.user):
        return redirect("portal-today")
    context = {"form": form, "prescription": prescription}
    return render(request, "portal/log.html", context, status=422 if form.is_bound else 200)


@require_safe
@portal
def figure(request: PortalRequest, key: str) -> HttpResponse:
    """Of the clinic that treats this patient; staff of another clinic see their own at an address of their own."""
    return figure_for(request, key)


def _is_recorded(form: LogForm, now: datetime, by: User) -> bool:
    try:
        record_log(prescription=form.prescription, entry=form.entry(now), now=now, by=by)
    except ValidationError as error:
        form.add_error(None, error.messages[0])
        return False
    except ForeignKeyOfLog:
        raise Http404 from None
    return True
