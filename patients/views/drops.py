"""What a hand in the calendar does, answered in JSON: the words for a toast. The appointment's page does it by form."""

from django.core.exceptions import ValidationError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clinics import audit
from clinics.access import StaffRequest, staff
from clinics.permissions import Permission
from patients import words
from patients.forms.drop import DropForm
from patients.models import KEPT, Appointment
from patients.queries.supply import supply
from patients.services.claims import Taken
from patients.services.moving import Moved, participants_of
from patients.services.notices import keep_quiet


@require_POST
@staff(Permission.BOOK)
def drop(request: StaffRequest, pk: int) -> HttpResponse:
    form = DropForm(request.POST, appointment=_movable(pk), supply=supply())
    if not form.is_valid():
        return _back(form, form.why_not(None), status=422)
    if form.is_unasked():
        return JsonResponse({"text": f"{form.outside} {_('It is back where it was.')}", "ask": True}, status=409)
    try:
        outcome = form.move(by=request.user)
    except ValidationError as refused:
        return _back(form, form.why_not(refused), status=422)
    if isinstance(outcome, Moved):
        return JsonResponse({"text": _moved(outcome, form)})
    if isinstance(outcome, Taken):
        audit.seen(*(one.patient_id for one in outcome.by if one.patient_id))
        return _back(form, " ".join(words.reasons(outcome, {**form.cleaned_data, "room": form.place})), status=409)
    return JsonResponse({"text": words.what_changed(outcome)}, status=409)


@require_POST
@staff(Permission.BOOK)
def quiet(request: StaffRequest, pk: int) -> HttpResponse:
    """Within the grace minutes: the desk tells the patient itself, or all of a class."""
    moved = _movable(pk)
    told = keep_quiet(appointments=[moved, *participants_of(moved)], by=request.user)
    return JsonResponse({"text": words.is_quiet(told)})


def _movable(pk: int) -> Appointment:
    """A visit or a class: neither a place in one nor a time that is only kept."""
    rows = Appointment.every.filter(group__isnull=True).exclude(status__in=KEPT).for_board()
    found: Appointment = get_object_or_404(rows.select_related("room__location"), pk=pk)
    audit.seen(*([found.patient_id] if found.patient_id else []))
    return found


def _moved(outcome: Moved, form: DropForm) -> str:
    now = outcome.appointment
    said = [words.moved(now, outcome.before), *words.remarks(now)]
    if form.cleaned_data["notify"]:
        said.append(words.hears_of_it(now))
    return " ".join(filter(None, said))


def _back(form: DropForm, why: str, status: int) -> JsonResponse:
    """The reason, and where the same can be asked again by form: there are other times beside it."""
    ways = reverse("appointment-move", args=[form.appointment.pk])
    return JsonResponse({"text": f"{why} {_('It is back where it was.')}", "ways": ways}, status=status)
