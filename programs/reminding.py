"""When a reminder may go out: wall time in the patient's own zone, never at night."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from zoneinfo import ZoneInfo

from clinics.timekeeping import NIGHT_ENDS, NIGHT_STARTS, instant, local_day

EARLIEST, LATEST = NIGHT_ENDS, time(19, 30)  # what a patient may choose; half an hour is left to be sent in


@dataclass(frozen=True, slots=True)
class Slot:
    """The local day, and the instants between which its reminder is of use."""

    day: date
    at: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Window:
    """Where a zone's clocks stand: every time chosen up to `wall` has come on that day."""

    zone: str
    day: date
    wall: time


def may_remind_at(wall: time) -> bool:
    return EARLIEST <= wall <= LATEST


def open_slot(now: datetime, wall: time, zone: tzinfo) -> Slot | None:
    """The slot of the local day that `now` falls into, or None before it opens and once the evening has come."""
    day = local_day(now, zone)
    at, until = instant(day, wall, zone), instant(day, NIGHT_STARTS, zone)
    return Slot(day, at, until) if at <= now < until else None


def open_windows(now: datetime, zones: Iterable[str]) -> list[Window]:
    """The zones in which reminders may go out now: what a query can ask by. `open_slot` then has the last word."""
    local = [(zone, now.astimezone(ZoneInfo(zone))) for zone in zones]
    return [Window(zone, at.date(), at.time()) for zone, at in local if EARLIEST <= at.time() < NIGHT_STARTS]
