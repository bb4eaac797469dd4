"""What a re-test says beside the first sitting: resolved, improving, or neither."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from programs import catalogue
from programs.models import Episode, Factor, ResultSide
from programs.queries.retest import retest_of
from programs.reasoning import Course, Person, Reading, State, Taken, Verdict, course_of, judge, suggest
from programs.retest import Moved
from programs.services.assessments import Entry
from tests.factories import Cast
from tests.programs.test_assessments import LATER, a_test, assessed, both

WOMAN = Person(42, "female")


def judged(key: str, *sides: tuple[float, float], right: bool | None = None) -> list[tuple[Taken, Verdict]]:
    """One sitting for each pair of right and left."""
    test = catalogue.test(key)
    conditions = {"pelvis_controlled": True}
    takens = [Taken(key, (Reading("right", r), Reading("left", left)), conditions, right) for r, left in sides]
    return [(taken, judge(taken, test.line, test.unit, WOMAN)) for taken in takens]


def course(key: str, *sides: tuple[float, float]) -> Course:
    return course_of({key: judged(key, *sides)}, {key: catalogue.test(key).line})


@pytest.mark.parametrize(
    ("key", "sides", "improved"),
    [
        ("M12", [(7.0, 10.5), (8.0, 10.5)], True),  # exactly the error
        ("M12", [(7.0, 10.5), (7.9, 10.5)], False),
        ("M12", [(7.0, 10.5), (9.0, 9.0)], False),  # one side for the other
        ("M12", [(7.0, 10.5)], False),
        ("M12", [(12.0, 12.0), (7.0, 7.0), (8.5, 8.5)], True),  # since it was outside, not since it was normal
        ("M12", [(12.0, 12.0), (7.0, 7.0), (7.5, 7.5)], False),
        ("M12", [(10.0, 10.5), (12.0, 12.5)], False),  # was never outside
        ("O01", [(8, 0), (2, 0)], True),  # lower is better
        ("M17", [(18, 34), (19, 60)], False),  # nobody knows this test's error
    ],
)
def test_a_test_improves_by_its_error(key: str, sides: list[tuple[float, float]], improved: bool) -> None:
    assert (key in course(key, *sides).improved) is improved


@pytest.mark.parametrize(
    ("sides", "repeated"),
    [
        ([(7.0, 10.5)], False),
        ([(7.0, 10.5), (7.0, 10.5)], True),
        ([(12.0, 12.5), (7.0, 10.5)], False),  # outside only the last time
        ([(12.0, 12.5), (7.0, 10.5), (12.0, 12.5)], True),
    ],
)
def test_repeated_means_since_it_was_outside(sides: list[tuple[float, float]], repeated: bool) -> None:
    assert ("M12" in course("M12", *sides).repeated) is repeated


@pytest.mark.parametrize(
    ("first", "again", "repeated"),
    [
        ((7.0, 8.0), ["right"], True),  # the right one alone was short
        ((7.0, 8.0), ["left"], False),
        ((7.0, 10.5), ["right"], False),  # short, and too far from the left one
        ((7.0, 10.5), ["right", "left"], True),
    ],
)
def test_the_sides_that_were_outside_are_repeated(first: tuple[float, float], again: list[str], repeated: bool) -> None:
    line = {**catalogue.test("M12").line, "low": 7.5}
    takens = [Taken("M12", [Reading("right", first[0]), Reading("left", first[1])])]
    takens += [Taken("M12", [Reading(side, 8.0)]) for side in again]
    sittings = [(one, judge(one, line, "cm", WOMAN)) for one in takens]
    assert ("M12" in course_of({"M12": sittings}, {"M12": line}).repeated) is repeated


def test_an_angle_that_did_not_count_is_no_baseline() -> None:
    line = catalogue.test("O01").line
    free = Taken("O01", (Reading("right", 20), Reading("left", 0)), {})
    sittings = [(free, judge(free, line, "deg", WOMAN)), *judged("O01", (8, 0), (7, 0))]
    assert course_of({"O01": sittings}, {"O01": line}) == Course(frozenset({"O01"}), repeated=frozenset({"O01"}))


def ankle(verdicts: list[Verdict], before: Course) -> str:
    return next(one.state for one in suggest(verdicts, catalogue.factors(), before) if one.factor == "ankle_df")


def test_a_factor_is_resolved_when_all_that_spoke_for_it_is_inside_again() -> None:
    lunge, dorsiflexion = Verdict("M12", State.NORMAL), Verdict("O03", State.NORMAL)
    once = Course(frozenset({"M12"}))
    assert ankle([lunge], once) == "resolved"
    assert ankle([lunge], Course(frozenset({"M12", "O03"}))) == "not_assessed"
    assert ankle([lunge, dorsiflexion], Course()) == "not_supported"
    assert ankle([Verdict("M12", State.NOT_COUNTED)], once) == "not_assessed"
    assert ankle([lunge, Verdict("O03", State.ABNORMAL)], once) == "possible"


def factor(episode: Episode, key: str) -> tuple[str, bool]:
    return Factor.objects.values_list("suggestion", "improving").get(episode=episode, key=key)


def test_the_lunge_of_the_worked_example_improves_and_resolves_the_ankle(in_north: Cast) -> None:
    episode = assessed(in_north, both("M12", "7.0", "10.5"))
    assert factor(episode, "ankle_df") == ("possible", False)
    assessed(in_north, both("M12", "8.0", "10.5"), episode=episode, day=LATER)
    assert factor(episode, "ankle_df") == ("possible", True)
    assessed(in_north, both("M12", "9.5", "11.0"), episode=episode, day=date(2021, 4, 12))
    assert factor(episode, "ankle_df") == ("resolved", False)


def right_only(value: str) -> list[Entry]:
    return [Entry(test=a_test("M12"), side=ResultSide.RIGHT, value=Decimal(value))]


def test_sides_of_two_days_are_not_compared(in_north: Cast) -> None:
    """Right 12.5 now and left 10.5 three weeks ago would differ by 2 cm; the left may have grown too."""
    episode = assessed(in_north, both("M12", "10.0", "10.5"))
    assessed(in_north, right_only("12.5"), episode=episode, day=LATER)
    assert factor(episode, "ankle_df") == ("not_assessed", False)


def test_a_side_of_two_days_ago_that_fits_resolves_nothing_and_the_one_that_gained_is_better(in_north: Cast) -> None:
    """On the page of the re-assessment as in the factor."""
    episode = assessed(in_north, both("M12", "7.0", "10.5"))
    assessed(in_north, right_only("9.5"), episode=episode, day=LATER)
    assert factor(episode, "ankle_df") == ("not_assessed", True)
    assert [one.state for one in retest_of(episode, LATER).factors] == [Moved.IMPROVING]


def test_what_was_inside_first_is_judged_since_it_was_outside(in_north: Cast) -> None:
    episode = assessed(in_north, both("M12", "12", "12"))
    for weeks, value in ((1, "7"), (2, "8.5")):
        assessed(in_north, both("M12", value, value), episode=episode, day=LATER + timedelta(weeks=weeks))
    (found,) = retest_of(episode, LATER + timedelta(weeks=2)).factors
    assert (found.state, factor(episode, "ankle_df")[1]) == (Moved.IMPROVING, True)
    assert [(side.first.text, side.gained) for side in found.tests[0].sides] == [("7", 1.5), ("7", 1.5)]


def test_the_other_sides_short_value_is_not_forgotten(in_north: Cast) -> None:
    episode = assessed(in_north, both("M12", "9.5", "8.5"))
    assessed(in_north, right_only("9.5"), episode=episode, day=LATER)
    assert factor(episode, "ankle_df") == ("possible", False)


def test_one_sides_controlled_pelvis_does_not_vouch_for_the_other(in_north: Cast) -> None:
    episode = assessed(in_north, both("O01", "0", "8", conditions={"pelvis_controlled": False}))
    controlled = {"pelvis_controlled": True}
    right = Entry(test=a_test("O01"), side=ResultSide.RIGHT, value=Decimal(0), conditions=controlled)
    assessed(in_north, [right], episode=episode, day=LATER)
    assert factor(episode, "hip_tight") == ("not_assessed", False)
