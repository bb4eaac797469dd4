"""What speaks for each factor: its tests at the first sitting and at the latest ones, however long the record."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from programs.lines import in_words
from programs.models import Assessment, Episode, Factor, Result, Test
from programs.queries.findings import judged_by_test
from programs.reasoning import Person, State
from programs.trace import Scale, Trace, Value, scale_of

MOST_SITTINGS = 6  # beside the first


@dataclass(frozen=True, slots=True)
class Cell:
    first: str
    now: str
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """One test that was outside its line once, and where it is now."""

    test: Test
    line: str
    trace: Trace
    series: Sequence[float]
    scale: Scale | None
    abnormal: bool

    @property
    def cells(self) -> list[Cell]:
        """Right and left, or one wide one."""
        if self.trace.has("none"):
            return [Cell(self.trace.first("none"), self.trace.now("none"), wide=True)]
        return [Cell(self.trace.first(side), self.trace.now(side)) for side in ("right", "left")]

    @property
    def start(self) -> float | None:
        return self.series[0] if len(self.series) > 1 else None

    @property
    def in_words(self) -> str:
        """Weight-bearing lunge 7 → 9.5 cm."""
        numbers = [f"{self.series[0]:g}", f"{self.series[-1]:g}"] if self.series else []
        moved = " → ".join(dict.fromkeys(numbers)) or self.trace.now(next(iter(self.trace.sittings[-1])))
        return f"{self.test.name}: {moved}{self._unit}"

    @property
    def _unit(self) -> str:
        if self.is_ratio or not self.series:
            return ""
        return {"deg": "°", "": "", "count": "", "mmt": ""}.get(self.test.unit, f" {self.test.unit}")

    @property
    def is_ratio(self) -> bool:
        return self.test.line.get("rule") == "ratio" or "min_ratio" in self.test.line

    @property
    def plumb(self) -> float | None:
        return self.scale.line if self.scale else None

    @property
    def low(self) -> float:
        return min(self._ends)

    @property
    def high(self) -> float:
        return max(self._ends)

    @property
    def _ends(self) -> list[float]:
        return [*self.series, *([self.scale.line] if self.scale else [])]


def evidence_of(episode: Episode, factors: Iterable[Factor], person: Person) -> dict[int, list[Evidence]]:
    """By the factor's id. Two statements."""
    found = _by_test(episode, person)
    return {
        factor.pk: [found[key] for key in (*factor.kind.core, *factor.kind.extra) if key in found] for factor in factors
    }


def _by_test(episode: Episode, person: Person) -> dict[str, Evidence]:
    """Only tests that were outside their line at one of the sittings."""
    by_test: dict[str, list[list[Result]]] = defaultdict(list)
    outside: dict[str, bool] = {}
    once: set[str] = set()
    for results in _sittings(episode):
        for key, (_taken, verdict) in judged_by_test(results, person).items():
            by_test[key].append([one for one in results if one.test.key == key])
            outside[key] = verdict.state == State.ABNORMAL
            once |= {key} if outside[key] else set()
    return {key: _evidence(by_test[key], person, abnormal=outside[key]) for key in once}


def _sittings(episode: Episode) -> list[list[Result]]:
    """The first and the latest ones, in the order of time. Two statements."""
    sittings = Assessment.objects.filter(episode=episode)
    kept = sittings.newest_first()[:MOST_SITTINGS].union(sittings.order_by("done_on", "pk")[:1])
    by_sitting: dict[int, list[Result]] = {one.pk: [] for one in sorted(kept, key=lambda one: (one.done_on, one.pk))}
    for result in Result.objects.filter(assessment__in=by_sitting, not_tested="").select_related("test").order_by("pk"):
        by_sitting[result.assessment_id].append(result)
    return list(by_sitting.values())


def _evidence(sittings: Sequence[Sequence[Result]], person: Person, *, abnormal: bool) -> Evidence:
    test = sittings[-1][0].test
    trace = Trace([{one.side: _value(one) for one in results} for results in sittings])
    series = trace.series(test.line)
    return Evidence(
        test=test,
        line=in_words(test.line, person),
        trace=trace,
        series=series,
        scale=scale_of(series, test.line, person),
        abnormal=abnormal,
    )


def _value(result: Result) -> Value:
    return Value(None if result.value is None else float(result.value), result.word)
