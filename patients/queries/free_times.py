"""When a therapist and a room are free together. The merge itself is pure: clinics/availability.py."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import chain, islice

from django.db import connection

from clinics.availability import Need, Offer, Person, Place, Pool, Span, contains, free_starts
from clinics.models import Content, EquipmentPool, Location, Room, Service, User, WorkingHours
from clinics.queries.rota import rota
from clinics.rota import Rota
from clinics.tenancy import current_scope
from clinics.timekeeping import day_bounds, instant, is_second_pass, local_day
from patients.models import Appointment, Patient
from patients.models.status import WIDEST_BUFFER
from patients.queries.history import needling_starts
from patients.queries.supply import Supply
from patients.spacing import too_close

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
    equipment: dict[tuple[int, str], list[Span]]  # by location and kind; one span for each device
    patient: list[Span]


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for: the room and the therapist come first where they are free."""

    service: Service
    starts_at: datetime
    patient: Patient | None = None
    therapist: User | None = None
    room: Room | None = None
    instead_of: int = 0  # the appointment that would move there


def next_free_times(wish: Wish, supply: Supply, *, count: int = 3) -> list[FreeTime]:
    """The next free times that differ: first the therapist asked for, then everybody, at most once a day each.

    Three quarter hours of one morning would be one choice, not three. Needling too soon after other needling takes a
    reason, so it is not offered.
    """
    until = _end_of_day(wish.starts_at + HORIZON, supply)
    people, places, pools = _resources(wish, supply, until)
    own = [one for one in people if wish.therapist and one.key == wish.therapist.pk]
    need, window = need_of(wish.service), {"not_before": wish.starts_at, "until": until}
    needled = _needled(wish, until)

    def suiting(team: list[Person]) -> Iterator[Offer]:
        starts = free_starts(team, places, pools, need, **window)
        return (one for one in starts if not any(pair.is_hard for pair in too_close([one.start], needled)))

    return _different(chain(islice(suiting(own), 1), suiting(people)), supply, count)


def _needled(wish: Wish, until: datetime) -> list[datetime]:
    if wish.patient is None or Content.NEEDLING not in wish.service.contains:
        return []
    return needling_starts(wish.patient, wish.starts_at, until, besides=[wish.instead_of])


def _different(offers: Iterable[Offer], supply: Supply, count: int) -> list[FreeTime]:
    people = {one.pk: one for one in supply.therapists}
    rooms = {one.pk: one for one in supply.rooms}
    chosen: dict[tuple[int, date], FreeTime] = {}
    for offer in offers:
        room = rooms[offer.room]
        if is_second_pass(offer.start, room.location.zone):
            continue  # the form speaks in wall time, which would mean the first pass
        starts_at = room.location.local(offer.start)
        chosen.setdefault((offer.therapist, starts_at.date()), FreeTime(starts_at, people[offer.therapist], room))
        if len(chosen) == count:
            break
    return list(chosen.values())


def _resources(wish: Wish, supply: Supply, until: datetime) -> tuple[list[Person], list[Place], list[Pool]]:
    busy = busy_spans(wish.starts_at, until, [one.pk for one in supply.therapists], wish.patient)
    rooms = sorted(supply.rooms_for(wish.service), key=lambda room: room != wish.room)
    places = [Place(one.pk, one.location_id, busy.rooms[one.pk]) for one in rooms]
    return _people(wish, until, supply, busy), places, pools_for(wish.service, busy)


def pools_for(service: Service, busy: Busy) -> list[Pool]:
    """One statement for a service that uses devices, else none."""
    if not service.equipment:
        return []
    return [
        Pool(one.kind, one.location_id, one.units, busy.equipment[one.location_id, one.kind])
        for one in EquipmentPool.objects.filter(kind__in=service.equipment)
    ]


def _end_of_day(until: datetime, supply: Supply) -> datetime:
    """The whole of the last day is offered, at every location: what stands on it has to be known to its end."""
    zones = {room.location.time_zone: room.location.zone for room in supply.rooms}
    return max((day_bounds(local_day(until, zone), zone)[1] for zone in zones.values()), default=until)


def need_of(service: Service) -> Need:
    return Need(
        timedelta(minutes=service.minutes),
        timedelta(minutes=service.minutes_before),
        timedelta(minutes=service.minutes_after),
        service.equipment,
    )


