"""An emergency sign was found: what to do now, whom to tell, and the word that somebody took over."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clinics.access import StaffRequest, staff
from clinics.models import EmergencyContact
from clinics.permissions import Permission
from patients.models import Appointment
from programs.addresses import Care
from programs.forms.emergency import HandOverForm, OverrideForm
from programs.models import Episode, RedFlagScreen, Session
from programs.queries.chart import Chart
from programs.queries.emergency import emergency_of, ended_by, signs_of
from programs.services.emergencies import hand_over, override_lock
from programs.views.fetch import appointment_for, chart_for, episode_for


@dataclass(frozen=True, slots=True)
class Shown:
    chart: Chart
    screen: RedFlagScreen

    def context(self) -> dict[str, Any]:
        done = self.screen.hand_overs.select_related("handed_by").order_by("pk")
        return {"chart": self.chart, "screen": self.screen, "signs": signs_of(self.screen), "done": done}


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Permission.DOCUMENT)
def emergency(request: StaffRequest, care: Care) -> HttpResponseBase:
    shown = _shown(request, care)
    zone = request.membership.clinic.zone
    form = HandOverForm(request.POST or None, since=shown.screen.screened_on, now=timezone.now(), zone=zone)
    if form.is_valid():
        hand_over(screen=shown.screen, by=request.user, **form.values())
        messages.success(request, _("The hand-over is on file."))
        return redirect("emergency", care)
    context = {
        **shown.context(),
        "form": form,
        "ended": ended_by(shown.screen),
        "contacts": EmergencyContact.objects.all(),
    }
    return render(request, "programs/emergency.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Permission.DOCUMENT)
def session_override(request: StaffRequest, appointment_id: int) -> HttpResponseBase:
    """Treat at this visit in spite of the emergency, which has been handed over before."""
    appointment = appointment_for(request, appointment_id)
    chart = chart_for(request, Care(appointment.patient_pk), tab="sessions")
    written = Session.objects.filter(appointment=appointment).select_related("episode").first()
    screen = _locking(written.episode if written else episode_for(chart), appointment)
    form = OverrideForm(request.POST or None, by=request.user)
    if form.is_valid():
        override_lock(screen=screen, appointment=appointment, by=request.user, **form.cleaned_data)
        messages.success(request, _("Noted: this visit is treated in spite of the emergency."))
        return redirect("session", appointment_id)
    context = {"chart": chart, "screen": screen, "appointment": appointment, "form": form}
    return render(request, "programs/session_override.html", context, status=422 if form.is_bound else 200)


def _locking(episode: Episode, appointment: Appointment) -> RedFlagScreen:
    """Handed over: who has not done that is led to the emergency's page by every other one, and comes here by hand."""
    handed_over = RedFlagScreen.objects.locking(episode, appointment).filter(hand_overs__isnull=False)
    screen: RedFlagScreen | None = handed_over.distinct().first()
    if screen is None:
        raise Http404
    return screen


def _shown(request: StaffRequest, care: Care) -> Shown:
    chart = chart_for(request, care, tab="chart")
    screen = emergency_of(care.patient, episode_for(chart))
    if screen is None:
        raise Http404
    return Shown(chart, screen)
