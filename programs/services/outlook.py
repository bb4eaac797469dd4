"""What a signed visit or a sitting shows to be waiting: a re-assessment, or a plan that changes nothing."""

from datetime import date

from django.utils import timezone

from clinics.models import User
from programs.models import Alert, AlertKind, CarePlan, Episode
from programs.queries.retest_due import retest_due
from programs.queries.standstill import standstill_of
from programs.retest import Standstill
from programs.services.alerts import raise_alert, resolve_alerts


def look_ahead(*, episode: Episode, day: date, by: User) -> None:
    """After a visit was signed. That nothing changes is said once of a plan: a new version is the answer to it."""
    plan = _running(episode)
    if retest_due(episode, day, plan):
        raise_alert(kind=AlertKind.RETEST_DUE, episode=episode, due_at=timezone.now(), by=by)
    if standstill_of(episode, plan) == Standstill.NO_CHANGE and not _said(episode, plan):
        raise_alert(kind=AlertKind.NO_CHANGE, episode=episode, due_at=timezone.now(), by=by)


def look_back(*, episode: Episode, day: date, by: User) -> None:
    """After a sitting, one put right, a score or a new plan: what was due is done once nothing is left to repeat.

    Judged on the day on which it was raised at the earliest: what is entered late, for a day before, settles nothing.
    """
    raised = Alert.objects.filter(episode=episode, kind=AlertKind.RETEST_DUE, resolved_at=None).first()
    if raised and not retest_due(episode, max(day, raised.raised_at.date()), _running(episode)):
        resolve_alerts(kinds=[AlertKind.RETEST_DUE], episode=episode, by=by)


def _running(episode: Episode) -> CarePlan | None:
    plan: CarePlan | None = CarePlan.objects.filter(episode=episode).current().first()
    return plan


def _said(episode: Episode, plan: CarePlan | None) -> bool:
    since = plan.signed_at if plan and plan.signed_at else None
    found = Alert.objects.filter(episode=episode, kind=AlertKind.NO_CHANGE)
    return (found.filter(raised_at__gte=since) if since else found).exists()
