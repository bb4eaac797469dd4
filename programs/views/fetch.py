"""What the clinical views share: fetch or 404, and say whose data is shown."""

from django.http import Http404
from django.shortcuts import get_object_or_404

from clinics import audit
from clinics.access import StaffRequest
from clinics.permissions import Permission
from patients.models import Appointment
from patients.queries.flags import chips_at, flag_rows, with_flags
from patients.views.clock import today
from programs.addresses import Care
from programs.middleware import CareEnded, EmergencyFirst
from programs.models import Episode
from programs.queries.chart import Chart, chart_of


def chart_for(request: StaffRequest, care: Care, *, tab: str) -> Chart:
    """404 where the patient is not this clinic's, or the episode not this patient's."""
    day = today(request)
    patient = get_object_or_404(with_flags(day), pk=care.patient)
    audit.seen(patient.pk)
    try:
        shown = chart_of(patient, today=day, tab=tab, episode_id=care.episode, standing=chips_at(patient))
    except Episode.DoesNotExist:
        raise Http404 from None
    emergency_first(request, shown)
    refuse_after_the_end(request, shown)
    return shown


# What may be posted about a complaint whose care has ended.
OPEN_AFTER_THE_END = {"episode-again", "episode-new"}


def refuse_after_the_end(request: StaffRequest, chart: Chart) -> None:
    match = request.resolver_match
    ended = chart.episode is not None and chart.episode.closed_on is not None
    if ended and request.method == "POST" and not (match and match.url_name in OPEN_AFTER_THE_END):
        raise CareEnded(chart.care)


# The emergency's own pages, and the screen that says otherwise.
OPEN_IN_AN_EMERGENCY = {"emergency", "referral-letter", "red-flags", "safety-net"}


def emergency_first(request: StaffRequest, chart: Chart) -> None:
    """Until somebody took over, the chart shows nothing else. What is posted is kept: it was written already."""
    match = request.resolver_match
    if request.method == "POST" or (match and match.url_name in OPEN_IN_AN_EMERGENCY):
        return
    if chart.hand_over_waits and request.membership.can(Permission.DOCUMENT):
        raise EmergencyFirst(chart.patient.pk)


def care_of(episode: Episode) -> Care:
    return Care(episode.patient_id, episode.pk)


def episode_for(chart: Chart) -> Episode:
    """For pages that make no sense before care has begun; the chart's first page starts it."""
    if chart.episode is None:
        raise Http404
    return chart.episode


def appointment_for(request: StaffRequest, pk: int) -> Appointment:
    """With room and location: a visit's day is the day where it happens."""
    rows = Appointment.objects.select_related("patient", "therapist", "service", "room__location")
    appointment: Appointment = get_object_or_404(rows.annotate(flag_rows=flag_rows("patient", today(request))), pk=pk)
    audit.seen(appointment.patient_pk)
    return appointment
