"""What a patient answers at home. It raises and never lowers; a clinician's screen is the answer to it."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from clinics import audit
from clinics.models import User
from clinics.timekeeping import local_day
from programs import catalogue
from programs.models import OLDEST, AlertKind, Concern, Episode, PatientCheck
from programs.screening import concern_at_home
from programs.services.alerts import raise_alert
from programs.services.turns import take_turn


class CareEnded(ValueError):  # noqa: N818  # reads as what happened
    """There is no complaint in care any more that the answers could belong to."""


class TooOld(ValueError):  # noqa: N818  # reads as what they are
    """Answers of so long ago say nothing of today."""


@transaction.atomic
def record_check(
    *,
    episode: Episode,
    client_id: UUID,
    positive: Collection[str],
    unsure: Collection[str],
    by: User,
    answered_at: datetime | None = None,
) -> PatientCheck:
    """Sent again under the same key it stays as it was first. Without `answered_at` they are answers of this moment.

    A phone may send late what it kept; one whose clock runs ahead is heard all the same. Where care has ended on the
    way another complaint in care hears them. Raises CareEnded and TooOld.
    """
    known = PatientCheck.objects.filter(patient_id=episode.patient_id, client_id=client_id).first()
    if known is not None:
        return known
    episode = _in_care(episode)
    now = take_turn(episode.pk)
    answered_at = min(answered_at or now, now)
    if answered_at < now - OLDEST:
        raise TooOld
    day = local_day(answered_at, episode.patient.zone)
    level = concern_at_home(positive, unsure, age=episode.patient.age_on(day), items=catalogue.red_flags())
    check, is_new = PatientCheck.objects.get_or_create(
        patient_id=episode.patient_id,
        client_id=client_id,
        defaults={
            "episode": episode, "positive": sorted(positive), "unsure": sorted(unsure), "level": level,
            "found_on": day, "answered_at": answered_at, "raised_at": now, "sent_by": by,
        },
    )  # fmt: skip
    if is_new:
        audit.record("answer_check", subject=check, by=by, patient_id=episode.patient_id)
        _alert_of(check, by)
    return check


def _in_care(episode: Episode) -> Episode:
    """As it is once nobody else writes there."""
    take_turn(episode.pk)
    found = Episode.objects.filter(patient=episode.patient_id).open().select_related("patient")
    still = found.filter(pk=episode.pk).first() or found.first()
    if still is None:
        raise CareEnded
    return still


def _alert_of(check: PatientCheck, by: User) -> None:
    if check.level == Concern.CLEAR:
        return
    kind = AlertKind.PATIENT_EMERGENCY if check.level == Concern.EMERGENCY else AlertKind.FINDING
    raise_alert(kind=kind, episode=check.episode, due_at=check.raised_at, by=by)
