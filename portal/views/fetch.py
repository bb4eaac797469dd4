"""What every portal view needs first. The portal's scope shows the own patient only, so anything else is 404."""

from datetime import date

from django.http import Http404
from django.shortcuts import get_object_or_404

from clinics import audit
from clinics.access import PortalRequest
from clinics.timekeeping import FIRST_DAY, LAST_DAY
from patients.models import Patient
from programs.models import Episode, Prescription
from programs.queries.home_days import Due, due_between


def patient_of(request: PortalRequest) -> Patient:
    audit.seen(request.patient_id)
    return get_object_or_404(Patient, pk=request.patient_id)


def episode_of(patient: Patient) -> Episode:
    """The complaint in care. Care that is over, or has not begun, asks nothing."""
    episode = Episode.objects.filter(patient=patient).open().select_related("patient").first()
    if episode is None or not patient.is_active:
        raise Http404
    return episode


def prescription_of(pk: int) -> Prescription:
    return get_object_or_404(Prescription.objects.select_related("programme", "exercise", "patient"), pk=pk)


def due_of(prescription: Prescription, day: date) -> Due | None:
    """The occasion of that day with its log, or None where the prescription is not due on it, or not any more."""
    if not prescription.patient.is_active:
        return None
    dues = due_between([prescription.patient_id], day, day).get(prescription.patient_id, [])
    return next((due for due in dues if due.prescription.pk == prescription.pk), None)


def day_or_404(text: str | None, default: date) -> date:
    if not text:
        return default
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Http404 from None
    if not FIRST_DAY <= day <= LAST_DAY:
        raise Http404
    return day
