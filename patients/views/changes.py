"""Moving and cancelling an appointment, and taking a cancellation back."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clinics import audit
from clinics.access import StaffRequest, staff
from clinics.permissions import Permission
from patients.forms.changes import CancelForm, MoveForm, with_offer
from patients.models import Appointment, Status
from patients.queries.supply import supply
from patients.services.cancelling import expected_charge
from patients.services.claims import Taken
from patients.services.moving import Changed, Moved
from patients.services.undoing import TakenBack, take_back
from patients.views.clock import today
from patients.views.offers import ways_out
from patients.views.way_back import on_its_day, way_back
from patients.words import is_movable, not_back, remarks, taken_back, title_of, what_changed


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Permission.BOOK)
def move(request: StaffRequest, pk: int) -> HttpResponse:
    appointment = _appointment(pk)
    if "refresh" in request.POST:
        return _move_page(request, _going_on(request, appointment))
    data = with_offer(request.POST.dict()) if request.method == "POST" else None
    form = MoveForm(data, appointment=appointment, supply=supply())
    if request.method != "POST":
        return _move_page(request, form) if is_movable(appointment) else redirect("appointment", pk=pk)
    wanted = "override" in request.POST and request.membership.can(Permission.OVERRIDE)
    outcome = form.move(by=request.user, is_override=wanted) if form.is_valid() else None
    if isinstance(outcome, Moved):
        return _moved(request, outcome.appointment)
    if isinstance(outcome, Taken):
        return _move_page(request, form, status=409, **ways_out(form, outcome, today(request)))
    if isinstance(outcome, Changed):
        return _move_page(request, form.renewed(outcome), status=409, changed=what_changed(outcome))
    return _move_page(request, form, status=422)


def _going_on(request: StaffRequest, appointment: Appointment) -> MoveForm:
    given = {name: str(value) for name, value in request.POST.items()}
    return MoveForm.going_on(given, appointment=appointment, supply=supply(), today=today(request))


def _appointment(pk: int) -> Appointment:
    """A visit or a class; not what is only kept."""
    rows = Appointment.every.not_kept().for_board().select_related("room__location", "clinic")
    found: Appointment = get_object_or_404(rows, pk=pk)
    return found


def _move_page(request: StaffRequest, form: MoveForm, status: int = 200, **more: Any) -> HttpResponse:
    one = form.appointment
    audit.seen(*([one.patient_id] if one.patient_id else []))
    context = {"appointment": one, "form": form, "title": title_of(one), **more}
    asked = "reasons" in more or "override" in request.POST
    context["may_override"] = asked and request.membership.can(Permission.OVERRIDE)
    return render(request, "patients/appointment_move.html", context, status=status)


def _moved(request: StaffRequest, appointment: Appointment) -> HttpResponse:
    """No name: messages may travel in a cookie."""
    starts = appointment.local_start
    facts = {"when": date_format(starts, "l j F, H:i"), "therapist": appointment.therapist.name}
    undo = reverse("appointment-undo", args=[appointment.pk])
    messages.success(request, _("Moved: %(when)s, %(therapist)s.") % facts, extra_tags=undo)
    for remark in remarks(appointment):
        messages.warning(request, remark)
    return HttpResponseRedirect(on_its_day(appointment), status=303)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Permission.BOOK)
def cancel(request: StaffRequest, pk: int) -> HttpResponse:
    appointment = _appointment(pk)
    form = CancelForm(request.POST.dict() if request.method == "POST" else None, appointment=appointment)
    if request.method != "POST":
        may = Status.CANCELLED in appointment.next_statuses
        return _cancel_page(request, form) if may else redirect("appointment", pk=pk)
    if not form.is_valid():
        return _cancel_page(request, form, status=422)
    outcome = form.cancel(by=request.user)
    if outcome is None:
        return _cancel_page(request, form, status=409)
    if isinstance(outcome, Changed):
        return _cancel_page(request, form.renewed(outcome), status=409, changed=what_changed(outcome))
    messages.success(request, _("Cancelled. The time is free."), extra_tags=reverse("appointment-undo", args=[pk]))
    return HttpResponseRedirect(_after(appointment), status=303)


def _after(appointment: Appointment) -> str:
    """Back to the class of a place in one, else to the day."""
    if appointment.group_id:
        return reverse("class", args=[appointment.group_id])
    return reverse("calendar-on", args=[appointment.local_start.date()])


def _cancel_page(request: StaffRequest, form: CancelForm, status: int = 200, **more: Any) -> HttpResponse:
    one, clinic = form.appointment, request.membership.clinic
    audit.seen(*([one.patient_id] if one.patient_id else []))
    costs = expected_charge(one, timezone.now(), is_exempt=one.patient_id is None)
    context = {"appointment": one, "form": form, "title": title_of(one), "costs": costs, "clinic": clinic, **more}
    return render(request, "patients/appointment_cancel.html", context, status=status)


@require_POST
@staff(Permission.BOOK)
def undo(request: StaffRequest, pk: int) -> HttpResponse:
    """By the form of a toast, or by the calendar, which asks for JSON."""
    appointment = _appointment(pk)
    try:
        outcome = take_back(appointment=appointment, by=request.user)
    except ValidationError as refused:
        return _answer(request, appointment, refused.messages[0], status=409)
    if isinstance(outcome, TakenBack):
        return _answer(request, outcome.appointment, taken_back(outcome))
    return _answer(request, appointment, not_back(outcome, appointment), status=409)


def _answer(request: StaffRequest, appointment: Appointment, said: str, status: int = 200) -> HttpResponse:
    """Without a name: messages may travel in a cookie."""
    if request.get_preferred_type(["text/html", "application/json"]) == "application/json":
        return JsonResponse({"text": said}, status=status)
    messages.add_message(request, messages.SUCCESS if status == 200 else messages.ERROR, said)
    return HttpResponseRedirect(way_back(request, _after(appointment)), status=303)
