"""The waiting list as the desk sees it: who waits for what, and how the offers go."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Subquery

from clinics.models import Membership, Service
from patients.models import Appointment, FreedTime, Offer, OfferState, Status, WaitlistEntry, WaitStatus
from patients.queries.find_time import TimeWish, find_times
from patients.queries.free_times import FreeTime
from patients.queries.who_waits import comes_too_soon, needled_near

MOST_RUNS = 12


@dataclass(frozen=True, slots=True)
class Group:
    service: Service
    entries: Sequence[WaitlistEntry]


def entries_waiting() -> QuerySet[WaitlistEntry]:
    """By service, urgent first. `next_visit` is the instant of the patient's next one, `next_zone` its clock."""
    coming = Appointment.objects.filter(patient=OuterRef("patient"), status=Status.BOOKED).order_by("starts_at", "pk")
    found: QuerySet[WaitlistEntry] = (
        WaitlistEntry.objects.filter(status=WaitStatus.WAITING)
        .annotate(
            next_visit=Subquery(coming.values("starts_at")[:1]),
            next_zone=Subquery(coming.values("room__location__time_zone")[:1]),
            is_asked=Exists(Offer.objects.filter(entry=OuterRef("pk"), state=OfferState.OPEN)),
        )
        .select_related("patient", "service", "location", "instead_of__room__location")
        .order_by("service__name", "service", "-priority", "created_at", "pk")
    )
    return found


def by_service(entries: Iterable[WaitlistEntry]) -> list[Group]:
    found: dict[int, list[WaitlistEntry]] = {}
    for one in entries:
        found.setdefault(one.service_id, []).append(one)
    return [Group(rows[0].service, rows) for rows in found.values()]


def therapist_names() -> dict[int, str]:
    return {one.user_id: one.user.name for one in Membership.objects.treating()}


def runs(now: datetime) -> list[FreedTime]:
    """The latest freed times that were offered, or still may be, with their offers in order."""
    offers = Offer.objects.select_related("entry__patient", "entry__service").order_by("offered_at", "pk")
    was_offered = Exists(Offer.objects.filter(freed=OuterRef("pk")))
    rows = FreedTime.objects.filter(Q(was_offered) | Q(closed_at__isnull=True, ends_at__gt=now))
    return list(
        rows.select_related("therapist", "room__location").prefetch_related(Prefetch("offers", offers))[:MOST_RUNS]
    )


def visits_to_replace(patient_id: int, now: datetime) -> list[Appointment]:
    """What an earlier visit could replace. A place in a class is none."""
    rows = Appointment.objects.upcoming(now).filter(patient=patient_id, status=Status.BOOKED, group=None)
    return list(rows)


@dataclass(frozen=True, slots=True)
class TimeToOffer:
    free: FreeTime
    is_too_soon: bool  # after or before another needling visit


def times_to_offer(entry: WaitlistEntry) -> tuple[list[TimeToOffer], str]:
    """Those that suit the wishes; or why there are none, with the first ones that are near them."""
    found, later = find_times(_as_time_wish(entry)), entry.later_visit
    times = [*found.times, *(one.first for one in found.instead)]
    # The form speaks in wall time, which would mean the first pass.
    times = [one for one in times if not one.is_second_pass and (not later or one.starts_at < later.starts_at)]
    starts = [one.starts_at for one in times]
    needled = needled_near([entry.patient_id], min(starts), max(starts)) if starts else []
    offered = [
        TimeToOffer(FreeTime(one.local, one.therapist, one.room), comes_too_soon(entry, one.starts_at, needled))
        for one in times
    ]
    return offered, found.why_not


def _as_time_wish(entry: WaitlistEntry) -> TimeWish:
    return TimeWish(
        service=entry.service,
        patient=entry.patient,
        therapists=entry.therapists,
        location=entry.location_id,
        weekdays=entry.weekdays,
        not_before=entry.not_before,
        not_after=entry.not_after,
    )


def offer_to_answer(pk: int) -> QuerySet[Offer]:
    """With all that its page says, in one statement."""
    return Offer.objects.filter(pk=pk).select_related(
        "clinic", "entry__patient", "entry__instead_of__room__location", "appointment__room__location",
        "appointment__therapist",
    )  # fmt: skip
