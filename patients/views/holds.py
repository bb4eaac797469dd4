"""A time is held while its form is open, and let go when the form is left."""

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_POST

from clinics import audit
from clinics.access import StaffRequest, staff
from clinics.permissions import Permission
from patients.services.claims import Taken
from patients.services.holds import Held, held_time, release
from patients.views.appointments import booking_form
from patients.views.ids import row_id
from patients.views.way_back import way_back
from patients.words import reasons


@require_POST
@staff(Permission.BOOK)
def hold(request: StaffRequest) -> HttpResponse:
    """The booking form as it stands, sent whenever something in it changes."""
    form = booking_form(request)
    outcome = form.hold_time(by=request.user)
    audit.seen(*([form.chosen.pk] if form.chosen else []))
    if isinstance(outcome, Taken):
        audit.seen(*(one.patient_id for one in outcome.by if one.patient_id))
        found = {
            "form": form,
            "held": held_time(form.how.held, by=request.user),
            "why_not": reasons(outcome, form.cleaned_data),
        }
        return render(request, "patients/_hold.html", found)
    held = outcome if isinstance(outcome, Held) else held_time(form.how.held, by=request.user)
    return render(request, "patients/_hold.html", {"form": form, "held": held})


@require_POST
@staff(Permission.BOOK)
def let_go(request: StaffRequest) -> HttpResponse:
    """By the browser as it leaves the page, or by a button that leads away from it."""
    if request.POST.get("hold"):
        release(hold_id=row_id(request.POST["hold"]), by=request.user)
    if back := way_back(request, ""):
        return HttpResponseRedirect(back, status=303)
    return HttpResponse(status=204)
