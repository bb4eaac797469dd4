"""What speaks for each factor: its tests at the first sitting and at the latest ones, however long the record."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programs.lines import in_words
from programs.models import Assessment, Episode, Factor, Result, Test
from programs.models.assessment import TURN
from programs.queries.asked import asked_lately, beside
from programs.queries.findings import judged_by_test
from programs.reasoning import Person, State
from programs.trace import Gauge, Trace, Value, gauge_of, limit_of

UNITS: Mapping[str, str | Promise] = {"deg": gettext_lazy("degrees"), "count": "", "reps": gettext_lazy("times")}
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
    plumb: float | None
    gauge: Gauge | None
    state: State
    days: Sequence[date]  # the first and the latest one, or the only one

    @property
    def cells(self) -> list[Cell]:
        """Right and left, or one wide one."""
        if self.trace.has("none"):
            return [Cell(self.trace.first("none"), self.trace.now("none"), wide=True)]
        return [Cell(self.trace.first(side), self.trace.now(side)) for side in ("right", "left")]

    @property
    def abnormal(self) -> bool:
        return self.state == State.ABNORMAL

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
    def low(self) -> float:
        return min(self._ends)

    @property
    def high(self) -> float:
        return max(self._ends)

    @property
    def _ends(self) -> list[float]:
        return [*self.series, *([] if self.plumb is None else [self.plumb])]


def evidence_of(episode: Episode, factors: Iterable[Factor], person: Person) -> dict[int, list[Evidence]]:
    """By the factor's id. Three statements at most."""
    found = _by_test(episode, person)
    return {
        factor.pk: [found[key] for key in (*factor.kind.core, *factor.kind.extra) if key in found] for factor in factors
    }


def _by_test(episode: Episode, person: Person) -> dict[str, Evidence]:
    """Only tests that were outside their line at one of the sittings."""
    by_test: dict[str, list[list[Result]]] = defaultdict(list)
    states: dict[str, State] = {}
    once: set[str] = set()
    for results in _sittings(episode):
        for key, (_taken, verdict) in judged_by_test(results, person).items():
            by_test[key].append([one for one in results if one.test.key == key])
            states[key] = verdict.state
            once |= {key} if verdict.state == State.ABNORMAL else set()
    return {key: _evidence(by_test[key], person, states[key]) for key in once}


def _sittings(episode: Episode) -> list[list[Result]]:
    """The first and the latest ones, in the order of time. Three statements at most."""
    sittings = Assessment.objects.standing().filter(episode=episode)
    kept = (
        sittings.newest_first().values("pk")[:MOST_SITTINGS].union(sittings.order_by("done_on", TURN).values("pk")[:1])
    )
    stored = Result.objects.filter(assessment__in=kept, not_tested="").select_related("test", "assessment")
    together: dict[tuple[date, int], list[Result]] = defaultdict(list)
    for result in beside(list(stored.order_by("pk")), asked_lately(episode)):
        together[result.assessment.done_on, result.assessment.turn].append(result)
    return [results for _sitting, results in sorted(together.items())]


def _evidence(sittings: Sequence[Sequence[Result]], person: Person, state: State) -> Evidence:
    test = sittings[-1][0].test
    trace = Trace([{one.side: _value(one) for one in results} for results in sittings])
    series = trace.series(test.line)
    return Evidence(
        test=test,
        line=_line(test, person),
        trace=trace,
        series=series,
        plumb=limit_of(test.line, person),
        gauge=gauge_of(series, test.line, person, state),
        state=state,
        days=list(dict.fromkeys(one[0].assessment.done_on for one in (sittings[0], sittings[-1]))),
    )


def _line(test: Test, person: Person) -> str:
    """≥ 9 · diff ≤ 1.5, in cm."""
    words, unit = in_words(test.line, person), UNITS.get(test.unit, test.unit)
    return _("%(line)s, in %(unit)s") % {"line": words, "unit": unit} if words and unit else words or str(unit)


def _value(result: Result) -> Value:
    return Value(None if result.value is None else float(result.value), result.word, result.test.unit)
