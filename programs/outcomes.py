"""What became of a goal by the day on which care ends. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

_REACHED = {
    ">=": Decimal.__ge__,
    "<=": Decimal.__le__,
    ">": Decimal.__gt__,
    "<": Decimal.__lt__,
}


class Outcome(StrEnum):
    REACHED = "reached"
    MISSED = "missed"
    UNKNOWN = "unknown"  # not measured since it was set


@dataclass(frozen=True, slots=True)
class Reading:
    """A value, and the day on which it was measured."""

    value: Decimal
    day: date


def measured_since(reading: Reading | None, *, start: Decimal | None, since: date) -> Reading | None:
    """None where the only value is the one that the goal started from: it says nothing of what has become of it.

    A value of the first day itself counts where it is another than the start: then it was measured later that day.
    """
    return reading if reading and (reading.day > since or reading.value != start) else None


def is_reached(operator: str, now: Decimal, target: Decimal) -> bool:
    return bool(_REACHED[operator](now, target))


def outcome_of(operator: str, target: Decimal, reading: Reading | None) -> Outcome:
    if reading is None:
        return Outcome.UNKNOWN
    return Outcome.REACHED if is_reached(operator, reading.value, target) else Outcome.MISSED


def all_reached(outcomes: Sequence[Outcome]) -> bool:
    """Without a goal nothing was reached: then only words can say what was."""
    return bool(outcomes) and all(one == Outcome.REACHED for one in outcomes)
