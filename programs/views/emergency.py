"""An emergency sign was found: what to do now, whom to tell, and the word that somebody took over."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clinics.access import StaffRequest, staff
from clinics.permissions import Permission
from patients.models import Appointment
from programs.forms.emergency import HandOverForm, OverrideForm
from programs.models import Concern, Episode, RedFlagScreen, Session
from programs.queries.chart import Chart
from programs.queries.emergency import may_be_overridden, signs_of
from programs.queries.gates import visit_day
from programs.services.emergencies import hand_over, override_lock
from programs.views.fetch import appointment_for, chart_for


@dataclass(frozen=True, slots=True)
class Shown:
    chart: Chart
    screen: RedFlagScreen


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Permission.DOCUMENT)
def emergency(request: StaffRequest, patient_id: int) -> HttpResponseBase:
    shown = _shown(request, patient_id)
    zone = request.membership.clinic.zone
    form = HandOverForm(request.POST or None, now=timezone.now(), zone=zone)
    if form.is_valid():
        hand_over(screen=shown.screen, by=request.user, **form.values())
        messages.success(request, _("The hand-over is on file."))
        return redirect("emergency", patient_id)
    done = list(shown.screen.hand_overs.select_related("handed_by").order_by("pk"))
    signs = signs_of(shown.screen)
    context = {"chart": shown.chart, "screen": shown.screen, "form": form, "done": done, "signs": signs}
    return render(request, "programs/emergency.html", context, status=422 if form.is_bound else 200)


@require_safe
@staff(Permission.DOCUMENT)
def letter(request: StaffRequest, patient_id: int) -> HttpResponse:
    """To print and to send along. What was asked in confidence stays out of it."""
    shown = _shown(request, patient_id)
    context = {
        "chart": shown.chart,
        "screen": shown.screen,
        "signs": [sign for sign in signs_of(shown.screen) if not sign.private],
        "done": shown.screen.hand_overs.select_related("handed_by").order_by("pk").last(),
        "now": timezone.now(),
    }
    return render(request, "programs/referral_letter.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Permission.DOCUMENT)
def session_override(request: StaffRequest, appointment_id: int) -> HttpResponseBase:
    """Treat at this visit in spite of the lock. An emergency has been handed over before."""
    appointment = appointment_for(appointment_id)
    chart = chart_for(request, appointment.patient_pk, tab="sessions")
    written = Session.objects.filter(appointment=appointment).select_related("episode").first()
    screen = _locking(written.episode if written else chart.episode, appointment)
    form = OverrideForm(request.POST or None, by=request.user)
    if form.is_valid():
        override_lock(screen=screen, appointment=appointment, by=request.user, **form.cleaned_data)
        messages.success(request, _("Noted: this visit is treated in spite of the lock."))
        return redirect("session", appointment_id)
    context = {"chart": chart, "screen": screen, "appointment": appointment, "form": form}
    return render(request, "programs/session_override.html", context, status=422 if form.is_bound else 200)


def _locking(episode: Episode | None, appointment: Appointment) -> RedFlagScreen:
    screen: RedFlagScreen | None = None
    if episode is not None:
        screen = RedFlagScreen.objects.for_visit(episode, visit_day(appointment))
    if screen is None or not may_be_overridden(screen, appointment):
        raise Http404
    return screen


def _shown(request: StaffRequest, patient_id: int) -> Shown:
    chart = chart_for(request, patient_id, tab="chart")
    if chart.screen is None or chart.screen.concern != Concern.EMERGENCY:
        raise Http404
    return Shown(chart, chart.screen)
