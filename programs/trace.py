"""One test over time, side by side, against its line: what a gauge, a sparkline and a row of evidence show. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from programs.reasoning import LOWER_IS_BETTER, REACHING, Person, State, applies, limit_by_age
from programs.reasoning.readings import Line


@dataclass(frozen=True, slots=True)
class Value:
    """What one sitting gave on one side: a number, a word, or both."""

    number: float | None = None
    word: str = ""
    unit: str = ""  # said where a word stands beside the number

    @property
    def text(self) -> str:
        """7, 4-, or "4-, 165 N"."""
        if self.number is None or not self.word:
            return self.word if self.number is None else f"{self.number:g}"
        return f"{self.word}, {self.number:g} {self.unit}".strip()


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
        """One number for each sitting that gave one: of both sides where the line is about both, else of the side that
        was worse at first."""
        return [number for sitting in self.sittings if (number := self._number(sitting, line)) is not None]

    def _number(self, sitting: Mapping[str, Value], line: Line) -> float | None:
        numbers = _numbers(sitting)
        if line.get("rule") == "ratio" or "min_ratio" in line:
            return _ratio(numbers, line)
        if line.get("rule") == "sum_at_least":
            return sum(numbers.values()) if numbers else None
        return numbers.get(self._worse_side(line))

    def _worse_side(self, line: Line) -> str:
        first = _numbers(self.sittings[0])
        if not first:
            return next(iter(self.sittings[0]), "none")
        worst = max if _lower_is_better(line) else min
        return worst(first, key=lambda side: first[side])


@dataclass(frozen=True, slots=True)
class Gauge:
    """Right of `line` is the good side, the track ends `reach` beyond it; `line_is_out`: reaching it lies outside."""

    now: float
    line: float
    reach: float
    start: float | None
    lower_is_better: bool
    line_is_out: bool

    @property
    def holds(self) -> bool:
        """Whether the latest value is drawn on the good side."""
        if self.now == self.line:
            return not self.line_is_out
        return (self.now < self.line) == self.lower_is_better


def gauge_of(series: Sequence[float], line: Line, person: Person, state: State) -> Gauge | None:
    """None where there is no number to hold against a line, and where the number alone does not say how the test was
    judged: by the difference of the sides, by another part of it, or by a clinician."""
    limit = limit_of(line, person)
    if limit is None or not series:
        return None
    drawn = [_folded(value, line) for value in series]
    far = max(abs(value - limit) for value in drawn)
    gauge = Gauge(
        now=drawn[-1],
        line=limit,
        reach=max(far * 1.25, abs(limit) * 0.2, 1e-6),
        start=drawn[0] if len(drawn) > 1 else None,
        lower_is_better=_lower_is_better(line),
        line_is_out=line["rule"] in REACHING,
    )
    return gauge if state == (State.NORMAL if gauge.holds else State.ABNORMAL) else None


def limit_of(line: Line, person: Person) -> float | None:
    """The figure that numbers are held against, where there is one for this person."""
    return _limit(line, person) if applies(line, person) else None


def _limit(line: Line, person: Person) -> float | None:
    match line["rule"]:
        case "below_by_age":
            return limit_by_age(line, person)
        case "strength":
            found = line.get("min_ratio")
        case "squat" | "leg_raise":  # a number inside can be outside for another reason, and the reverse
            return None
        case _:
            found = line.get("limit", line.get("low"))
    return None if found is None else float(found)


def _lower_is_better(line: Line) -> bool:
    return line.get("rule") in LOWER_IS_BETTER


def _folded(value: float, line: Line) -> float:
    """A ratio has a line on either side: what lies above the upper one is drawn as far below the lower one."""
    if line["rule"] != "ratio" or value * 2 <= line["low"] + line["high"]:
        return value
    mirrored: float = line["low"] + line["high"] - value
    return round(mirrored, 6)


def _numbers(sitting: Mapping[str, Value]) -> dict[str, float]:
    return {side: value.number for side, value in sitting.items() if value.number is not None}


def _ratio(numbers: Mapping[str, float], line: Line) -> float | None:
    right, left = numbers.get("right"), numbers.get("left")
    if not right or not left:
        return None
    if line.get("rule") == "ratio":
        return round(right / left, 2)
    return round(min(right, left) / max(right, left), 2)
