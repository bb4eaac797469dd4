from datetime import date
from typing import Any

from django.db import transaction

from clinics import audit
from clinics.models import Clinic, User
from clinics.tenancy import current_scope
from patients.models import Patient


@transaction.atomic
def register(
    *, given_name: str, family_name: str, birth_date: date, phone: str = "", email: str = "", by: User
) -> Patient:
    """What the desk needs to book somebody; the rest of the file is filled in at the first visit."""
    clinic = Clinic.objects.get(pk=current_scope().clinic_id)
    patient = Patient.objects.create(
        given_name=given_name,
        family_name=family_name,
        birth_date=birth_date,
        phone=phone,
        email=email,
        time_zone=clinic.time_zone,
    )
    audit.record("register", subject=patient, by=by, patient_id=patient.pk)
    return patient


@transaction.atomic
def correct(*, patient: Patient, by: User, **values: Any) -> None:
    """Put right what the file says of somebody. The record says which, never what they were."""
    changed = sorted(name for name, value in values.items() if getattr(patient, name) != value)
    if not changed:
        return
    for name in changed:
        setattr(patient, name, values[name])
    patient.save(update_fields=changed)
    audit.record("correct", subject=patient, by=by, patient_id=patient.pk, detail={"fields": changed})
