"""What two patients answered at home: one asks for help now, from a phone that had no connection; one is fine."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from clinics.models import User
from clinics.timekeeping import local_day
from patients.models import Appointment, Patient
from portal.models import PatientLogin
from programs import catalogue
from programs.models import Alert, AlertKind, Concern, Episode, PatientCheck
from programs.screening import concern_at_home

KEPT, CAME = timedelta(hours=13), timedelta(minutes=50)  # ago: answered late in the evening, sent in the morning
FINE = timedelta(days=3)
POSITIVE, UNSURE = ["r01_both_legs"], ["r01_saddle"]
NAMESPACE = uuid.UUID("5a0f6c1e-6d5c-4e62-9a53-0c1d5a1b7f10")


def candidate(seen: Sequence[Sequence[Appointment]], now: datetime) -> Appointment | None:
    """The last visit of whoever came longest ago: nobody whom the day's pages are about."""
    last = [visits[-1] for visits in seen if visits[-1].starts_at < now - KEPT]
    return min(last, key=lambda one: (one.starts_at, one.patient_pk), default=None)


def ask_for_help(visit: Appointment, now: datetime) -> None:
    """Inside the clinic's scope; the episode is open."""
    patient = Patient.objects.get(pk=visit.patient_pk)
    user = User.objects.create(email=patient.email, name=patient.name)
    PatientLogin.objects.create(user=user, patient=patient, email=patient.email)
    check = _told(patient, user, POSITIVE, UNSURE, answered_at=now - KEPT, raised_at=now - CAME)
    Alert.objects.create(
        patient=patient, episode=check.episode, kind=AlertKind.PATIENT_EMERGENCY, due_at=check.raised_at,
        raised_at=check.raised_at, raised_by=user,
    )  # fmt: skip


def are_fine(patient: Patient, user: User, now: datetime) -> None:
    _told(patient, user, [], [], answered_at=now - FINE, raised_at=now - FINE)


def _told(
    patient: Patient, user: User, positive: list[str], unsure: list[str], *, answered_at: datetime, raised_at: datetime
) -> PatientCheck:
    """As services.checks would have done then, whose clock is not this one."""
    day = local_day(answered_at, patient.zone)
    level = concern_at_home(positive, unsure, age=patient.age_on(day), items=catalogue.red_flags())
    check: PatientCheck = PatientCheck.objects.create(
        patient=patient, episode=Episode.objects.open().get(patient=patient), positive=positive, unsure=unsure,
        client_id=uuid.uuid5(NAMESPACE, patient.email), level=Concern(level), found_on=day, answered_at=answered_at,
        raised_at=raised_at, sent_by=user,
    )  # fmt: skip
    return check
