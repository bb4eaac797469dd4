"""Days off, extra hours and holidays: looked at first, then saved, then ended."""

from datetime import time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from clinics.models import AuditEvent, Holiday, HoursException, Location, Room, WorkingHours
from clinics.tenancy import clinic_scope
from tests.factories import NINE, Cast, appointment_at
from tests.patients.statements import of_the_page
from tests.patients.test_hours_pages import errors, save_button, scoped, words

__all__ = ["scoped"]
pytestmark = pytest.mark.usefixtures("monday_morning")

DAY, MONDAY = timedelta(days=1), NINE.date()
LEAVE = {"kind": "off", "first_day": str(MONDAY), "last_day": str(MONDAY + 2 * DAY), "note": "Leave"}
FAIR = {"day": str(MONDAY), "name": "Fair"}


def new(cast: Cast) -> str:
    return f"/hours/{cast.therapist.pk}/exceptions/new/"


def twice(client: Client, path: str, given: dict[str, Any]) -> Any:
    """Looked at, then saved."""
    return client.post(path, {**given, "save": save_button(client.post(path, given))})


def test_days_off_are_shown_and_saved(manager: Client, scoped: Cast) -> None:
    response = manager.post(new(scoped), LEAVE)
    assert "1 Mar 1 no hours until now: 08:00–18:00 Off: Leave" in words(response)
    assert not HoursException.objects.exists()
    assert twice(manager, new(scoped), LEAVE)["Location"] == f"/hours/{scoped.therapist.pk}/"
    made = HoursException.objects.get()
    assert (made.therapist, made.kind, made.location, made.first_day, made.last_day, made.starts, made.note) == (
        scoped.therapist, "off", None, MONDAY, MONDAY + 2 * DAY, None, "Leave",
    )  # fmt: skip


def test_days_off_name_whom_they_leave_outside(manager: Client, scoped: Cast) -> None:
    for n in range(3):
        appointment_at(scoped, NINE + n * DAY)
    response = manager.post(new(scoped), LEAVE)
    assert "Save, and leave 3 appointments outside the hours" in words(response)
    assert manager.post(new(scoped), {**LEAVE, "save": "1"}).status_code == 409
    assert twice(manager, new(scoped), LEAVE).status_code == 302


def test_extra_hours_on_a_saturday_without_a_last_day(manager: Client, scoped: Cast) -> None:
    saturday = MONDAY + 5 * DAY
    extra = {"kind": "extra", "first_day": saturday, "location": scoped.location.pk, "starts": "09:00", "ends": "12:00"}
    assert "6 09:00–12:00 until now: no hours Extra hours 09:00–12:00" in words(manager.post(new(scoped), extra))
    assert twice(manager, new(scoped), extra).status_code == 302
    made = HoursException.objects.get()
    assert (made.location, made.first_day, made.last_day, made.ends) == (scoped.location, saturday, saturday, time(12))


def test_days_far_ahead_are_the_ones_shown(manager: Client, north: Cast) -> None:
    response = manager.post(new(north), {"kind": "off", "first_day": "2021-07-07"})
    assert "5 Jul 5 08:00–18:00 6 08:00–18:00 7 no hours until now: 08:00–18:00 Off" in words(response)


def test_days_across_the_end_of_the_four_weeks_are_all_shown(manager: Client, north: Cast) -> None:
    text = words(manager.post(new(north), {"kind": "off", "first_day": "2021-03-25", "last_day": "2021-03-30"}))
    assert (text.count("no hours until now: 08:00–18:00 Off"), "22 Mar 22 08:00–18:00" in text) == (4, True)


@pytest.mark.parametrize(("changes", "field", "said"), [
    ({"kind": "maybe"}, "kind", "Please choose one of the list."),
    ({"location": 999}, "location", "That is not among the choices."),
    ({"first_day": ""}, "first_day", "On which day?"),
    ({"last_day": "2021-02-29"}, "last_day", "A day such as 2027-03-01, please."),
    ({"last_day": "2021-02-28"}, "last_day", "The last day is not before the first."),
    ({"first_day": "2021-02-01", "last_day": ""}, "first_day", "That day is over."),
    ({"first_day": "2021-02-01", "last_day": "2021-02-02"}, "last_day", "That day is over."),
    ({"first_day": "2099-02-01"}, "first_day", "A day within the next two years, please."),
    ({"last_day": "2022-12-01"}, "last_day", "A year at most. For longer, change the weekly hours."),
    ({"starts": "09:00"}, "ends", "Both times, or neither."),
    ({"starts": "09:00", "ends": "08:00"}, "ends", "The end must be later than the start."),
    ({"kind": "extra", "starts": "09:00", "ends": "12:00"}, "location", "Extra hours have a location."),
    ({"note": "x" * 200}, "note", "120 characters at most, please; these are 200."),
])  # fmt: skip
def test_an_exception_that_cannot_be_is_refused_by_name(
    changes: dict[str, Any], field: str, said: str, manager: Client, north: Cast
) -> None:
    response = manager.post(new(north), {**LEAVE, **changes})
    assert (response.status_code, errors(response)) == (422, [{field: [said]}])


def test_extra_hours_need_times(manager: Client, north: Cast) -> None:
    response = manager.post(new(north), {**LEAVE, "kind": "extra", "location": north.location.pk})
    assert errors(response) == [{"starts": ["Extra hours have times."]}]


def test_time_off_that_ends_opens_what_it_took(manager: Client, scoped: Cast) -> None:
    leave = HoursException.objects.create(
        therapist=scoped.therapist, kind="off", first_day=MONDAY, last_day=MONDAY + DAY
    )
    path = f"/hours/exceptions/{leave.pk}/end/"
    shown = manager.get(path)
    assert "1 08:00–18:00 until now: no hours" in words(shown)
    assert manager.post(path, {"save": save_button(shown)})["Location"] == f"/hours/{scoped.therapist.pk}/"
    assert not HoursException.objects.exists()
    assert manager.get(path).status_code == 404


