"""Where a button leads back to, as its page has said; and the day on which something stands now."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from patients.models import Appointment


def way_back(request: HttpRequest, otherwise: str) -> str:
    """An address of ours, or none."""
    back = request.POST.get("back") or request.GET.get("back", "")
    return back if url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()) else otherwise


def on_its_day(appointment: Appointment) -> str:
    """The calendar, which goes on at this appointment. Needs the room with its location."""
    return f"{reverse('calendar-on', args=[appointment.local_start.date()])}#visit-{appointment.pk}"
