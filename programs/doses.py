"""How long an exercise takes, as far as its dose says."""

from dataclasses import dataclass

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
