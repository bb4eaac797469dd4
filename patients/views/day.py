from datetime import date

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from clinics import audit
from clinics.access import StaffRequest, staff
from clinics.models import Location
from clinics.permissions import Permission
from patients.queries.day_board import DayBoard, day_board
from patients.views.clock import today
from patients.views.ids import row_id


@require_safe
@staff(Permission.SEE_DAY)
def day(request: StaffRequest, on: date | None = None) -> HttpResponse:
    return render(request, "patients/day.html", {"board": board_of(request, on or today(request))})


def board_of(request: StaffRequest, on: date, therapist: str = "") -> DayBoard:
    location, page = None, request.GET.get("page", "")
    if chosen := request.GET.get("location"):
        location = get_object_or_404(Location, pk=row_id(chosen))
    clinic, now = request.membership.clinic, timezone.now()
    board = day_board(on, clinic=clinic, now=now, location=location, page=page, therapist=therapist)
    audit.seen(*board.patient_ids)
    return board
