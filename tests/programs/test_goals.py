"""How far a goal is: what the bar beside it shows, from nothing to all of it."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.goals import way_gone
from programs.sentences import amount

VALUES = st.decimals(0, 300, places=1)


@pytest.mark.parametrize(
    ("start", "now", "target", "gone"),
    [("6", "2", "2", 100), ("6", "4", "2", 50), ("38", "18", "20", 100), ("7", "7", "9", 0), ("7", "6", "9", 0)],
)
def test_the_way_is_told_in_hundredths(start: str, now: str, target: str, gone: float) -> None:
    assert way_gone(Decimal(start), Decimal(now), Decimal(target)) == gone


@given(VALUES, VALUES)
def test_nothing_is_gone_at_the_start_and_all_at_the_target(start: Decimal, target: Decimal) -> None:
    assert way_gone(start, target, target) == 100
    assert way_gone(start, start, target) == (100 if start == target else 0)


def test_without_both_ends_there_is_no_way() -> None:
    assert way_gone(None, Decimal(1), Decimal(2)) is way_gone(Decimal(1), None, Decimal(2)) is None


@pytest.mark.parametrize(
    ("unit", "words"), [("cm", "7 cm"), ("deg", "7°"), ("count", "7"), ("", "7"), ("/10", "7/10"), ("%", "7 %")]
)
def test_a_value_has_its_unit(unit: str, words: str) -> None:
    assert amount(7.0, unit) == words
