"""The one place where wall time becomes an instant and back. Pure: the zone and the day come in, no clock."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo


def instant(day: date, wall: time, zone: tzinfo) -> datetime:
    """The moment a clock on the wall shows `wall` on that day.

    A time that the clock skips in spring moves forward by as much as was skipped; one that it shows twice in autumn
    means the first pass. Both are what fold=0 says, so a fold that came with `wall` is dropped.
    """
    return datetime.combine(day, wall.replace(fold=0, tzinfo=None), zone).astimezone(UTC)


def local_day(moment: datetime, zone: tzinfo) -> date:
    return moment.astimezone(zone).date()


def day_bounds(day: date, zone: tzinfo) -> tuple[datetime, datetime]:
    """[start, end) of a local day: 23 or 25 hours twice a year, and not always from midnight."""
    return instant(day, time.min, zone), instant(day + timedelta(days=1), time.min, zone)
