"""When a therapist and a room are free together. The merge itself is pure: clinics/availability.py."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import chain, islice

from django.db import connection

from clinics.availability import Hours, Need, Offer, Person, Place, Span, free_starts, opened
from clinics.models import Location, Room, Service, User, WorkingHours
from clinics.tenancy import current_scope
from clinics.timekeeping import day_bounds, instant, local_day
from patients.models import Appointment, Patient
from patients.queries.supply import Supply

HORIZON = timedelta(days=28)


@dataclass(frozen=True, slots=True)
class FreeTime:
    starts_at: datetime  # wall time at the location
    therapist: User
    room: Room


@dataclass(frozen=True, slots=True)
class Busy:
    """What is taken, by row id."""

    therapists: dict[int, list[Span]]
    rooms: dict[int, list[Span]]
    patient: list[Span]


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for: the room and the therapist come first where they are free."""

    service: Service
    starts_at: datetime
    patient: Patient | None = None
    therapist: User | None = None
    room: Room | None = None


def next_free_times(wish: Wish, supply: Supply, *, count: int = 3) -> list[FreeTime]:
    """The next free times that differ: first the therapist asked for, then everybody, at most once a day each.

    Three quarter hours of one morning would be one choice, not three.
    """
    people, places, need = _resources(wish, supply)
    own = [one for one in people if wish.therapist and one.key == wish.therapist.pk]
    offers = chain(
        islice(free_starts(own, places, need, not_before=wish.starts_at), 1),
        free_starts(people, places, need, not_before=wish.starts_at),
    )
    return _different(offers, supply, count)


def _different(offers: Iterable[Offer], supply: Supply, count: int) -> list[FreeTime]:
    people = {one.pk: one for one in supply.therapists}
    rooms = {one.pk: one for one in supply.rooms}
    chosen: dict[tuple[int, date], FreeTime] = {}
    for offer in offers:
        room = rooms[offer.room]
        starts_at = room.location.local(offer.start)
        chosen.setdefault((offer.therapist, starts_at.date()), FreeTime(starts_at, people[offer.therapist], room))
        if len(chosen) == count:
            break
    return list(chosen.values())


def _resources(wish: Wish, supply: Supply) -> tuple[list[Person], list[Place], Need]:
    since, until = wish.starts_at, wish.starts_at + HORIZON
    busy = busy_spans(since, _end_of_day(until, supply), [one.pk for one in supply.therapists], wish.patient)
    rooms = sorted(supply.rooms_for(wish.service), key=lambda room: room != wish.room)
    places = [Place(one.pk, one.location_id, busy.rooms[one.pk]) for one in rooms]
    return _people(wish.service, since, until, supply, busy), places, need_of(wish.service)


def _end_of_day(until: datetime, supply: Supply) -> datetime:
    """The whole of the last day is offered, at every location: what stands on it has to be known to its end."""
    zones = {room.location.time_zone: room.location.zone for room in supply.rooms}
    return max((day_bounds(local_day(until, zone), zone)[1] for zone in zones.values()), default=until)


def need_of(service: Service) -> Need:
    return Need(
        timedelta(minutes=service.minutes),
        timedelta(minutes=service.minutes_before),
        timedelta(minutes=service.minutes_after),
    )


def _people(service: Service, since: datetime, until: datetime, supply: Supply, busy: Busy) -> list[Person]:
    """Each therapist at each location, with the hours of those days on which a credential holds."""
    weekly: dict[tuple[int, Location], list[Hours]] = defaultdict(list)
    for row in WorkingHours.objects.select_related("location"):
        weekly[row.therapist_id, row.location].append(Hours(row.weekday, row.starts, row.ends, row.location.zone))
    people = []
    for therapist in supply.therapists:
        taken = busy.therapists[therapist.pk] + busy.patient
        for (key, location), hours in weekly.items():
            if key == therapist.pk:
                days = [day for day in _days(since, until, location) if supply.may_give(therapist, service, day)]
                people.append(Person(therapist.pk, location.pk, opened(hours, days), taken))
    return people


def _days(since: datetime, until: datetime, location: Location) -> Iterator[date]:
    day = local_day(since, location.zone)
    while day <= local_day(until, location.zone):
        yield day
        day += timedelta(days=1)


def busy_spans(since: datetime, until: datetime, therapists: list[int], patient: Patient | None) -> Busy:
    """Two statements: this clinic's rows, and the hours in which its therapists work for another clinic."""
    busy = Busy(defaultdict(list), defaultdict(list), [])
    rows = Appointment.every.occupying(since, until).values_list("therapist", "room", "patient", "blocked")
    for therapist_id, room_id, patient_id, blocked in rows:
        span = Span(blocked.lower, blocked.upper)
        busy.therapists[therapist_id].append(span)
        busy.rooms[room_id].append(span)
        if patient and patient_id == patient.pk:
            busy.patient.append(span)
    for therapist_id, start, end in busy_elsewhere(since, until, therapists):
        busy.therapists[therapist_id].append(Span(start, end))
    return busy


def busy_elsewhere(since: datetime, until: datetime, therapists: list[int]) -> list[tuple[int, datetime, datetime]]:
    current_scope()  # raises without one, like every other read
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT therapist_id, starts, ends FROM therapists_busy_elsewhere(%s::bigint[], %s, %s)",
            [therapists, since, until],
        )
        return list(cursor.fetchall())


def rooms_near(rooms: Sequence[Room], day: date, *, therapist_id: int) -> list[Room]:
    """Those at the locations where the therapist works on that weekday; all, if they do not work on it."""
    mine = WorkingHours.objects.filter(therapist=therapist_id, weekday=day.isoweekday())
    works_at = set(mine.values_list("location", flat=True))
    return [room for room in rooms if not works_at or room.location_id in works_at]


def free_rooms(rooms: Sequence[Room], need: Need, day: date, wall: time) -> list[Room]:
    if not rooms:
        return []
    spans = {room.pk: _with_buffers(need, instant(day, wall, room.location.zone)) for room in rooms}
    first, last = min(spans.values()).start, max(span.end for span in spans.values())
    taken = {
        key
        for key, busy in Appointment.every.occupying(first, last).values_list("room", "blocked")
        if key in spans and busy.lower < spans[key].end and busy.upper > spans[key].start
    }
    return [room for room in rooms if room.pk not in taken]


def _with_buffers(need: Need, start: datetime) -> Span:
    return Span(start - need.before, start + need.length + need.after)


def is_outside_hours(appointment: Appointment) -> bool:
    """Said, not refused: a therapist may well stay longer for somebody."""
    location = appointment.room.location
    mine = WorkingHours.objects.filter(therapist=appointment.therapist_id, location=location)
    hours = [Hours(row.weekday, row.starts, row.ends, location.zone) for row in mine]
    open_spans = opened(hours, [local_day(appointment.starts_at, location.zone)])
    visit = Span(appointment.starts_at, appointment.ends_at)
    return not any(one.start <= visit.start and visit.end <= one.end for one in open_spans)
