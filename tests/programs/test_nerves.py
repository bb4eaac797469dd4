"""Roots, loss that grows, and which findings ask for a red-flag screen."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs import catalogue
from programs.reasoning import (
    NerveFindings,
    Person,
    Rated,
    Reading,
    Taken,
    Verdict,
    judge_all,
    nerve_findings,
    progressive_deficit,
    radiculopathy_suspected,
)  # fmt: skip

RATED = {one.key: Rated(one.line, one.unit) for one in catalogue.tests()}
QUESTIONS = {one["key"] for item in catalogue.red_flags() for one in item["questions"]}
Exam = Mapping[str, tuple[Taken, Verdict]]
POSITIVE_SLUMP: dict[str, Any] = {"N14": ("+", "-")}


def exam(**given: tuple[Any, ...]) -> Exam:
    """Right and left; one value for a test without sides."""
    takens = [Taken(key, [_reading(side, one) for side, one in _sides(both)]) for key, both in given.items()]
    return {
        one.test: (one, found) for one, found in zip(takens, judge_all(takens, RATED, Person(50, "male")), strict=True)
    }


def _sides(both: tuple[Any, ...]) -> list[tuple[str, Any]]:
    return [("none", both[0])] if len(both) == 1 else list(zip(("right", "left"), both, strict=True))


def _reading(side: str, value: Any) -> Reading:
    match value:
        case dict():
            return Reading(side, parts=value)
        case str():
            return Reading(side, word=value)
        case _:
            return Reading(side, value)


@pytest.mark.parametrize(
    ("loss", "suspected"),
    [
        ({"N04": ("4", "5")}, True), ({"N05": ("5", "5-")}, True), ({"N08": (1, 2)}, True), ({"N08": (2, 3)}, True),
        ({"N10": ({"L5": 1}, {"L5": 2})}, True), ({"N10": ({"L2": 1}, {"L2": 2})}, False), ({"N01": ("3", "5")}, False),
        ({"N04": ("5", "5"), "N08": (2, 2)}, False), ({}, False),
    ],
)  # fmt: skip
def test_a_root_is_suspected_with_a_positive_tension_test_and_loss_that_fits(loss: Any, suspected: bool) -> None:
    assert radiculopathy_suspected(exam(**POSITIVE_SLUMP, **loss)) is suspected
    assert not radiculopathy_suspected(exam(N14=("-", "-"), **loss))


@pytest.mark.parametrize(
    ("before", "now", "codes"),
    [
        ({"N04": ("4", "5")}, {"N04": ("3", "5")}, ["fallen"]),
        ({"N04": ("4+", "5")}, {"N04": ("3+", "5")}, ["fallen"]),
        ({"N04": ("4", "5")}, {"N04": ("4-", "5")}, []),  # less than a grade, and the root was lost before
        ({"N04": ("5", "5")}, {"N04": ("4+", "5")}, ["new_root"]),
        ({"N04": ("5", "5")}, {"N04": ("4", "5")}, ["fallen", "new_root"]),
        ({"N04": ("4", "5")}, {"N04": ("4", "4")}, ["fallen", "new_root"]),  # the other leg too
        ({"N05": ("5", "5")}, {"N04": ("3", "5")}, []),  # L5 was not looked at before: nobody knows
        ({"N10": ("normal", "normal")}, {"N10": ({"S1": 1}, "normal")}, ["new_root"]),
        ({"N07": (2, 2)}, {"N07": (1, 2)}, ["new_root", "new_root"]),  # L3 and L4
        ({"N08": (2, 2)}, {"N08": (3, 2)}, []),  # brisker on one side: the other has lost nothing
        ({"N08": (4, 4)}, {"N08": (4, 3)}, []),
        ({"N04": ("3", "5")}, {"N04": ("5", "5")}, []),
        ({}, {"N04": ("2", "5")}, []),
    ],
)  # fmt: skip
def test_a_deficit_is_progressive_against_the_exam_before(before: Any, now: Any, codes: list[str]) -> None:
    assert [said.code for said in progressive_deficit(exam(**now), exam(**before))] == codes


GRADES = st.sampled_from(["0", "1", "2", "3", "3+", "4-", "4", "4+", "5-", "5"])


@given(st.tuples(GRADES, GRADES), st.tuples(GRADES, GRADES))
def test_power_that_holds_or_returns_is_never_progressive(first: tuple[str, str], second: tuple[str, str]) -> None:
    one, two = exam(N04=first), exam(N04=second)
    assert progressive_deficit(one, one) == ()
    assert not (progressive_deficit(one, two) and progressive_deficit(two, one)) or first != second


@pytest.mark.parametrize(("reflex", "lost"), [((3, 2), []), ((2, 1), [("S1", "left"), ("S2", "left")])])
def test_what_is_lost_is_not_the_normal_side_of_a_brisk_one(reflex: Any, lost: list[tuple[str, str]]) -> None:
    assert sorted(nerve_findings(exam(N08=reflex)).lost) == lost


def alarms(found: NerveFindings) -> list[str]:
    return [alarm.question for alarm in found.alarms]


@pytest.mark.parametrize(
    ("now", "questions"),
    [
        ({"N11": ("altered",)}, ["r01_saddle"]), ({"N11": ("normal",)}, []),
        ({"N04": ("3", "5")}, ["r07_power3"]), ({"N04": ("4", "5")}, []),
        ({"N04": ("3", "3")}, ["r01_both_weak", "r07_power3"]),
        ({"N16": ("extensor", "flexor")}, ["r08_umn"]), ({"N17": (3, 0)}, ["r08_umn"]),
        ({"N18": ("+", "-")}, ["r08_umn"]),
        ({"N19": ("fail",)}, []), ({"N07": (4, 4)}, []), ({"N07": (4, 4), "N17": (1, 1)}, ["r08_umn"]),
    ],
)  # fmt: skip
def test_findings_that_answer_a_red_flag_question_with_yes(now: Any, questions: list[str]) -> None:
    found = alarms(nerve_findings(exam(**now)))
    assert found == questions
    assert set(found) <= QUESTIONS


def test_a_deficit_that_grows_answers_the_computed_question() -> None:
    found = nerve_findings(exam(N04=("4-", "5")), exam(N04=("5", "5")))
    assert alarms(found) == ["r07_rule"]
    assert found.alarms[0].because == found.progressive_deficit


def test_a_failed_balance_test_is_told_beside_a_sign_of_the_cord() -> None:
    found = nerve_findings(exam(N18=("+", "-"), N19=("fail",)))
    assert [said.facts["test"] for said in found.alarms[0].because] == ["N18", "N19"]


def test_pain_that_moves_down_beside_a_lost_root_says_so() -> None:
    lost = {"N04": ("4", "5")}
    assert [said.code for said in nerve_findings(exam(M05=("peripheralises",), **lost)).notes] == ["refer_direction"]
    assert nerve_findings(exam(M05=("centralises",), **lost)).notes == ()
