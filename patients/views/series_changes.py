"""A series that is booked: its visits, and changing what is still to come of it."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from clinics import audit
from clinics.access import StaffRequest, staff
from clinics.permissions import Permission
from patients.forms.series_changes import SeriesCancelForm, SeriesMoveForm
from patients.models import Appointment, Series
from patients.queries.supply import supply
from patients.series_words import of_series
from patients.services.claims import Taken
from patients.services.moving import Changed
from patients.services.series import SeriesMoved, SeriesTaken, coming
from patients.views.ids import row_id
from patients.words import reasons, what_changed


@require_safe
@staff(Permission.SEE_DAY)
def detail(request: StaffRequest, pk: int) -> HttpResponse:
    return _page(request, _series(pk))


@require_POST
@staff(Permission.BOOK)
def move(request: StaffRequest, pk: int) -> HttpResponse:
    series = _series(pk)
    start = _start(request, series)
    if start["anchor"] is None:  # over meanwhile; the page says so
        return _page(request, series, status=422)
    form = SeriesMoveForm(request.POST, supply=supply(), **start)
    outcome = form.move(by=request.user) if form.is_valid() else None
    if isinstance(outcome, SeriesMoved):
        words = ngettext("Moved: one visit.", "Moved: %(n)d visits.", len(outcome.appointments))
        return _done(request, series, words % {"n": len(outcome.appointments)})
    if isinstance(outcome, SeriesTaken):
        return _page(request, series, status=409, move_form=form, taken=_taken(outcome, form))
    if isinstance(outcome, Changed):
        return _page(request, series, status=409, changed=what_changed(outcome))
    return _page(request, series, status=422, move_form=form)


@require_POST
@staff(Permission.BOOK)
def cancel(request: StaffRequest, pk: int) -> HttpResponse:
    series = _series(pk)
    start = _start(request, series)
    if start["anchor"] is None:  # as above
        return _page(request, series, status=422)
    form = SeriesCancelForm(request.POST, **start)
    outcome = form.cancel(by=request.user) if form.is_valid() else None
    if isinstance(outcome, SeriesMoved):
        words = ngettext("Cancelled: one visit.", "Cancelled: %(n)d visits.", len(outcome.appointments))
        return _done(request, series, words % {"n": len(outcome.appointments)})
    if isinstance(outcome, Changed):
        return _page(request, series, status=409, changed=what_changed(outcome))
    return _page(request, series, status=422, cancel_form=form)


def _series(pk: int) -> Series:
    return get_object_or_404(Series.objects.select_related("patient", "therapist", "service"), pk=pk)


def _start(request: StaffRequest, series: Series) -> dict[str, Any]:
    """The visit from which a change goes: the one asked for, else the first that is still to come."""
    rows = coming(series.pk)
    given: Mapping[str, Any] = request.POST if request.method == "POST" else request.GET
    if chosen := given.get("visit"):
        mine = Appointment.objects.filter(series=series).for_board().select_related("room__location", "clinic")
        return {"anchor": get_object_or_404(mine, pk=row_id(str(chosen))), "rows": rows}
    return {"anchor": rows[0] if rows else None, "rows": rows}


def _taken(outcome: SeriesTaken, form: SeriesMoveForm) -> list[str]:
    """What is in the way, visit by visit."""
    rows = {row.pk: row for row in Appointment.objects.filter(pk__in=outcome.by_number).for_board()}
    return [
        f"{_when(rows[key])}: {' '.join(_reasons(rows[key], taken, form))}" for key, taken in outcome.by_number.items()
    ]


def _when(row: Appointment) -> str:
    return date_format(row.local_start, "D j M, H:i")


def _reasons(row: Appointment, taken: Taken, form: SeriesMoveForm) -> list[str]:
    audit.seen(*(one.patient_id for one in taken.by if one.patient_id))
    given = form.cleaned_data
    return reasons(taken, {"therapist": given["therapist"] or row.therapist, "room": given["room"] or row.room})


def _done(request: StaffRequest, series: Series, words: str) -> HttpResponse:
    messages.success(request, words)
    return HttpResponseRedirect(reverse("series", args=[series.pk]), status=303)


def _page(request: StaffRequest, series: Series, status: int = 200, **more: Any) -> HttpResponse:
    audit.seen(series.patient_id)
    visits = Appointment.objects.filter(series=series).for_patient_page().order_by("starts_at", "pk")
    start = _start(request, series)
    may_change = request.membership.can(Permission.BOOK) and start["anchor"] in start["rows"]
    if may_change:
        more.setdefault("move_form", SeriesMoveForm(None, supply=supply(), **start))
        more.setdefault("cancel_form", SeriesCancelForm(None, **start))
    context = {
        "series": series,
        "title": of_series(series),
        "visits": visits,
        "may_change": may_change,
        **start,
        **more,
    }
    return render(request, "patients/series.html", context, status=status)
