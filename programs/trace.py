"""One test over time, side by side, against its line: what a gauge, a sparkline and a row of evidence show. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from programs.reasoning import Person, applies, limit_by_age
from programs.reasoning.readings import Line

SIDES = ("right", "left", "none")


@dataclass(frozen=True, slots=True)
class Value:
    """What one sitting gave on one side: a number, a word, or both."""

    number: float | None = None
    word: str = ""

    @property
    def text(self) -> str:
        number = "" if self.number is None else f"{self.number:g}"
        return " ".join(part for part in (number, self.word) if part)


@dataclass(frozen=True, slots=True)
class Trace:
    """Sittings in order, each by side. There is at least one."""

    sittings: Sequence[Mapping[str, Value]] = field(default_factory=list)

    @property
    def is_retested(self) -> bool:
        return len(self.sittings) > 1

    def first(self, side: str) -> str:
        return self._text(side, self.sittings[0])

    def now(self, side: str) -> str:
        return self._text(side, self.sittings[-1])

    def has(self, side: str) -> bool:
        return any(side in sitting for sitting in self.sittings)

    def _text(self, side: str, sitting: Mapping[str, Value]) -> str:
        return sitting[side].text if side in sitting else ""

    def series(self, line: Line) -> list[float]:
        """One number for each sitting that gave one: the ratio of the sides where the line is about that, else the
        side that was worse at first."""
        return [number for sitting in self.sittings if (number := self._number(sitting, line)) is not None]

    def _number(self, sitting: Mapping[str, Value], line: Line) -> float | None:
        numbers = {side: value.number for side, value in sitting.items() if value.number is not None}
        if line.get("rule") == "ratio" or "min_ratio" in line:
            return _ratio(numbers, line)
        side = self._worse_side(line)
        return numbers.get(side)

    def _worse_side(self, line: Line) -> str:
        first = {side: value.number for side, value in self.sittings[0].items() if value.number is not None}
        if not first:
            return next(iter(self.sittings[0]), "none")
        worst = max if line.get("better") == "lower" else min
        return worst(first, key=lambda side: first[side])


@dataclass(frozen=True, slots=True)
class Scale:
    """For a gauge: right of `line` is the good side, the track ends `reach` beyond it."""

    line: float
    reach: float
    lower_is_better: bool


def scale_of(series: Sequence[float], line: Line, person: Person) -> Scale | None:
    """None where there is no number to hold against a line."""
    limit = _limit(line, person) if applies(line, person) else None
    if limit is None or not series:
        return None
    far = max(abs(value - limit) for value in series)
    return Scale(limit, max(far * 1.25, abs(limit) * 0.2, 1e-6), line.get("better") == "lower")


def _limit(line: Line, person: Person) -> float | None:
    match line["rule"]:
        case "below_by_age":
            return limit_by_age(line, person)
        case "strength":
            found = line.get("min_ratio")
        case "sides" | "ratio":
            found = line.get("low")
        case "below" | "above" | "sides_above" | "at_least" | "count" | "dorsiflexion" | "sum_at_least":
            found = line.get("limit", line.get("low"))
        case _:
            return None
    return None if found is None else float(found)


def _ratio(numbers: Mapping[str, float], line: Line) -> float | None:
    right, left = numbers.get("right"), numbers.get("left")
    if not right or not left:
        return None
    if line.get("rule") == "ratio":
        return round(right / left, 2)
    return round(min(right, left) / max(right, left), 2)
