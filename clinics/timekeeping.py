"""The one place where wall time becomes an instant and back. Pure: the zone and the day come in, no clock."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import Enum, auto

# What anybody can mean by a day. Near the ends of Python's calendar there is no day before or after to reckon with.
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
NIGHT_ENDS, NIGHT_STARTS = time(8), time(20)  # product rule: nobody is reminded of anything at night


class Showing(Enum):
    """How often the clock on the wall shows a time on a day."""

    ONCE = auto()
    NEVER = auto()  # skipped in spring
    TWICE = auto()  # in autumn


def instant(day: date, wall: time, zone: tzinfo) -> datetime:
    """The moment a clock on the wall shows `wall` on that day.

    A time that the clock skips in spring moves forward by as much as was skipped; one that it shows twice in autumn
    means the first pass. Both are what fold=0 says, so a fold that came with `wall` is dropped.
    """
    return datetime.combine(day, wall.replace(fold=0, tzinfo=None), zone).astimezone(UTC)


def is_second_pass(moment: datetime, zone: tzinfo) -> bool:
    """A clock set back has shown this moment's wall time an hour before, so the wall time alone does not name it."""
    return moment.astimezone(zone).fold == 1


def local_day(moment: datetime, zone: tzinfo) -> date:
    return moment.astimezone(zone).date()


def day_bounds(day: date, zone: tzinfo) -> tuple[datetime, datetime]:
    """[start, end) of a local day: 23 or 25 hours twice a year, and not always from midnight."""
    return instant(day, time.min, zone), instant(day + timedelta(days=1), time.min, zone)


def showing(day: date, wall: time, zone: tzinfo) -> Showing:
    first = datetime.combine(day, wall.replace(fold=0, tzinfo=None), zone)
    if first.utcoffset() == first.replace(fold=1).utcoffset():
        return Showing.ONCE
    is_shown = first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == first.replace(tzinfo=None)
    return Showing.TWICE if is_shown else Showing.NEVER


def is_day(moment: datetime, zone: tzinfo) -> bool:
    """Somebody there may be written to, without having asked."""
    return NIGHT_ENDS <= moment.astimezone(zone).time() < NIGHT_STARTS


def night_after(moment: datetime, zone: tzinfo) -> datetime:
    """When the evening of that local day ends."""
    return instant(local_day(moment, zone), NIGHT_STARTS, zone)
