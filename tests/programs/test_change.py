from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs import catalogue
from programs.change import Change, Ruler, change, gain
from programs.measures import measures

# Measures of the cases with their direction, error and meaningful step (content/measures.json; domain sources S62-S64).
RULERS = {
    **{key: measures()[key].ruler for key in ("nprs_average", "psfs", "odi")},
    "sorensen": Ruler("higher", mdc=32.1),
    "lunge_right": Ruler("higher", mdc=1.0),
}
MAYA = catalogue.content("cases")["items"][0]


def value(measure: str, week: int) -> float:
    trend = MAYA["trend"]
    if measure == "psfs":
        items = trend["psfs_items"][week]
        return float(round(sum(items) / len(items), 1))
    return float(trend[measure][week])


@pytest.mark.parametrize("line", MAYA["expected"]["change"], ids=lambda line: f"{line['measure']}-{line['week']}")
def test_the_worked_example_changes_exactly_as_expected(line: dict[str, Any]) -> None:
    measure, week = line["measure"], line["week"]
    ruler = RULERS[measure]
    assert change(value(measure, 0), value(measure, week), ruler) == line["status"]
    assert abs(gain(value(measure, 0), value(measure, week), ruler.better)) == pytest.approx(line["delta"])


numbers = st.floats(0, 100).map(lambda x: round(x, 1))


@given(numbers, numbers, st.sampled_from(list(RULERS.values())))
def test_getting_better_is_never_called_worse(before: float, now: float, ruler: Ruler) -> None:
    assert (gain(before, now, ruler.better) >= 0) <= (change(before, now, ruler) != Change.WORSE)


@given(numbers, numbers)
def test_turning_the_direction_turns_the_gain(before: float, now: float) -> None:
    assert gain(before, now, "higher") == -gain(before, now, "lower")


ORDER = [Change.WORSE, Change.NONE, Change.IMPROVED, Change.MEANINGFUL]


@given(numbers, numbers, st.floats(0, 50), st.sampled_from(list(RULERS.values())))
def test_a_larger_gain_is_never_called_less(before: float, now: float, more: float, ruler: Ruler) -> None:
    further = now + more * (1 if ruler.better == "higher" else -1)
    assert ORDER.index(change(before, now, ruler)) <= ORDER.index(change(before, further, ruler))


@given(numbers, numbers, st.sampled_from(list(RULERS.values())))
def test_within_the_error_nothing_is_claimed(before: float, now: float, ruler: Ruler) -> None:
    is_within = abs(gain(before, now, ruler.better)) < (ruler.mdc or 0)
    assert not is_within or change(before, now, ruler) == Change.NONE


@pytest.mark.parametrize(
    ("before", "now", "says"),
    [(45, 30, Change.WORSE), (45, 31, Change.NONE), (45, 59, Change.NONE), (45, 60, Change.MEANINGFUL)],
)
def test_without_a_known_error_the_step_that_matters_stands_in_both_ways(
    before: float, now: float, says: Change
) -> None:
    assert change(before, now, Ruler("higher", mcid=15)) == says


@given(numbers, numbers)
def test_with_neither_figure_nothing_is_claimed(before: float, now: float) -> None:
    assert change(before, now, Ruler("higher")) == Change.NONE


def test_a_share_of_nothing_is_not_counted() -> None:
    assert change(0, -2, Ruler("lower", mdc=2, mcid=3, percent=30)) == Change.IMPROVED
