from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs import catalogue
from programs.reasoning import Person, Reading, Said, State, Taken, Verdict, judge, suggest
from programs.sentences import reasons, sentences


def said(sayings: Iterable[Said]) -> str:
    return sentences(one.stored() for one in sayings)


def lunge(right: float, left: float) -> Any:
    m12 = catalogue.test("M12")
    readings = (Reading("right", right), Reading("left", left))
    return judge(Taken("M12", readings), m12.line, m12.unit, Person(42, "female"))


def test_the_lunge_says_why_in_plain_sentences() -> None:
    assert said(lunge(7.0, 10.5).because) == "Right 7 cm is under 9 cm. Sides differ by 3.5 cm, more than 1.5 cm."


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


def taken(key: str, *readings: Reading, judged: bool | None = None) -> Any:
    test = catalogue.test(key)
    conditions = {"pelvis_controlled": True}
    return judge(Taken(key, readings, conditions, judged), test.line, test.unit, Person(63, "male"))


def test_one_good_side_says_nothing_about_the_other() -> None:
    alone = taken("M12", Reading("right", 12.0))
    assert (alone.state, said(alone.because)) == (State.NOT_COUNTED, "Only the right side was tested.")
    assert taken("M12", Reading("right", 12.0), judged=False).state == State.NORMAL
    assert taken("M12", Reading("right", 7.0)).state == State.ABNORMAL


@pytest.mark.parametrize("key", ["M12", "M16", "M17", "M19", "O02", "N07"])
def test_no_number_is_never_normal(key: str) -> None:
    assert taken(key, Reading("right", None, "good"), Reading("left", None, "good")).state == State.NO_REFERENCE


@pytest.mark.parametrize(
    ("key", "right", "left", "state"),
    [
        ("M19", 60, 0, State.ABNORMAL), ("M19", 0, 60, State.ABNORMAL), ("M19", 0, 0, State.NO_REFERENCE),
        ("O08", 0, 0, State.NO_REFERENCE), ("O08", 200, 0, State.ABNORMAL),
        ("O09", 20, 200, State.NO_REFERENCE),  # hand grades only have a line here
    ],
)  # fmt: skip
def test_a_side_that_holds_nothing_is_weaker_and_of_two_nobody_can_tell(
    key: str, right: float, left: float, state: State
) -> None:
    assert taken(key, Reading("right", right), Reading("left", left)).state == state


@pytest.mark.parametrize("key", ["M07", "M09", "O10", "N14"])
def test_no_answer_is_never_normal(key: str) -> None:
    assert taken(key, Reading("right", 1.0), Reading("left", 1.0)).state == State.NO_REFERENCE


@given(st.sampled_from(["M12", "M16", "M17", "M18", "O01", "O02", "O03", "O17", "TSK17"]), st.data())
def test_a_worse_value_on_both_sides_never_turns_a_finding_into_none(key: str, data: st.DataObject) -> None:
    worse = -1 if catalogue.test(key).line["better"] == "higher" else 1
    value, by = data.draw(st.floats(0, 250)), data.draw(st.floats(0, 50))
    before, after = (
        taken(key, Reading("right", number), Reading("left", number)).state for number in (value, value + worse * by)
    )
    assert before == State.NORMAL or after == State.ABNORMAL


@given(st.lists(st.sampled_from([one.key for one in catalogue.tests()]), unique=True), st.randoms())
def test_more_evidence_never_weakens_a_suggestion(keys: list[str], chance: Any) -> None:
    weight = {"not_assessed": 0, "not_supported": 0, "possible": 1, "supported": 2, "withheld": 1}
    verdicts = [Verdict(key, State.ABNORMAL, (Said("judged"),), chance.random() < 0.5) for key in keys if key != "N04"]
    for factor in catalogue.factors():
        states = [suggest(verdicts[:n], [factor])[0].state for n in range(len(verdicts) + 1)]
        weights = [weight[state] for state in states]
        assert weights == sorted(weights)


def test_a_hand_grade_is_said_as_it_was_noted() -> None:
    weak = taken("O08", Reading("right", 165, "4-"), Reading("left", 205, "4+"))
    assert said(weak.because) == "Right grade 4-. Weaker to stronger side is 0.8, under 0.9."


@pytest.mark.parametrize("key", ["M12", "M17", "M19", "M21", "O08", "N04", "N07"])
def test_sides_of_two_sittings_are_never_compared(key: str) -> None:
    """Values that are fine by themselves and far apart; only the grades of a weak side speak for themselves."""
    words = {"O08": "5", "N04": "5"}
    high, low = {"M21": (0.6, 0.6), "N07": (2, 3), "M12": (20, 10)}.get(key, (200, 100))
    readings = [Reading("right", high, words.get(key, "")), Reading("left", low, words.get(key, ""))]
    if key == "N04":
        readings = [Reading("right", None, "5"), Reading("left", None, "4+")]
    apart = [Reading(one.side, one.value, one.word, sitting) for sitting, one in enumerate(readings)]
    assert taken(key, *readings).state == State.ABNORMAL
    assert taken(key, *apart).state == State.NOT_COUNTED
    assert said(taken(key, *apart).because) == "The sides were tested on different days, so they are not compared."


def test_two_findings_of_one_test_count_once() -> None:
    both = lunge(7.0, 10.5)
    assert len(both.because) == 2
    ankle = next(one for one in suggest([both], catalogue.factors()) if one.factor == "ankle_df")
    assert (ankle.state, ankle.tests, ankle.quantitative) == ("possible", ("M12",), ("M12",))


def test_reduced_toe_power_withholds_weak_hips_and_says_why() -> None:
    weak = taken("M17", Reading("right", 10.0), Reading("left", 30.0))
    toe = taken("N04", Reading("right", None, "4"), Reading("left", None, "5"))
    hips = next(one for one in suggest([weak, toe], catalogue.factors()) if one.factor == "hip_weak")
    assert (hips.state, hips.tests, hips.blocked_by) == ("withheld", ("M17",), ("N04",))
    assert reasons([{"name": one.test, **one.stored()} for one in hips.because]) == [
        "M17: Right 10 s is under 20 s. Sides differ by 20 s, more than 10 s.",
        "N04: Power is reduced: it could be the L5 nerve root instead.",
    ]


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
