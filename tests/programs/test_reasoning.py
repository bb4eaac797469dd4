from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs import catalogue
from programs.reasoning import Person, Reading, State, Taken, judge, suggest

SIDES = {"R": "right", "L": "left"}
CASES = catalogue.content("cases")["items"]


def taken_from_case(test: str, raw: dict[str, Any], judged: str | None) -> Taken:
    parts = {SIDES[key]: raw[key] for key in SIDES if key in raw} or {"none": raw.get("value")}
    readings = tuple(reading(side, value) for side, value in parts.items() if value is not None)
    conditions = {key: value for key, value in raw.items() if key in {"pelvis_controlled", "heel_lift"}}
    return Taken(test, readings, conditions, None if judged is None else judged == "abnormal")


def reading(side: str, value: Any) -> Reading:
    match value:
        case {"mmt": str(word), **rest}:
            force: Any = rest.get("n")
            return Reading(side, force, word)
        case {"knee0": int(straight), "knee90": int(bent)}:
            return Reading(side, min(straight, bent))
        case str():
            return Reading(side, None, value)
        case _:
            return Reading(side, value)


def suggestions_of(case: dict[str, Any]) -> dict[str, Any]:
    person = Person(case["patient"]["age"], case["patient"]["sex"])
    said = case.get("clinician_judgement") or {}
    verdicts = [
        judge(taken_from_case(key, raw, said.get(key)), catalogue.test(key).line, catalogue.test(key).unit, person)
        for key, raw in case["tests"].items()
    ]
    return {one.factor: one for one in suggest(verdicts, catalogue.factors(), {})}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["key"])
def test_every_case_gives_exactly_its_expected_suggestions(case: dict[str, Any]) -> None:
    found = suggestions_of(case)
    for factor, expected in case["expected"]["factors"].items():
        suggested = found[factor]
        assert suggested.state == (expected["suggestion"] or "withheld"), factor
        assert list(suggested.tests) == expected["tests"], factor
        assert list(suggested.quantitative) == expected["quantitative"], factor
        assert list(suggested.no_reference) == expected["no_reference"], factor
        assert list(suggested.blocked_by) == expected["blocked_by"], factor


def lunge(right: float, left: float) -> Any:
    m12 = catalogue.test("M12")
    readings = (Reading("right", right), Reading("left", left))
    return judge(Taken("M12", readings), m12.line, m12.unit, Person(42, "female"))


def test_the_lunge_says_why_in_plain_sentences() -> None:
    assert lunge(7.0, 10.5).because == ("Right 7 cm is under 9 cm.", "Sides differ by 3.5 cm, more than 1.5 cm.")


def test_a_difference_of_exactly_the_line_is_inside() -> None:
    assert lunge(9.5, 11.0).state == State.NORMAL


def test_sorensen_has_no_line_for_women_and_counts_by_judgement_only() -> None:
    m18, woman = catalogue.test("M18"), Person(42, "female")
    low = (Reading(value=62),)
    assert judge(Taken("M18", low), m18.line, m18.unit, woman).state == State.NO_REFERENCE
    judged = judge(Taken("M18", low, judged=True), m18.line, m18.unit, woman)
    assert (judged.state, judged.quantitative) == (State.ABNORMAL, False)
    assert judge(Taken("M18", low), m18.line, m18.unit, Person(42, "male")).quantitative


def test_thomas_does_not_count_without_a_controlled_pelvis() -> None:
    o01 = catalogue.test("O01")
    short = Taken("O01", (Reading("right", 8), Reading("left", 0)))
    assert judge(short, o01.line, o01.unit, Person(42, "female")).state == State.NOT_COUNTED


def test_step_down_is_never_a_strength_finding() -> None:
    m10 = catalogue.test("M10")
    many = (Reading("right", 9), Reading("left", 9))
    assert judge(Taken("M10", many), m10.line, m10.unit, Person(42, "male")).state == State.NO_REFERENCE
    assert not judge(Taken("M10", many, judged=True), m10.line, m10.unit, Person(42, "male")).quantitative


@given(st.floats(0, 25), st.floats(0, 25), st.floats(0, 5))
def test_a_shorter_lunge_never_turns_a_finding_into_none(right: float, left: float, less: float) -> None:
    before = lunge(right, left)
    worse = lunge(right - less, left) if right <= left else lunge(right, left - less)
    assert before.state == State.NORMAL or worse.state == State.ABNORMAL


@given(st.sampled_from([one.key for one in catalogue.tests()]), st.floats(0, 300), st.floats(0, 300))
def test_no_number_breaks_any_line(key: str, right: float, left: float) -> None:
    test = catalogue.test(key)
    readings = (Reading("right", right), Reading("left", left))
    assert judge(Taken(key, readings), test.line, test.unit, Person(63, "female")).test == key
