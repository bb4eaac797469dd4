"""The latest results of an episode as the reasoning reads them, and as the page shows them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from programs.models import Assessment, Decision, Episode, Factor, Result, ResultSide, Test
from programs.queries.asked import latest_known
from programs.queries.overview import weighed
from programs.reasoning import (
    OPEN,
    Person,
    Rated,
    Reading,
    Said,
    State,
    Taken,
    Verdict,
    judge_all,
    radiculopathy_suspected,
)
from programs.sentences import amount, sentences
from programs.shapes import Shape, shape_of
from programs.words import ANSWERS


@dataclass(frozen=True, slots=True)
class Finding:
    """A result outside its line, or one that has no line for this person."""

    test: str
    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Measured:
    day: date
    text: str  # R 7 · L 10.5


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One test with what it gave each time, the newest first."""

    key: str
    name: str
    series: Sequence[Measured]


@dataclass(frozen=True, slots=True)
class Correction:
    """Why a sitting was put right, and what stood there before: values that are other ones now, test by test."""

    row: Assessment
    was: Sequence[str]


@dataclass(frozen=True, slots=True)
class Sitting:
    """`corrections`: the last one first."""

    row: Assessment
    corrections: Sequence[Correction]


@dataclass(frozen=True, slots=True)
class AssessmentPage:
    sittings: Sequence[Sitting]
    rows: Sequence[ResultRow]
    findings: Sequence[Finding]
    notes: Sequence[Finding]  # worth knowing, and counted for nothing
    root_suspected: bool
    factors: Sequence[Factor]
    unseen: Sequence[Factor]  # whose tests nobody has looked at
    tested: Mapping[str, date]  # each test's latest day

    @property
    def ready_for_plan(self) -> bool:
        return any(factor.decision == Decision.CONFIRMED for factor in self.factors)


def verdicts(results: Iterable[Result], person: Person) -> list[Verdict]:
    return [verdict for _taken, verdict in judged_by_test(results, person).values()]


def judged_by_test(results: Iterable[Result], person: Person) -> dict[str, tuple[Taken, Verdict]]:
    """Each test as it was taken and how it was judged, in the light of the others."""
    by_test: dict[str, list[Result]] = defaultdict(list)
    for result in results:
        by_test[result.test.key].append(result)
    takens = [taken_of(key, found) for key, found in by_test.items()]
    judged = judge_all(takens, {key: rated(found[0].test) for key, found in by_test.items()}, person)
    return {taken.test: (taken, verdict) for taken, verdict in zip(takens, judged, strict=True)}


def rated(test: Test) -> Rated:
    return Rated(test.line, test.unit)


def taken_of(key: str, results: Sequence[Result]) -> Taken:
    # Only what holds for every reading: one side's tick does not vouch for the other.
    shared = set.intersection(*(set(one.conditions.items()) for one in results))
    said = {one.judged_abnormal for one in results}
    judged = True if True in said else False if False in said else None
    return Taken(key, [_reading(one) for one in results], dict(shared), judged)


def _reading(result: Result) -> Reading:
    value = None if result.value is None else float(result.value)
    return Reading(result.side, value, result.word, sitting=result.assessment_id, parts=result.parts, pain=result.pain)


def person_of(episode: Episode, day: date) -> Person:
    return Person(episode.patient.age_on(day), episode.patient.sex)


def abnormal_tests(episode: Episode, day: date) -> list[str]:
    """What a re-test repeats."""
    return abnormal_in(latest_known(episode), person_of(episode, day))


def abnormal_in(results: Iterable[Result], person: Person) -> list[str]:
    return sorted(verdict.test for verdict in verdicts(results, person) if verdict.state == State.ABNORMAL)


def assessment_page(episode: Episode, today: date) -> AssessmentPage:
    latest = latest_known(episode)
    names = {result.test.key: result.test.name for result in latest}
    lines = {result.test.key: result.test.line for result in latest}
    judged = judged_by_test(latest, person_of(episode, today))
    found = [verdict for _taken, verdict in judged.values()]
    written = list(Assessment.objects.filter(episode=episode).select_related("assessor").newest_first())
    by_sitting = _by_sitting(written)
    put_right = {one.corrects_id for one in written}
    sittings = [one for one in written if one.pk not in put_right]
    factors = list(Factor.objects.with_decisions().filter(episode=episode))
    return AssessmentPage(
        sittings=[Sitting(one, list(_corrections(one, written, by_sitting))) for one in sittings],
        rows=_rows(sittings, by_sitting),
        findings=[_finding(one.test, names, one.because) for one in found if _speaks(one, lines)],
        notes=[_finding(one.test, names, one.notes) for one in found if one.notes],
        root_suspected=radiculopathy_suspected(judged),
        factors=weighed(factors),
        unseen=sorted((one for one in factors if one.is_unseen and one.kind.is_active), key=lambda one: one.kind.pk),
        tested=days_of(latest),
    )


