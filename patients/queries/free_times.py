"""The next free times beside one that is taken, and the rooms that are free at a time. What is free: finding.py."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from itertools import chain, islice

from clinics.availability import Need, Offer, Span, contains
from clinics.clock_words import pass_note
from clinics.models import Content, Room, Service, User, WorkingHours
from clinics.queries.rota import rota
from clinics.timekeeping import instant, is_second_pass, local_day
from patients.finding import Sought, World
from patients.models import Appointment, Patient
from patients.queries.history import needling_starts
from patients.queries.search_world import Reading, read_world
from patients.spacing import too_close

DAYS = 29  # four weeks from today, the same weekday included


@dataclass(frozen=True, slots=True)
class FreeTime:
    starts_at: datetime  # wall time at the location
    therapist: User
    room: Room

    @property
    def note(self) -> str:
        """Which of two, where the clock shows it twice: a form means the first."""
        zone = self.room.location.zone
        return pass_note(instant(self.starts_at.date(), self.starts_at.time(), zone), zone)


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for: the room and the therapist come first where they are free."""

    service: Service
    starts_at: datetime
    patient: Patient | None = None
    therapist: User | None = None
    room: Room | None = None
    instead_of: int = 0  # the appointment that would move there
    is_therapist_fixed: bool = False  # nobody else will do


def next_free_times(wish: Wish, *, count: int = 3) -> list[FreeTime]:
    """The next free times that differ: first the therapist asked for, then everybody, at most once a day each.

    Three quarter hours of one morning would be one choice, not three. Needling too soon after other needling takes a
    reason, so it is not offered.
    """
    reading = read_world(wish.service, wish.patient, earliest=None, days=DAYS, now=wish.starts_at)
    world = replace(reading.world, places=sorted(reading.world.places, key=lambda one: one.key != _room(wish)))
    needled = _needled(wish, world)

    def suiting(sought: Sought) -> Iterator[Offer]:
        starts = world.starts(sought)
        return (one for one in starts if not any(pair.is_hard for pair in too_close([one.start], needled)))

    theirs = suiting(Sought([wish.therapist.pk] if wish.therapist else ()))
    offers = theirs if wish.is_therapist_fixed else chain(islice(theirs, 1), suiting(Sought()))
    return _different(offers, reading, count)


def _room(wish: Wish) -> int:
    return wish.room.pk if wish.room else 0


def _needled(wish: Wish, world: World) -> list[datetime]:
    if wish.patient is None or Content.NEEDLING not in wish.service.contains:
        return []
    return needling_starts(wish.patient, world.now, world.until, besides=[wish.instead_of])


def _different(offers: Iterable[Offer], reading: Reading, count: int) -> list[FreeTime]:
    chosen: dict[tuple[int, date], FreeTime] = {}
    for offer in offers:
        therapist, room = reading.therapists[offer.therapist], reading.rooms[offer.room]
        if is_second_pass(offer.start, room.location.zone):
            continue  # the form speaks in wall time, which would mean the first pass
        starts_at = room.location.local(offer.start)
        chosen.setdefault((offer.therapist, starts_at.date()), FreeTime(starts_at, therapist, room))
        if len(chosen) == count:
            break
    return list(chosen.values())


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
