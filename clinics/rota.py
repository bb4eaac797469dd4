"""Who works where: the hours, exceptions and holidays of a clinic, picked for one therapist and one location. Pure."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta, tzinfo
from typing import NamedTuple

from clinics.availability import Change, Hours, Span, minus, weeks_between, working


class Weekly(NamedTuple):
    therapist: int
    location: int
    weekday: int
    starts: time
    ends: time
    valid_from: date | None = None
    valid_until: date | None = None
    every_weeks: int = 1

    def hours(self, zone: tzinfo) -> Hours:
        return Hours(self.weekday, self.starts, self.ends, zone, self.valid_from, self.valid_until, self.every_weeks)


class Exceptional(NamedTuple):
    """Off without a location means off everywhere; extra hours always have one."""

    therapist: int
    location: int | None
    is_extra: bool
    first_day: date
    last_day: date
    starts: time | None = None
    ends: time | None = None
    note: str = ""

    def concerns(self, location: int) -> bool:
        return self.location in {None, location}


class Closed(NamedTuple):
    """Without a location the whole clinic is."""

    location: int | None
    day: date
    name: str = ""


@dataclass(frozen=True, slots=True)
class Rota:
    """Rows by therapist."""

    weekly: dict[int, list[Weekly]] = field(default_factory=lambda: defaultdict(list))
    exceptions: dict[int, list[Exceptional]] = field(default_factory=lambda: defaultdict(list))
    holidays: list[Closed] = field(default_factory=list)

    def with_weekly(self, therapist: int, rows: Iterable[Weekly]) -> "Rota":
        return replace(self, weekly={**self.weekly, therapist: list(rows)})

    def with_exception(self, one: Exceptional) -> "Rota":
        rows = [*self.exceptions.get(one.therapist, ()), one]
        return replace(self, exceptions={**self.exceptions, one.therapist: rows})

    def without_exception(self, one: Exceptional) -> "Rota":
        """One of those that say the same: rows of the table may."""
        rows = list(self.exceptions.get(one.therapist, ()))
        rows.remove(one)
        return replace(self, exceptions={**self.exceptions, one.therapist: rows})

    def with_holiday(self, one: Closed) -> "Rota":
        return replace(self, holidays=[*self.holidays, one])

    def spans(self, therapist: int, location: int, zone: tzinfo, days: Iterable[date]) -> list[Span]:
        hours = [one.hours(zone) for one in self.weekly.get(therapist, ()) if one.location == location]
        changes = [
            Change(one.is_extra, one.first_day, one.last_day, zone, one.starts, one.ends)
            for one in self.exceptions.get(therapist, ())
            if one.concerns(location)
        ]
        return working(hours, changes, self.closed(location), days)

    def closed(self, location: int) -> set[date]:
        return set(self.names_of_holidays(location))

    def names_of_holidays(self, location: int) -> dict[date, str]:
        return {one.day: one.name for one in self.holidays if one.location in {None, location}}

    def places(self) -> set[tuple[int, int]]:
        """Each therapist with each location where they may work on some day, in no order."""
        weekly = {(one.therapist, one.location) for rows in self.weekly.values() for one in rows}
        extra = {
            (one.therapist, one.location)
            for rows in self.exceptions.values()
            for one in rows
            if one.is_extra and one.location is not None
        }
        return weekly | extra


def clash(one: Hours, other: Hours, *, since: date) -> date | None:
    """The first day on which a therapist would be in two places at once. What repeats does so within two weeks."""
    start = max(since, one.valid_from or since, other.valid_from or since)
    for day in (start + timedelta(days=n) for n in range(14)):
        mine, theirs = (working([hours], [], (), [day]) for hours in (one, other))
        if minus(mine, theirs) != mine:
            return day
    return None


def from_today(row: Weekly, today: date) -> Weekly:
    """The same working weeks as before, begun today: what is entered now says nothing of days that are over."""
    if row.valid_from is not None and row.valid_from >= today:
        return row
    is_working_week = row.valid_from is None or weeks_between(row.valid_from, today) % row.every_weeks == 0
    return row._replace(valid_from=today if is_working_week else today + timedelta(days=7 - today.weekday()))
