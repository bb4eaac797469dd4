"""What stands in a therapist's calendar feed: two weeks back, eight weeks ahead."""

from datetime import datetime, timedelta

from patients.models import LIVE, Appointment, CalendarFeed

BACK, AHEAD = timedelta(weeks=2), timedelta(weeks=8)


def in_feed(feed: CalendarFeed, now: datetime) -> list[Appointment]:
    """Visits, and each class once. Times that are only kept for somebody are nobody's appointments."""
    rows = Appointment.every.between(now - BACK, now + AHEAD)
    mine = rows.filter(therapist=feed.therapist_id, status__in=LIVE, group__isnull=True)
    return list(mine.select_related("patient", "service", "room__location").order_by("starts_at", "pk"))
