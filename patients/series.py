"""Visits that come back: weekdays and a wall time become days, and days become instants. Pure: no clock, no ORM."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from clinics.timekeeping import Showing, instant, showing

MOST_VISITS = 60
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Pattern:
    """ISO weekdays, 1 is Monday. The first week starts on `starts_on`, whatever weekday that is."""

    weekdays: frozenset[int]
    wall: time
    weeks: int
    starts_on: date

    @property
    def count(self) -> int:
        return self.weeks * len(self.weekdays)


@dataclass(frozen=True, slots=True)
class Occurrence:
    number: int
    starts_at: datetime
    showing: Showing


def days(pattern: Pattern) -> Iterator[date]:
    each = (pattern.starts_on + number * ONE_DAY for number in range(7 * pattern.weeks))
    return (day for day in each if day.isoweekday() in pattern.weekdays)


def occurrences(pattern: Pattern, zone: tzinfo) -> list[Occurrence]:
    """Nine o'clock stays nine o'clock when clocks change. What a night skips or shows twice is marked."""
    return [
        Occurrence(number, instant(day, pattern.wall, zone), showing(day, pattern.wall, zone))
        for number, day in enumerate(days(pattern), 1)
    ]


def shifted(start: datetime, *, by: timedelta, zone: tzinfo, to: tzinfo | None = None) -> datetime:
    """A move on the wall, an hour later or a day earlier, that means the same on both sides of a change of clocks.

    `to` is the zone of the place it moves to, whose clock then shows what the old one's would.
    """
    moved = start.astimezone(zone).replace(tzinfo=None) + by
    return instant(moved.date(), moved.time(), to or zone)
