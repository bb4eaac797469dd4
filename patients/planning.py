"""A series before it is booked: which visits stand, which need a choice, and what is near instead. Pure."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from clinics.availability import Span
from patients.finding import World
from patients.slots import SOFT, Found, Slot, look_at, nearest

APART = timedelta(hours=12)  # two visits of a series are not on one day, unless somebody chooses it


class State(StrEnum):
    FREE = "free"  # as the pattern says
    CHANGED = "changed"  # chosen by hand, and it can be booked
    CLASH = "clash"
    OUT = "out"  # left out


@dataclass(frozen=True, slots=True)
class Planned:
    number: int
    asked: Slot
    state: State
    found: Found  # what was looked at: as asked for, or as chosen
    slot: Slot | None  # what will be booked if nothing else is chosen
    substitutes: Sequence[Slot] = ()
    instead_of: Found | None = None  # what could not be as the pattern says, where something else was chosen


def plan(
    world: World,
    asked: Mapping[int, Slot],
    choices: Mapping[int, Slot | None],
    *,
    apart: timedelta = APART,
    standing: Collection[datetime] = (),
) -> list[Planned]:
    """None as a choice leaves the visit out. What is chosen by hand may lie outside the hours, as in booking.

    No visit is offered a time that another one of the series takes, or one nearer than `apart` to another visit or to
    what stands already: so the first substitutes can stand together.
    """
    taken: list[Span] = []
    planned = {number: _as_wanted(world, number, slot, choices, taken) for number, slot in asked.items()}
    for number, one in planned.items():
        if one.state == State.CLASH:
            kept = [*standing, *(other.slot.start for other in planned.values() if other.slot)]
            substitutes = nearest(world.besides(taken), one.found.slot, fits=_far_from(kept, apart))
            planned[number] = replace(one, substitutes=substitutes, slot=next(iter(substitutes), None))
            taken += [blocked(world, slot) for slot in substitutes[:1]]
    return list(planned.values())


def _far_from(kept: Collection[datetime], apart: timedelta) -> Callable[[datetime], bool]:
    return lambda start: all(abs(start - other) >= apart for other in kept)


def blocked(world: World, slot: Slot) -> Span:
    visit = world.need.visit(slot.start)
    return Span(visit.start - world.need.before, visit.end + world.need.after)


def _as_wanted(
    world: World, number: int, asked: Slot, choices: Mapping[int, Slot | None], taken: list[Span]
) -> Planned:
    slot = choices.get(number, asked)
    if slot is None:
        return Planned(number, asked, State.OUT, Found(asked), None)
    found = look_at(world.besides(taken), slot)
    is_hard = found.obstacle is not None and not (number in choices and found.obstacle in SOFT)
    if is_hard:
        return Planned(number, asked, State.CLASH, found, None)
    taken.append(blocked(world, found.slot))
    if replace(slot, room=0) == replace(asked, room=0):
        return Planned(number, asked, State.CHANGED if found.obstacle else State.FREE, found, found.slot)
    first = look_at(world.besides(taken[:-1]), asked)
    return Planned(
        number, asked, State.CHANGED, found, found.slot, instead_of=first if first.obstacle is not None else None
    )
