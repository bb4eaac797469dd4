"""Single visits close to other needling, or beyond the plan: said, and less than 48 hours apart only with a reason."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from clinics.models import AuditEvent, Content, Service
from clinics.tenancy import clinic_scope
from patients.models import Appointment
from patients.queries.free_times import Wish, next_free_times
from patients.services.answers import move_visit, other_times
from patients.services.booking import Booked, book
from patients.services.moving import Moved, move
from patients.services.visit_links import mark_of
from patients.visit_limits import VisitLimit
from tests.factories import NINE, Cast, appointment_at
from tests.patients.test_booking_page import PAGE, booked, filled
from tests.patients.test_drops import drop
from tests.patients.test_find_time_page import read

pytestmark = pytest.mark.usefixtures("monday_morning")
DAY = timedelta(days=1)
CLOSE = "Tue 2 Mar, 09:00 is only 24 h after needling on Mon 1 Mar, 09:00. 48 h are the least."
WHY = {"close_ok": "on", "spacing_reason": "Other side."}


@pytest.fixture
def monday(north: Cast) -> Appointment:
    """Needling on Monday at nine."""
    with clinic_scope(north.clinic.pk):
        Service.objects.filter(pk=north.needling.pk).update(contains=[Content.NEEDLING])
        north.needling.refresh_from_db()
        return appointment_at(north)


@pytest.fixture
def thursday(north: Cast, monday: Appointment) -> Appointment:
    with clinic_scope(north.clinic.pk):
        return appointment_at(north, NINE + 3 * DAY)


def facts(cast: Cast, **changes: Any) -> dict[str, Any]:
    names = ("therapist", "room")
    found = {**{name: getattr(cast, name) for name in names}, "starts_at": NINE + DAY, "by": cast.desk}
    return {**found, **changes}


def test_a_booking_within_48_hours_takes_a_reason(north: Cast, monday: Appointment) -> None:
    with clinic_scope(north.clinic.pk):
        wanted = facts(north, patient=north.patient, service=north.needling)
        with pytest.raises(ValidationError, match="less than 48 hours apart"):
            book(**wanted)
        assert Appointment.objects.count() == 1
        outcome = book(**wanted, spacing_reason="Other side.")
        assert isinstance(outcome, Booked)
        assert outcome.appointment.spacing_reason == "Other side."
        assert AuditEvent.objects.get(action="book").detail == {"close": True}


@pytest.mark.parametrize(("hours", "service"), [(48, "needling"), (24, "follow_up")])
def test_no_reason_is_asked_or_kept_where_none_is_needed(
    north: Cast, monday: Appointment, hours: int, service: str
) -> None:
    with clinic_scope(north.clinic.pk):
        start = NINE + timedelta(hours=hours)
        wanted = facts(north, patient=north.patient, service=getattr(north, service), starts_at=start)
        outcome = book(**wanted, spacing_reason="Other side.")
        assert isinstance(outcome, Booked)
        assert outcome.appointment.spacing_reason == ""


def test_a_move_within_48_hours_takes_a_reason_and_another_room_does_not(north: Cast, thursday: Appointment) -> None:
    with clinic_scope(north.clinic.pk):
        with pytest.raises(ValidationError, match="less than 48 hours apart"):
            move(appointment=thursday, version=1, **facts(north))
        moved = move(appointment=thursday, version=1, **facts(north), spacing_reason="Other side.")
        assert isinstance(moved, Moved)
        assert moved.appointment.spacing_reason == "Other side."
        longer = moved.appointment.ends_at + timedelta(minutes=15)
        again = move(appointment=moved.appointment, version=2, **facts(north), ends_at=longer)
        assert isinstance(again, Moved)


def test_the_booking_form_says_it_and_asks_for_a_tick_and_a_reason(
    desk: Client, north: Cast, monday: Appointment
) -> None:
    tuesday = filled(north, day="2021-03-02")
    assert CLOSE in read(desk.post("/appointments/hold/", tuesday))
    more: dict[str, str]
    for more, said in (
        ({}, "less than 48 hours apart"), ({"close_ok": "on"}, "less than 48 hours apart"),
        ({"spacing_reason": "Other side."}, "Tick it if it is."),
    ):  # fmt: skip
        refused = desk.post(PAGE, {**tuesday, **more})
        assert (refused.status_code, said in read(refused)) == (422, True)
    assert CLOSE in read(desk.post(PAGE, {**tuesday, **WHY}, follow=True))
    assert [one.starts_at for one in booked(north)] == [NINE, NINE + DAY]
    assert "Booked all the same: Other side." in read(desk.get(f"/appointments/{booked(north)[1].pk}/"))


def test_72_hours_are_said_and_nothing_is_asked(desk: Client, north: Cast, monday: Appointment) -> None:
    said = "Wed 3 Mar, 09:00 is 48 h after needling on Mon 1 Mar, 09:00. 72 h are better."
    wednesday = filled(north, day="2021-03-03")
    assert said in read(desk.post("/appointments/hold/", wednesday))
    assert said in read(desk.post(PAGE, wednesday, follow=True))


def test_the_form_that_moves_asks_as_well(desk: Client, north: Cast, thursday: Appointment) -> None:
    page = f"/appointments/{thursday.pk}/move/"
    sent = filled(north, version=1, day="2021-03-02", ends="09:45")
    refused = desk.post(page, sent)
    assert (refused.status_code, "less than 48 hours apart" in read(refused)) == (422, True)
    assert CLOSE in read(desk.post(page, {**sent, **WHY}, follow=True))


def test_a_drag_is_refused_with_the_form_as_the_way(desk: Client, north: Cast, thursday: Appointment) -> None:
    status, said = drop(desk, thursday, day="2021-03-02", time="09:00")
    assert (status, said["ways"]) == (422, f"/appointments/{thursday.pk}/move/")
    assert said["text"].startswith("Needling visits of one patient are less than 48 hours apart.")


def test_times_too_close_are_not_offered(north: Cast, thursday: Appointment) -> None:
    with clinic_scope(north.clinic.pk):
        wish = Wish(north.needling, NINE, north.patient, north.therapist, north.room)
        assert next_free_times(wish)[0].starts_at.date() == date(2021, 3, 8)
        offered = other_times(Appointment.objects.for_patient_page().get(pk=thursday.pk))
        assert offered[0].starts_at.date() == date(2021, 3, 3)


def test_a_patient_cannot_move_a_visit_too_close_by_a_link(north: Cast, thursday: Appointment) -> None:
    with clinic_scope(north.clinic.pk):
        visit = Appointment.objects.for_patient_page().get(pk=thursday.pk)
        wednesday = other_times(visit)[0]
        appointment_at(north, NINE + DAY)
        assert move_visit(visit=visit, mark=mark_of(visit), time=wednesday.value) is None


def test_what_the_plan_authorises_is_shown_and_what_it_does_not_is_said(
    desk: Client, north: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = VisitLimit(visits=1, used=1, starts_on=date(2021, 2, 1), ends_on=date(2021, 2, 28))
    monkeypatch.setattr("patients.visit_limits.LIMITS", [lambda patient_id: limit])
    assert "Plan: 0 of 1 visits left to book, until 28 Feb." in read(desk.get(PAGE, {"patient": north.patient.pk}))
    said = (
        "1 visit is authorised: 1 used, 0 booked. This one needs a new authorisation. "
        "The plan ends on 28 February, before this visit."
    )
    assert said in read(desk.post("/appointments/hold/", filled(north)))
    assert said in read(desk.post(PAGE, filled(north), follow=True))
