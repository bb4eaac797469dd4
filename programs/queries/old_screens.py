"""Whose red-flag screen no longer counts, although the next visit is booked."""

from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from patients.models import Appointment, Status
from programs.models import SCREEN_DAYS, Alert, AlertKind, Concern, Episode, RedFlagScreen


def with_old_screen(now: datetime, today: date) -> QuerySet[Episode]:
    """Open episodes with `next_visit`, of which nobody has been told yet. One statement.

    An emergency does not grow old: it stands until a clinician says otherwise.
    """
    latest = RedFlagScreen.objects.filter(episode=OuterRef("pk")).order_by("-screened_on", "-pk")
    ahead = Appointment.objects.filter(patient=OuterRef("patient"), status=Status.BOOKED, starts_at__gt=now)
    told = Alert.objects.filter(episode=OuterRef("pk"), kind=AlertKind.SCREEN_EXPIRED, resolved_at__isnull=True)
    found: QuerySet[Episode] = Episode.objects.open().filter(~Exists(told))
    return (
        found.annotate(
            last_on=Subquery(latest.values("screened_on")[:1]),
            last_level=Subquery(latest.values("concern")[:1]),
            next_visit=Subquery(ahead.order_by("starts_at").values("starts_at")[:1]),
        )
        .filter(last_on__lt=today - timedelta(days=SCREEN_DAYS), next_visit__isnull=False)
        .exclude(last_level=Concern.EMERGENCY)
    )
