"""The patient's own red-flag check: a few questions, and what to do now."""

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from clinics.access import PortalRequest, portal
from clinics.limits import limited
from portal.queries.patient_time import now_and_day
from portal.views.fetch import episode_of, patient_of
from programs.forms.checks import UNSURE, YES, CheckForm
from programs.models import PatientCheck
from programs.services.checks import record_check


@require_http_methods(["GET", "HEAD", "POST"])
@portal
@limited("portal-check", per_minute=30)
def check(request: PortalRequest) -> HttpResponseBase:
    patient = patient_of(request)
    episode, (_now, day) = episode_of(patient), now_and_day(patient)
    form = CheckForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        record_check(
            episode=episode, client_id=form.sender_key, positive=form.answers(YES), unsure=form.answers(UNSURE),
            day=day, by=request.user,
        )  # fmt: skip
        return redirect("portal-check-sent")
    return render(request, "portal/check.html", {"form": form}, status=422 if form.is_bound else 200)


@require_safe
@portal
def sent(request: PortalRequest) -> HttpResponse:
    """What the last answers ask for, and when they came."""
    patient = patient_of(request)
    found = PatientCheck.objects.filter(patient=patient).order_by("-pk").first()
    if found is None:
        raise Http404
    sent_at = found.raised_at.astimezone(patient.zone)
    return render(request, "portal/check_sent.html", {"check": found, "sent_at": sent_at})
