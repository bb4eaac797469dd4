"""The patient's own drawing: where it hurts today, and how that was before."""

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from clinics.access import PortalRequest, portal
from portal.queries.patient_time import now_and_day
from portal.views.fetch import episode_of, patient_of
from programs.forms.pain import OwnMarkForm
from programs.models import BodyFigure, PainSource
from programs.queries.pain import drawing_page
from programs.services import pain as service
from programs.views.pain import carry_out, comparison_for, is_mark


@require_http_methods(["GET", "HEAD", "POST"])
@portal
def pain(request: PortalRequest) -> HttpResponseBase:
    patient = patient_of(request)
    episode, (_now, day) = episode_of(patient), now_and_day(patient)
    form = OwnMarkForm(request.POST if is_mark(request) else None)
    if request.method == "POST" and carry_out(request, form, service.patients(episode, day, request.user)):
        return redirect("portal-pain")
    page = drawing_page(episode, day, PainSource.PATIENT)
    context = {"form": form, "page": page, "day": day, "figures": BodyFigure.choices}
    return render(request, "portal/pain.html", context, status=422 if form.is_bound else 200)


@require_safe
@portal
def compare(request: PortalRequest) -> HttpResponse:
    episode = episode_of(patient_of(request))
    return render(request, "portal/pain_compare.html", {"comparison": comparison_for(request, episode)})
