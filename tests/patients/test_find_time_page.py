"""Find a time at /find-time/."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from clinics.models import Service, WorkingHours
from clinics.tenancy import clinic_scope
from patients.models import Appointment
from patients.visit_limits import VisitLimit
from tests.factories import NINE, Cast, appointment_at
from tests.patients.statements import of_the_page

pytestmark = pytest.mark.usefixtures("monday_morning")
PAGE = "/find-time/"


def read(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def offers(response: Any) -> list[str]:
    return [
        f"{offer['time'].local:%a %H:%M} {offer['time'].therapist.get_short_name()}"
        for day in response.context["days"]
        for offer in day["offers"]
    ]


def test_it_starts_with_the_usual_service_and_the_first_ten(desk: Client, north: Cast) -> None:
    response = desk.get(PAGE)
    assert (response.status_code, len(offers(response)), offers(response)[0]) == (200, 10, "Mon 09:00 Theo")
    assert [day["title"] for day in response.context["days"]] == ["Today, Monday 1 March"]
    assert read(response).count("Hold 5 min") == 1


def test_the_wishes_stand_in_the_address(desk: Client, north: Cast) -> None:
    query: dict[str, Any] = {
        "service": north.follow_up.pk, "therapist": north.colleague.pk, "weekdays": ["3", "4"], "not_before": "16:45",
        "not_after": "17:30", "earliest": "2021-03-03",
    }  # fmt: skip
    response = desk.get(PAGE, query)
    assert offers(response)[:2] == ["Wed 16:45 Tara", "Wed 17:00 Tara"]
    assert response.context["later"].endswith("earliest=2021-03-18")


def test_what_is_chosen_is_held_and_the_booking_form_opens(desk: Client, north: Cast) -> None:
    page = desk.get(PAGE, {"patient": north.patient.pk})
    value = page.context["days"][0]["offers"][0]["value"]
    response = desk.post(PAGE, {"patient": north.patient.pk, "service": north.needling.pk, "hold": value})
    with clinic_scope(north.clinic.pk):
        held = Appointment.every.get()
    assert (held.status, held.starts_at, held.held_by_id, held.patient_id) == (
        "held", NINE, north.desk.pk, north.patient.pk,
    )  # fmt: skip
    chosen = (
        f"patient={north.patient.pk}&service={north.needling.pk}&therapist={north.therapist.pk}&room={north.room.pk}"
    )
    assert response["Location"] == f"/appointments/new/?{chosen}&day=2021-03-01&time=09%3A00&hold={held.pk}"


def test_what_is_held_becomes_the_appointment(desk: Client, north: Cast) -> None:
    facts = {"patient": north.patient.pk, "service": north.needling.pk}
    value = desk.get(PAGE, facts).context["days"][0]["offers"][0]["value"]
    page = desk.get(desk.post(PAGE, {**facts, "hold": value})["Location"])
    form = page.context["form"]
    assert "Kept for you until 09:05." in read(page)
    desk.post("/appointments/new/", {**form.draft.given(), "hold": form.how.hold, "notify": "on"})
    with clinic_scope(north.clinic.pk):
        assert [(one.status, one.starts_at) for one in Appointment.every.all()] == [("booked", NINE)]


def test_a_time_that_was_taken_a_moment_ago_is_said_and_what_is_left_shown(desk: Client, north: Cast) -> None:
    value = desk.get(PAGE).context["days"][0]["offers"][0]["value"]
    with clinic_scope(north.clinic.pk):
        appointment_at(north)
    response = desk.post(PAGE, {"service": north.needling.pk, "hold": value})
    assert (response.status_code, offers(response)[0]) == (409, "Mon 10:00 Theo")
    assert "That time was taken a moment ago." in read(response)


def test_a_time_in_the_past_is_refused_in_words(desk: Client, north: Cast) -> None:
    value = f"{north.therapist.pk} {north.location.pk} {north.room.pk} 2021-02-26T09:00Z"
    response = desk.post(PAGE, {"service": north.needling.pk, "hold": value})
    assert (response.status_code, "That day is over." in read(response)) == (422, True)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "x",
        "1 2 3",
        "1 2 3 2021-03-01",
        "1 2 999999 2021-03-01T09:00Z",
        "{} 9999-12-31T23:59Z",
        "{} 0001-01-01T00:00Z",
    ],
)
def test_a_made_up_time_is_not_found(desk: Client, north: Cast, value: str) -> None:
    place = f"{north.therapist.pk} {north.location.pk} {north.room.pk}"
    assert desk.post(PAGE, {"service": north.needling.pk, "hold": value.format(place)}).status_code == 404


def test_rows_of_another_clinic_are_not_found(desk: Client, north: Cast, south: Cast) -> None:
    rows = {
        "patient": south.patient, "service": south.needling, "therapist": south.therapist, "location": south.location,
    }  # fmt: skip
    assert {name: desk.get(PAGE, {name: row.pk}).status_code for name, row in rows.items()} == dict.fromkeys(rows, 404)
    assert desk.get(PAGE, {"service": "x"}).status_code == 404


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ({"weekdays": "8"}, "Days of the week, please."),
        ({"not_before": "noon"}, "A time such as 09:45, please."),
        ({"not_before": "12:00", "not_after": "09:00"}, "“Over by” must be later than “Not before”."),
        ({"earliest": "2021-02-30"}, "A day such as 2027-03-01, please."),
        ({"earliest": "2090-01-01"}, "A day within the next two years, please."),
    ],
)
def test_a_wish_that_makes_no_sense_is_refused(desk: Client, wish: dict[str, str], said: str) -> None:
    response = desk.get(PAGE, wish)
    assert (response.status_code, said in read(response)) == (422, True)


def test_why_there_is_none_and_what_would_help(desk: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        WorkingHours.objects.filter(weekday=5).delete()
    response = desk.get(PAGE, {"weekdays": "5"})
    assert "No therapist with a credential for dry needling has hours on Friday in these 8 weeks." in read(response)
    (option,) = response.context["instead"]
    assert option["title"] == "On any day of the week"
    assert offers(desk.get(option["url"]))[0] == "Mon 09:00 Theo"


def test_the_patients_plan_last_needling_and_therapist_are_shown(
    desk: Client, north: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = VisitLimit(8, 2, NINE.date(), NINE.date() + timedelta(days=42))
    monkeypatch.setattr("patients.visit_limits.LIMITS", [lambda patient_id: limit])
    with clinic_scope(north.clinic.pk):
        Service.objects.update(contains=["needling"])
        appointment_at(north, NINE - timedelta(days=1), status="completed")
    text = read(desk.get(PAGE, {"patient": north.patient.pk}))
    assert "Plan: 6 of 8 visits left to book, until 12 Apr." in text
    assert "Last needling 28 Feb: 48 h are over on 2 Mar, 09:00." in text
    assert "saw Pia last time" in text
    assert "only 24 h from another needling visit" in text


def test_a_patient_is_found_without_a_name_in_the_address(desk: Client, north: Cast) -> None:
    response = desk.post(PAGE, {"service": north.needling.pk, "find": "1", "q": "pete"})
    assert [one.name for one in response.context["found"]] == ["Pete North"]
    picked = desk.get(PAGE, {"pick": north.neighbour.pk, "service": north.follow_up.pk})
    assert (picked.context["form"].chosen, f"patient={north.neighbour.pk}" in picked.context["later"]) == (
        north.neighbour, True,
    )  # fmt: skip
    assert "patient" not in picked.context["without_patient"]


@pytest.mark.parametrize("count", [1, 3])
def test_the_same_statements_for_one_appointment_and_for_three(desk: Client, north: Cast, count: int) -> None:
    with clinic_scope(north.clinic.pk):
        for number in range(count):
            appointment_at(north, NINE + number * timedelta(hours=1))
    with CaptureQueriesContext(connection) as queries:
        desk.get(PAGE, {"patient": north.patient.pk})
    assert len(of_the_page(queries)) == 13
