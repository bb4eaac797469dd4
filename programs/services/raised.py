"""Findings that ask for a red-flag screen. They close the gate of every session until a clinician has screened."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q

from clinics import audit
from clinics.models import User
from programs import catalogue
from programs.models import AlertKind, Assessment, RaisedFlag
from programs.reasoning import Alarm
from programs.screening import suggested_concern
from programs.services.alerts import raise_alert
from programs.services.turns import take_turn


def was_raised(sitting: Assessment, alarm: Alarm) -> bool:
    """The sitting asked for it already, for the same reason where it was put right since."""
    mine = RaisedFlag.objects.filter(question=alarm.question)
    because = [said.stored() for said in alarm.because]
    before = Assessment.objects.filter(Q(pk=sitting.turn) | Q(stands_for=sitting.turn)).exclude(pk=sitting.pk)
    return mine.filter(assessment=sitting).exists() or mine.filter(assessment__in=before, because=because).exists()


@transaction.atomic
def raise_flags(*, assessment: Assessment, alarms: Sequence[Alarm], by: User) -> list[RaisedFlag]:
    """The one place where a finding becomes a red flag. Nothing lowers it but a screen (services.red_flags)."""
    now = take_turn(assessment.episode_id)
    age = assessment.patient.age_on(assessment.done_on)
    flags = RaisedFlag.objects.bulk_create(
        RaisedFlag(
            episode_id=assessment.episode_id,
            assessment=assessment,
            question=alarm.question,
            level=suggested_concern([alarm.question], age=age, items=catalogue.red_flags()),
            because=[said.stored() for said in alarm.because],
            found_on=assessment.done_on,
            raised_at=now,
        )
        for alarm in alarms
    )
    audit.record(
        "raise",
        subject=flags,
        by=by,
        patient_id=assessment.patient_id,
        detail={"assessment": assessment.pk, "questions": [flag.question for flag in flags]},
    )
    raise_alert(kind=AlertKind.FINDING, episode=assessment.episode, due_at=now, by=by)
    return flags
