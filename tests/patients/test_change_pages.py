"""The pages that move and cancel an appointment."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clinics.models import AuditEvent, Clinic, Location, Room, Service, WorkingHours
from clinics.tenancy import clinic_scope
from patients.models import Appointment, Cancellation, Status
from patients.services.booking import book
from patients.services.moving import move
from tests.factories import NINE, Cast, appointment_at
from tests.patients.statements import of_the_page

pytestmark = pytest.mark.usefixtures("monday_morning")
HOUR = timedelta(hours=1)


@pytest.fixture
def one(north: Cast) -> Appointment:
    with clinic_scope(north.clinic.pk):
        return appointment_at(north)


def filled(one: Appointment, **changes: Any) -> dict[str, Any]:
    return {
        "version": 1, "therapist": one.therapist_id, "room": one.room_id, "day": "2021-03-01", "time": "11:00",
        "ends": "11:45", "notify": "on", **changes,
    }  # fmt: skip


def row_of(one: Appointment) -> Appointment:
    with clinic_scope(one.clinic_id):
        found: Appointment = Appointment.objects.get(pk=one.pk)
        return found


def said(response: Any) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def test_it_starts_with_how_it_is(desk: Client, one: Appointment) -> None:
    form = desk.get(f"/appointments/{one.pk}/move/").context["form"]
    values = [form[name].value() for name in ("therapist", "room", "version", "notify")]
    assert values == [one.therapist_id, one.room_id, 1, True]
    assert [f"{form[name].value():%H:%M}" for name in ("time", "ends")] == ["09:00", "09:45"]


def test_moved_and_back_to_that_day_with_a_word(desk: Client, one: Appointment) -> None:
    response = desk.post(f"/appointments/{one.pk}/move/", filled(one, day="2021-03-02", ends="12:00"), follow=True)
    assert response.redirect_chain == [(f"/calendar/2021-03-02/#visit-{one.pk}", 303)]
    assert said(response) == ["Moved: Tuesday 2 March, 11:00, Theo North."]
    assert (row_of(one).starts_at, row_of(one).ends_at) == (NINE + 26 * HOUR, NINE + 27 * HOUR)


def test_outside_the_hours_and_where_nobody_works_is_asked_first(desk: Client, north: Cast, one: Appointment) -> None:
    late = filled(one, time="19:00", ends="19:45")
    response = desk.post(f"/appointments/{one.pk}/move/", late)
    assert (response.status_code, row_of(one).starts_at) == (422, NINE)
    assert "That is outside the hours of Theo North." in response.content.decode()
    with clinic_scope(north.clinic.pk):
        WorkingHours.objects.filter(therapist=north.therapist).delete()
    response = desk.post(f"/appointments/{one.pk}/move/", late)
    assert "Theo North has no weekly hours at North House." in response.content.decode()
    assert desk.post(f"/appointments/{one.pk}/move/", {**late, "outside_ok": "on"}).status_code == 303
    assert row_of(one).starts_at == NINE + 10 * HOUR


def test_taken_is_answered_with_the_reason_and_three_ways_out(desk: Client, north: Cast, one: Appointment) -> None:
    with clinic_scope(north.clinic.pk):
        appointment_at(north, NINE + 2 * HOUR, patient=north.neighbour)
    response = desk.post(f"/appointments/{one.pk}/move/", filled(one))
    assert (response.status_code, row_of(one).starts_at) == (409, NINE)
    assert response.context["reasons"] == ["Theo North has Pete North from 11:00 to 11:55."]
    offer = response.context["options"][0]["value"]
    assert offer.endswith("2021-03-01 12:00")
    assert desk.post(f"/appointments/{one.pk}/move/", filled(one, offer=offer, ends="12:00")).status_code == 303
    assert (row_of(one).starts_at, row_of(one).ends_at) == (NINE + 3 * HOUR, NINE + 4 * HOUR)


def test_the_second_tab_hears_what_changed_and_keeps_what_it_typed(desk: Client, north: Cast, one: Appointment) -> None:
    with clinic_scope(north.clinic.pk):
        move(
            appointment=one, version=1, starts_at=NINE + HOUR, therapist=one.therapist, room=one.room, by=north.manager
        )  # fmt: skip
    response = desk.post(f"/appointments/{one.pk}/move/", filled(one))
    assert response.status_code == 409
    assert response.context["changed"] == (
        "Mara North moved this appointment at 09:00. Now it is “Booked”, Monday 1 March, 10:00, Theo North, Ash."
    )
    kept = response.context["form"].data
    assert (kept["time"], kept["version"], row_of(one).starts_at) == ("11:00", 2, NINE + HOUR)
    assert desk.post(f"/appointments/{one.pk}/move/", kept).status_code == 303


def test_over_a_conflict_only_with_a_reason_and_the_right(
    desk: Client, therapist: Client, north: Cast, one: Appointment
) -> None:
    with clinic_scope(north.clinic.pk):
        appointment_at(north, NINE + 2 * HOUR, patient=north.neighbour)
    path, wanted = f"/appointments/{one.pk}/move/", filled(one, override="1", override_reason="Twins")
    assert "Book both" not in desk.get(path).content.decode()
    assert "Book both" in desk.post(path, filled(one)).content.decode()
    assert desk.post(path, filled(one, override="1")).status_code == 422
    refused = therapist.post(path, wanted)
    assert (refused.status_code, "Book both" in refused.content.decode()) == (409, False)
    assert desk.post(path, wanted).status_code == 303
    assert (row_of(one).is_override, row_of(one).override_reason) == (True, "Twins")
    assert "Double booked: Twins" in desk.get("/day/2021-03-01/").content.decode()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"day": ""}, "day"), ({"day": "2021-02-26"}, "day"), ({"time": "25:00"}, "time"), ({"ends": "10:00"}, "ends"),
        ({"therapist": "x"}, "therapist"), ({"room": "999999"}, "room"), ({"version": "x"}, "version"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_and_the_rest_is_kept(
    desk: Client, one: Appointment, changes: dict[str, str], field: str
) -> None:
    response = desk.post(f"/appointments/{one.pk}/move/", filled(one, **changes))
    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    assert row_of(one).starts_at == NINE


def test_a_move_takes_a_bounded_number_of_statements(desk: Client, one: Appointment) -> None:
    with CaptureQueriesContext(connection) as queries:
        desk.post(f"/appointments/{one.pk}/move/", filled(one))
    assert len(of_the_page(queries)) == 15


def test_cancelled_with_a_reason_and_taken_back(desk: Client, one: Appointment) -> None:
    path = f"/appointments/{one.pk}/cancel/"
    response = desk.post(path, {"version": 1, "reason": "ill", "note": "flu"}, follow=True)
    assert (said(response), row_of(one).status) == (["Cancelled. The time is free."], Status.CANCELLED)
    assert f'action="/appointments/{one.pk}/undo/"' in response.content.decode()
    response = desk.post(f"/appointments/{one.pk}/undo/", follow=True)
    assert (said(response), row_of(one).status) == (["Taken back: the appointment is booked again."], Status.BOOKED)


def test_what_it_costs_is_shown_before(desk: Client, north: Cast, one: Appointment) -> None:
    assert "No fee is due." in desk.get(f"/appointments/{one.pk}/cancel/").content.decode()
    Clinic.objects.filter(pk=north.clinic.pk).update(late_fee=Decimal("40.5"))
    text = desk.get(f"/appointments/{one.pk}/cancel/").content.decode()
    assert ("24 hours of notice" in text, "A fee of 40.50 EUR is recorded" in text) == (True, True)
    desk.post(f"/appointments/{one.pk}/cancel/", {"version": 1, "reason": "work", "exemption": "goodwill"})
    with clinic_scope(north.clinic.pk):
        made = Cancellation.objects.get()
    assert (made.is_late, made.fee, made.exemption) == (True, Decimal(0), "goodwill")


def test_a_cancellation_needs_a_reason(desk: Client, one: Appointment) -> None:
    response = desk.post(f"/appointments/{one.pk}/cancel/", {"version": 1})
    assert (response.status_code, row_of(one).status) == (422, Status.BOOKED)
    assert response.context["form"].errors == {"reason": ["Choose what comes closest."]}


def test_what_moved_meanwhile_is_not_cancelled_unseen(desk: Client, north: Cast, one: Appointment) -> None:
    desk.post(f"/appointments/{one.pk}/move/", filled(one))
    response = desk.post(f"/appointments/{one.pk}/cancel/", {"version": 1, "reason": "ill"})
    assert (response.status_code, row_of(one).status) == (409, Status.BOOKED)
    assert response.context["changed"].startswith("Nora North moved this appointment at 09:00.")


def test_what_is_over_is_not_cancelled(desk: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        one = appointment_at(north, status=Status.NO_SHOW)
    response = desk.post(f"/appointments/{one.pk}/cancel/", {"version": 1, "reason": "ill"})
    assert (response.status_code, row_of(one).status) == (409, Status.NO_SHOW)


def test_too_late_or_given_away_it_stays_cancelled(
    desk: Client, north: Cast, one: Appointment, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.post(f"/appointments/{one.pk}/cancel/", {"version": 1, "reason": "ill"})
    with clinic_scope(north.clinic.pk):
        appointment_at(north, patient=north.neighbour)
    given = "The time was given to somebody else in the meantime. The appointment stays cancelled."
    assert said(desk.post(f"/appointments/{one.pk}/undo/", follow=True))[-1] == given
    monkeypatch.setattr(timezone, "now", lambda: NINE + HOUR)
    assert "within 3 minutes" in said(desk.post(f"/appointments/{one.pk}/undo/", follow=True))[-1]


def test_a_status_button_does_not_cancel(desk: Client, one: Appointment) -> None:
    assert desk.post(f"/appointments/{one.pk}/status/", {"status": "cancelled"}).status_code == 409
    assert row_of(one).status == Status.BOOKED


@pytest.mark.parametrize("page", ["move", "cancel", "undo"])
def test_another_clinics_and_kept_times_are_not_found(desk: Client, north: Cast, south: Cast, page: str) -> None:
    with clinic_scope(south.clinic.pk):
        theirs = appointment_at(south, NINE + 5 * HOUR)
    with clinic_scope(north.clinic.pk):
        kept = appointment_at(north, status=Status.HELD, expires_at=NINE)
    assert {desk.post(f"/appointments/{row.pk}/{page}/").status_code for row in (theirs, kept)} == {404}


@pytest.mark.parametrize("page", ["move", "cancel"])
def test_what_is_over_leads_back_to_its_page(desk: Client, north: Cast, page: str) -> None:
    with clinic_scope(north.clinic.pk):
        one = appointment_at(north, status=Status.NO_SHOW)
    assert desk.get(f"/appointments/{one.pk}/{page}/")["Location"] == f"/appointments/{one.pk}/"


def test_its_page_says_why_and_takes_it_back_while_it_is_fresh(
    desk: Client, north: Cast, one: Appointment, monkeypatch: pytest.MonkeyPatch
) -> None:
    with clinic_scope(north.clinic.pk):
        Clinic.objects.filter(pk=north.clinic.pk).update(late_fee=Decimal(40))
    desk.post(f"/appointments/{one.pk}/cancel/", {"version": 1, "reason": "work", "note": "a shift"})
    text = desk.get(f"/appointments/{one.pk}/").content.decode()
    assert ("work or family: a shift" in text, "40.00 EUR" in text, "Take the cancellation back" in text) == (True,) * 3
    monkeypatch.setattr(timezone, "now", lambda: NINE + HOUR)
    assert "Take the cancellation back" not in desk.get(f"/appointments/{one.pk}/").content.decode()


def test_while_choosing_the_move_form_finds_a_room_and_says_what_to_mind(desk: Client, one: Appointment) -> None:
    with clinic_scope(one.clinic_id):
        Service.objects.filter(pk=one.service_id).update(contains=["needling"])
        one.refresh_from_db()
        book(
            patient=one.patient, therapist=one.therapist, room=one.room, service=one.service,
            starts_at=NINE + 24 * HOUR, by=one.therapist, spacing_reason="Other side.",
        )  # fmt: skip
        hill = Location.objects.create(name="Hill", time_zone="Europe/Dublin")
        far = Room.objects.create(location=hill, name="Cedar", features=one.room.features)
    response = desk.post(f"/appointments/{one.pk}/move/", filled(one, room=far.pk, refresh="1"))
    form = response.context["form"]
    assert (form["room"].value(), form.why_other_room) == (
        str(one.room_id), "Cedar is at Hill, where Theo North does not work that day.",
    )  # fmt: skip
    assert "Tue 2 Mar, 09:00 is only 22 h after needling on Mon 1 Mar, 11:00." in response.content.decode()
    assert (response.status_code, row_of(one).starts_at, form["time"].value()) == (200, NINE, "11:00")


def test_a_fee_is_waived_on_the_appointments_page(desk: Client, north: Cast, one: Appointment) -> None:
    with clinic_scope(north.clinic.pk):
        Clinic.objects.filter(pk=north.clinic.pk).update(late_fee=40)
    desk.post(f"/appointments/{one.pk}/cancel/", {"version": 1, "reason": "work"})
    assert "Waive the fee" in desk.get(f"/appointments/{one.pk}/").content.decode()
    unsaid = desk.post(f"/appointments/{one.pk}/fee/")
    assert (unsaid.status_code, "Choose what comes closest." in unsaid.content.decode()) == (422, True)
    response = desk.post(f"/appointments/{one.pk}/fee/", {"exemption": "illness"}, follow=True)
    page = response.content.decode()
    assert ("The fee is waived. Tell the patient." in page, "waived: sudden illness" in page) == (True, True)
    assert desk.post(f"/appointments/{one.pk}/fee/", {"exemption": "illness"}).status_code == 409


def test_a_waiver_is_taken_back_with_the_same_amount(desk: Client, north: Cast, one: Appointment) -> None:
    with clinic_scope(north.clinic.pk):
        Clinic.objects.filter(pk=north.clinic.pk).update(late_fee=40)
    desk.post(f"/appointments/{one.pk}/cancel/", {"version": 1, "reason": "work"})
    assert desk.post(f"/appointments/{one.pk}/fee/", {"again": "1"}).status_code == 409
    waived = desk.post(f"/appointments/{one.pk}/fee/", {"exemption": "illness"}, follow=True)
    assert "Charge the 40.00 EUR after all" in waived.content.decode()
    again = desk.post(f"/appointments/{one.pk}/fee/", {"again": "1"}, follow=True).content.decode()
    assert ("The fee is charged again. Tell the patient." in again, "late, 40.00 EUR" in again) == (True, True)
    with clinic_scope(north.clinic.pk):
        assert AuditEvent.objects.get(action="charge_again").detail == {"fee": "40.00"}
