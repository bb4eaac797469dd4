"""Booking, and what happens to an appointment on its day."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinics import audit
from clinics.access import StaffRequest, staff
from clinics.models import Clinic, User
from clinics.permissions import Permission
from patients.find_words import about
from patients.forms.booking import BookingForm, Draft, Manner, completed, with_a_fitting_room, with_a_room
from patients.forms.changes import WaiveForm
from patients.models import Appointment, Cancellation, Patient, Status
from patients.models.status import COMING, NEXT
from patients.queries.flags import chips_at, flag_rows
from patients.queries.patient_search import find_patients
from patients.queries.supply import supply
from patients.services.booking import Booked, Taken
from patients.services.cancelling import is_fresh
from patients.services.fees import charge_again, waive_fee, waived
from patients.services.holds import held_time
from patients.services.visits import change_status
from patients.views.clock import today
from patients.views.day import board_of
from patients.views.ids import row_id
from patients.views.offers import ways_out
from patients.views.way_back import on_its_day, way_back
from patients.visit_words import to_mind_of
from patients.words import remarks, stepped, steps

# Buttons of the form that go on choosing instead of booking.
CHOOSING = ("find", "pick", "other_patient", "refresh", "take")


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Permission.BOOK)
def new(request: StaffRequest) -> HttpResponse:
    if "new_patient" in request.POST:
        return redirect(reverse("patient-new", query={"book": "1", **Draft.of(request.POST).given()}))
    form = booking_form(request)
    if request.method != "POST" or any(name in request.POST for name in CHOOSING):
        return _page(request, form)
    wanted = "override" in request.POST and request.membership.can(Permission.OVERRIDE)
    outcome = form.book(by=request.user, is_override=wanted) if form.is_valid() else None
    if isinstance(outcome, Booked):
        return _booked(request, outcome.appointment)
    if isinstance(outcome, Taken):
        return _page(request, form, status=409, **ways_out(form, outcome, form.today))
    return _page(request, form, status=422)


def booking_form(request: StaffRequest) -> BookingForm:
    posted = request.method == "POST"
    draft = _draft(request.POST) if posted else Draft.of(request.GET)
    chosen = get_object_or_404(Patient, pk=row_id(draft.patient)) if draft.patient else None
    submitted = posted and not any(name in request.POST for name in CHOOSING)
    known = supply()
    now = today(request)
    how = Manner.of(request.POST) if posted else _first_manner(request)
    if submitted:
        draft, why = with_a_room(draft, known, now, even_taken=True, held=how.held), ""
    else:
        draft, why = with_a_fitting_room(completed(draft, known, now), known, now, held=how.held)
    form = BookingForm(draft, how, supply=known, chosen=chosen, today=now, submitted=submitted, why_other_room=why)
    if form.names_unknown_rows or (not posted and form.names_no_time):
        raise Http404
    return form


def _first_manner(request: StaffRequest) -> Manner:
    return Manner(notify="on" if request.membership.clinic.tell_patients else "", hold=request.GET.get("hold", ""))


def _draft(posted: QueryDict) -> Draft:
    draft = Draft.of(posted)
    for button in ("offer", "take"):
        if button in posted:
            return draft.with_offer(str(posted[button]))
    if "pick" in posted:
        return draft.but(patient=str(posted["pick"]))
    return draft.but(patient="") if "other_patient" in posted else draft


def _page(request: StaffRequest, form: BookingForm, status: int = 200, **more: Any) -> HttpResponse:
    sought = request.POST.get("q", "")
    found = find_patients(sought, form.today) if "find" in request.POST else []
    audit.seen(*(one.pk for one in [*found, *([form.chosen] if form.chosen else [])]))
    context = {
        "form": form,
        "board": board_of(request, form.day_in_view, form.draft.therapist),
        "keep": form.draft.query("patient", "service"),
        "sought": sought,
        "found": found,
        "about": about(form.chosen, timezone.now()) if form.chosen else "",
        "held": held_time(form.how.held, by=request.user),
        **_where_it_goes_on(request, form, status),
        "may_override": ("reasons" in more or "override" in request.POST)
        and request.membership.can(Permission.OVERRIDE),
        **more,
    }
    return render(request, "patients/appointment_new.html", context, status=status)


def _where_it_goes_on(request: StaffRequest, form: BookingForm, status: int) -> dict[str, bool]:
    """With who comes, or after that with the rest. A refusal and what htmx swaps have a place of their own."""
    is_open = status == 200 and not request.htmx  # type: ignore[attr-defined]  # django-htmx
    return {"on_patient": is_open and not form.chosen, "on_service": is_open and form.chosen is not None}


def _booked(request: StaffRequest, appointment: Appointment) -> HttpResponse:
    """The day it is on, with a word about what was done. No name: messages may travel in a cookie."""
    starts = appointment.local_start
    facts = {"when": date_format(starts, "l j F, H:i"), "therapist": appointment.therapist.name}
    undo = reverse("appointment-undo", args=[appointment.pk])
    messages.success(request, _("Booked: %(when)s, %(therapist)s.") % facts, extra_tags=undo)
    for remark in remarks(appointment):
        messages.warning(request, remark)
    return HttpResponseRedirect(on_its_day(appointment), status=303)


@require_safe
@staff(Permission.SEE_DAY)
def detail(request: StaffRequest, pk: int) -> HttpResponse:
    return _detail_page(request, pk)


@require_POST
@staff(Permission.BOOK)
def status(request: StaffRequest, pk: int) -> HttpResponse:
    appointment = get_object_or_404(Appointment.objects.for_patient_page(), pk=pk)
    wanted = request.POST.get("status", "")
    if wanted not in Status.values:
        return _detail_page(request, pk, refused=_("Choose one of the steps."), status=422)
    try:
        change_status(appointment=appointment, status=wanted, by=request.user)
    except ValidationError as refused:
        return _detail_page(request, pk, refused=refused.messages[0], status=409)
    back = way_back(request, reverse("appointment", args=[pk]))
    if Status(appointment.status) in NEXT[wanted]:
        undo = reverse("appointment-undo", args=[pk], query={"back": back})
        messages.success(request, stepped(appointment, Status(wanted)), extra_tags=undo)
    return HttpResponseRedirect(back, status=303)


@require_POST
@staff(Permission.BOOK)
def waive(request: StaffRequest, pk: int) -> HttpResponse:
    appointment = get_object_or_404(Appointment, pk=pk)
    form = WaiveForm(request.POST)
    if "again" not in request.POST and not form.is_valid():
        return _detail_page(request, pk, waive_form=form, status=422)
    try:
        words = _put_right(appointment, form, by=request.user)
    except ValidationError as refused:
        return _detail_page(request, pk, refused=refused.messages[0], status=409)
    messages.success(request, words)
    return HttpResponseRedirect(reverse("appointment", args=[pk]), status=303)


def _put_right(appointment: Appointment, form: WaiveForm, *, by: User) -> str:
    if "again" in form.data:
        charge_again(appointment=appointment, by=by)
        return _("The fee is charged again. Tell the patient.")
    waive_fee(appointment=appointment, exemption=form.cleaned_data["exemption"], by=by)
    return _("The fee is waived. Tell the patient.")


def _cancellation(appointment: Appointment, clinic: Clinic) -> dict[str, Any]:
    row = Cancellation.objects.filter(appointment=appointment).first()
    may_undo = row is not None and is_fresh(row, clinic.grace_minutes, timezone.now())
    waive_form = WaiveForm() if row is not None and row.fee else None
    return {"cancellation": row, "may_undo": may_undo, "waive_form": waive_form, "waived": waived(row)}


def _rows_for_page(day: date) -> QuerySet[Appointment, Appointment]:
    rows = Appointment.every.not_kept().for_board().select_related("room__location")
    found: QuerySet[Appointment, Appointment] = rows.annotate(flag_rows=flag_rows("patient", day))
    return found


def _detail_page(request: StaffRequest, pk: int, refused: str = "", status: int = 200, **more: Any) -> HttpResponse:
    appointment = get_object_or_404(_rows_for_page(today(request)), pk=pk)
    if appointment.places is not None:
        return redirect("class", pk=pk)
    audit.seen(appointment.patient_pk)
    context = {
        "appointment": appointment,
        "location": appointment.room.location,
        **_cancellation(appointment, request.membership.clinic),
        "series_size": appointment.series_id and Appointment.objects.filter(series=appointment.series_id).count(),
        "confirmed": appointment.confirmed_at and appointment.room.location.local(appointment.confirmed_at),
        "mind": to_mind_of(appointment) if appointment.status in COMING else [],
        "refused": refused,
        "may_book": request.membership.can(Permission.BOOK),
        "may_read_chart": request.membership.can(Permission.READ_CHART),
        "chips": chips_at(appointment),
        **steps(appointment, timezone.now()),
        **more,
    }
    return render(request, "patients/appointment.html", context, status=status)