def days_of(results: Iterable[Result]) -> dict[str, date]:
    """Of each test the latest day: its sides may come from two."""
    found: dict[str, date] = {}
    for one in results:
        found[one.test.key] = max(one.assessment.done_on, found.get(one.test.key, date.min))
    return found


def _finding(test: str, names: Mapping[str, str], said: Iterable[Said]) -> Finding:
    return Finding(test, names[test], sentences(one.stored() for one in said))


def _speaks(verdict: Verdict, lines: Mapping[str, Any]) -> bool:
    """Outside its line, or done so that it does not count, or a line that others have and this person does not."""
    if verdict.state == State.NO_REFERENCE:
        return bool(lines[verdict.test].get("rule", "judgement") not in OPEN)
    return verdict.state != State.NORMAL


def _by_sitting(written: Iterable[Assessment]) -> dict[int, dict[str, list[Result]]]:
    """By the assessment's id and the test's key."""
    found: dict[int, dict[str, list[Result]]] = defaultdict(lambda: defaultdict(list))
    for result in Result.objects.filter(assessment__in=written).select_related("test").order_by("test__key", "pk"):
        found[result.assessment_id][result.test.key].append(result)
    return found


def _rows(sittings: Sequence[Assessment], by_sitting: Mapping[int, Mapping[str, list[Result]]]) -> list[ResultRow]:
    tests = {key: found[0].test for one in sittings for key, found in by_sitting[one.pk].items()}
    return [
        ResultRow(
            key,
            tests[key].name,
            [Measured(one.done_on, _text(found)) for one in sittings if (found := by_sitting[one.pk].get(key))],
        )
        for key in sorted(tests)
    ]


def _corrections(
    sitting: Assessment, written: Iterable[Assessment], by_sitting: Mapping[int, Mapping[str, list[Result]]]
) -> Iterator[Correction]:
    rows = {one.pk: one for one in written}
    while sitting.corrects_id:
        before, now = by_sitting[sitting.corrects_id], by_sitting[sitting.pk]
        was = [
            f"{found[0].test.name}: {_text(found)}"
            for key, found in before.items()
            if key not in now or _text(now[key]) != _text(found)
        ]
        yield Correction(sitting, was)
        sitting = rows[sitting.corrects_id]


def _text(results: Sequence[Result]) -> str:
    """Right and left together: R 7 · L 10.5."""
    marks: Mapping[str, str] = {ResultSide.RIGHT: _("R "), ResultSide.LEFT: _("L ")}
    reasons = {one.not_tested for one in results}
    if len(reasons) == 1 and "" not in reasons:  # both sides for the same reason: said once
        return value_text(results[0])
    right_first = sorted(results, key=lambda one: one.side, reverse=True)
    return " · ".join(f"{marks.get(one.side, '')}{value_text(one)}" for one in right_first)


def value_text(result: Result, *, with_unit: bool = True) -> str:
    """165 N, grade 4-."""
    if result.not_tested:
        return str(result.get_not_tested_display())
    shape = shape_of(result.test.key, result.test.line, result.test.possible)
    number = "" if result.value is None else amount(float(result.value), result.test.unit if with_unit else "")
    word = _("grade %(grade)s") % {"grade": result.word} if shape.graded and result.word else _answer(result.word)
    value = ", ".join(one for one in (number, word) if one)
    return "; ".join(one for one in (value, *_parts(result, shape)) if one) or result.note


def _parts(result: Result, shape: Shape) -> list[str]:
    """What says more than the value: of counted parts the bad ones, of roots those that are not normal."""
    known = [(part, result.parts[part.key]) for part in shape.parts if part.key in result.parts]
    if result.word == "normal":
        known = [(part, value) for part, value in known if part.words]
    shown = [(part, value) for part, value in known if not part.bad or value == part.bad]
    return [part.name if part.bad else f"{part.name}: {_answer(value, part.unit)}" for part, value in shown]


def _answer(value: float | str, unit: str = "") -> str:
    return str(ANSWERS.get(value, value)) if isinstance(value, str) else amount(value, unit)
