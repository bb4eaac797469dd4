"""A time is held while its form is open, and let go when the form is left."""

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_POST

from clinics import audit
from clinics.access import StaffRequest, staff
from clinics.permissions import Permission
from patients.forms.booking import BookingForm
from patients.services.claims import Taken
from patients.services.holds import Held, held_time, release
from patients.views.appointments import booking_form
from patients.views.ids import row_id
from patients.views.offers import ways_out
from patients.views.way_back import way_back


@require_POST
@staff(Permission.BOOK)
def hold(request: StaffRequest) -> HttpResponse:
    """The booking form as it stands, sent whenever something in it changes."""
    form = booking_form(request)
    outcome = form.hold_time(by=request.user)
    audit.seen(*([form.chosen.pk] if form.chosen else []))
    if isinstance(outcome, Taken):
        return _taken(request, form, outcome)
    held = outcome if isinstance(outcome, Held) else held_time(form.how.held, by=request.user)
    return render(request, "patients/_hold.html", {"form": form, "held": held})


def _taken(request: StaffRequest, form: BookingForm, outcome: Taken) -> HttpResponse:
    """The time chosen before goes back to everybody, so it may be among the next that work."""
    before = held_time(form.how.held, by=request.user)
    if before:
        release(hold_id=before.appointment.pk, by=request.user)
    context = {"form": form, "let_go": before, **ways_out(form, outcome, form.today, button="take")}
    return render(request, "patients/_hold.html", context)


@require_POST
@staff(Permission.BOOK)
def let_go(request: StaffRequest) -> HttpResponse:
    """By the browser as it leaves the page, or by a button that leads away from it."""
    if request.POST.get("hold"):
        release(hold_id=row_id(request.POST["hold"]), by=request.user)
    if back := way_back(request, ""):
        return HttpResponseRedirect(back, status=303)
    return HttpResponse(status=204)
