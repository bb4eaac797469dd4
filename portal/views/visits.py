from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from clinics.access import PortalRequest, portal
from patients.models import Appointment
from portal.views.fetch import patient_of


@require_safe
@portal
def visits(request: PortalRequest) -> HttpResponse:
    now = timezone.now()
    past = Appointment.objects.past(now)
    context = {
        "patient": patient_of(request),
        "upcoming": Appointment.objects.upcoming(now),
        "page": Paginator(past, 20).get_page(request.GET.get("page")),
    }
    return render(request, "portal/visits.html", context)
