from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.outcomes import Outcome, Reading, all_reached, measured_since, outcome_of

START = date(2021, 3, 1)
LATER = START + timedelta(days=21)
values = st.decimals(min_value=-10, max_value=240, places=1)
operators = st.sampled_from([">=", "<=", "<", ">"])


@pytest.mark.parametrize(
    ("value", "day", "counts"),
    [
        ("7.0", START, False),
        ("7.0", START - timedelta(days=3), False),
        ("7.0", LATER, True),  # measured again, and as it was
        ("8.0", START, True),  # later on the first day
    ],
)
def test_the_value_that_the_goal_started_from_says_nothing(value: str, day: date, counts: bool) -> None:
    reading = Reading(Decimal(value), day)
    assert (measured_since(reading, start=Decimal(7), since=START) is reading) is counts


def test_a_first_value_counts_where_there_was_none_to_start_from() -> None:
    reading = Reading(Decimal(7), START)
    assert measured_since(reading, start=None, since=START) is reading
    assert measured_since(None, start=None, since=START) is None


@pytest.mark.parametrize(
    ("operator", "value", "outcome"),
    [
        ("<", "15", Outcome.MISSED),
        ("<", "14", Outcome.REACHED),
        ("<=", "2", Outcome.REACHED),
        (">=", "8.9", Outcome.MISSED),
    ],
)
def test_a_strict_target_is_strict(operator: str, value: str, outcome: Outcome) -> None:
    target = {"<": Decimal(15), "<=": Decimal(2), ">=": Decimal(9)}[operator]
    assert outcome_of(operator, target, Reading(Decimal(value), LATER)) == outcome


@given(operator=operators, target=values)
def test_what_was_not_measured_is_never_reached_nor_missed(operator: str, target: Decimal) -> None:
    assert outcome_of(operator, target, None) == Outcome.UNKNOWN


@given(target=values, value=values, more=st.decimals(min_value=0, max_value=50, places=1))
def test_a_better_value_never_loses_a_goal(target: Decimal, value: Decimal, more: Decimal) -> None:
    now, better = (outcome_of(">=", target, Reading(one, LATER)) for one in (value, value + more))
    assert (now, better) != (Outcome.REACHED, Outcome.MISSED)


@given(st.lists(st.sampled_from(Outcome)))
def test_all_reached_means_that_there_were_some(outcomes: list[Outcome]) -> None:
    assert all_reached(outcomes) == (set(outcomes) == {Outcome.REACHED})
