from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs import catalogue
from programs.adherence import Occasion, Share, due_days, occasion_share, part_done

MONDAY = date(2026, 10, 12)
MAYA = catalogue.content("cases")["items"][0]


@pytest.mark.parametrize("week", MAYA["weekly_log"], ids=lambda week: f"week {week['week']}")
def test_the_worked_example_week_by_week(week: dict[str, float]) -> None:
    assert Share(week["done"], int(week["due"])).percent == week["adherence_percent"]


def test_the_worked_example_in_all() -> None:
    total = Share(65, 78)
    assert (total.percent, total.band) == (83.3, "good")


def test_five_three_and_five_days_a_week_make_thirteen_occasions() -> None:
    week = MONDAY, MONDAY + timedelta(days=6)
    counts = [len(due_days(*week, days)) for days in ((1, 2, 3, 4, 5), (1, 3, 5), (1, 2, 3, 4, 5))]
    assert sum(counts) == 13


def test_what_is_still_open_today_does_not_count_against_anybody() -> None:
    yesterday, today = MONDAY, MONDAY + timedelta(days=1)
    open_today = [Occasion(yesterday, 1.0, is_logged=True), Occasion(today)]
    assert occasion_share(open_today, today) == Share(1, 1)
    assert occasion_share([*open_today, Occasion(today, 0.5, is_logged=True)], today) == Share(1.5, 2)


def test_nothing_due_is_no_share_at_all() -> None:
    assert (Share(0, 0).percent, Share(0, 0).band) == (None, "none")


@given(st.integers(0, 20), st.integers(1, 10))
def test_a_part_is_between_nothing_and_all(done: int, sets: int) -> None:
    assert 0 <= part_done(done, sets) <= 1


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 200), st.sets(st.integers(1, 7)))
def test_due_days_fall_on_their_weekdays_inside_the_dates(first: date, length: int, weekdays: set[int]) -> None:
    days = due_days(first, first + timedelta(days=length), weekdays)
    assert {day.isoweekday() for day in days} <= weekdays
    assert all(first <= day <= first + timedelta(days=length) for day in days)
    assert len(due_days(first, first + timedelta(days=6), weekdays)) == len(weekdays)


occasions = st.lists(
    st.builds(
        lambda days, done, is_logged: Occasion(MONDAY + timedelta(days=days), done if is_logged else 0.0, is_logged),
        st.integers(-20, 20),
        st.floats(0, 1),
        st.booleans(),
    ),
    max_size=30,
)


@given(occasions)
def test_shares_stay_between_nothing_and_all(found: list[Occasion]) -> None:
    share = occasion_share(found, MONDAY)
    assert share.percent is None or 0 <= share.percent <= 100
    assert (share.percent is None) == (share.due == 0) == (share.band == "none")


@given(occasions)
def test_what_lies_ahead_changes_nothing(found: list[Occasion]) -> None:
    past = [one for one in found if one.day <= MONDAY]
    assert occasion_share(found, MONDAY) == occasion_share(past, MONDAY)


def test_the_bands_begin_at_eighty_and_fifty() -> None:
    assert [Share(done, 100).band for done in (100, 80, 79, 50, 49, 0)] == [
        "good",
        "good",
        "partial",
        "partial",
        "low",
        "low",
    ]
