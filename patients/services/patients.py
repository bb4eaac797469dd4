from datetime import date

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
