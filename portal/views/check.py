"""The patient's own red-flag check: a few questions, and what to do now."""

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from clinics.access import PortalRequest, portal
from clinics.limits import limited_sending
from clinics.opaque import opaque
from portal.views.fetch import episode_of, patient_of
from programs.forms.checks import UNSURE, YES, CheckForm, said_in_words
from programs.models import OLDEST, Episode, PatientCheck
from programs.queries.rest import exercises_rest
from programs.services.checks import CareEnded, TooOld, record_check


@require_http_methods(["GET", "HEAD", "POST"])
@portal
@limited_sending("portal-check", per_minute=30)
def check(request: PortalRequest) -> HttpResponseBase:
    """What a phone kept comes the same way as what is answered now."""
    episode = episode_of(patient_of(request))
    data = request.POST if request.method == "POST" else None
    form = CheckForm(data, owner=opaque(request.patient_login), patient=episode.patient)
    if form.is_valid() and _is_recorded(form, episode, request):
        return redirect("portal-check-sent")
    return render(request, "portal/check.html", {"form": form}, status=form.status)


def _is_recorded(form: CheckForm, episode: Episode, request: PortalRequest) -> bool:
    try:
        record_check(
            episode=episode, client_id=form.sender_key, positive=form.answers(YES), unsure=form.answers(UNSURE),
            answered_at=form.cleaned_data["answered_at"], by=request.user,
        )  # fmt: skip
    except CareEnded:  # as if the page had been opened now
        raise Http404 from None
    except TooOld:
        form.refuse_old(OLDEST.days)
        return False
    return True


@require_safe
@portal
def sent(request: PortalRequest) -> HttpResponse:
    """What the last answers ask for, and when they came."""
    patient = patient_of(request)
    found = PatientCheck.objects.filter(patient=patient).order_by("-pk").first()
    if found is None:
        raise Http404
    zone = patient.zone
    context = {
        "check": found,
        "resting": exercises_rest(patient.pk),
        "said": said_in_words(found.positive, found.unsure),
        "sent_at": found.raised_at.astimezone(zone),
        "answered_at": found.answered_at.astimezone(zone),
    }
    return render(request, "portal/check_sent.html", context)
