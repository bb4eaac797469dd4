from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clinics.access import PortalRequest, portal
from patients.models import Appointment
from portal import words
from portal.queries.patient_time import now_and_day
from portal.queries.progress import progress_of
from portal.queries.today import today_of
from portal.views.fetch import patient_of
from programs import catalogue


@require_safe
@portal
def today(request: PortalRequest) -> HttpResponse:
    patient = patient_of(request)
    now, day = now_and_day(patient)
    found = today_of(patient, day)
    context = {
        "patient": patient,
        "today": found,
        "minutes_left": words.minutes(due.prescription for due in found.open),
        "hour": now.astimezone(patient.zone).hour,
        "next_visit": Appointment.objects.upcoming(now).first(),
        "urgent_signs": catalogue.safety_net()["signs"],
    }
    return render(request, "portal/today.html", context)


@require_safe
@portal
def progress(request: PortalRequest) -> HttpResponse:
    patient = patient_of(request)
    _, day = now_and_day(patient)
    return render(request, "portal/progress.html", {"patient": patient, "progress": progress_of(patient, day)})
