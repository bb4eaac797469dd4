"""Whom a freed time can be offered to: the entries with what stands around them. The ranking is pure: waiting.py."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q

from clinics.availability import Span
from clinics.models import Credential, EquipmentPool, Location, Membership
from clinics.queries.rota import rota
from clinics.timekeeping import day_bounds, local_day
from patients.models import Appointment, FreedTime, OfferState, WaitlistEntry
from patients.queries.busy import busy_elsewhere, need_of, reach
from patients.queries.readers import readers
from patients.spacing import HARD, NEEDLING, too_close
from patients.waiting import Freed, Waiting, ranked

ON_THE_WAY = timedelta(minutes=30)  # whoever says yes in the last moment can still come in time


@dataclass(frozen=True, slots=True)
class Candidate:
    entry: WaitlistEntry
    starts_at: datetime


def candidates(freed: FreedTime, now: datetime) -> list[Candidate]:
    """In the order in which they are asked. The same few statements, however many wait."""
    day = local_day(freed.starts_at, freed.room.location.zone)
    entries = _entries(freed, local_day(now, freed.room.location.zone), day)
    if not entries:
        return []
    not_before = now + timedelta(minutes=freed.clinic.offer_minutes) + ON_THE_WAY
    known = {one.pk: one for one in entries}
    places = ranked(_waiting(entries, freed, day), _around(freed, day), not_before=not_before)
    found = [Candidate(known[place.key], place.start) for place in places]
    needled = _needled(found, freed)
    return [one for one in found if not comes_too_soon(one.entry, one.starts_at, needled)]


def is_office_hour(location: Location, now: datetime) -> bool:
    """From the first therapist's start to the last one's end: somebody is there to answer a call."""
    day = local_day(now, location.zone)
    known = rota(day, day)
    spans = [span for one, _place in known.places() for span in known.spans(one, location.pk, location.zone, [day])]
    return bool(spans) and min(spans).start <= now < max(span.end for span in spans)


def _needled(found: Sequence[Candidate], freed: FreedTime) -> list[Appointment]:
    patients = {one.entry.patient_id for one in found if NEEDLING in one.entry.service.contains}
    return needled_near(patients, freed.starts_at, freed.ends_at) if patients else []


def needled_near(patients: Collection[int], first: datetime, last: datetime) -> list[Appointment]:
    """Needling visits of these patients that could be too close to one between the two."""
    rows = Appointment.objects.live().between(first - HARD, last + HARD)
    return list(rows.filter(patient__in=patients, service__contains__contains=[NEEDLING]))


def comes_too_soon(entry: WaitlistEntry, start: datetime, needled: Iterable[Appointment]) -> bool:
    """Less than 48 hours between needling visits: staff may decide so, a message does not."""
    later = entry.later_visit
    standing = [one.starts_at for one in needled if one.patient_id == entry.patient_id and one != later]
    is_needled = NEEDLING in entry.service.contains
    return is_needled and any(pair.is_hard for pair in too_close([start], standing))


def _entries(freed: FreedTime, today: date, day: date) -> list[WaitlistEntry]:
    """Those whose service this therapist may give in this room on that day, and who were not asked yet."""
    if not Membership.objects.treating().filter(user=freed.therapist_id).exists():
        return []
    held = Credential.objects.filter(therapist=freed.therapist_id, issued_on__lte=day, expires_on__gte=day)
    devices = EquipmentPool.objects.filter(location=freed.room.location_id)
    rows = (
        WaitlistEntry.objects.waiting_on(today)
        .filter(
            patient__is_active=True,
            service__is_active=True,
            service__capacity=1,
            service__credential__in=["", *held.values_list("kind", flat=True)],
            service__room_features__contained_by=freed.room.features,
            service__equipment__contained_by=list(devices.values_list("kind", flat=True)),
        )
        .exclude(offers__state=OfferState.OPEN)
        .exclude(offers__freed=freed)
        .exclude(patient=freed.given_back_by_id)
    )
    entries = [one for one in rows.select_related("patient", "service", "instead_of") if not one.has_come]
    reached = {one.patient_id for one in readers(one.patient_id for one in entries)}
    return [one for one in entries if one.patient_id in reached]


def _around(freed: FreedTime, day: date) -> Freed:
    location, therapist = freed.room.location, freed.therapist_id
    span = Span(freed.starts_at, freed.ends_at)
    rows = Appointment.every.occupying(*reach(span)).filter(Q(therapist=therapist) | Q(room=freed.room_id), group=None)
    busy = [Span(blocked.lower, blocked.upper) for blocked in rows.values_list("blocked", flat=True)]
    elsewhere = [Span(start, end) for _one, start, end in busy_elsewhere(*reach(span), [therapist])]
    last = local_day(freed.ends_at, location.zone)
    days = list(dict.fromkeys([day, last]))
    hours = rota(day, last, therapists=[therapist]).spans(therapist, location.pk, location.zone, days)
    return Freed(span, therapist, location.pk, location.zone, hours, [*busy, *elsewhere])


def _waiting(entries: Sequence[WaitlistEntry], freed: FreedTime, day: date) -> list[Waiting]:
    patients = {one.patient_id for one in entries}
    busy, days = _busy(patients, freed), _days_with_visit(patients, freed, day)
    return [_as_waiting(one, busy[one.patient_id], days[one.patient_id]) for one in entries]


def _as_waiting(one: WaitlistEntry, busy: Sequence[Span], days: Sequence[tuple[date, int]]) -> Waiting:
    later = one.later_visit
    return Waiting(
        key=one.pk,
        need=need_of(one.service),
        since=one.created_at,
        valid_until=one.valid_until,
        priority=one.priority,
        therapists=one.therapists,
        weekdays=one.weekdays,
        not_before=one.not_before,
        not_after=one.not_after,
        location=one.location_id,
        earlier_than=later.starts_at if later else None,
        not_on=[day for day, visit in days if not later or visit != later.pk],
        busy=busy,
    )


def _busy(patients: Iterable[int], freed: FreedTime) -> dict[int, list[Span]]:
    found: dict[int, list[Span]] = defaultdict(list)
    rows = Appointment.every.occupying(*reach(Span(freed.starts_at, freed.ends_at))).filter(patient__in=patients)
    for patient_id, blocked in rows.values_list("patient", "blocked"):
        found[patient_id].append(Span(blocked.lower, blocked.upper))
    return found


def _days_with_visit(patients: Iterable[int], freed: FreedTime, day: date) -> dict[int, list[tuple[date, int]]]:
    """Nobody is asked to come twice on one day."""
    zone = freed.room.location.zone
    start, end = day_bounds(day, zone)[0], day_bounds(local_day(freed.ends_at, zone), zone)[1]
    found: dict[int, list[tuple[date, int]]] = defaultdict(list)
    rows = Appointment.objects.live().between(start, end).filter(patient__in=patients)
    for patient_id, starts_at, pk in rows.values_list("patient", "starts_at", "pk"):
        found[patient_id].append((local_day(starts_at, zone), pk))
    return found
