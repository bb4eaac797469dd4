"""A series before it is booked: which visits stand, which need a choice, and what is near instead. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from clinics.availability import Span
from patients.finding import World
from patients.slots import SOFT, Found, Slot, look_at, nearest


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


def plan(world: World, asked: Mapping[int, Slot], choices: Mapping[int, Slot | None]) -> list[Planned]:
    """None as a choice leaves the visit out. What is chosen by hand may lie outside the hours, as in booking.

    No visit is offered a time that another one of the series takes, so the first substitutes can stand together.
    """
    taken: list[Span] = []
    planned = {number: _as_wanted(world, number, slot, choices, taken) for number, slot in asked.items()}
    for number, one in planned.items():
        if one.state == State.CLASH:
            substitutes = nearest(world.besides(taken), one.found.slot)
            planned[number] = replace(one, substitutes=substitutes, slot=next(iter(substitutes), None))
            taken += [blocked(world, slot) for slot in substitutes[:1]]
    return list(planned.values())


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
    is_asked = replace(slot, room=0) == replace(asked, room=0) and found.obstacle is None
    return Planned(number, asked, State.FREE if is_asked else State.CHANGED, found, found.slot)
