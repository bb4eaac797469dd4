"""What a patient answers at home. It raises and never lowers; a clinician's screen is the answer to it."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from clinics import audit
from clinics.models import User
from programs import catalogue
from programs.models import AlertKind, Concern, Episode, PatientCheck
from programs.screening import concern_at_home
from programs.services.alerts import raise_alert


@transaction.atomic
def record_check(
    *, episode: Episode, client_id: UUID, positive: Collection[str], unsure: Collection[str], day: date, by: User
) -> PatientCheck:
    """Sent again under the same key it stays as it was first."""
    level = concern_at_home(positive, unsure, age=episode.patient.age_on(day), items=catalogue.red_flags())
    check, is_new = PatientCheck.objects.get_or_create(
        patient_id=episode.patient_id,
        client_id=client_id,
        defaults={
            "episode": episode, "positive": sorted(positive), "unsure": sorted(unsure), "level": level,
            "found_on": day, "raised_at": timezone.now(), "sent_by": by,
        },
    )  # fmt: skip
    if is_new:
        audit.record("answer_check", subject=check, by=by, patient_id=episode.patient_id)
        _alert_of(check, by)
    return check


def _alert_of(check: PatientCheck, by: User) -> None:
    if check.level == Concern.CLEAR:
        return
    kind = AlertKind.PATIENT_EMERGENCY if check.level == Concern.EMERGENCY else AlertKind.FINDING
    raise_alert(kind=kind, episode=check.episode, due_at=check.raised_at, by=by)
