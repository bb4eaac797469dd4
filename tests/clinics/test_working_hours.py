"""Hours, exceptions and holidays against an oracle that lets a clock run minute by minute and looks at it."""

from bisect import bisect_right
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinics.availability import Change, Hours, Span, working
from clinics.timekeeping import day_bounds

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
# Each with a Sunday on which the clock changes; the last two have none, and look at the same Sundays as New York.
NIGHTS = {
    "America/New_York": (date(2027, 3, 14), date(2027, 11, 7)),
    "Europe/Berlin": (date(2027, 3, 28), date(2027, 10, 31)),
    "Australia/Sydney": (date(2027, 10, 3), date(2027, 4, 4)),
    "Australia/Lord_Howe": (date(2027, 10, 3), date(2027, 4, 4)),
    "Asia/Kolkata": (date(2027, 3, 14), date(2027, 11, 7)),
    "America/Phoenix": (date(2027, 3, 14), date(2027, 11, 7)),
}
nights = st.sampled_from([(name, night) for name, both in NIGHTS.items() for night in both])


@cache
def walls(name: str, day: date) -> list[tuple[datetime, datetime]]:
    """Each minute of a local day, and what the clock on the wall shows."""
    zone, start = ZoneInfo(name), datetime.combine(day, time.min, UTC) - DAY
    shown = ((start + n * MINUTE, (start + n * MINUTE).astimezone(zone)) for n in range(3 * 24 * 60))
    return [(moment, wall.replace(tzinfo=None, fold=0)) for moment, wall in shown if wall.date() == day]


def moment_of(name: str, day: date, wall: time) -> datetime:
    """Where the clock first shows it. One that it skips comes as long after the last before as if it were not."""
    sought = datetime.combine(day, wall)
    for moment, shown in walls(name, day):
        if shown == sought:
            return moment
        if shown > sought:
            break
        last = moment, shown
    return last[0] + (sought - last[1])


class Oracle:
    def __init__(self, name: str, hours: list[Hours], changes: list[Change], holidays: set[date]) -> None:
        self.name, self.hours, self.changes, self.holidays = name, hours, changes, holidays

    def is_on(self, one: Hours, day: date) -> bool:
        """Weeks are turned over Monday by Monday, from the first day on."""
        on, at = True, one.valid_from or day
        while at < day:
            at += DAY
            if at.isoweekday() == 1 and one.every_weeks == 2:
                on = not on
        return at == day and on and one.weekday == day.isoweekday() and (one.valid_until or day) >= day

    def open_at(self, moment: datetime, day: date) -> bool:
        def inside(starts: time | None, ends: time | None) -> bool:
            if starts is None or ends is None:
                return True
            return moment_of(self.name, day, starts) <= moment < moment_of(self.name, day, ends)

        here = [one for one in self.changes if one.first_day <= day <= one.last_day and inside(one.starts, one.ends)]
        weekly = any(self.is_on(one, day) and inside(one.starts, one.ends) for one in self.hours)
        works = weekly or any(one.is_extra for one in here)
        return works and day not in self.holidays and all(one.is_extra for one in here)


