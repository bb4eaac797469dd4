from datetime import date, datetime

from django.utils import timezone

from clinics.timekeeping import local_day
from patients.models import Patient


def now_and_day(patient: Patient) -> tuple[datetime, date]:
    """This moment, and the date that the patient's own calendar shows."""
    now = timezone.now()
    return now, local_day(now, patient.zone)
