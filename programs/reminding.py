"""When a reminder may go out: wall time in the patient's own zone, never at night."""

from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo

from clinics.timekeeping import instant, local_day

NIGHT_ENDS, NIGHT_STARTS = time(8), time(20)  # product rule: none between 20:00 and 08:00


@dataclass(frozen=True, slots=True)
class Slot:
    """The local day, and the instants between which its reminder is of use."""

    day: date
    at: datetime
    until: datetime


def is_waking_time(wall: time) -> bool:
    return NIGHT_ENDS <= wall < NIGHT_STARTS


def open_slot(now: datetime, wall: time, zone: tzinfo) -> Slot | None:
    """The slot of the local day that `now` falls into, or None before it opens and once the evening has come."""
    day = local_day(now, zone)
    at, until = instant(day, wall, zone), instant(day, NIGHT_STARTS, zone)
    return Slot(day, at, until) if at <= now < until else None
