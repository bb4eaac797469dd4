"""How long an exercise takes, as far as its dose says, and on which days it is done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# So many days a week -> which, as ISO weekdays: with rest between them.
SPREAD: Mapping[int, Sequence[int]] = {
    1: (1,),
    2: (2, 5),
    3: (1, 3, 5),
    4: (1, 2, 4, 5),
    5: (1, 2, 3, 4, 5),
    6: (1, 2, 3, 4, 5, 6),
    7: (1, 2, 3, 4, 5, 6, 7),
}
SECONDS_A_REP = 4  # our figure, where neither a hold nor a tempo is prescribed


@dataclass(frozen=True, slots=True)
class Amount:
    sets: int
    reps: int
    hold_seconds: int | None = None
    tempo: str = ""  # seconds of each phase, such as 3-1-2
    rest_seconds: int | None = None
    sides: int = 1


def phases(tempo: str) -> tuple[int, ...]:
    """Seconds there, still and back; empty where the tempo is something else than numbers."""
    parts = tempo.split("-")
    return tuple(int(part) for part in parts) if all(part.isdecimal() for part in parts) else ()


def seconds(amount: Amount) -> int:
    """Rest comes between sets, not after the last."""
    one_rep = sum(phases(amount.tempo)) or amount.hold_seconds or SECONDS_A_REP
    sets = amount.sets * amount.sides
    return sets * amount.reps * one_rep + (sets - 1) * (amount.rest_seconds or 0)
