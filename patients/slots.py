"""One visit at a time: what stands in its way, and what could stand in for it. Pure, like the search."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import Enum, auto

from clinics.availability import Need, Span, contains
from clinics.timekeeping import instant, local_day
from patients.finding import Sought, World


class Obstacle(Enum):
    """What stands in the way of one visit."""

    PAST = auto()
    CREDENTIAL = auto()
    THERAPIST = auto()
    PATIENT = auto()
    ROOM = auto()
    DEVICE = auto()
    CLOSED = auto()
    HOURS = auto()


# Nobody works then, which the desk may decide otherwise: booking says so and books.
SOFT = frozenset({Obstacle.CLOSED, Obstacle.HOURS})


@dataclass(frozen=True, slots=True)
class Slot:
    """A visit at a room of a location. Room 0: any that is free."""

    start: datetime
    therapist: int
    location: int
    room: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """A slot as it can be booked, or what is in its way, with the time that is taken."""

    slot: Slot
    obstacle: Obstacle | None = None
    taken: Span | None = None


def look_at(world: World, slot: Slot) -> Found:
    """The first thing in the way; what only stands outside the hours comes last."""
    zone = world.zones[slot.location]
    day, visit = local_day(slot.start, zone), world.need.visit(slot.start)
    candidate = next((one for one in world.candidates if one.key == slot.therapist), None)
    if slot.start < world.now:
        return Found(slot, Obstacle.PAST)
    if candidate is None or not candidate.may_on(day):
        return Found(slot, Obstacle.CREDENTIAL)
    for obstacle, busy in ((Obstacle.THERAPIST, candidate.busy), (Obstacle.PATIENT, world.patient)):
        if taken := _first_met(busy, visit, world.need):
            return Found(slot, obstacle, taken)
    return _with_a_room(world, slot, visit, day)


def _with_a_room(world: World, slot: Slot, visit: Span, day: date) -> Found:
    here = [one for one in world.places if one.location == slot.location and slot.room in {0, one.key}]
    room = next((one.key for one in here if not _first_met(one.busy, visit, world.need)), None)
    if room is None:
        return Found(slot, Obstacle.ROOM, _first_met(here[0].busy, visit, world.need) if len(here) == 1 else None)
    found = replace(slot, room=room)
    if not _has_devices(world, slot.location, visit):
        return Found(found, Obstacle.DEVICE)
    if day in world.rota.closed(slot.location):
        return Found(found, Obstacle.CLOSED)
    hours = world.rota.spans(slot.therapist, slot.location, world.zones[slot.location], [day])
    return Found(found, None if contains(hours, visit) else Obstacle.HOURS)


def _has_devices(world: World, location: int, visit: Span) -> bool:
    here = {one.kind: one for one in world.pools if one.location == location and one.units}
    return all(
        kind in here and _first_met(here[kind].in_use(), visit, world.need) is None for kind in world.need.equipment
    )


def _first_met(busy: Sequence[Span], visit: Span, need: Need) -> Span | None:
    start, end = visit.start - need.before, visit.end + need.after
    return min((span for span in busy if span.start < end and start < span.end), default=None)


def nearest(world: World, slot: Slot, *, fits: Callable[[datetime], bool] = lambda start: True) -> list[Slot]:
    """What could stand in for a visit: the nearest that day, somebody else at that time, the same time a day later."""
    zone = world.zones[slot.location]
    day = local_day(slot.start, zone)
    wall = slot.start.astimezone(zone).time()
    offers = world.on(day, day).starts(Sought([slot.therapist], slot.location))
    same_day = sorted(offers, key=lambda offer: (abs(offer.start - slot.start), offer.start))
    others = (replace(slot, therapist=one.key, room=0) for one in world.candidates if one.key != slot.therapist)
    later = (instant(one, wall, zone) for one in world.days() if day < one <= day + timedelta(days=7))
    each = (
        (Slot(one.start, one.therapist, slot.location, one.room) for one in same_day),
        _bookable(world, others),
        _bookable(world, (replace(slot, start=start, room=0) for start in later)),
    )
    return [found for found in (next((one for one in kind if fits(one.start)), None) for kind in each) if found]


def _bookable(world: World, slots: Iterable[Slot]) -> Iterator[Slot]:
    return (found.slot for found in (look_at(world, slot) for slot in slots) if found.obstacle is None)
