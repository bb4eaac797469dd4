"""What every portal view needs first. The portal's scope shows the own patient only, so anything else is 404."""

from datetime import date, datetime

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from clinics import audit
from clinics.access import PortalRequest
from clinics.timekeeping import local_day
from patients.models import Patient
from programs.models import Prescription


def patient_of(request: PortalRequest) -> Patient:
    audit.seen(request.patient_id)
    return get_object_or_404(Patient, pk=request.patient_id)


def prescription_of(pk: int) -> Prescription:
    return get_object_or_404(Prescription.objects.select_related("programme", "exercise"), pk=pk)


def now_and_day(patient: Patient) -> tuple[datetime, date]:
    now = timezone.now()
    return now, local_day(now, patient.zone)


def day_or_404(text: str | None, default: date) -> date:
    if not text:
        return default
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Http404 from None
