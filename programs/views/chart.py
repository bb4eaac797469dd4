from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from clinics.access import StaffRequest, staff
from clinics.permissions import Permission
from patients.views.ids import is_row_id
from programs import catalogue
from programs.forms.episodes import EpisodeForm
from programs.forms.red_flags import ScreenForm
from programs.queries.overview import overview_of
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
        context["overview"] = overview_of(shown.episode, shown.today)
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
            pain=form.pain(),
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
    episode, today = episode_for(shown), shown.today
    form = ScreenForm(request.POST or None, items=catalogue.red_flags())
    context = {"chart": shown, "form": form, "suggested": False}
    status = 422 if form.is_bound else 200
    if form.is_valid():
        suggested = suggestion(episode=episode, positive=form.positive, day=today)
        if form.needs_decision():
            form.suggest(suggested)
            status, context["suggested"] = 200, True
        elif form.accepts(suggested):
            record_screen(episode=episode, screened_on=today, by=request.user, **form.values())
            return _back(request, patient_id)
    return render(request, "programs/red_flags.html", context, status=status)


def _back(request: StaffRequest, patient_id: int) -> HttpResponseBase:
    """To the session that asked for the screen, else to the chart."""
    appointment = request.GET.get("appointment", "")
    return redirect("session", int(appointment)) if is_row_id(appointment) else redirect("chart", patient_id)