def _people(wish: Wish, until: datetime, supply: Supply, busy: Busy) -> list[Person]:
    """Each therapist at each location, with the hours of those days on which a credential holds."""
    locations = {room.location_id: room.location for room in supply.rooms}
    spans = {place: list(_days(wish.starts_at, until, place)) for place in locations.values()}
    everything = sorted({day for days in spans.values() for day in days})
    known = rota(everything[0], everything[-1]) if everything else Rota()
    at_work = known.places()
    people = []
    for therapist in supply.therapists:
        taken = busy.therapists[therapist.pk] + busy.patient
        for location in (one for one in locations.values() if (therapist.pk, one.pk) in at_work):
            days = [day for day in spans[location] if supply.may_give(therapist, wish.service, day)]
            hours = known.spans(therapist.pk, location.pk, location.zone, days)
            people.append(Person(therapist.pk, location.pk, hours, taken))
    return people


def _days(since: datetime, until: datetime, location: Location) -> Iterator[date]:
    """Those that [since, until) touches."""
    day, last = local_day(since, location.zone), local_day(until - timedelta(microseconds=1), location.zone)
    while day <= last:
        yield day
        day += timedelta(days=1)


def busy_spans(since: datetime, until: datetime, therapists: list[int], patient: Patient | None) -> Busy:
    """Two statements: this clinic's rows, and the hours in which its therapists work for another clinic."""
    busy = busy_here(since, until, patient)
    for therapist_id, start, end in busy_elsewhere(since, until, therapists):
        busy.therapists[therapist_id].append(Span(start, end))
    return busy


def busy_here(since: datetime, until: datetime, patient: Patient | None) -> Busy:
    busy = Busy(defaultdict(list), defaultdict(list), defaultdict(list), [])
    rows = Appointment.every.occupying(since, until).values_list(
        "therapist", "room", "patient", "blocked", "group", "room__location", "service__equipment"
    )
    for therapist_id, room_id, patient_id, blocked, group_id, location_id, equipment in rows:
        span = Span(blocked.lower, blocked.upper)
        if patient and patient_id == patient.pk:
            busy.patient.append(span)
        if group_id is not None:
            continue  # a place in a class takes the patient's time only: the class has the rest
        busy.therapists[therapist_id].append(span)
        busy.rooms[room_id].append(span)
        for kind in equipment:
            busy.equipment[location_id, kind].append(span)
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
    """Those at the locations where the therapist works on that day, else on any; all, if they work nowhere."""
    known = rota(day, day, therapists=[therapist_id])
    locations = {room.location_id: room.location for room in rooms}
    works_at = {key for key, one in locations.items() if known.spans(therapist_id, key, one.zone, [day])}
    works_at = works_at or _usual_locations(therapist_id, day) & locations.keys()
    return [room for room in rooms if not works_at or room.location_id in works_at]


def _usual_locations(therapist_id: int, day: date) -> set[int]:
    """Where they have weekly hours, on whatever day of the week."""
    mine = WorkingHours.objects.not_over(day).filter(therapist=therapist_id)
    return set(mine.values_list("location", flat=True))


def free_rooms(rooms: Sequence[Room], need: Need, day: date, wall: time, *, held: int | None = None) -> list[Room]:
    """`held`: a time that is kept for who asks, so it is not in the way."""
    if not rooms:
        return []
    spans = {room.pk: _with_buffers(need, instant(day, wall, room.location.zone)) for room in rooms}
    first, last = min(spans.values()).start, max(span.end for span in spans.values())
    taken = {
        key
        for key, busy in Appointment.every.occupying(first, last).exclude(pk=held or 0).values_list("room", "blocked")
        if key in spans and busy.lower < spans[key].end and busy.upper > spans[key].start
    }
    return [room for room in rooms if room.pk not in taken]


def reach(span: Span) -> Span:
    """What stands there can be in the way of a visit inside the span: by the buffers of the visit itself."""
    return Span(span.start - WIDEST_BUFFER, span.end + WIDEST_BUFFER)


def _with_buffers(need: Need, start: datetime) -> Span:
    return Span(start - need.before, start + need.length + need.after)


def is_outside_hours(appointment: Appointment) -> bool:
    """Said, not refused: a therapist may well stay longer for somebody."""
    location = appointment.room.location
    day, therapist = local_day(appointment.starts_at, location.zone), appointment.therapist_id
    open_spans = rota(day, day, therapists=[therapist]).spans(therapist, location.pk, location.zone, [day])
    return not contains(open_spans, Span(appointment.starts_at, appointment.ends_at))


def ever_works_at(appointment: Appointment) -> bool:
    mine = WorkingHours.objects.filter(therapist=appointment.therapist_id)
    return bool(mine.filter(location=appointment.room.location_id).exists())
