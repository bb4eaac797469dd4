"""When a visit's reminders may go out: so long before it, by day in the patient's zone. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from clinics.timekeeping import is_day, night_after


@dataclass(frozen=True, slots=True)
class Lead:
    """A reminder goes out `ahead` of the visit, or as soon as it is day, but not `latest` or less before it."""

    name: str
    ahead: timedelta
    latest: timedelta


LEADS = (
    Lead("72h", timedelta(hours=72), timedelta(hours=36)),  # later than that, the next one is near
    Lead("24h", timedelta(hours=24), timedelta(hours=2)),
)


@dataclass(frozen=True, slots=True)
class Window:
    lead: Lead
    after: datetime
    until: datetime  # visits that start in (after, until] are in it


def windows(now: datetime) -> list[Window]:
    return [Window(lead, now + lead.latest, now + lead.ahead) for lead in LEADS]


def zones_by_day(now: datetime, zones: Iterable[str]) -> list[str]:
    return [zone for zone in zones if is_day(now, ZoneInfo(zone))]


def is_due(lead: Lead, now: datetime, starts_at: datetime, agreed_at: datetime, zone: tzinfo) -> bool:
    """Not for a time that was agreed on later than its reminder would have come: that is no news."""
    left = starts_at - now
    return lead.latest < left <= lead.ahead and agreed_at <= starts_at - lead.ahead and is_day(now, zone)


def useful_until(lead: Lead, now: datetime, starts_at: datetime, zone: tzinfo) -> datetime:
    """The evening, so that no mail server that was away delivers it at night."""
    return min(night_after(now, zone), starts_at - lead.latest)


def slot_of(lead: str, starts_at: datetime) -> str:
    """Names the reminder of one time of a visit: moved, the visit has another one."""
    return f"{lead} {starts_at.astimezone(UTC):%y%m%d%H%M}"
