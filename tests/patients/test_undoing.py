"""Within the minutes of grace what was done last is taken back: a booking, a move, a step, by form and by drag."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from clinics.models import AuditEvent, Content, Service
from clinics.tenancy import clinic_scope
from patients.models import Appointment, CancelReason, Status
from patients.services.answers import confirm
from patients.services.moving import move
from patients.services.visit_links import mark_of
from tests.factories import NINE, Cast, appointment_at
from tests.patients.test_booking_page import PAGE, booked, filled
from tests.patients.test_change_pages import said

pytestmark = pytest.mark.usefixtures("monday_morning")
HOUR = timedelta(hours=1)


@pytest.fixture
def one(north: Cast) -> Appointment:
    with clinic_scope(north.clinic.pk):
        return appointment_at(north)


def undo(client: Client, one: Appointment, **how: Any) -> Any:
    return client.post(f"/appointments/{one.pk}/undo/", follow=True, **how)


def now(one: Appointment) -> Appointment:
    with clinic_scope(one.clinic_id):
        found: Appointment = Appointment.objects.select_related("cancellation").get(pk=one.pk)
        return found


def moved(desk: Client, cast: Cast, one: Appointment, **changes: Any) -> Any:
    facts = {"version": 1, "time": "11:00", "ends": "12:00", "notify": "on", **changes}
    return desk.post(f"/appointments/{one.pk}/move/", filled(cast, **facts), follow=True)


def test_a_booking_is_taken_back_from_its_toast(desk: Client, north: Cast) -> None:
    page = desk.post(PAGE, filled(north, notify="on"), follow=True)
    (one,) = booked(north)
    assert f'action="/appointments/{one.pk}/undo/"' in page.content.decode()
    assert said(undo(desk, one)) == ["Taken back: nothing is booked, and nothing is sent."]
    assert (now(one).status, now(one).cancellation.reason) == (Status.CANCELLED, CancelReason.MISTAKE)


def test_a_double_booking_goes_back_beside_the_other(desk: Client, north: Cast, one: Appointment) -> None:
    with clinic_scope(north.clinic.pk):
        other = appointment_at(north, patient=north.neighbour, is_override=True, override_reason="Twins")
    desk.post(f"/appointments/{other.pk}/move/", filled(north, version=1, time="11:00", ends="11:45", notify="on"))
    assert (now(other).starts_at, now(other).is_override) == (NINE + 2 * HOUR, False)
    undo(desk, other)
    back = now(other)
    assert (back.starts_at, back.is_override, back.override_reason) == (NINE, True, "As it stood before the move")


def test_a_move_is_taken_back_with_its_length_and_its_room(desk: Client, north: Cast, one: Appointment) -> None:
    page = moved(desk, north, one, day="2021-03-02", room=north.room.pk)
    assert f'action="/appointments/{one.pk}/undo/"' in page.content.decode()
    response = undo(desk, one)
    assert said(response) == [
        "Back at Mon 1 Mar, 09:00, Theo North, Ash. Nothing is sent: the patient knows it like this."
    ]
    assert response.redirect_chain == [("/calendar/2021-03-01/", 303)]
    assert (now(one).starts_at, now(one).ends_at, now(one).room_id) == (NINE, one.ends_at, one.room_id)


def test_a_place_close_to_other_needling_is_taken_again_with_its_reason(
    desk: Client, north: Cast, one: Appointment
) -> None:
    """It was decided before, so nothing is asked again."""
    with clinic_scope(north.clinic.pk):
        Service.objects.update(contains=[Content.NEEDLING])
        appointment_at(north, NINE + 24 * HOUR)
        Appointment.objects.filter(pk=one.pk).update(spacing_reason="Other side.")
    moved(desk, north, one, day="2021-03-08")
    undo(desk, one)
    assert (now(one).starts_at, now(one).spacing_reason) == (NINE, "Other side.")


@pytest.mark.parametrize(("status", "word"), [("arrived", "Arrived"), ("no_show", "No-show")])
def test_a_step_is_taken_back_and_leads_back_to_where_it_was_done(
    desk: Client, one: Appointment, status: str, word: str
) -> None:
    page = desk.post(f"/appointments/{one.pk}/status/", {"status": status, "back": "/waiting-area/"}, follow=True)
    address = f"/appointments/{one.pk}/undo/?back=%2Fwaiting-area%2F"
    assert (said(page), f'action="{address}"' in page.content.decode()) == ([f"{word}: 09:00, Theo North."], True)
    response = desk.post(address, follow=True)
    assert said(response) == ["Taken back: “Booked” as before."]
    assert (response.redirect_chain, now(one).status) == ([("/waiting-area/", 303)], Status.BOOKED)


def test_a_step_without_a_way_back_offers_none(desk: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        one = appointment_at(north, status=Status.NO_SHOW)
    page = desk.post(f"/appointments/{one.pk}/status/", {"status": "arrived"}, follow=True)
    assert (now(one).status, "/undo/" in page.content.decode()) == (Status.ARRIVED, False)


def test_after_the_minutes_of_grace_it_stays(
    desk: Client, north: Cast, one: Appointment, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved(desk, north, one)
    monkeypatch.setattr(timezone, "now", lambda: NINE + timedelta(minutes=4))
    assert said(undo(desk, one)) == ["A change can be taken back within 3 minutes. Change it anew instead."]
    assert now(one).starts_at == NINE + 2 * HOUR


def test_what_was_given_away_meanwhile_is_said(desk: Client, north: Cast, one: Appointment) -> None:
    moved(desk, north, one)
    with clinic_scope(north.clinic.pk):
        appointment_at(north, patient=north.neighbour)
    response = desk.post(f"/appointments/{one.pk}/undo/", headers={"accept": "application/json"})
    assert (response.status_code, response.json()["text"]) == (
        409, "The time was given to somebody else in the meantime. The appointment stays where it is.",
    )  # fmt: skip


def test_what_the_patient_or_a_colleague_did_since_is_not_taken_back(
    desk: Client, north: Cast, one: Appointment
) -> None:
    moved(desk, north, one)
    with clinic_scope(north.clinic.pk):
        assert confirm(visit=one, mark=mark_of(now(one)))
    assert said(undo(desk, one)) == ["Nothing of that can be taken back any more."]


def test_who_kept_quiet_is_not_taken_for_the_last_change(desk: Client, north: Cast, one: Appointment) -> None:
    moved(desk, north, one, notify="")
    assert said(undo(desk, one))[0].startswith("Back at Mon 1 Mar, 09:00")


def test_it_is_on_record_like_any_other_change(desk: Client, north: Cast, one: Appointment) -> None:
    with clinic_scope(north.clinic.pk):
        facts: dict[str, Any] = {"therapist": north.therapist, "room": north.room, "by": north.manager}
        move(appointment=one, version=1, starts_at=NINE + HOUR, **facts)
    undo(desk, one)
    with clinic_scope(north.clinic.pk):
        events = AuditEvent.objects.filter(action="move").order_by("pk")
        assert [event.by_id for event in events] == [north.manager.pk, north.desk.pk]
