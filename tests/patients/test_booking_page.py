"""The booking form at /appointments/new/."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from clinics.models import AuditEvent, Credential, Location, Membership, Room
from clinics.tenancy import clinic_scope
from patients.models import Appointment, Patient
from tests.factories import NINE, Cast, appointment_at
from tests.patients.statements import of_the_page

pytestmark = pytest.mark.usefixtures("monday_morning")

PAGE = "/appointments/new/"


def filled(cast: Cast, **changes: Any) -> dict[str, Any]:
    return {
        "patient": cast.patient.pk, "service": cast.needling.pk, "therapist": cast.therapist.pk, "room": cast.room.pk,
        "day": "2021-03-01", "time": "09:00", **changes,
    }  # fmt: skip


def kept(response: Any) -> dict[str, str]:
    """What stands in the form again."""
    data = response.context["form"].data
    return {name: data[name] for name in ("patient", "service", "therapist", "room", "day", "time")}


def offered(response: Any, name: str) -> list[str]:
    return [str(label) for _, label in response.context["form"].fields[name].widget.choices]


def booked(cast: Cast) -> list[Appointment]:
    with clinic_scope(cast.clinic.pk):
        return list(Appointment.objects.order_by("pk"))


def test_booked_and_back_to_that_day_with_a_word(desk: Client, north: Cast) -> None:
    response = desk.post(PAGE, filled(north), follow=True)
    (one,) = booked(north)
    assert response.redirect_chain == [(f"/calendar/2021-03-01/#visit-{one.pk}", 303)]
    assert [str(message) for message in response.context["messages"]] == ["Booked: Monday 1 March, 09:00, Theo North."]
    ids = (one.patient_id, one.therapist_id, one.room_id)
    assert (*ids, one.starts_at) == (north.patient.pk, north.therapist.pk, north.room.pk, NINE)


def test_outside_the_hours_is_said_first_and_booked_with_a_tick(desk: Client, north: Cast) -> None:
    response = desk.post(PAGE, filled(north, time="19:00"))
    assert (response.status_code, booked(north)) == (422, [])
    assert response.context["form"].errors == {"outside_ok": ["Tick this if it is right, or choose another time."]}
    assert "That is outside the hours of Theo North." in response.content.decode()
    response = desk.post(PAGE, filled(north, time="19:00", outside_ok="on"), follow=True)
    assert [str(message) for message in response.context["messages"]] == ["Booked: Monday 1 March, 19:00, Theo North."]
    with clinic_scope(north.clinic.pk):
        assert AuditEvent.objects.get(action="book").detail == {"outside": True, "notify": False}


def test_the_tick_is_there_while_the_time_is_held_before_anybody_books(desk: Client, north: Cast) -> None:
    late = desk.post("/appointments/hold/", filled(north, patient="", time="19:00")).content.decode()
    assert "That is outside the hours of Theo North." in late
    assert 'name="outside_ok"' in late
    assert "Kept for you" in late
    assert "outside_ok" not in desk.post("/appointments/hold/", filled(north)).content.decode()


def test_a_wrong_end_is_said_before_the_hours_are_asked(desk: Client, north: Cast) -> None:
    response = desk.post(PAGE, filled(north, time="19:00", ends="18:00"))
    assert response.context["form"].errors == {"ends": ["The end must be later than the start."]}


def test_a_room_found_by_itself_is_where_the_therapist_works_that_day_or_any_day(desk: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        mill = Location.objects.create(name="Another Mill", time_zone="Europe/Dublin")
        Room.objects.create(location=mill, name="Aspen", features=north.room.features)
    for day in ("2021-03-01", "2021-03-07"):  # a Monday, and a Sunday without hours
        response = desk.get(PAGE, {"day": day, "time": "19:00", "therapist": north.therapist.pk})
        assert response.context["form"].draft.room == str(north.room.pk)


def test_the_form_starts_with_needling_and_offers_only_what_fits(desk: Client, north: Cast) -> None:
    query: dict[str, Any] = {"day": "2021-03-01", "time": "09:00", "therapist": north.therapist.pk}
    response = desk.get(PAGE, query)
    assert (offered(response, "therapist"), offered(response, "room")) == (["Theo North"], ["Ash"])
    assert response.context["form"].draft.given() == {
        "service": str(north.needling.pk), "therapist": str(north.therapist.pk), "room": str(north.room.pk),
        "day": "2021-03-01", "time": "09:00",
    }  # fmt: skip


def test_another_service_offers_others_without_booking(desk: Client, north: Cast) -> None:
    response = desk.post(PAGE, filled(north, service=north.follow_up.pk, refresh="1"))
    assert offered(response, "therapist") == ["Choose", "Tara North", "Theo North"]
    assert offered(response, "room") == ["Any that is free", "Ash", "Birch"]
    assert (response.status_code, booked(north)) == (200, [])


def test_nobody_with_a_credential_on_that_day_is_said_plainly(desk: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        Credential.objects.update(expires_on=date(2021, 2, 28))
    text = desk.get(PAGE, {"day": "2021-03-01"}).content.decode()
    assert "On this day nobody holds the credential that this service asks for." in text


def test_a_room_that_is_free_then_is_chosen_beforehand(desk: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        appointment_at(north)
    query: dict[str, Any] = {
        "service": north.follow_up.pk,
        "therapist": north.colleague.pk,
        "day": "2021-03-01",
        "time": "09:30",
    }
    assert desk.get(PAGE, query).context["form"].draft.room == str(north.plain_room.pk)


def test_no_room_chosen_means_any_that_is_free(desk: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        appointment_at(north, therapist=north.therapist)
    draft = filled(north, service=north.follow_up.pk, therapist=north.colleague.pk, room="", patient=north.neighbour.pk)
    assert desk.post(PAGE, draft).status_code == 303
    assert booked(north)[1].room_id == north.plain_room.pk


def test_no_room_chosen_and_none_free_is_taken(desk: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        appointment_at(north, patient=north.neighbour)
    response = desk.post(PAGE, filled(north, room=""))
    assert (response.status_code, len(response.context["options"])) == (409, 3)


def test_no_room_that_fits_is_said(desk: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        Room.objects.filter(pk=north.room.pk).update(is_active=False)
    response = desk.post(PAGE, filled(north, room=""))
    assert response.context["form"].errors == {
        "room": ["Where the therapist works that day, no room has what the service needs."]
    }


def test_the_patient_is_found_picked_and_exchanged_inside_the_form(desk: Client, north: Cast) -> None:
    empty = filled(north, patient="")
    found = desk.post(PAGE, {**empty, "q": "pete", "find": "1"})
    assert [one.name for one in found.context["found"]] == ["Pete North"]
    picked = desk.post(PAGE, {**empty, "pick": north.neighbour.pk})
    assert (picked.context["form"].chosen, picked.context["form"].draft.time) == (north.neighbour, "09:00")
    other = desk.post(PAGE, filled(north, other_patient="1"))
    assert (other.context["form"].chosen, booked(north)) == (None, [])


def test_taken_is_answered_with_the_reason_and_three_ways_out(desk: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        appointment_at(north, patient=north.neighbour)
    response = desk.post(PAGE, filled(north))
    assert response.status_code == 409
    assert response.context["reasons"] == ["Theo North has Pete North from 09:00 to 09:55."]
    assert [option["title"] for option in response.context["options"]] == [
        "10:00 today, Theo North", "08:00 tomorrow, Theo North",
        "08:00 Wed 3 Mar, Theo North",
    ]  # fmt: skip
    assert kept(response) == {name: str(value) for name, value in filled(north).items()}
    assert len(booked(north)) == 1


def test_one_click_on_a_way_out_books_it(desk: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        appointment_at(north, patient=north.neighbour)
    offer = desk.post(PAGE, filled(north)).context["options"][0]["value"]
    assert desk.post(PAGE, filled(north, offer=offer)).status_code == 303
    assert booked(north)[1].starts_at == NINE + timedelta(hours=1)


@pytest.mark.parametrize(
    ("shared", "reason"),
    [
        ("room", "Birch is taken from 09:00 to 09:30: Tara North with Pete North."),
        ("patient", "Pia North is with Tara North from 09:00 to 09:30."),
    ],
)
def test_the_reason_names_what_is_taken(desk: Client, north: Cast, shared: str, reason: str) -> None:
    there: dict[str, Any] = {"patient": north.neighbour, "room": north.plain_room}
    if shared == "patient":
        there = {"patient": north.patient, "room": north.room}
    with clinic_scope(north.clinic.pk):
        appointment_at(
            north, therapist=north.colleague, service=north.follow_up, ends_at=NINE + timedelta(minutes=25), **there
        )
    response = desk.post(PAGE, filled(north, service=north.follow_up.pk, room=north.plain_room.pk))
    assert (response.status_code, response.context["reasons"]) == (409, [reason])


def test_busy_at_another_clinic_is_said_without_any_detail(desk: Client, north: Cast, south: Cast) -> None:
    with clinic_scope(south.clinic.pk):
        Membership.objects.create(user=north.therapist, role="therapist", treats=True)
        appointment_at(south, therapist=north.therapist, service=south.follow_up)
    response = desk.post(PAGE, filled(north))
    assert (response.status_code, response.context["reasons"]) == (409, ["Theo North is busy elsewhere at that time."])
    assert response.context["options"][0]["title"] == "10:00 today, Theo North"
    assert "South" not in response.content.decode()


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"patient": ""}, {"patient": ["Who comes?"]}),
        ({"therapist": "", "time": ""}, {"therapist": ["Choose a therapist."], "time": ["At what time?"]}),
        ({"time": "25:00"}, {"time": ["A time such as 09:45, please."]}),
        ({"day": "2021-02-30"}, {"day": ["A day such as 2027-03-01, please."]}),
        ({"day": "9999-12-31"}, {"day": ["A day between 1900 and 2199, please."]}),
        ({"day": "2199-12-31"}, {"day": ["A day within the next two years, please."]}),
        ({"day": "2021-02-26"}, {"day": ["That day is over. Choose today or a day to come."]}),
    ],
)
def test_what_is_missing_or_wrong_is_named_and_the_rest_is_kept(
    desk: Client, north: Cast, changes: dict[str, str], errors: dict[str, list[str]]
) -> None:
    response = desk.post(PAGE, filled(north, **changes))
    assert (response.status_code, response.context["form"].errors) == (422, errors)
    assert kept(response) == {name: str(value) for name, value in filled(north, **changes).items()}
    assert booked(north) == []


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_the_ends_of_the_calendar_are_refused_without_a_room_too(desk: Client, north: Cast, day: str) -> None:
    response = desk.post(PAGE, filled(north, day=day, time="23:55", room=""))
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["day"])


def test_what_does_not_fit_is_refused_in_words_and_stays_chosen(desk: Client, north: Cast) -> None:
    response = desk.post(PAGE, filled(north, therapist=north.colleague.pk))
    assert (response.status_code, offered(response, "therapist")) == (422, ["Choose", "Theo North", "Tara North"])
    assert list(response.context["form"].errors) == ["therapist"]
    response = desk.post(PAGE, filled(north, room=north.plain_room.pk))
    assert list(response.context["form"].errors) == ["room"]


def test_a_patient_who_left_is_refused_by_name(desk: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        Patient.objects.update(is_active=False)
    response = desk.post(PAGE, filled(north))
    assert (response.status_code, response.context["form"].errors) == (
        422, {"patient": ["Pia North is not in care here any more."]}
    )  # fmt: skip


@pytest.mark.parametrize("name", ["patient", "service", "therapist", "room"])
def test_another_clinics_and_malformed_ids_are_not_found(desk: Client, north: Cast, south: Cast, name: str) -> None:
    theirs = {"patient": south.patient, "service": south.needling, "therapist": south.therapist, "room": south.room}
    for value in (theirs[name].pk, "x", "-1", "99999999999999999999"):
        assert desk.post(PAGE, filled(north, **{name: value})).status_code == 404
        assert desk.get(PAGE, {name: value}).status_code == 404
    assert booked(north) == []


@pytest.mark.parametrize("query", [{"day": "tomorrow"}, {"day": "1999-01-01"}, {"time": "9 o'clock"}])
def test_an_address_with_a_malformed_day_or_time_is_not_found(desk: Client, query: dict[str, str]) -> None:
    assert desk.get(PAGE, query).status_code == 404


@pytest.mark.parametrize("offer", ["", "1 2", "x y 2021-03-01 09:00"])
def test_a_malformed_offer_books_nothing(desk: Client, north: Cast, offer: str) -> None:
    assert desk.post(PAGE, filled(north, therapist="", offer=offer)).status_code in {404, 422}
    assert booked(north) == []


def test_a_new_patient_on_the_way_and_back_to_the_same_draft(desk: Client, north: Cast) -> None:
    response = desk.post(PAGE, filled(north, patient="", new_patient="1"))
    facts = {"given_name": "Ada", "family_name": "Moss", "birth_date": "1990-02-03", "phone": "+353 1 555 0123"}
    response = desk.post(response["Location"], facts)
    with clinic_scope(north.clinic.pk):
        ada = Patient.objects.get(given_name="Ada")
        assert [event.action for event in AuditEvent.objects.exclude(action="read")] == ["register"]
    page = desk.get(response["Location"])
    assert (page.context["form"].chosen, page.context["form"].draft.time) == (ada, "09:00")


def test_a_booking_takes_a_bounded_number_of_statements(desk: Client, north: Cast) -> None:
    with CaptureQueriesContext(connection) as queries:
        desk.post(PAGE, filled(north, notify="on"))
    assert len(of_the_page(queries)) == 10


def test_whom_the_desk_saw_is_on_record(desk: Client, north: Cast) -> None:
    desk.get(PAGE, {"patient": north.patient.pk})
    with clinic_scope(north.clinic.pk):
        assert AuditEvent.objects.get().subject_ids == [north.patient.pk]


def test_an_end_of_its_own_and_one_before_the_start(desk: Client, north: Cast) -> None:
    response = desk.post(PAGE, filled(north, ends="09:00"))
    assert (response.status_code, response.context["form"].errors) == (
        422, {"ends": ["The end must be later than the start."]}
    )  # fmt: skip
    assert desk.post(PAGE, filled(north, ends="10:30")).status_code == 303
    assert booked(north)[0].ends_at == NINE + timedelta(minutes=90)


def test_the_patient_is_told_unless_the_desk_says_otherwise(desk: Client, north: Cast) -> None:
    assert 'name="notify"' in desk.get(PAGE).content.decode()
    desk.post(PAGE, filled(north))
    desk.post(PAGE, filled(north, time="14:00", notify="on"))
    with clinic_scope(north.clinic.pk):
        quiet, told = Appointment.objects.order_by("starts_at")
    assert (quiet.told is not None, told.told is not None) == (True, False)
    assert (quiet.news_at is not None, told.news_at is not None) == (False, True)


def test_over_a_conflict_only_with_a_reason_and_the_right(desk: Client, therapist: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        appointment_at(north, patient=north.neighbour)
    wanted = filled(north, override="1", override_reason="Twins")
    assert "Book both" in desk.post(PAGE, filled(north)).content.decode()
    refused = therapist.post(PAGE, wanted)
    assert (refused.status_code, "Book both" in refused.content.decode()) == (409, False)
    response = desk.post(PAGE, filled(north, override="1"))
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["override_reason"])
    assert desk.post(PAGE, wanted).status_code == 303
    one = booked(north)[1]
    assert (one.is_override, one.override_reason) == (True, "Twins")
    assert "Double booked: Twins" in desk.get("/day/2021-03-01/").content.decode()


def elsewhere(cast: Cast) -> Room:
    """A room with all that needling needs, at a second location where nobody works."""
    with clinic_scope(cast.clinic.pk):
        hill = Location.objects.create(name="Hill", time_zone="Europe/Dublin")
        return Room.objects.create(location=hill, name="Cedar", features=cast.room.features)


def test_another_therapist_or_service_brings_a_room_that_suits_and_the_reason(desk: Client, north: Cast) -> None:
    far = elsewhere(north)
    for room, why in (
        (far, "Cedar is at Hill, where Theo North does not work that day."),
        (north.plain_room, f"Birch lacks what {north.needling.name} needs: sharps bin."),
    ):
        response = desk.post(PAGE, filled(north, room=room.pk, refresh="1"))
        form = response.context["form"]
        assert (form.draft.room, form.why_other_room) == (str(north.room.pk), why)
        assert "Another room is chosen instead." in response.content.decode()


def test_where_no_room_that_suits_is_free_none_is_chosen(desk: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        appointment_at(north, patient=north.neighbour, therapist=north.colleague, service=north.follow_up)
    response = desk.post(PAGE, filled(north, room=north.plain_room.pk, refresh="1"))
    assert response.context["form"].draft.room == ""
    assert "Choose another room, or another time." in response.content.decode()
