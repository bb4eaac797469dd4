"""Who works where: the hours, exceptions and holidays of a clinic, picked for one therapist and one location. Pure."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, time, tzinfo
from typing import NamedTuple

from clinics.availability import Change, Hours, Span, working


class Weekly(NamedTuple):
    therapist: int
    location: int
    weekday: int
    starts: time
    ends: time
    valid_from: date | None = None
    valid_until: date | None = None
    every_weeks: int = 1


class Exceptional(NamedTuple):
    """Off without a location means off everywhere; extra hours always have one."""

    therapist: int
    location: int | None
    is_extra: bool
    first_day: date
    last_day: date
    starts: time | None = None
    ends: time | None = None

    def concerns(self, location: int) -> bool:
        return self.location in {None, location}


class Closed(NamedTuple):
    """Without a location the whole clinic is."""

    location: int | None
    day: date
    name: str = ""


@dataclass(frozen=True, slots=True)
class Rota:
    weekly: dict[int, list[Weekly]] = field(default_factory=lambda: defaultdict(list))  # by therapist, like the next
    exceptions: dict[int, list[Exceptional]] = field(default_factory=lambda: defaultdict(list))
    holidays: list[Closed] = field(default_factory=list)

    def spans(self, therapist: int, location: int, zone: tzinfo, days: Iterable[date]) -> list[Span]:
        hours = [
            Hours(one.weekday, one.starts, one.ends, zone, one.valid_from, one.valid_until, one.every_weeks)
            for one in self.weekly.get(therapist, ())
            if one.location == location
        ]
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
