"""What the board draws of a test against its line: outside is never drawn as inside, whichever end is better."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinics import charts
from programs import catalogue
from programs.reasoning import Person, Reading, State, Taken, Verdict, judge
from programs.trace import Gauge, Trace, Value, gauge_of
from tests.programs.test_sixty_tests import APART, CASES, RATED, RATIOS, WOMAN, judged, reading

SIDES = ("right", "left")
NUMBERS = [key for key, case in CASES.items() if isinstance(case.good, int | float)]
DRAWN = {"M03", "M06", "M12", "M13", "M15", "M16", "M17", "M18", "M21", "O01", "O02", "O14", "O17", "N17"}
ASKED = {"FEAR": (5, 6), "FABQ_PA": (14, 15), "TSK17": (37, 38), "STARTBACK_DISTRESS": (3, 4)}


def sitting(key: str, *given: Any) -> dict[str, Value]:
    sides = SIDES if catalogue.test(key).sided else ("none",)
    read = [reading(side, one) for side, one in zip(sides, given * (3 - len(given)), strict=False)]
    return {one.side: Value(one.value, one.word) for one in read}


def drawn(key: str, state: State, *sittings: dict[str, Value], person: Person = WOMAN) -> Gauge | None:
    return gauge_of(Trace(sittings).series(RATED[key].line), RATED[key].line, person, state)


def dot(gauge: Gauge) -> tuple[bool, bool]:
    """Whether the solid dot is on the good side of the line, and whether it has the good colour."""
    measure = charts.Measure(gauge.now, gauge.line, gauge.reach, gauge.start, gauge.lower_is_better, gauge.line_is_out)
    ((state, x),) = re.findall(r'class="now (\w+)" cx="([\d.]+)"', charts.gauge(measure))
    return float(x) >= 80, state == "true"


@pytest.mark.parametrize("before", [(), ("good",), ("bad",)])
@pytest.mark.parametrize("key", NUMBERS)
def test_a_value_outside_is_drawn_outside_and_one_inside_inside(key: str, before: tuple[str, ...]) -> None:
    """Whatever it was before: the direction comes from the line alone."""
    case = CASES[key]
    earlier = [sitting(key, getattr(case, one)) for one in before]
    for value, is_good in ((case.good, True), (case.bad, False)):
        state = judged(key, value, person=case.person, ticks=case.ticks).state
        found = drawn(key, state, *earlier, sitting(key, value), person=case.person)
        assert (found is not None) == (key in DRAWN)
        assert found is None or dot(found) == (is_good, is_good)


@pytest.mark.parametrize("key", ASKED)
def test_so_are_the_numbers_that_patients_give(key: str) -> None:
    for value, is_good in zip(ASKED[key], (True, False), strict=True):
        verdict = judge(Taken(key, [Reading(value=value)]), RATED[key].line, "", WOMAN)
        found = drawn(key, verdict.state, {"none": Value(value)})
        assert found is not None
        assert dot(found) == (is_good, is_good)


@pytest.mark.parametrize("key", RATIOS)
def test_a_ratio_is_outside_on_either_side(key: str) -> None:
    right, left, high, low = RATIOS[key]
    for pair in ((right, left - 3), (left - 3, right)):
        found = drawn(key, judged(key, *pair).state, sitting(key, *pair))
        assert found is not None
        assert dot(found) == (False, False)
    inside = drawn(key, judged(key, high, low + 1).state, sitting(key, high, low + 1))
    assert inside is not None
    assert dot(inside) == (True, True)


@pytest.mark.parametrize("key", sorted(set(APART) & DRAWN - {"M21"}))
def test_sides_too_far_apart_are_said_in_words_not_drawn_as_inside(key: str) -> None:
    pair = (CASES[key].good, CASES[key].good + APART[key])
    assert drawn(key, judged(key, *pair).state, sitting(key, *pair)) is None


def verdict_of(key: str, sitting: dict[str, Value], person: Person) -> Verdict:
    readings = [Reading(side, value.number) for side, value in sitting.items()]
    return judge(Taken(key, readings, {"pelvis_controlled": True}), RATED[key].line, RATED[key].unit, person)


@given(st.sampled_from(sorted(DRAWN | {"M19", "O08"})), st.data(), st.sampled_from([WOMAN, Person(66, "male")]))
def test_no_number_is_ever_drawn_against_its_verdict(key: str, data: st.DataObject, person: Person) -> None:
    sides = SIDES if catalogue.test(key).sided else ("none",)
    numbers = st.integers(0, 400).map(lambda number: number / 2)
    sittings = [{side: Value(data.draw(numbers)) for side in sides} for _ in range(data.draw(st.integers(1, 3)))]
    state = verdict_of(key, sittings[-1], person).state
    found = drawn(key, state, *sittings, person=person)
    assert found is None or dot(found) == (state == State.NORMAL, state == State.NORMAL)


@given(st.sampled_from(sorted(DRAWN)), st.integers(0, 400), st.sampled_from([State.NO_REFERENCE, State.NOT_COUNTED]))
def test_what_was_not_judged_is_not_drawn(key: str, value: int, state: State) -> None:
    assert drawn(key, state, sitting(key, value), person=CASES[key].person) is None
