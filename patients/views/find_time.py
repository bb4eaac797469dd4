"""Find a time, keep it for some minutes, and go on to the booking form."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clinics import audit
from clinics.access import StaffRequest, staff
from clinics.permissions import Permission
from patients.find_words import about, spacing_note
from patients.forms.find_time import FindTimeForm, a_day_later
from patients.forms.slot_text import slot_of, text_of
from patients.models import Patient
from patients.queries.find_time import FoundTime, Instead, find_times
from patients.queries.history import last_therapist, needling_starts
from patients.queries.patient_search import find_patients
from patients.queries.supply import supply
from patients.services.holds import Held, hold
from patients.slots import Slot
from patients.views.clock import today
from patients.views.ids import row_id

WISHES = ("patient", "service", "therapist", "location", "weekdays", "not_before", "not_after", "earliest")


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Permission.BOOK)
def find_time(request: StaffRequest) -> HttpResponse:
    """POST keeps one of the times, or looks for a patient: a name in an address would stay in histories and logs."""
    form = _form(request)
    if not form.is_valid():
        return _page(request, form, status=422)
    if "hold" in request.POST:
        return _hold(request, form, slot_of(str(request.POST["hold"]), form.today))
    return _page(request, form)


def _form(request: StaffRequest) -> FindTimeForm:
    known, data = supply(), _wishes(request)
    if "service" not in data and known.usual_service:
        data["service"] = str(known.usual_service.pk)
    chosen = get_object_or_404(Patient, pk=row_id(str(data["patient"]))) if data.get("patient") else None
    form = FindTimeForm(data, supply=known, chosen=chosen, today=today(request))
    if form.names_unknown_rows:
        raise Http404
    return form


def _wishes(request: StaffRequest) -> QueryDict:
    given = request.POST if request.method == "POST" else request.GET
    data = QueryDict(mutable=True)
    for name in WISHES:
        if values := [str(value) for value in given.getlist(name) if value]:
            data.setlist(name, values)
    if picked := given.get("pick"):
        data["patient"] = str(picked)
    return data


def _hold(request: StaffRequest, form: FindTimeForm, slot: Slot | None) -> HttpResponse:
    therapist = next((one for one in form.supply.therapists if slot and one.pk == slot.therapist), None)
    room = next((one for one in form.supply.rooms if slot and one.pk == slot.room), None)
    if slot is None or therapist is None or room is None:
        raise Http404
    service = form.cleaned_data["service"]
    try:
        outcome = hold(
            therapist=therapist, room=room, service=service, starts_at=slot.start, by=request.user, patient=form.chosen
        )
    except ValidationError as refused:
        return _page(request, form, status=422, refused=refused.messages[0])
    if not isinstance(outcome, Held):
        return _page(request, form, status=409, refused=_("That time was taken a moment ago."))
    return _to_booking(form, FoundTime(slot.start, therapist, room), outcome)


def _to_booking(form: FindTimeForm, time: FoundTime, held: Held) -> HttpResponse:
    draft = {
        "patient": form.given.get("patient", ""), "service": form.given["service"], "therapist": time.therapist.pk,
        "room": time.room.pk, "day": f"{time.local:%Y-%m-%d}", "time": f"{time.local:%H:%M}",
        "hold": held.appointment.pk,
    }  # fmt: skip
    given = {name: value for name, value in draft.items() if value}
    return HttpResponseRedirect(reverse("appointment-new", query=given), status=303)


def _page(request: StaffRequest, form: FindTimeForm, status: int = 200, **more: Any) -> HttpResponse:
    sought = request.POST.get("q", "")
    people = find_patients(sought, form.today) if "find" in request.POST else []
    audit.seen(*(one.pk for one in [*people, *([form.chosen] if form.chosen else [])]))
    context = {
        "form": form,
        "wishes": [(name, value) for name in WISHES for value in form.given.getlist(name)],
        "without_patient": _but(form.given, patient=""),
        "about": about(form.chosen, timezone.now()) if form.chosen else "",
        "sought": sought,
        "found": people,
        **(_results(form) if form.is_valid() else {}),
        **more,
    }
    return render(request, "patients/find_time.html", context, status=status)


def _results(form: FindTimeForm) -> dict[str, Any]:
    result = find_times(form.wish)
    # The booking form speaks in wall time, which would mean the first pass of an hour that comes twice.
    times = [one for one in result.times if not one.is_second_pass]
    return {
        "result": result,
        "days": _days(form, times),
        "instead": [_instead(form.given, one) for one in result.instead],
        "later": _but(form.given, earliest=a_day_later(times[-1].local.date())) if times else "",
    }


def _but(data: QueryDict, **changes: str) -> str:
    """The same search with another wish, as an address."""
    changed = data.copy()
    for name, value in changes.items():
        changed.pop(name, None)
        if value:
            changed[name] = value
    return f"{reverse('find-time')}?{changed.urlencode()}"


def _days(form: FindTimeForm, times: Sequence[FoundTime]) -> list[dict[str, Any]]:
    before = last_therapist(form.chosen) if form.chosen and times else None
    standing = _needling_near(form, times)
    offers: list[dict[str, Any]] = [
        {
            "time": one,
            "value": text_of(Slot(one.starts_at, one.therapist.pk, one.room.location_id, one.room.pk)),
            "knows": one.therapist.pk == before,
            "close": spacing_note(one.starts_at, standing),
        }
        for one in times
    ]
    by_day = groupby(offers, key=lambda offer: offer["time"].local.date())
    return [{"title": _day_title(day, form.today), "offers": list(same)} for day, same in by_day]


def _needling_near(form: FindTimeForm, times: Sequence[FoundTime]) -> list[Any]:
    if not form.chosen or not times or "needling" not in form.cleaned_data["service"].contains:
        return []
    return needling_starts(form.chosen, times[0].starts_at, times[-1].starts_at)


def _day_title(day: date, now: date) -> str:
    name = date_format(day, "l j F")
    near = {now: _("Today, %(day)s"), now + timedelta(days=1): _("Tomorrow, %(day)s")}
    return near.get(day, "%(day)s") % {"day": name}


def _instead(data: QueryDict, one: Instead) -> dict[str, Any]:
    names = {"therapists": "therapist"}
    titles = {
        "therapists": _("Anyone who may"),
        "location": _("Anywhere"),
        "weekdays": _("On any day of the week"),
        "not_before": _("At any hour"),
    }
    first = one.first
    return {
        "title": titles[one.wishes[0]],
        "note": f"{date_format(first.local, 'l j F, H:i')}, {first.therapist.name}, {first.room.name}",
        "url": _but(data, **{names.get(name, name): "" for name in one.wishes}),
    }
