"""Cancelling through the service: the reason, what it costs, and taking it back while it is fresh."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DataError
from django.utils import timezone

from clinics.models import AuditEvent, Clinic, User
from patients.models import Appointment, Cancellation, CancelReason, Exemption, Status
from patients.services.booking import Booked, Taken
from patients.services.cancelling import cancel, undo_cancel
from patients.services.fees import waive_fee
from patients.services.moving import Changed, move
from tests.factories import NINE, Cast, appointment_at
from tests.patients.test_booking import booked

pytestmark = pytest.mark.usefixtures("monday_morning")
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def policy(in_north: Cast) -> None:
    Clinic.objects.filter(pk=in_north.clinic.pk).update(cancel_notice_hours=24, late_fee=Decimal(40))


def cancelled(cast: Cast, one: Appointment, **changes: Any) -> Cancellation:
    version = Appointment.every.get(pk=one.pk).version
    facts: dict[str, Any] = {"appointment": one, "version": version, "reason": CancelReason.WORK, "by": cast.desk}
    made = cancel(**{**facts, **changes})
    assert isinstance(made, Cancellation)
    return made


def status_of(one: Appointment) -> str:
    return str(Appointment.every.get(pk=one.pk).status)


def test_in_time_it_costs_nothing_and_the_time_is_free_at_once(in_north: Cast) -> None:
    one = appointment_at(in_north, NINE + 2 * DAY)
    made = cancelled(in_north, one, note="rang at eight")
    assert (made.is_late, made.fee, made.exemption, made.note) == (False, Decimal(0), "", "rang at eight")
    assert (made.cancelled_at, made.cancelled_by, status_of(one)) == (NINE, in_north.desk, Status.CANCELLED)
    assert booked(in_north, NINE + 2 * DAY, patient=in_north.neighbour)


@pytest.mark.parametrize(
    ("facts", "fee", "exemption"),
    [
        ({}, 40, ""),
        ({"exemption": Exemption.GOODWILL}, 0, "goodwill"),
        ({"reason": CancelReason.CLINIC}, 0, "clinic"),
        ({"reason": CancelReason.MISTAKE}, 0, "clinic"),
    ],
)
def test_late_it_costs_what_the_clinic_asks_unless_exempt(
    in_north: Cast, facts: dict[str, Any], fee: int, exemption: str
) -> None:
    made = cancelled(in_north, appointment_at(in_north, NINE + timedelta(hours=3)), **facts)
    assert (made.is_late, made.fee, made.exemption) == (True, Decimal(fee), exemption)


def test_what_a_colleague_has_moved_meanwhile_is_not_cancelled(in_north: Cast) -> None:
    one = appointment_at(in_north, NINE + DAY)
    facts: dict[str, Any] = {"therapist": in_north.therapist, "room": in_north.room, "by": in_north.manager}
    move(appointment=one, version=1, starts_at=NINE + 2 * DAY, **facts)
    outcome = cancel(appointment=one, version=1, reason=CancelReason.WORK, by=in_north.desk)
    assert isinstance(outcome, Changed)
    assert outcome.event is not None
    assert (outcome.appointment.starts_at, outcome.event.by) == (NINE + 2 * DAY, in_north.manager)
    assert status_of(one) == Status.BOOKED


def test_a_fee_is_waived_afterwards_for_a_reason_and_on_record(in_north: Cast) -> None:
    one = appointment_at(in_north, NINE + timedelta(hours=3))
    cancelled(in_north, one)
    made = waive_fee(appointment=one, exemption=Exemption.EMERGENCY, by=in_north.desk)
    assert (made.is_late, made.fee, made.exemption) == (True, Decimal(0), "emergency")
    event = AuditEvent.objects.get(action="waive_fee")
    assert (event.by, event.detail) == (in_north.desk, {"fee": "40.00", "because_of": "emergency"})
    with pytest.raises(ValidationError, match="Nothing is charged for it"):
        waive_fee(appointment=one, exemption=Exemption.EMERGENCY, by=in_north.desk)


def test_it_is_audited_without_the_note(in_north: Cast) -> None:
    cancelled(in_north, appointment_at(in_north), note="her mother is ill")
    event = AuditEvent.objects.get()
    assert (event.action, event.by, event.patient_id) == ("cancel", in_north.desk, in_north.patient.pk)
    assert event.detail == {"from": "booked", "to": "cancelled", "reason": "work", "late": True}


def test_by_the_patients_link_nobody_of_staff_is_named(in_north: Cast) -> None:
    assert cancelled(in_north, appointment_at(in_north), by=None).cancelled_by is None
    assert AuditEvent.objects.get().by is None


def test_a_cancellation_that_cannot_be_audited_is_not_made(in_north: Cast) -> None:
    one = appointment_at(in_north)
    with pytest.raises(DataError):
        cancelled(in_north, one, by=User(pk=2**63))
    assert (status_of(one), Cancellation.objects.count()) == (Status.BOOKED, 0)


@pytest.mark.parametrize("status", [Status.IN_SESSION, Status.COMPLETED, Status.NO_SHOW, Status.CANCELLED])
def test_what_is_over_is_not_cancelled(in_north: Cast, status: Status) -> None:
    one = appointment_at(in_north, status=status)
    with pytest.raises(ValidationError, match=f"“{status.label}” now, and “Cancelled” cannot follow"):
        cancelled(in_north, one)
    assert Cancellation.objects.count() == 0


def test_taken_back_it_is_as_before_and_audited(in_north: Cast) -> None:
    one = appointment_at(in_north)
    cancelled(in_north, one)
    assert isinstance(undo_cancel(appointment=one, by=in_north.manager), Booked)
    assert (status_of(one), Cancellation.objects.count()) == (Status.BOOKED, 0)
    assert [event.action for event in AuditEvent.objects.order_by("pk")] == ["cancel", "undo_cancel"]


def test_taken_back_too_late_is_said(in_north: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    one = appointment_at(in_north)
    cancelled(in_north, one)
    monkeypatch.setattr(timezone, "now", lambda: NINE + timedelta(minutes=3, seconds=1))
    with pytest.raises(ValidationError, match="within 3 minutes"):
        undo_cancel(appointment=one, by=in_north.desk)
    assert status_of(one) == Status.CANCELLED


def test_what_was_given_away_meanwhile_stays_given(in_north: Cast) -> None:
    one = appointment_at(in_north)
    cancelled(in_north, one)
    other = booked(in_north, patient=in_north.neighbour)
    assert undo_cancel(appointment=one, by=in_north.desk) == Taken((other,))
    assert (status_of(one), Cancellation.objects.count()) == (Status.CANCELLED, 1)


def test_what_is_not_cancelled_cannot_be_taken_back(in_north: Cast) -> None:
    with pytest.raises(ValidationError, match="not cancelled any more"):
        undo_cancel(appointment=appointment_at(in_north), by=in_north.desk)
