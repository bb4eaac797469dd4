"""From answers to a score, by rules that are data. Pure.

The rules are those of programs/content/instruments.json, whose sources are named there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

Answers = Mapping[str, float | None]  # item -> its number; None, or left out, where it was not answered


class Rule(StrEnum):
    SUM = "sum"
    MEAN = "mean"
    PRORATED = "sum_prorated"  # what was not answered counts as the mean of what was
    PERCENT = "percent_of_answered"  # of the most that the answered items could have given
    COUNT = "count_true"  # ticked items; a blank is a no
    THRESHOLD = "threshold_then_sum"  # an item counts 1 from its own threshold on


@dataclass(frozen=True, slots=True)
class Band:
    """From `low` up to the next band."""

    low: float
    label: str


@dataclass(frozen=True, slots=True)
class Scale:
    """One number of a questionnaire. `low` and `high` are the ends of each item, not of the score."""

    key: str
    name: str
    items: Sequence[str]
    rule: Rule
    low: float
    high: float
    max_missing: int = 0
    reverse: frozenset[str] = frozenset()
    thresholds: Mapping[str, float] | None = None
    bands: Sequence[Band] = ()
    better: str = "lower"

    def __post_init__(self) -> None:
        if self.rule == Rule.SUM and self.max_missing:
            raise ValueError("a sum of fewer items is another number: see sum_prorated")

    @property
    def range(self) -> tuple[float, float]:
        """The least and the most that `score` can give."""
        match self.rule:
            case Rule.COUNT | Rule.THRESHOLD:
                return 0, len(self.items)
            case Rule.PERCENT:
                return 0, 100
            case Rule.MEAN:
                return self.low, self.high
            case _:
                return self.low * len(self.items), self.high * len(self.items)


class OutOfRange(ValueError):  # noqa: N818  # reads as what is wrong
    """An answer that the item does not offer. `args` hold the item and the answer."""


def score(scale: Scale, answers: Answers) -> float | None:
    """None where too much is missing. Rounded to two decimals."""
    given = {item: number for item in scale.items if (number := answers.get(item)) is not None}
    for item, number in given.items():
        if not scale.low <= number <= scale.high:
            raise OutOfRange(item, number)
    if scale.rule != Rule.COUNT and (not given or len(scale.items) - len(given) > scale.max_missing):
        return None
    return round(_total(scale, [_turned(scale, item, number) for item, number in given.items()]), 2)


def band_of(scale: Scale, value: float) -> Band | None:
    """The highest band whose foot the value reaches."""
    reached = [band for band in scale.bands if value >= band.low]
    return max(reached, key=lambda band: band.low, default=None)


def turned(number: float, low: float, high: float) -> float:
    """An item that is asked the other way round. Twice gives the number again."""
    return low + high - number


def _turned(scale: Scale, item: str, number: float) -> float:
    if scale.rule == Rule.THRESHOLD:
        return float(number >= (scale.thresholds or {}).get(item, scale.high))
    return turned(number, scale.low, scale.high) if item in scale.reverse else number


def _total(scale: Scale, numbers: Sequence[float]) -> float:
    total = sum(numbers)
    match scale.rule:
        case Rule.MEAN:
            return total / len(numbers)
        case Rule.PRORATED:
            return total / len(numbers) * len(scale.items)
        case Rule.PERCENT:
            return (total - scale.low * len(numbers)) / ((scale.high - scale.low) * len(numbers)) * 100
        case Rule.COUNT:
            return float(sum(number > 0 for number in numbers))
        case _:
            return total
