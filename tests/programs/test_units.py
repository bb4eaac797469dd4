"""Units by both rules: the published examples, the eight visits of the worked example, and what always holds."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.units import UNIT, Units, ama, cms, needling_sizes, units_of
from tests.programs.test_cases import MAYA

MINUTES = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 120), max_size=6)
TABLE = {
    0: (0, 7),
    1: (8, 22),
    2: (23, 37),
    3: (38, 52),
    4: (53, 67),
    5: (68, 82),
    6: (83, 97),
    7: (98, 112),
    8: (113, 127),
}


@pytest.mark.parametrize(("units", "span"), TABLE.items())
def test_the_table_of_minutes(units: int, span: tuple[int, int]) -> None:
    assert {units_of(minutes) for minutes in range(span[0], span[1] + 1)} == {units}


@pytest.mark.parametrize(
    ("minutes", "by_cms", "by_ama"),
    [
        ({"a": 33, "b": 7}, Units({"a": 2, "b": 1}), {"a": 2, "b": 0}),
        ({"a": 18, "b": 13, "c": 10, "d": 8}, Units({"a": 1, "b": 1, "c": 1, "d": 0}), dict.fromkeys("abcd", 1)),
        ({"a": 7, "b": 7, "c": 7}, Units({"a": 0, "b": 0, "c": 0}, ["a", "b", "c"], 1), {"a": 0, "b": 0, "c": 0}),
        ({"a": 10, "b": 10}, Units({"a": 0, "b": 0}, ["a", "b"], 1), {"a": 1, "b": 1}),
        ({"a": 24, "b": 23}, Units({"a": 2, "b": 1}), {"a": 2, "b": 2}),
        ({"a": 20, "b": 20}, Units({"a": 1, "b": 1}, ["a", "b"], 1), {"a": 1, "b": 1}),
        ({"a": 18, "b": 12, "c": 10}, Units({"a": 1, "b": 1, "c": 1}), {"a": 1, "b": 1, "c": 1}),
        ({}, Units({}), {}),
    ],
)  # fmt: skip
def test_the_published_examples(minutes: dict[str, int], by_cms: Units, by_ama: dict[str, int]) -> None:
    assert (cms(minutes), dict(ama(minutes).by_code)) == (by_cms, by_ama)


@pytest.mark.parametrize("visit", MAYA["visits"], ids=lambda visit: f"visit {visit['visit']}")
def test_the_eight_visits(visit: dict[str, Any]) -> None:
    found = cms(visit["timed_minutes"])
    expected = visit["cms_units"]
    if "tie" in expected:
        assert (found.total, found.tied, found.open) == (expected["total"], expected["tie"], 1)
    else:
        assert (found.by_code, found.tied) == (expected, ())
    assert ama(visit["timed_minutes"]).by_code == visit["ama_units"]


@given(MINUTES)
def test_the_days_minutes_decide_how_many_units_there_are(minutes: dict[str, int]) -> None:
    found = cms(minutes)
    assert found.total == units_of(sum(minutes.values()))
    for code, units in found.by_code.items():
        assert minutes[code] // UNIT <= units <= minutes[code] // UNIT + 1


@given(MINUTES)
def test_the_order_of_codes_changes_nothing(minutes: dict[str, int]) -> None:
    turned = dict(reversed(list(minutes.items())))
    assert (cms(turned), ama(turned)) == (cms(minutes), ama(minutes))


@given(MINUTES)
def test_no_open_unit_is_left_without_somebody_to_take_it(minutes: dict[str, int]) -> None:
    found = cms(minutes)
    assert found.open == 0 or 0 < found.open < len(found.tied)


def test_minutes_are_not_below_zero() -> None:
    for rule in (cms, ama):
        with pytest.raises(ValueError, match="below zero"):
            rule({"a": -1})


@pytest.mark.parametrize(
    ("muscles", "size", "apart"),
    [
        ([], "", ""),
        ([("gluteus_medius", "right"), ("lumbar_multifidus", "right"), ("lumbar_multifidus", "right")], "few", "few"),
        ([("gluteus_medius", "right"), ("gluteus_medius", "left"), ("soleus", "left")], "few", "many"),
        ([("gluteus_medius", "right"), ("soleus", "right"), ("piriformis", "left")], "many", "many"),
    ],
)
def test_needling_goes_by_its_muscles(muscles: list[tuple[str, str]], size: str, apart: str) -> None:
    assert (needling_sizes(muscles), needling_sizes(muscles, sides_apart=True)) == (size, apart)