times = st.integers(0, 24 * 12 - 1).map(lambda n: time(n // 12, n % 12 * 5))
early = st.integers(0, 5 * 12).map(lambda n: time(n // 12, n % 12 * 5))  # when clocks change
stretches = st.lists(early | times, min_size=2, max_size=2, unique=True).map(lambda pair: tuple(sorted(pair)))


def rows(name: str, night: date) -> st.SearchStrategy[tuple[list[Hours], list[Change], set[date]]]:
    zone = ZoneInfo(name)
    near = st.integers(-20, 8).map(lambda n: night + n * DAY)
    hours: Callable[..., st.SearchStrategy[Hours]] = lambda since, until, every: st.builds(  # noqa: E731
        lambda weekday, stretch, first, last, weeks: Hours(weekday, stretch[0], stretch[1], zone, first, last, weeks),
        st.integers(1, 7), stretches, since, until, every,
    )  # fmt: skip
    weekly = hours(st.none() | near, st.none() | near, st.just(1)) | hours(near, st.none() | near, st.just(2))
    change = st.builds(
        lambda extra, first, length, stretch: Change(extra, first, first + length * DAY, zone, *(stretch or ())),
        st.booleans(), near, st.integers(0, 4), stretches,
    )  # fmt: skip
    off = st.builds(lambda first, length: Change(False, first, first + length * DAY, zone), near, st.integers(0, 4))
    return st.tuples(st.lists(weekly, max_size=4), st.lists(change | off, max_size=3), st.sets(near, max_size=2))


@given(st.data(), nights)
def test_the_hours_are_those_the_clock_on_the_wall_shows(data: st.DataObject, where: tuple[str, date]) -> None:
    name, night = where
    hours, changes, holidays = data.draw(rows(name, night))
    days = [night + n * DAY for n in (-7, -1, 0, 1)]
    found = working(hours, changes, holidays, days)
    oracle = Oracle(name, hours, changes, holidays)
    starts = [one.start for one in found]
    for day in days:
        for moment, _ in walls(name, day)[::5]:
            place = bisect_right(starts, moment)
            assert (place > 0 and moment < found[place - 1].end) == oracle.open_at(moment, day), (moment, day)


@pytest.mark.parametrize(("name", "day", "length"), [
    ("America/New_York", date(2027, 3, 14), "4:00:00"),
    ("America/New_York", date(2027, 11, 7), "6:00:00"),
    ("America/New_York", date(2027, 6, 6), "5:00:00"),
    ("Australia/Lord_Howe", date(2027, 10, 3), "4:30:00"),
    ("Australia/Lord_Howe", date(2027, 4, 4), "5:30:00"),
    ("Asia/Kolkata", date(2027, 3, 14), "5:00:00"),
])  # fmt: skip
def test_a_night_shift_is_as_long_as_the_night(name: str, day: date, length: str) -> None:
    (found,) = working([Hours(7, time(0), time(5), ZoneInfo(name))], [], set(), [day, day + DAY])
    assert str(found.end - found.start) == length


def test_hours_inside_the_skipped_hour_vanish_or_move_and_never_turn_round() -> None:
    zone, night = ZoneInfo("America/New_York"), [date(2027, 3, 14)]
    assert working([Hours(7, time(2, 30), time(3), zone)], [], set(), night) == []
    (moved,) = working([Hours(7, time(2, 15), time(2, 45), zone)], [], set(), night)
    assert moved.start.astimezone(zone).time() == time(3, 15)


def test_hours_inside_the_hour_shown_twice_are_those_of_the_first_pass() -> None:
    zone, night = ZoneInfo("America/New_York"), date(2027, 11, 7)
    (found,) = working([Hours(7, time(1, 15), time(1, 45), zone)], [], set(), [night])
    assert found == Span(datetime(2027, 11, 7, 5, 15, tzinfo=UTC), datetime(2027, 11, 7, 5, 45, tzinfo=UTC))


def test_alternate_weeks_go_on_across_a_year_of_53_weeks() -> None:
    """Week 53 of 2026 and week 1 of 2027 are both odd; every other week still means every other week."""
    hours = Hours(3, time(9), time(12), ZoneInfo("Europe/Berlin"), valid_from=date(2026, 12, 16), every_weeks=2)
    weeks = [date(2026, 12, 2) + n * 7 * DAY for n in range(8)]
    assert [day for day in weeks if hours.hold_on(day)] == [date(2026, 12, 16), date(2026, 12, 30), date(2027, 1, 13)]


def test_a_week_counts_from_its_monday_wherever_in_it_the_first_day_lies() -> None:
    hours = Hours(1, time(9), time(12), ZoneInfo("Europe/Berlin"), valid_from=date(2027, 3, 4), every_weeks=2)
    assert [n for n in range(1, 32) if hours.hold_on(date(2027, 3, n))] == [15, 29]


def test_a_holiday_closes_extra_hours_too_and_time_off_takes_from_both() -> None:
    zone, monday = ZoneInfo("Europe/Berlin"), date(2027, 3, 1)
    weekly = Hours(1, time(9), time(12), zone)
    extra = Change(True, monday, monday, zone, time(12), time(14))
    off = Change(False, monday, monday, zone, time(11), time(13))
    at_eight, _ = day_bounds(monday, zone)
    hour = [at_eight + timedelta(hours=n) for n in range(24)]
    assert working([weekly], [extra], {monday}, [monday]) == []
    assert working([weekly], [extra, off], set(), [monday]) == [Span(hour[9], hour[11]), Span(hour[13], hour[14])]
    assert working([weekly], [extra, Change(False, monday, monday, zone)], set(), [monday]) == []
