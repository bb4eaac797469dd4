"""Classes: opening one, and who takes part."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clinics import audit
from clinics.access import StaffRequest, staff
from clinics.permissions import Permission
from patients.forms.booking import Draft
from patients.forms.groups import ClassForm
from patients.models import Appointment, Patient, Status
from patients.queries.patient_search import find_patients
from patients.queries.supply import supply
from patients.services.booking import Booked
from patients.services.claims import Full, Taken
from patients.services.groups import join
from patients.views.clock import today
from patients.views.ids import row_id
from patients.views.offers import ways_out
from patients.words import full, reasons, remarks, steps


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Permission.BOOK)
def new(request: StaffRequest) -> HttpResponse:
    form = ClassForm(_posted(request), supply=supply(), today=today(request))
    if request.method != "POST":
        return render(request, "patients/class_new.html", {"form": form})
    outcome = form.open(by=request.user) if form.is_valid() else None
    if isinstance(outcome, Taken):
        context = {"form": form, **ways_out(form, outcome, form.today)}
        return render(request, "patients/class_new.html", context, status=409)
    if outcome is None:
        return render(request, "patients/class_new.html", {"form": form}, status=422)
    messages.success(request, _("The class is open. Now add who takes part."))
    for remark in remarks(outcome.appointment):
        messages.warning(request, remark)
    return HttpResponseRedirect(reverse("class", args=[outcome.appointment.pk]), status=303)


def _posted(request: StaffRequest) -> dict[str, Any] | None:
    """One of the free times in place of what was typed, as long as the service."""
    if request.method != "POST":
        return None
    given = request.POST.dict()
    offered = Draft().with_offer(str(given.get("offer", ""))).given()
    return {**given, **offered, "ends": ""} if offered else given


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Permission.BOOK)
def group(request: StaffRequest, pk: int) -> HttpResponse:
    """POST looks for a patient, or adds the one picked."""
    rows = Appointment.every.filter(places__isnull=False).for_board().select_related("room__location")
    one = get_object_or_404(rows, pk=pk)
    if request.method != "POST" or "pick" not in request.POST:
        return _page(request, one)
    patient = get_object_or_404(Patient, pk=row_id(request.POST["pick"]))
    try:
        outcome = join(group=one, patient=patient, by=request.user, notify="notify" in request.POST)
    except ValidationError as refused:
        return _page(request, one, status=422, refused=" ".join(refused.messages))
    if isinstance(outcome, Booked):
        messages.success(request, _("Added to the class."))
        return HttpResponseRedirect(reverse("class", args=[pk]), status=303)
    return _page(request, one, status=409, refused=_why_not(outcome, one))


def _why_not(outcome: Full | Taken, one: Appointment) -> str:
    if isinstance(outcome, Full):
        return full(outcome)
    return " ".join(reasons(outcome, {"therapist": one.therapist, "room": one.room}))


def _page(request: StaffRequest, one: Appointment, status: int = 200, refused: str = "") -> HttpResponse:
    sought = request.POST.get("q", "")
    found = find_patients(sought, today(request)) if "find" in request.POST else []
    people = list(Appointment.objects.filter(group=one.pk).for_board().order_by("patient__search_name", "pk"))
    audit.seen(*(patient.pk for patient in found), *(row.patient_id for row in people))
    context = {
        "group": one,
        "people": [row for row in people if row.status != Status.CANCELLED],
        "left": [row for row in people if row.status == Status.CANCELLED],
        "is_open": one.status == Status.BOOKED,
        "sought": sought,
        "found": found,
        "notify": "notify" in request.POST if request.method == "POST" else request.membership.clinic.tell_patients,
        "refused": refused,
        **steps(one, timezone.now()),
    }
    return render(request, "patients/class.html", context, status=status)
