"""The time that is held while the booking form is open."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from clinics.tenancy import clinic_scope
from patients.models import Appointment, Status
from tests.conftest import signed_in_client
from tests.factories import NINE, Cast, appointment_at
from tests.patients.test_booking_page import PAGE, booked, filled

pytestmark = pytest.mark.usefixtures("monday_morning")
HOLD, RELEASE = "/appointments/hold/", "/appointments/hold/release/"


def held(cast: Cast) -> list[Appointment]:
    with clinic_scope(cast.clinic.pk):
        return list(Appointment.every.filter(status=Status.HELD).order_by("pk"))


def holding(client: Client, cast: Cast, **changes: Any) -> Any:
    return client.post(HOLD, filled(cast, **changes))


def test_it_is_held_and_said_until_when(desk: Client, north: Cast) -> None:
    response = holding(desk, north, patient="")
    (kept,) = held(north)
    text = response.content.decode()
    assert (f'name="hold" value="{kept.pk}"' in text, "Kept for you until 09:05." in text) == (True, True)
    assert (kept.held_by_id, kept.patient_id, kept.starts_at) == (north.desk.pk, None, NINE)


@pytest.mark.parametrize("missing", ["therapist", "time", "day"])
def test_nothing_is_held_before_all_is_chosen(desk: Client, north: Cast, missing: str) -> None:
    response = holding(desk, north, **{missing: ""})
    assert (response.status_code, response.content.decode().strip(), held(north)) == (200, "", [])


def test_any_room_that_is_free_is_held_and_booked(desk: Client, north: Cast) -> None:
    draft = {"service": north.follow_up.pk, "room": ""}
    holding(desk, north, **draft)
    (kept,) = held(north)
    assert desk.post(PAGE, filled(north, hold=kept.pk, **draft)).status_code == 303
    (one,) = booked(north)
    assert (one.room_id, held(north)) == (kept.room_id, [])


def test_it_follows_the_form(desk: Client, north: Cast) -> None:
    holding(desk, north)
    (first,) = held(north)
    holding(desk, north, time="10:00", hold=first.pk)
    (second,) = held(north)
    assert second.starts_at == NINE + timedelta(hours=1)


def test_what_is_taken_is_said_with_the_next_times_and_the_time_before_is_let_go(desk: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        appointment_at(north, NINE + timedelta(hours=1), patient=north.neighbour)
    holding(desk, north)
    (first,) = held(north)
    response = holding(desk, north, time="10:00", hold=first.pk)
    text = response.content.decode()
    assert (response.status_code, held(north), 'name="hold"' in text) == (200, [], False)
    assert "Theo North has Pete North from 10:00 to 10:55. 09:00 is not kept any more." in " ".join(text.split())
    assert response.context["options"][0]["value"].endswith("2021-03-01 11:00")


def test_one_of_the_next_times_goes_into_the_form_without_booking(desk: Client, north: Cast) -> None:
    offer = f"{north.therapist.pk} {north.room.pk} 2021-03-01 11:00"
    response = desk.post(PAGE, filled(north, take=offer))
    assert (response.status_code, response.context["form"].draft.time, booked(north)) == (200, "11:00", [])


def test_a_refused_booking_still_knows_what_is_held(desk: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        appointment_at(north, NINE + timedelta(hours=1), patient=north.neighbour)
    holding(desk, north)
    (kept,) = held(north)
    response = desk.post(PAGE, filled(north, time="10:00", hold=kept.pk))
    assert (response.status_code, f'name="hold" value="{kept.pk}"' in response.content.decode()) == (409, True)


def test_another_desk_is_told_and_offered_other_times(desk: Client, north: Cast) -> None:
    holding(signed_in_client(north.manager), north)
    response = desk.post(PAGE, filled(north))
    assert (response.status_code, len(response.context["options"])) == (409, 3)
    assert response.context["reasons"] == [
        "The time from 09:00 to 09:55 is being kept for somebody else for a few minutes."
    ]


def test_it_is_let_go_on_leaving_by_browser_or_by_button(desk: Client, north: Cast) -> None:
    for facts, answer in (
        ({}, 204),
        ({"back": "/calendar/2021-03-01/"}, 303),
        ({"back": "https://evil.example/"}, 204),
    ):
        holding(desk, north)
        (kept,) = held(north)
        response = desk.post(RELEASE, {"hold": kept.pk, **facts})
        assert (response.status_code, held(north)) == (answer, [])


def test_nobody_lets_go_what_another_holds(desk: Client, north: Cast) -> None:
    holding(signed_in_client(north.manager), north)
    (kept,) = held(north)
    desk.post(RELEASE, {"hold": kept.pk})
    assert held(north) == [kept]
    assert desk.post(RELEASE, {"hold": "x"}).status_code == 404


def test_after_five_minutes_others_may(desk: Client, north: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    holding(signed_in_client(north.manager), north)
    monkeypatch.setattr(timezone, "now", lambda: NINE + timedelta(minutes=5))
    assert desk.post(PAGE, filled(north)).status_code == 303
    assert len(booked(north)) == 1


def test_a_malformed_hold_is_none(desk: Client, north: Cast) -> None:
    assert desk.post(PAGE, filled(north, hold="x" * 30)).status_code == 303
