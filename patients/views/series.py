"""A series: its pattern, the preview with every visit checked, and booking exactly what was confirmed."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from clinics import audit
from clinics.access import StaffRequest, staff
from clinics.forms.rows import whole
from clinics.permissions import Permission
from patients.forms.close import CloseForm
from patients.forms.series import OUT, SeriesForm, VisitForm, choices_of
from patients.forms.slot_text import text_of
from patients.models import Patient
from patients.planning import Planned, State
from patients.queries.patient_search import find_patients
from patients.queries.series_plan import SeriesPlan, plan_series
from patients.queries.supply import supply
from patients.series_words import lines, obstacle_words, of_plan, outside_words, remark, slot_words
from patients.services.series import SeriesBooked, book_series
from patients.slots import Slot
from patients.views.clock import today
from patients.views.ids import row_id

Choices = dict[int, Slot | None]


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Permission.BOOK)
def new(request: StaffRequest) -> HttpResponse:
    """GET: the pattern, and with `preview` its visits. POST: one visit by hand, or booking."""
    form = _form(request)
    if not form.is_bound:
        return _pattern_page(request, form)
    if not form.is_valid():
        return _pattern_page(request, form, status=422)
    if request.method != "POST":
        return _plan_page(request, form, plan_series(form.wish))
    do, _, number = request.POST.get("do", "").partition("-")
    if do == "book":
        return _book(request, form)
    return _change_one(request, form, do, number)


def _form(request: StaffRequest) -> SeriesForm:
    given = (request.POST if request.method == "POST" else request.GET).copy()
    if picked := given.get("pick"):
        given["patient"] = picked
    chosen = get_object_or_404(Patient, pk=row_id(str(given["patient"]))) if given.get("patient") else None
    submitted = "do" in given or "preview" in given
    form = SeriesForm(given, supply=supply(), chosen=chosen, today=today(request), submitted=submitted)
    if form.names_unknown_rows:
        raise Http404
    return form


def _pattern_page(request: StaffRequest, form: SeriesForm, status: int = 200) -> HttpResponse:
    sought = request.POST.get("q", "")
    found = find_patients(sought, form.today) if "find" in request.POST else []
    audit.seen(*(one.pk for one in [*found, *([form.chosen] if form.chosen else [])]))
    given = {name: form.given.getlist(name) for name in form.fields if name != "patient"}
    context = {
        "form": form,
        "sought": sought,
        "found": found,
        "wishes": [(name, value) for name, values in given.items() for value in values],
        "without_patient": reverse("series-new", query=given),
    }
    return render(request, "patients/series_new.html", context, status=status)


def _change_one(request: StaffRequest, form: SeriesForm, do: str, number: str) -> HttpResponse:
    """Open a visit to change it, set it, leave it out, or take it as it was asked for."""
    choices = choices_of(request.POST, form)
    one = whole(number, form.wish.pattern.count + 1)
    if one not in range(1, form.wish.pattern.count + 1):
        raise Http404
    if do == "out":
        choices[one] = None
    elif do == "back":
        choices.pop(one, None)
    plan = plan_series(form.wish, choices)
    if do not in {"edit", "set"}:
        return _plan_page(request, form, plan, at=one)
    return _edit(request, form, plan, one, is_set=do == "set")


def _edit(request: StaffRequest, form: SeriesForm, plan: SeriesPlan, one: int, *, is_set: bool) -> HttpResponse:
    planned = plan.visits[one - 1]
    visit = VisitForm(
        request.POST if is_set else None, plan=plan, slot=planned.slot or planned.asked, today=today(request)
    )
    if is_set and visit.is_valid():
        choices: Choices = {**choices_of(request.POST, form), one: visit.slot}
        changed = plan_series(form.wish, choices)
        if not visit.is_unasked(outside_words(changed, changed.visits[one - 1])):
            return _plan_page(request, form, changed, at=one)
    return _plan_page(request, form, plan, at=one, edited=visit, status=422 if is_set else 200)


def _book(request: StaffRequest, form: SeriesForm) -> HttpResponse:
    """Only what the page has shown: where a visit does not stand any more, the page says how it is now."""
    choices = choices_of(request.POST, form)
    plan = plan_series(form.wish, choices)
    manner = _sent_manner(request, plan, is_whole=len(choices) == form.wish.pattern.count)
    if plan.count(State.CLASH):
        return _plan_page(request, form, plan, manner=manner, status=409, is_taken=True)
    if not manner.is_valid():
        return _plan_page(request, form, plan, manner=manner, status=422)
    try:
        outcome = book_series(
            plan=plan, by=request.user, notify=manner.cleaned_data["notify"], spacing_reason=manner.accepted_reason
        )
    except ValidationError as refused:
        manner.refuse(refused)
        return _plan_page(request, form, plan, manner=manner, status=422)
    if isinstance(outcome, SeriesBooked):
        return _booked(request, outcome)
    again = plan_series(form.wish, choices)
    return _plan_page(request, form, again, manner=manner, status=409, is_taken=True)


def _sent_manner(request: StaffRequest, plan: SeriesPlan, *, is_whole: bool) -> CloseForm:
    manner = CloseForm(request.POST)
    if plan.is_too_close:
        manner.ask_why()
    if not is_whole:
        manner.refuse(ValidationError(_("The page did not come back whole. Look at every visit again.")))
    return manner


def _booked(request: StaffRequest, outcome: SeriesBooked) -> HttpResponse:
    """No name: messages may travel in a cookie."""
    first = min(outcome.appointments, key=lambda one: one.starts_at)
    number, when = len(outcome.appointments), date_format(first.local_start, "l j F, H:i")
    words = ngettext("Booked: one visit, on %(when)s.", "Booked: %(n)d visits, the first on %(when)s.", number)
    messages.success(request, words % {"n": number, "when": when})
    return HttpResponseRedirect(reverse("series", args=[outcome.series.pk]), status=303)


def _plan_page(
    request: StaffRequest, form: SeriesForm, plan: SeriesPlan, status: int = 200, **more: Any
) -> HttpResponse:
    audit.seen(plan.wish.patient.pk)
    edited, at = more.get("edited"), more.get("at")
    grace = request.membership.clinic.grace_minutes
    context = {
        "form": form,
        "plan": plan,
        "title": of_plan(plan),
        "rows": [_row(plan, one, edited if one.number == at else None) for one in plan.visits],
        **_counts(plan),
        "lines": lines(plan, grace),
        "manner": more.pop("manner", None) or _manner(request, plan),
        "pattern": [(name, value) for name in form.fields for value in form.given.getlist(name)],
        "back": reverse("series-new", query={name: form.given.getlist(name) for name in form.fields}),
        **more,
    }
    return render(request, "patients/series_plan.html", context, status=status)


def _counts(plan: SeriesPlan) -> dict[str, int]:
    states = {"free": State.FREE, "moved": State.CHANGED, "clashes": State.CLASH}
    return {name: plan.count(state) for name, state in states.items()}


def _manner(request: StaffRequest, plan: SeriesPlan) -> CloseForm:
    """What was entered beside the visits stays while one of them is changed."""
    given = request.POST if request.method == "POST" else {"notify": request.membership.clinic.tell_patients}
    form = CloseForm(initial={name: given.get(name, "") for name in CloseForm.base_fields})
    if plan.is_too_close:
        form.ask_why()
    return form


def _row(plan: SeriesPlan, one: Planned, edited: VisitForm | None) -> dict[str, Any]:
    shown = one.asked if one.slot is None or one.state == State.CLASH else one.slot
    clash = one.found.slot if one.state == State.CLASH else shown
    instead = one.instead_of
    return {
        "planned": one,
        "asked": plan.wish.location.local(one.asked.start),
        "why_moved": obstacle_words(plan, instead) if instead else "",
        "local": plan.wish.location.local(clash.start),
        "value": OUT if one.slot is None else text_of(one.slot),
        "room": plan.reading.rooms[one.slot.room].name if one.slot else "",
        "therapist": _other_therapist(plan, shown),
        "remark": remark(plan, one) if one.state != State.CLASH else obstacle_words(plan, one.found),
        "substitutes": [(text_of(slot), slot_words(plan, slot, one.found.slot)) for slot in one.substitutes],
        "edited": edited,
    }


def _other_therapist(plan: SeriesPlan, slot: Slot) -> str:
    return plan.reading.therapists[slot.therapist].name if slot.therapist != plan.wish.therapist.pk else ""
