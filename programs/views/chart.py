from datetime import date

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from clinics.access import StaffRequest, staff
from clinics.permissions import Permission
from patients.forms.fields import is_row_id
from patients.models import Appointment
from programs import catalogue
from programs.forms.episodes import EpisodeForm
from programs.forms.red_flags import Days, ScreenForm
from programs.models import Episode
from programs.queries.board import board_of
from programs.queries.gates import visit_day
from programs.queries.nerves import waiting_flags
from programs.services.episodes import open_episode
from programs.services.red_flags import record_screen, suggestion
from programs.views.fetch import chart_for, episode_for


@require_safe
@staff(Permission.READ_CHART)
def chart(request: StaffRequest, patient_id: int) -> HttpResponse:
    """The overview: where it hurts, what drives it, what we do about it."""
    shown = chart_for(request, patient_id, tab="chart")
    context = {"chart": shown, "form": EpisodeForm(today=shown.today)}
    if shown.episode:
        board = board_of(shown.episode, shown.today, request.GET.get("factor", ""))
        context |= {"board": board, "overview": board.overview}
    return render(request, "programs/chart.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Permission.DOCUMENT)
def episode_new(request: StaffRequest, patient_id: int) -> HttpResponseBase:
    shown = chart_for(request, patient_id, tab="chart")
    form = EpisodeForm(request.POST or None, today=shown.today)
    if form.is_valid():
        open_episode(
            patient=shown.patient,
            complaint=form.cleaned_data["complaint"],
            began_on=form.cleaned_data["began_on"],
            started_on=shown.today,
            pain=form.mark(),
            both_sides=form.cleaned_data["both_sides"],
            by=request.user,
        )
        return redirect("chart", patient_id)
    context = {"chart": shown, "form": form}
    return render(request, "programs/episode_new.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Permission.DOCUMENT)
def red_flags(request: StaffRequest, patient_id: int) -> HttpResponseBase:
    """Answers first; where something is ticked, the level of concern is confirmed in a second step."""
    shown = chart_for(request, patient_id, tab="chart")
    visit = _asking_visit(request, patient_id)
    episode = visit.session.episode if visit and hasattr(visit, "session") else episode_for(shown)
    found = waiting_flags(episode, shown.today)
    days = _days(episode, visit, shown.today)
    form = ScreenForm(request.POST or None, items=catalogue.red_flags(), days=days, found=bool(found))
    context = {"chart": shown, "form": form, "suggested": False, "found": found}
    status = 422 if form.is_bound else 200
    if form.is_valid():
        suggested = suggestion(episode=episode, positive=form.positive, day=form.cleaned_data["screened_on"])
        if form.needs_decision():
            form.suggest(suggested)
            status, context["suggested"] = 200, True
        elif form.accepts(suggested):
            record_screen(episode=episode, by=request.user, **form.values())
            return redirect("session", visit.pk) if visit else redirect("chart", patient_id)
    return render(request, "programs/red_flags.html", context, status=status)


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
