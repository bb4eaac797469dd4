"""Visits that come back, in wall time, through both nights of the year."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinics.timekeeping import Showing
from patients.series import Pattern, days, occurrences, shifted

ZONES = ["America/New_York", "Europe/Berlin", "Australia/Sydney", "Australia/Lord_Howe", "America/Phoenix"]
patterns = st.builds(
    Pattern,
    weekdays=st.frozensets(st.integers(1, 7), min_size=1),
    wall=st.times().map(lambda wall: wall.replace(second=0, microsecond=0)),
    weeks=st.integers(1, 26),
    starts_on=st.dates(date(2024, 1, 1), date(2030, 12, 31)),
)
zones = st.sampled_from(ZONES).map(ZoneInfo)


def test_twice_a_week_for_six_weeks() -> None:
    pattern = Pattern(frozenset({2, 5}), time(9), 6, date(2026, 11, 10))
    found = occurrences(pattern, ZoneInfo("America/Denver"))
    assert [one.number for one in found] == list(range(1, 13))
    assert [f"{day:%a %-d %b}" for day in days(pattern)][:3] == ["Tue 10 Nov", "Fri 13 Nov", "Tue 17 Nov"]


def test_the_first_week_starts_on_the_day_given() -> None:
    """From a Thursday on, "Mondays and Thursdays" starts with that Thursday."""
    found = days(Pattern(frozenset({1, 4}), time(9), 2, date(2026, 11, 12)))
    assert list(found) == [date(2026, 11, 12), date(2026, 11, 16), date(2026, 11, 19), date(2026, 11, 23)]


@given(patterns)
def test_each_chosen_weekday_comes_once_a_week(pattern: Pattern) -> None:
    found = list(days(pattern))
    assert len(found) == pattern.count
    assert found == sorted(set(found))
    assert {day.isoweekday() for day in found} == pattern.weekdays
    assert {(day - pattern.starts_on).days // 7 for day in found} == set(range(pattern.weeks))


@given(patterns, zones)
def test_every_visit_reads_the_same_on_the_wall_unless_the_night_skips_it(pattern: Pattern, zone: ZoneInfo) -> None:
    for one, day in zip(occurrences(pattern, zone), days(pattern), strict=True):
        read = one.starts_at.astimezone(zone)
        if one.showing == Showing.NEVER:
            assert read.replace(tzinfo=None) > datetime.combine(day, pattern.wall)
        else:
            assert (read.date(), read.time(), read.fold) == (day, pattern.wall, 0)


# The last weekend before, and the first after, each of the zone's two changes in 2027.
CHANGES = [
    ("America/New_York", date(2027, 3, 14), time(2, 30), Showing.NEVER),
    ("America/New_York", date(2027, 11, 7), time(1, 30), Showing.TWICE),
    ("Europe/Berlin", date(2027, 3, 28), time(2, 30), Showing.NEVER),
    ("Europe/Berlin", date(2027, 10, 31), time(2, 30), Showing.TWICE),
    ("Australia/Sydney", date(2027, 10, 3), time(2, 30), Showing.NEVER),
    ("Australia/Sydney", date(2027, 4, 4), time(2, 30), Showing.TWICE),
    ("Australia/Lord_Howe", date(2027, 10, 3), time(2, 15), Showing.NEVER),
    ("Australia/Lord_Howe", date(2027, 4, 4), time(1, 45), Showing.TWICE),
    ("America/Phoenix", date(2027, 3, 14), time(2, 30), Showing.ONCE),
]


@pytest.mark.parametrize(("name", "night", "wall", "expected"), CHANGES)
def test_the_night_of_the_change_is_marked_and_no_other(name: str, night: date, wall: time, expected: Showing) -> None:
    pattern = Pattern(frozenset({7}), wall, 3, night - timedelta(days=7))
    found = occurrences(pattern, ZoneInfo(name))
    assert [one.showing for one in found] == [Showing.ONCE, expected, Showing.ONCE]


@pytest.mark.parametrize(("name", "night", "wall", "expected"), CHANGES)
def test_nine_stays_nine_on_both_sides_of_the_night(name: str, night: date, wall: time, expected: Showing) -> None:
    zone = ZoneInfo(name)
    found = occurrences(Pattern(frozenset({6, 1}), time(9), 1, night - timedelta(days=1)), zone)
    assert [one.starts_at.astimezone(zone).time() for one in found] == [time(9), time(9)]
    moved = {"America/Phoenix": 0, "Australia/Lord_Howe": 0.5}.get(name, 1)
    sign = -1 if expected == Showing.NEVER else 1
    assert found[1].starts_at - found[0].starts_at == timedelta(hours=48 + sign * moved)


@given(patterns, zones, st.integers(-600, 600).map(lambda minutes: timedelta(minutes=minutes)))
def test_a_move_on_the_wall_moves_each_as_far_and_keeps_the_order(
    pattern: Pattern, zone: ZoneInfo, by: timedelta
) -> None:
    starts = [one.starts_at for one in occurrences(pattern, zone)]
    there = [shifted(start, by=by, zone=zone) for start in starts]
    assert there == sorted(there)
    skipped = (timedelta(), timedelta(minutes=30), timedelta(hours=1))
    for start, moved in zip(starts, there, strict=True):
        wanted = start.astimezone(zone).replace(tzinfo=None) + by
        assert moved.astimezone(zone).replace(tzinfo=None) - wanted in skipped


def test_an_hour_later_is_an_hour_later_in_winter_and_in_summer() -> None:
    starts = [datetime(2027, 3, 13, 14, tzinfo=UTC), datetime(2027, 3, 15, 13, tzinfo=UTC)]  # 09:00 in New York
    zone = ZoneInfo("America/New_York")
    found = [shifted(start, by=timedelta(hours=1), zone=zone) for start in starts]
    assert found == [start + timedelta(hours=1) for start in starts]


def test_at_another_place_the_clock_there_shows_the_same() -> None:
    nine = datetime(2027, 1, 4, 9, tzinfo=ZoneInfo("Europe/Dublin"))
    berlin = ZoneInfo("Europe/Berlin")
    found = shifted(nine, by=timedelta(), zone=ZoneInfo("Europe/Dublin"), to=berlin)
    assert found == datetime(2027, 1, 4, 9, tzinfo=berlin)
