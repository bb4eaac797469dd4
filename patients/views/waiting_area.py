"""The board of who is expected and who is here. Every open desk asks again each few seconds; only changes are sent."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clinics import audit
from clinics.access import StaffRequest, staff
from clinics.models import Location
from clinics.permissions import Permission
from patients.queries.waiting_area import Guest, WaitingArea, waiting_area
from patients.views.ids import row_id
from patients.words import steps


@require_safe
@staff(Permission.SEE_DAY)
def board(request: StaffRequest) -> HttpResponseBase:
    asked, location = request.GET.get("location"), None
    if asked:
        location = get_object_or_404(Location, pk=row_id(asked))
    area = waiting_area(timezone.now(), location=location)
    unchanged = get_conditional_response(request, area.etag, None)
    if unchanged is not None:
        return unchanged
    audit.seen(*(one.appointment.patient_pk for one in area.guests))
    template = "patients/_waiting_area.html" if request.htmx else "patients/waiting_area.html"  # type: ignore[attr-defined]  # django-htmx
    context = {"area": area, "lanes": _lanes(area), "may_book": request.membership.can(Permission.BOOK)}
    response = render(request, template, context)
    response.headers["ETag"] = area.etag
    return response


def _lanes(area: WaitingArea) -> list[dict[str, Any]]:
    return [
        {"title": _("Expected"), "nobody": _("Nobody else is expected today."), "guests": _with_buttons(area.expected)},
        {"title": _("Arrived"), "nobody": _("Nobody waits."), "guests": _with_buttons(area.arrived)},
        {"title": _("In session"), "nobody": _("No session is on."), "guests": _with_buttons(area.in_session)},
        {"title": _("Done"), "nobody": _("No visit is over yet."), "guests": _with_buttons(area.done)},
    ]


def _with_buttons(guests: Sequence[Guest]) -> list[dict[str, Any]]:
    now = timezone.now()
    return [{"guest": one, **steps(one.appointment, now)} for one in guests]
