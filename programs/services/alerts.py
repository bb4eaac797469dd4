"""What waits for a clinician. Raising the same again changes nothing, so whoever looks may raise."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from clinics import audit
from clinics.models import User
from programs.models import Alert, AlertKind, Episode


@transaction.atomic
def raise_alert(*, kind: AlertKind, episode: Episode, due_at: datetime, by: User | None) -> Alert:
    """`by=None` is the clock. In the portal it is the patient, who raises for themselves only."""
    alert, is_new = Alert.objects.get_or_create(
        patient_id=episode.patient_id,
        episode=episode,
        kind=kind,
        resolved_at=None,
        defaults={"due_at": due_at, "raised_at": timezone.now(), "raised_by": by},
    )
    if is_new:
        audit.record("raise_alert", subject=alert, by=by, patient_id=episode.patient_id, detail={"kind": kind})
    return alert


@transaction.atomic
def resolve_alerts(
    *, kinds: Iterable[AlertKind], episode: Episode, by: User, raised_before: datetime | None = None
) -> int:
    """Their cause is gone. How many there were."""
    found = Alert.objects.filter(episode=episode, kind__in=list(kinds), resolved_at=None).order_by("pk")
    if raised_before is not None:
        found = found.filter(raised_at__lt=raised_before)
    return sum(_resolve(alert, by) for alert in found.select_for_update())


@transaction.atomic
def resolve_by_hand(*, alert: Alert, by: User) -> bool:
    """False where somebody was quicker, or where it asks for more than a word."""
    found = Alert.objects.filter(pk=alert.pk, resolved_at=None).select_for_update().first()
    return found is not None and found.is_by_hand and _resolve(found, by)


def _resolve(alert: Alert, by: User) -> bool:
    alert.resolved_at, alert.resolved_by = timezone.now(), by
    alert.save(update_fields=["resolved_at", "resolved_by"])
    audit.record("resolve_alert", subject=alert, by=by, patient_id=alert.patient_id, detail={"kind": alert.kind})
    return True
