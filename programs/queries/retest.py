"""The re-assessment: what it repeats, and what has moved since the first time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from programs.change import Change, Ruler, change, gain
from programs.models import (
    CarePlan,
    Decision,
    Episode,
    Factor,
    InterventionKind,
    Prescription,
    Result,
    Suggestion,
    Test,
)
from programs.queries.asked import ASKED, latest_known
from programs.queries.course import Sitting, Tried, course_in, tried_tests
from programs.queries.findings import judged_by_test, person_of, value_text
from programs.queries.measures import Row, measured
from programs.queries.overview import answered, running_prescriptions
from programs.queries.retest_due import Due, retest_due
from programs.reasoning import Person, SideState, State, Verdict, applies, side_state, since_outside
from programs.retest import NOT_MOVED, Moved, Since, moved

SIDES = ("right", "left", "none")
JUDGED_SIDES = frozenset({SideState.JUDGED_ABNORMAL, SideState.JUDGED_NORMAL})


@dataclass(frozen=True, slots=True)
class Moment:
    day: date
    text: str


@dataclass(frozen=True, slots=True)
class SideRow:
    """One side of a test, when that was outside for the first time and now. `gained` is positive where it got better;
    `judged_on` is the day of a clinician's judgement that stands for a line.

    Without a known error `change` is None, and nothing is claimed.
    """

    label: str
    first: Moment
    now: Moment
    repeated: bool
    gained: float | None
    change: Change | None
    state: SideState
    judged_on: date | None


@dataclass(frozen=True, slots=True)
class TestRows:
    """`repeated`: tried again since it was outside for the first time, on every side that made it so."""

    test: Test
    state: State
    sides: Sequence[SideRow]
    repeated: bool

    @property
    def mdc(self) -> float | None:
        found: float | None = self.test.line.get("mdc")
        return found

    @property
    def since(self) -> Since:
        return Since(self.repeated, self.state, frozenset(side.change for side in self.sides if side.change))


@dataclass(frozen=True, slots=True)
class FactorMoved:
    """`aimed` is what the plan and the home programme do about it; `tests` are those that were outside once."""

    factor: Factor
    state: Moved
    tests: Sequence[TestRows]
    aimed: Sequence[str]

    @property
    def has_not_moved(self) -> bool:
        return self.state in NOT_MOVED

    @property
    def waiting(self) -> int:
        return sum(not one.repeated for one in self.tests)

    @property
    def unjudged(self) -> int:
        return sum(one.since.unjudged for one in self.tests)

    @property
    def inside_again(self) -> int:
        return sum(one.state == State.NORMAL for one in self.tests)


@dataclass(frozen=True, slots=True)
class Retest:
    days: Sequence[date]
    rows: Sequence[TestRows]
    measures: Sequence[Row]
    factors: Sequence[FactorMoved]
    due: Due | None

    @property
    def to_repeat(self) -> list[Test]:
        """What lies outside its line now; where a re-assessment is due, what of it was not tried again for that."""
        return [test for test in self._waiting if test.key not in ASKED]

    @property
    def to_ask(self) -> list[Test]:
        """The same of numbers that patients give."""
        return [test for test in self._waiting if test.key in ASKED]

    @property
    def repeated_already(self) -> list[Test]:
        """For the re-assessment that is due, and outside still."""
        return [test for test in self._outside if test not in self._waiting]

    @property
    def keys(self) -> str:
        """As the assessment's form takes them."""
        return ",".join(test.key for test in self.to_repeat)

    @property
    def _waiting(self) -> list[Test]:
        due = {*self.due.tests, *self.due.asked} if self.due else None
        return [test for test in self._outside if due is None or test.key in due]

    @property
    def _outside(self) -> list[Test]:
        return [one.test for one in self.rows if one.state == State.ABNORMAL]


def retest_of(episode: Episode, today: date) -> Retest:
    """Only what was outside its line at one time: what never was has nothing to get better from."""
    tried, person = tried_tests(episode), person_of(episode, today)
    latest = judged_by_test(latest_known(episode), person)
    outside = {key for key, (_taken, verdict) in latest.items() if verdict.state == State.ABNORMAL}
    course = course_in(tried)
    rows = {
        key: _rows(tried[key], latest[key][1], person, repeated=key in course.repeated)
        for key in sorted(outside | course.once_abnormal)
    }
    plan = CarePlan.objects.filter(episode=episode).current().first()
    return Retest(
        days=sorted({at.day for one in tried.values() for at in one.sittings}),
        rows=list(rows.values()),
        measures=[row for row in measured(episode, []) if row.has_moved or row.success],
        factors=_factors(episode, rows, _aimed(plan, running_prescriptions(episode, today))),
        due=retest_due(episode, today, plan),
    )


def _rows(tried: Tried, now: Verdict, person: Person, *, repeated: bool) -> TestRows:
    counted = [tried.sittings[at] for at in since_outside([at.verdict for at in tried.sittings])]
    by_side: dict[str, list[tuple[Sitting, Result]]] = {}
    for at in counted:
        for result in at.results:
            by_side.setdefault(result.side, []).append((at, result))
    sides = [_side(by_side[side], tried.test, now, person) for side in SIDES if side in by_side]
    return TestRows(tried.test, now.state, sides, repeated)


def _side(found: Sequence[tuple[Sitting, Result]], test: Test, verdict: Verdict, person: Person) -> SideRow:
    (first_at, first), (now_at, now) = found[0], found[-1]
    line, gained, said = test.line, None, None
    if len(found) > 1 and first.value is not None and now.value is not None and "better" in line:
        gained = gain(float(first.value), float(now.value), line["better"])
        if "mdc" in line:
            said = change(float(first.value), float(now.value), Ruler(line["better"], line["mdc"]))
    state = side_state(now.side, verdict, judged=now.judged_abnormal, has_line=applies(line, person))
    return SideRow(
        label=now.get_side_display() if test.sided else "",
        first=Moment(first_at.day, value_text(first, with_unit=False)),
        now=Moment(now_at.day, value_text(now)),
        repeated=len(found) > 1,
        gained=gained,
        change=said,
        state=state,
        judged_on=now_at.day if state in JUDGED_SIDES else None,
    )


def _factors(episode: Episode, rows: Mapping[str, TestRows], aimed: Mapping[str, Sequence[str]]) -> list[FactorMoved]:
    found = []
    for factor in Factor.objects.with_kind().filter(episode=episode).exclude(decision=Decision.REJECTED).order_by("pk"):
        tests = [rows[key] for key in (*factor.kind.core, *factor.kind.extra) if key in rows]
        if tests:
            state = moved([one.since for one in tests], resolved=factor.suggestion == Suggestion.RESOLVED)
            found.append(FactorMoved(factor, state, tests, aimed.get(factor.key, [])))
    return sorted(found, key=lambda one: list(Moved).index(one.state))


def _aimed(plan: CarePlan | None, at_home: Sequence[Prescription]) -> dict[str, list[str]]:
    """By the factor's key. The re-test itself changes nothing, and what is done at home is named once."""
    found: dict[str, dict[str, None]] = {}
    steps = plan.interventions.prefetch_related(answered()) if plan else []
    for step in steps:
        for answer in step.answers.all() if step.kind != InterventionKind.ASSESSMENT else ():
            found.setdefault(answer.factor.key, {})[step.what] = None
    for one in at_home:
        for key in one.exercise.factors:
            found.setdefault(key, {})[one.exercise.name] = None
    return {key: list(names) for key, names in found.items()}
