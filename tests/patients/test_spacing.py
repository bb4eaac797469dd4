"""Needling visits keep their distance: 48 h by a reason only, 72 h with a word."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from patients.spacing import TooClose, too_close

MONDAY = datetime(2027, 3, 1, 9, tzinfo=UTC)
moments = st.lists(st.integers(0, 400).map(lambda hours: MONDAY + timedelta(hours=hours)), max_size=8, unique=True)


def after(hours: float) -> datetime:
    return MONDAY + timedelta(hours=hours)


def test_less_than_48_hours_is_hard_and_exactly_48_is_not() -> None:
    assert [pair.is_hard for pair in too_close([MONDAY, after(47.9)], [])] == [True]
    assert [pair.is_hard for pair in too_close([MONDAY, after(48)], [])] == [False]


def test_72_hours_are_enough() -> None:
    assert too_close([MONDAY, after(72)], []) == []
    assert too_close([MONDAY, after(71.9)], []) == [TooClose(MONDAY, after(71.9))]


def test_what_stands_already_counts_and_is_not_told_of_itself() -> None:
    assert too_close([after(100)], [MONDAY, after(24), after(90)]) == [TooClose(after(90), after(100))]
    assert too_close([], [MONDAY, after(24)]) == []


def test_the_night_that_loses_an_hour_makes_two_days_of_47_hours() -> None:
    (pair,) = too_close([MONDAY, after(47)], [])
    assert (pair.hours, pair.is_hard) == (47, True)


@given(moments, moments)
def test_every_new_visit_less_than_72_hours_from_its_neighbour_is_named(
    wanted: list[datetime], standing: list[datetime]
) -> None:
    every = sorted({*wanted, *standing})
    named = {moment for pair in too_close(wanted, set(standing) - set(wanted)) for moment in (pair.earlier, pair.later)}
    for moment in wanted:
        near = [other for other in every if other != moment and abs(other - moment) < timedelta(hours=72)]
        assert (moment in named) == bool(near)
