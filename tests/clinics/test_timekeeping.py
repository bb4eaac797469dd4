"""Wall time and instants, both nights of the year included."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinics.timekeeping import Showing, day_bounds, instant, is_second_pass, local_day, showing

ZONES = ["Europe/Dublin", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "America/Havana"]
SPRING, AUTUMN = date(2027, 3, 14), date(2027, 11, 7)  # New York
NEW_YORK = ZoneInfo("America/New_York")


def test_an_ordinary_morning() -> None:
    assert instant(date(2027, 7, 1), time(9), ZoneInfo("Europe/Dublin")) == datetime(2027, 7, 1, 8, tzinfo=UTC)


def test_a_skipped_time_moves_forward_by_what_was_skipped() -> None:
    shown = instant(SPRING, time(2, 30), NEW_YORK).astimezone(NEW_YORK)
    assert (shown.hour, shown.minute) == (3, 30)


@pytest.mark.parametrize("fold", [0, 1])
def test_a_time_shown_twice_means_the_first_pass(fold: int) -> None:
    assert instant(AUTUMN, time(1, 30, fold=fold), NEW_YORK) == datetime(2027, 11, 7, 5, 30, tzinfo=UTC)


def test_lord_howe_shifts_by_half_an_hour() -> None:
    zone = ZoneInfo("Australia/Lord_Howe")
    shown = instant(date(2027, 10, 3), time(2, 10), zone).astimezone(zone)
    assert (shown.hour, shown.minute) == (2, 40)


@pytest.mark.parametrize(("day", "hours"), [(SPRING, 23), (date(2027, 3, 15), 24), (AUTUMN, 25)])
def test_a_day_is_as_long_as_it_is(day: date, hours: int) -> None:
    start, end = day_bounds(day, NEW_YORK)
    assert end - start == timedelta(hours=hours)


def test_a_day_whose_midnight_is_skipped_starts_at_one() -> None:
    zone = ZoneInfo("America/Havana")
    start, _ = day_bounds(date(2027, 3, 14), zone)
    assert start.astimezone(zone).hour == 1


@given(st.dates(date(2020, 1, 1), date(2035, 12, 31)), st.sampled_from(ZONES))
def test_days_follow_each_other_without_gap_and_hold_their_own_moments(day: date, name: str) -> None:
    zone = ZoneInfo(name)
    start, end = day_bounds(day, zone)
    assert day_bounds(day + timedelta(days=1), zone)[0] == end
    assert local_day(start, zone) == day
    assert local_day(end - timedelta(seconds=1), zone) == day


@given(st.dates(date(2020, 1, 1), date(2035, 12, 31)), st.times(), st.sampled_from(ZONES))
def test_a_wall_time_that_exists_is_shown_again(day: date, wall: time, name: str) -> None:
    zone = ZoneInfo(name)
    shown = instant(day, wall, zone).astimezone(zone).replace(tzinfo=None)
    assert shown - datetime.combine(day, wall) in {timedelta(), timedelta(hours=1), timedelta(minutes=30)}


@pytest.mark.parametrize(
    ("zone", "day", "wall", "expected"),
    [
        ("America/New_York", SPRING, time(2), Showing.NEVER),
        ("America/New_York", SPRING, time(2, 59), Showing.NEVER),
        ("America/New_York", SPRING, time(3), Showing.ONCE),
        ("America/New_York", AUTUMN, time(0, 59), Showing.ONCE),
        ("America/New_York", AUTUMN, time(1, 30), Showing.TWICE),
        ("America/New_York", AUTUMN, time(2), Showing.ONCE),
        ("Australia/Lord_Howe", date(2027, 10, 3), time(2, 10), Showing.NEVER),
        ("Australia/Lord_Howe", date(2027, 10, 3), time(2, 30), Showing.ONCE),
        ("Australia/Lord_Howe", date(2027, 4, 4), time(1, 45), Showing.TWICE),
        ("Australia/Lord_Howe", date(2027, 4, 4), time(1, 15), Showing.ONCE),
        ("Asia/Kolkata", SPRING, time(2, 30), Showing.ONCE),
    ],
)
def test_how_often_a_night_shows_a_time(zone: str, day: date, wall: time, expected: Showing) -> None:
    assert showing(day, wall, ZoneInfo(zone)) == expected


@given(st.dates(date(2020, 1, 1), date(2035, 12, 31)), st.times(), st.sampled_from(ZONES))
def test_a_time_is_never_shown_exactly_where_its_instant_reads_otherwise(day: date, wall: time, name: str) -> None:
    zone = ZoneInfo(name)
    read = instant(day, wall, zone).astimezone(zone).replace(tzinfo=None, fold=0)
    assert (showing(day, wall, zone) == Showing.NEVER) == (read != datetime.combine(day, wall.replace(fold=0)))


@given(st.integers(0, 365 * 24 * 60), st.sampled_from(ZONES))
def test_a_moment_is_what_its_wall_time_means_unless_it_is_the_second_pass(minutes: int, name: str) -> None:
    moment, zone = datetime(2027, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes), ZoneInfo(name)
    shown = moment.astimezone(zone)
    assert (instant(shown.date(), shown.time(), zone) == moment) is not is_second_pass(moment, zone)
