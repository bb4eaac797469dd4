from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinics.access import StaffRequest, staff
from clinics.permissions import Permission
from programs.addresses import Care
from programs.forms.episodes import EndCareForm, EpisodeForm
from programs.queries.board import board_of
from programs.queries.ending import ending_of, goals_at_end
from programs.queries.nerves import asked_by_findings
from programs.queries.plan_page import current_plan
from programs.queries.red_flag_gap import in_the_way
from programs.queries.retest_due import retest_due
from programs.queries.standstill import standstill_of
from programs.services.episodes import end_care, open_again, open_episode
from programs.views.fetch import care_of, chart_for, episode_for


@require_safe
@staff(Permission.READ_CHART)
def chart(request: StaffRequest, care: Care) -> HttpResponse:
    """The overview: where it hurts, what drives it, what we do about it."""
    shown = chart_for(request, care, tab="chart")
    context = {"chart": shown, "form": EpisodeForm(today=shown.today)}
    if shown.episode:
        board = board_of(shown.episode, shown.today, request.GET.get("factor", ""))
        context |= {
            "asked": asked_by_findings(shown),
            "board": board,
            "overview": board.overview,
            "due": retest_due(shown.episode, shown.today, board.overview.plan),
            "still": standstill_of(shown.episode, board.overview.plan),
            "ending": ending_of(shown.episode),
        }
    return render(request, "programs/chart.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Permission.DOCUMENT)
def episode_new(request: StaffRequest, care: Care) -> HttpResponseBase:
    shown = chart_for(request, care, tab="chart")
    form = EpisodeForm(request.POST or None, today=shown.today)
    if form.is_valid():
        episode = open_episode(
            patient=shown.patient,
            complaint=form.cleaned_data["complaint"],
            began_on=form.cleaned_data["began_on"],
            started_on=shown.today,
            pain=form.mark(),
            both_sides=form.cleaned_data["both_sides"],
            by=request.user,
        )
        return redirect("chart", care_of(episode))
    context = {"chart": shown, "form": form}
    return render(request, "programs/episode_new.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Permission.DOCUMENT)
def episode_end(request: StaffRequest, care: Care) -> HttpResponseBase:
    """Discharge."""
    shown = chart_for(request, care, tab="chart")
    episode = episode_for(shown)
    plan = current_plan(episode)
    form = EndCareForm(request.POST or None, agreed=plan.discharge if plan else [])
    if form.is_valid():
        try:
            end_care(episode=episode, day=shown.today, by=request.user, **form.cleaned_data)
            messages.success(request, _("Care has ended here. Nothing is lost, and it can be opened again."))
            return redirect("chart", care_of(episode))
        except ValidationError as refused:
            form.add_error(None, refused)
    context = {
        "chart": shown,
        "form": form,
        "goals": goals_at_end(plan),
        "in_the_way": in_the_way(episode, shown.today),
    }
    return render(request, "programs/episode_end.html", context, status=422 if form.is_bound else 200)


@require_POST
@staff(Permission.DOCUMENT)
def episode_again(request: StaffRequest, care: Care) -> HttpResponse:
    episode = episode_for(chart_for(request, care, tab="chart"))
    try:
        open_again(episode=episode, by=request.user)
    except ValidationError as refused:
        messages.error(request, refused.messages[0])
    return redirect("chart", care_of(episode))
