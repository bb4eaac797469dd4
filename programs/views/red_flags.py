"""The red-flag screen, and the advice that goes with it."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clinics.access import StaffRequest, staff
from clinics.models import User
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
    FOLLOW_UP,
    NeedsReason,
    NoSuchStep,
    Unseen,
    keep_screen,
    least_without_reason,
    record_advice,
    record_screen,
    suggestion,
)
from programs.views.fetch import chart_for, episode_for


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Permission.DOCUMENT)
def red_flags(request: StaffRequest, care: Care) -> HttpResponseBase:
    """Answers first, which are kept at once; where something is ticked, the level of concern is the second step."""
    shown = chart_for(request, care, tab="chart")
    visit = _asking_visit(request, care.patient)
    episode = visit.session.episode if visit and hasattr(visit, "session") else episode_for(shown)
    form = _form(request, episode, visit, shown.today)
    if request.method != "POST" or not form.is_valid():
        return _page(request, shown, form, episode, status=422 if form.is_bound else 200)
    made = _recorded(form, episode, request.user)
    if made is None:
        return _page(request, shown, form, episode, status=422 if form.errors else 200)
    return _onward(request, care, visit, made)


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
        return redirect(request.get_full_path())
    advice = catalogue.safety_net()
    context = {
        "chart": shown,
        "form": form,
        "visit": _asking_visit(request, care.patient),
        "advice": advice,
        "given": episode.safety_net.select_related("given_by")[:10],
        "action": advice["action"].format(emergency_number=request.membership.clinic.emergency_number),
    }
    return render(request, "programs/safety_net.html", context, status=422 if form.is_bound else 200)


def _recorded(form: ScreenForm, episode: Episode, by: User) -> RedFlagScreen | None:
    """None where the next step is open. What was answered is kept all the same, and counts from then on."""
    suggested = suggestion(episode=episode, positive=form.positive, day=form.day)
    made = None
    if form.is_urgent(suggested) or (form.is_complete() and _is_accepted(form, episode, suggested)):
        made = _finished(form, episode, suggested, by)
    return made or _kept(form, episode, suggested, by)


def _is_accepted(form: ScreenForm, episode: Episode, suggested: str) -> bool:
    least = least_without_reason(episode=episode, positive=form.positive, day=form.day)
    return form.accepts(form.values(suggested)["concern"], least)


def _finished(form: ScreenForm, episode: Episode, suggested: str, by: User) -> RedFlagScreen | None:
    """What speaks against it is said on the form."""
    try:
        return record_screen(episode=episode, by=by, **form.values(suggested))
    except NoSuchStep as step:
        form.refuse_step(*step.args)
    except Unseen:
        form.refuse_unseen()
    except NeedsReason as least:  # the patient's own answers, or a finding, came in between
        form.accepts(form.values(suggested)["concern"], least.args[0])
    return None


def _kept(form: ScreenForm, episode: Episode, suggested: str, by: User) -> RedFlagScreen | None:
    """As long as somebody still has to decide, the page goes on with it."""
    kept = keep_screen(episode=episode, by=by, **form.answers) if form.has_answers else None
    if form.needs_decision:
        form.suggest(kept.level if kept else suggested)
    if kept is None and form.is_paused:
        form.refuse_pause()
    return kept if form.is_paused else None


def _onward(request: StaffRequest, care: Care, visit: Appointment | None, made: RedFlagScreen) -> HttpResponseBase:
    """After a concern the advice is next; it knows the way back."""
    if made.concern in FOLLOW_UP:
        words = {"level": made.level_words}
        messages.success(
            request, _("Recorded: %(level)s. Next: when to get help, and a note that you said so.") % words
        )
        return redirect(reverse("safety-net", args=[care]) + (f"?appointment={visit.pk}" if visit else ""))
    return redirect("session", visit.pk) if visit else redirect("chart", care)


def _form(request: StaffRequest, episode: Episode, visit: Appointment | None, today: date) -> ScreenForm:
    return ScreenForm(
        request.POST or None,
        items=catalogue.red_flags(),
        days=_days(episode, visit, today),
        found=bool(waiting_flags(episode, today)),
        before=RedFlagScreen.objects.counting_on(episode, today),
    )


def _page(
    request: StaffRequest,
    shown: Chart,
    form: ScreenForm,
    episode: Episode,
    *,
    status: int = 200,
) -> HttpResponse:
    context = {
        "chart": shown,
        "form": form,
        "found": waiting_flags(episode, shown.today),
        "refers": letter_of(shown) is not None,
        **_so_far(episode, shown.today),
    }
    return render(request, "programs/red_flags.html", context, status=status)


def _so_far(episode: Episode, today: date) -> dict[str, Any]:
    latest = RedFlagScreen.objects.counting_on(episode, today)
    return {
        "latest": latest,
        "may_pause": latest is None or latest.concern != Concern.EMERGENCY,
        "undecided": latest is not None and latest.concern == Concern.IN_PROGRESS and latest.level != Concern.CLEAR,
        "caveat": catalogue.content("red_flags")["caveat"],
        "advice": episode.safety_net.select_related("given_by").first(),
    }


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
