"""The red-flag screen, and the advice that goes with it."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clinics.access import StaffRequest, staff
from clinics.permissions import Permission
from patients.forms.fields import is_row_id
from patients.models import Appointment
from programs import catalogue
from programs.addresses import Care
from programs.forms.red_flags import AdviceForm, Days, ScreenForm
from programs.models import Concern, Episode, RedFlagScreen
from programs.queries.chart import Chart
from programs.queries.gates import visit_day
from programs.queries.letter import letter_of
from programs.queries.nerves import waiting_flags
from programs.services.red_flags import (
    NoSuchStep,
    keep_answers,
    least_without_reason,
    record_advice,
    record_screen,
    suggestion,
)
from programs.views.fetch import chart_for, episode_for


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Permission.DOCUMENT)
def red_flags(request: StaffRequest, care: Care) -> HttpResponseBase:
    """Answers first; where something is ticked, the level of concern is confirmed in a second step."""
    shown = chart_for(request, care, tab="chart")
    visit = _asking_visit(request, care.patient)
    episode = visit.session.episode if visit and hasattr(visit, "session") else episode_for(shown)
    form = _form(request, episode, visit, shown.today)
    if request.method != "POST" or not form.is_valid():
        return _page(request, shown, form, episode, status=422 if form.is_bound else 200)
    suggested = suggestion(episode=episode, positive=form.positive, day=form.day)
    if form.needs_decision(suggested):
        form.suggest(suggested)
        kept = keep_answers(episode=episode, by=request.user, **form.answers())
        return _page(request, shown, form, episode, suggested=True, kept=kept)
    if not _is_recorded(form, episode, request):
        return _page(request, shown, form, episode, status=422)
    return _next_step(request, episode, visit, care)


def _next_step(request: StaffRequest, episode: Episode, visit: Appointment | None, care: Care) -> HttpResponseBase:
    """A concern without an emergency goes on with the advice on when to get help."""
    latest = RedFlagScreen.objects.latest_for(episode)
    if latest and latest.concern in {Concern.LOW, Concern.HIGH}:
        messages.info(request, _("Recorded. Now say when to get help quickly, and note that you did."))
        asking = f"?appointment={visit.pk}" if visit else ""
        return redirect(reverse("safety-net", args=[care]) + asking)
    return redirect("session", visit.pk) if visit else redirect("chart", care)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Permission.DOCUMENT)
def safety_net(request: StaffRequest, care: Care) -> HttpResponseBase:
    """When to get help quickly: to read out, to print, and to note that it was done."""
    shown = chart_for(request, care, tab="chart")
    episode = episode_for(shown)
    form = AdviceForm(request.POST or None, today=shown.today)
    if form.is_valid():
        record_advice(episode=episode, by=request.user, **form.cleaned_data)
        messages.success(request, _("Noted: the advice was given."))
        visit = _asking_visit(request, care.patient)
        return redirect("session", visit.pk) if visit else redirect("safety-net", care)
    advice = catalogue.safety_net()
    context = {
        "chart": shown, "form": form, "advice": advice, "given": episode.safety_net.select_related("given_by")[:10],
        "action": advice["action"].format(emergency_number=request.membership.clinic.emergency_number),
    }  # fmt: skip
    return render(request, "programs/safety_net.html", context, status=422 if form.is_bound else 200)


def _is_recorded(form: ScreenForm, episode: Episode, request: StaffRequest) -> bool:
    """Raising a level never waits; a step that is not, or a lower level without a word, is said on the form."""
    values = form.values(suggestion(episode=episode, positive=form.positive, day=form.day))
    if not form.accepts(values["concern"], least_without_reason(episode=episode, positive=form.positive, day=form.day)):
        return False
    try:
        record_screen(episode=episode, by=request.user, **values)
    except NoSuchStep as step:
        form.refuse_step(*step.args)
        return False
    return True


def _form(request: StaffRequest, episode: Episode, visit: Appointment | None, today: date) -> ScreenForm:
    begun = RedFlagScreen.objects.counting_on(episode, today)
    return ScreenForm(
        request.POST or None,
        items=catalogue.red_flags(),
        days=_days(episode, visit, today),
        found=bool(waiting_flags(episode, today)),
        begun=begun.positive if begun and begun.concern == Concern.IN_PROGRESS else (),
    )


def _page(
    request: StaffRequest,
    shown: Chart,
    form: ScreenForm,
    episode: Episode,
    *,
    suggested: bool = False,
    kept: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = {
        "chart": shown,
        "form": form,
        "suggested": suggested,
        "kept": kept,
        "found": waiting_flags(episode, shown.today),
        "refers": letter_of(shown) is not None,
        **_so_far(episode, shown.today),
    }
    return render(request, "programs/red_flags.html", context, status=status)


def _so_far(episode: Episode, today: date) -> dict[str, Any]:
    latest = RedFlagScreen.objects.counting_on(episode, today)
    return {
        "latest": latest,
        "said_then": _labels(latest.positive) if latest else [],
        "may_pause": latest is None or latest.concern in {Concern.IN_PROGRESS, Concern.CLEAR},
        "caveat": catalogue.content("red_flags")["caveat"],
        "advice": episode.safety_net.select_related("given_by").first(),
    }


def _labels(keys: Collection[str]) -> list[str]:
    questions = [one for item in catalogue.red_flags() for one in item["questions"]]
    return [one["clinician_label"] for one in questions if one["key"] in keys]


def _asking_visit(request: StaffRequest, patient_id: int) -> Appointment | None:
    """Whose session asked for the screen, if one did."""
    asked = request.GET.get("appointment", "")
    if not is_row_id(asked):
        return None
    found = Appointment.objects.select_related("room__location", "session__episode__patient")
    visit: Appointment | None = found.filter(pk=int(asked), patient_id=patient_id).first()
    return visit


def _days(episode: Episode, visit: Appointment | None, today: date) -> Days:
    """The visit's own day where it is over: that is when the questions belong."""
    usual = min(visit_day(visit), today) if visit else today
    return Days(first=episode.started_on, last=today, usual=max(usual, episode.started_on))
