"""The night when 01:30 comes twice and the one when it does not come, on every page where a time is picked or read."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client

from clinics.models import WorkingHours
from clinics.tenancy import clinic_scope
from patients.models import Appointment
from patients.queries.free_times import Wish, next_free_times
from patients.services.letters import when
from tests.factories import Cast, appointment_at
from tests.patients.test_booking_page import PAGE, booked, filled
from tests.patients.test_hours_pages import words

pytestmark = pytest.mark.usefixtures("monday_morning")

# In Dublin: back from 02:00 to 01:00 on 31 October 2021, on from 01:00 to 02:00 on 28 March.
TWICE, SKIPPED = {"day": "2021-10-31", "time": "01:30"}, {"day": "2021-03-28", "time": "01:30"}
FIRST, SECOND = datetime(2021, 10, 31, 0, 30, tzinfo=UTC), datetime(2021, 10, 31, 1, 30, tzinfo=UTC)


@pytest.fixture
def second(north: Cast) -> Appointment:
    with clinic_scope(north.clinic.pk):
        return appointment_at(north, SECOND)


@pytest.mark.parametrize(("chosen", "said"), [
    (TWICE, "01:30 happens twice that night. The first is meant."),
    (SKIPPED, "The clock skips 01:30 that night. 02:30 is meant."),
])  # fmt: skip
def test_the_booking_form_says_what_is_meant(chosen: dict[str, str], said: str, desk: Client, north: Cast) -> None:
    assert said in words(desk.post("/appointments/hold/", filled(north, **chosen)))
    assert said in words(desk.get(PAGE, {"therapist": str(north.therapist.pk), **chosen}))
    assert "that night" not in words(desk.post("/appointments/hold/", filled(north)))


def test_the_first_of_two_is_booked_and_said(desk: Client, north: Cast) -> None:
    response = desk.post(PAGE, filled(north, **TWICE, outside_ok="on"), follow=True)
    assert [one.starts_at for one in booked(north)] == [FIRST]
    assert "It is the first 01:30 of two that night." in words(response)


def test_a_skipped_time_is_booked_when_the_clock_has_gone_on(desk: Client, north: Cast) -> None:
    response = desk.post(PAGE, filled(north, **SKIPPED, outside_ok="on"), follow=True)
    assert "Booked: Sunday 28 March, 02:30, Theo North." in words(response)


def test_the_appointment_says_which_of_the_two_it_is(desk: Client, second: Appointment) -> None:
    assert "01:30–02:15 Europe/Dublin, the second 01:30 of two that night" in words(
        desk.get(f"/appointments/{second.pk}/")
    )


def test_a_move_that_leaves_the_time_alone_leaves_it_the_second(desk: Client, north: Cast, second: Appointment) -> None:
    page = f"/appointments/{second.pk}/move/"
    form = desk.get(page).context["form"]
    fields: dict[str, Any] = {name: form[name].value() for name in form.fields}
    assert desk.post(page, {**fields, "ends": "02:30", "outside_ok": "on"}).status_code == 303
    with clinic_scope(north.clinic.pk):
        found = Appointment.objects.get(pk=second.pk)
    assert (found.starts_at, found.ends_at) == (SECOND, SECOND + timedelta(hours=1))


def test_the_patient_reads_it_in_the_portal_and_in_letters(patient: Client, north: Cast, second: Appointment) -> None:
    told = "Dublin time, the second 01:30 of two that night"
    assert told in words(patient.get("/portal/visits/"))
    assert told in when(second.starts_at, second.ends_at, north.location)


def test_what_a_wall_time_cannot_name_is_not_offered_to_a_form(in_north: Cast) -> None:
    """It would be booked an hour earlier."""
    WorkingHours.objects.all().delete()
    WorkingHours.objects.create(
        therapist=in_north.therapist, location=in_north.location, weekday=7, starts=time(0), ends=time(3)
    )
    appointment_at(in_north, FIRST - timedelta(hours=1, minutes=30), ends_at=FIRST + timedelta(minutes=20))
    wish = Wish(in_north.follow_up, FIRST - timedelta(hours=2), therapist=in_north.therapist)
    found = next_free_times(wish, count=1)
    assert [f"{one.starts_at:%H:%M}" for one in found] == ["02:00"]


def test_the_calendar_the_board_and_the_paper_say_which_of_the_two_it_is(desk: Client, second: Appointment) -> None:
    said = "the second 01:30 of two that night"
    for page in ("/calendar/2021-10-31/", "/calendar/2021-10-31/?view=agenda", "/calendar/2021-10-31/print/"):
        assert said in words(desk.get(page))
    assert said in words(desk.get("/day/2021-10-31/"))


@pytest.fixture
def night_hours(north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        WorkingHours.objects.create(
            therapist=north.therapist, location=north.location, weekday=7, starts=time(1), ends=time(3)
        )


@pytest.mark.usefixtures("night_hours")
def test_a_time_that_is_found_says_which_of_the_two_it_is(desk: Client, north: Cast) -> None:
    wish: dict[str, Any] = {"service": north.needling.pk, "weekdays": "7", "earliest": "2021-10-31"}
    page = desk.get("/find-time/", wish)
    assert "the first 01:00 of two that night" in words(page)


@pytest.mark.usefixtures("night_hours")
def test_the_board_offers_the_hour_that_comes_twice_once(desk: Client) -> None:
    """A click means the first pass, as in the form."""
    (column,) = [one for one in desk.get("/day/2021-10-31/").context["board"].columns if one.free]
    assert [cell.time for cell in column.free] == ["01:00", "01:30", "02:00", "02:30"]
