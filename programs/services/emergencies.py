"""What follows an emergency sign: the hand-over, and treating in spite of a lock."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from clinics import audit
from clinics.models import User
from patients.models import Appointment
from programs.models import AlertKind, HandOver, LockOverride, RedFlagScreen
from programs.services.alerts import resolve_alerts


@transaction.atomic
def hand_over(
    *, screen: RedFlagScreen, handed_at: datetime, to_whom: str, how: str, patient_advised: str, by: User
) -> HandOver:
    done = HandOver.objects.create(
        screen=screen,
        handed_by=by,
        handed_at=handed_at,
        to_whom=to_whom,
        how=how,
        patient_advised=patient_advised,
        recorded_at=timezone.now(),
    )
    audit.record(
        "hand_over", subject=done, by=by, patient_id=screen.episode.patient_id, detail={"screen": screen.pk, "how": how}
    )
    resolve_alerts(kinds=[AlertKind.HAND_OVER], episode=screen.episode, by=by)
    return done


@transaction.atomic
def override_lock(
    *, screen: RedFlagScreen, appointment: Appointment, reason: str, clinician: User, by: User
) -> LockOverride:
    """For this visit only, and as long as this screen is the latest."""
    made = LockOverride.objects.create(
        screen=screen, appointment=appointment, reason=reason, clinician=clinician, made_by=by, made_at=timezone.now()
    )
    detail = {"screen": screen.pk, "appointment": appointment.pk, "clinician": clinician.pk}
    audit.record("override_lock", subject=made, by=by, patient_id=appointment.patient_id, detail=detail)
    return made
