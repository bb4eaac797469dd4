"""The patient's own plan: what drives the pain, what we do, how far it is."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clinics.access import PortalRequest, portal
from portal.queries.patient_time import now_and_day
from portal.views.fetch import patient_of
from programs.queries.patient_plan import letters_of


@require_safe
@portal
def plan(request: PortalRequest) -> HttpResponse:
    """A draft is not for the patient yet."""
    patient = patient_of(request)
    _now, day = now_and_day(patient)
    return render(request, "portal/plan.html", {"letters": letters_of(patient, day)})