def test_extra_hours_that_end_name_whom_they_leave_outside(manager: Client, scoped: Cast) -> None:
    saturday = MONDAY + 5 * DAY
    extra = HoursException.objects.create(
        therapist=scoped.therapist, kind="extra", location=scoped.location, first_day=saturday, last_day=saturday,
        starts=time(9), ends=time(12),
    )  # fmt: skip
    appointment_at(scoped, NINE + 5 * DAY)
    path = f"/hours/exceptions/{extra.pk}/end/"
    assert "Sat 6 Mar, 09:00–09:45 Pia North" in words(manager.get(path))
    assert manager.post(path).status_code == 200
    assert HoursException.objects.exists()


def test_another_clinics_exception_and_holiday_are_not_there(manager: Client, south: Cast) -> None:
    with clinic_scope(south.clinic.pk):
        off = HoursException.objects.create(therapist=south.therapist, kind="off", first_day=MONDAY, last_day=MONDAY)
        fair = Holiday.objects.create(day=MONDAY, name="Fair")
    assert manager.get(f"/hours/exceptions/{off.pk}/end/").status_code == 404
    assert manager.post(f"/hours/holidays/{fair.pk}/end/").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_holidays_take_the_same_statements_for_one_and_for_three(manager: Client, north: Cast, count: int) -> None:
    with clinic_scope(north.clinic.pk):
        for n in range(count):
            Holiday.objects.create(day=MONDAY + n * DAY, name="Fair", location=north.location)
    with CaptureQueriesContext(connection) as queries:
        response = manager.get("/hours/holidays/")
    assert len(of_the_page(queries)) == 2
    assert words(response).count("Fair , North House") == count


def test_a_holiday_says_who_would_have_worked_and_whom_it_leaves_outside(manager: Client, scoped: Cast) -> None:
    appointment_at(scoped)
    appointment_at(scoped, NINE + DAY)
    text = words(manager.post("/hours/holidays/", FAIR))
    assert "Tara North would have worked 08:00–18:00 Theo North would have worked 08:00–18:00" in text
    assert "1 appointment would lie outside the hours Mon 1 Mar, 09:00–09:45 Pia North" in text
    assert twice(manager, "/hours/holidays/", FAIR)["Location"] == "/hours/holidays/"
    assert [(one.day, one.name, one.location) for one in Holiday.objects.all()] == [(MONDAY, "Fair", None)]


@pytest.mark.parametrize(("day", "week"), [
    ("2021-03-17", "15 Mar 15 08:00–18:00 16 08:00–18:00 17 no hours until now: 08:00–18:00 Holiday: Fair 18"),
    ("2021-07-07", "5 Jul 5 08:00–18:00 6 08:00–18:00 7 no hours until now: 08:00–18:00 Holiday: Fair 8"),
])  # fmt: skip
def test_a_holiday_is_shown_in_the_four_weeks_around_it(day: str, week: str, manager: Client, scoped: Cast) -> None:
    response = manager.post("/hours/holidays/", {"day": day, "name": "Fair"})
    assert week in words(response)
    assert len(response.context["ahead"].weeks) == 4
    assert [cell.day.isoformat() for week in response.context["ahead"].weeks for cell in week.cells
            if cell.is_changed] == [day]  # fmt: skip


def test_a_clinic_without_a_location_has_its_holidays_already(manager: Client, scoped: Cast) -> None:
    WorkingHours.objects.all().delete()
    Room.objects.all().delete()
    Location.objects.all().delete()
    assert twice(manager, "/hours/holidays/", FAIR)["Location"] == "/hours/holidays/"


def test_hours_of_all_are_joined_in_the_preview_of_a_holiday(manager: Client, scoped: Cast) -> None:
    WorkingHours.objects.filter(therapist=scoped.colleague).update(ends=time(12))
    WorkingHours.objects.filter(therapist=scoped.therapist).update(starts=time(11))
    text = words(manager.post("/hours/holidays/", FAIR))
    assert "1 no hours until now: 08:00–18:00 Holiday: Fair 2 08:00–18:00" in text
    assert "Tara North would have worked 08:00–12:00 Theo North would have worked 11:00–18:00" in text


@pytest.mark.parametrize(("changes", "field", "said"), [
    ({"day": "2021-02-28"}, "day", "A day from today on, within two years, please."),
    ({"day": ""}, "day", "On which day?"),
    ({"name": ""}, "name", "Please fill this in."),
    ({"location": 999}, "location", "That is not among the choices."),
])  # fmt: skip
def test_a_holiday_that_cannot_be_is_refused_by_name(
    changes: dict[str, Any], field: str, said: str, manager: Client
) -> None:
    response = manager.post("/hours/holidays/", {**FAIR, **changes})
    assert (response.status_code, errors(response)) == (422, [{field: [said]}])


def test_a_day_is_a_holiday_once(manager: Client, scoped: Cast) -> None:
    Holiday.objects.create(day=MONDAY, name="First")
    response = twice(manager, "/hours/holidays/", FAIR)
    assert (response.status_code, errors(response)) == (422, [{"day": ["There is a holiday on that day already."]}])


def test_a_holiday_is_taken_back(manager: Client, scoped: Cast) -> None:
    fair = Holiday.objects.create(day=MONDAY, name="Fair")
    assert manager.post(f"/hours/holidays/{fair.pk}/end/")["Location"] == "/hours/holidays/"
    assert not Holiday.objects.exists()
    assert AuditEvent.objects.filter(action="remove_holiday", by=scoped.manager).count() == 1
