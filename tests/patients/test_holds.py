"""A time kept while a form is open: in the way of others, gone by itself, and consumed by the booking."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clinics.models import AuditEvent
from clinics.tenancy import clinic_scope
from patients.models import Appointment, Status
from patients.services.booking import Booked, Taken
from patients.services.holds import Held, clear_expired, hold, release
from tests.factories import NINE, Cast, appointment_at, make_cast
from tests.factories.worker import as_worker
from tests.patients.test_booking import booked, booking

pytestmark = pytest.mark.usefixtures("monday_morning")


def holding(cast: Cast, start: datetime = NINE, **changes: Any) -> Held | Taken:
    facts = {
        "therapist": cast.therapist, "room": cast.room, "service": cast.needling, "starts_at": start, "by": cast.desk,
    }  # fmt: skip
    return hold(**{**facts, **changes})


def held(cast: Cast, start: datetime = NINE, **changes: Any) -> Held:
    outcome = holding(cast, start, **changes)
    assert isinstance(outcome, Held)
    return outcome


def test_it_is_kept_for_five_minutes_and_is_no_visit(in_north: Cast) -> None:
    kept = held(in_north)
    assert (f"{kept.until:%H:%M}", kept.appointment.status) == ("09:05", Status.HELD)
    assert (Appointment.objects.count(), Appointment.every.count(), AuditEvent.objects.count()) == (0, 1, 0)


def test_nobody_else_books_or_holds_it(in_north: Cast) -> None:
    kept = held(in_north).appointment
    assert booking(in_north, by=in_north.manager) == Taken((kept,))
    assert holding(in_north, by=in_north.manager) == Taken((kept,))


def test_what_the_same_person_left_behind_gives_way(in_north: Cast) -> None:
    """A form that was left, or whose answer came too late, is nobody's any more."""
    held(in_north)
    assert isinstance(holding(in_north, service=in_north.follow_up), Held)
    one = booked(in_north)
    assert list(Appointment.every.all()) == [one]


def test_it_stays_where_something_else_is_in_the_way_too(in_north: Cast) -> None:
    one = booked(in_north, NINE + timedelta(minutes=60))
    kept = held(in_north, NINE)
    assert booking(in_north, NINE + timedelta(minutes=30)) == Taken((kept.appointment, one))
    assert Appointment.every.count() == 2


def test_what_is_booked_cannot_be_held(in_north: Cast) -> None:
    one = booked(in_north)
    assert holding(in_north, patient=in_north.neighbour) == Taken((one,))


def test_the_booking_consumes_it(in_north: Cast) -> None:
    kept = held(in_north).appointment
    one = booked(in_north, hold=kept.pk)
    assert list(Appointment.every.all()) == [one]


def test_a_booking_that_is_refused_leaves_it(in_north: Cast) -> None:
    kept = held(in_north).appointment
    there = appointment_at(in_north, NINE + timedelta(hours=2), patient=in_north.neighbour)
    assert booking(in_north, NINE + timedelta(hours=2), hold=kept.pk) == Taken((there,))
    assert Appointment.every.filter(pk=kept.pk).exists()


def test_the_newest_three_of_a_person_are_kept(in_north: Cast) -> None:
    elsewhere = held(in_north, NINE + timedelta(hours=6), by=in_north.manager).appointment
    mine = [held(in_north, NINE + timedelta(hours=hour)).appointment for hour in range(5)]
    assert set(Appointment.every.all()) == {elsewhere, *mine[2:]}


def test_somebody_elses_is_neither_consumed_nor_released(in_north: Cast) -> None:
    kept = held(in_north, by=in_north.manager).appointment
    release(hold_id=kept.pk, by=in_north.desk)
    assert booking(in_north, hold=kept.pk) == Taken((kept,))


def test_it_moves_with_the_form(in_north: Cast) -> None:
    first = held(in_north).appointment
    second = held(in_north, NINE + timedelta(minutes=15), instead_of=first.pk).appointment
    assert list(Appointment.every.all()) == [second]


def test_it_stays_where_the_next_one_is_taken(in_north: Cast) -> None:
    first = held(in_north).appointment
    there = appointment_at(in_north, NINE + timedelta(hours=1), patient=in_north.neighbour)
    assert holding(in_north, NINE + timedelta(hours=1), instead_of=first.pk) == Taken((there,))
    assert Appointment.every.filter(pk=first.pk).exists()


def test_released_it_is_free_at_once(in_north: Cast) -> None:
    release(hold_id=held(in_north).appointment.pk, by=in_north.desk)
    assert booked(in_north)


def test_an_appointment_is_never_released(in_north: Cast) -> None:
    one = booked(in_north)
    release(hold_id=one.pk, by=in_north.desk)
    assert list(Appointment.objects.all()) == [one]


def test_what_ran_out_is_in_nobodys_way(in_north: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    held(in_north, by=in_north.manager)
    monkeypatch.setattr(timezone, "now", lambda: NINE + timedelta(minutes=5))
    one = booked(in_north)
    assert list(Appointment.every.all()) == [one]


def test_the_time_to_clear_up_ran_out_with_it(in_north: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    held(in_north, by=in_north.manager)  # to 9:45, and ten minutes more
    monkeypatch.setattr(timezone, "now", lambda: NINE + timedelta(minutes=5))
    one = booked(in_north, NINE + timedelta(minutes=50))
    assert list(Appointment.every.all()) == [one]


@pytest.mark.django_db(transaction=True)
def test_the_sweep_takes_what_ran_out_in_every_clinic(monkeypatch: pytest.MonkeyPatch) -> None:
    casts = [make_cast("north", zone="Europe/Dublin"), make_cast("south", zone="America/New_York")]
    for cast in casts:
        with clinic_scope(cast.clinic.pk):
            held(cast, NINE + timedelta(hours=6))
    with as_worker():
        assert clear_expired() == 0
        monkeypatch.setattr(timezone, "now", lambda: NINE + timedelta(minutes=6))
        assert clear_expired() == 2
    for cast in casts:
        with clinic_scope(cast.clinic.pk):
            assert not Appointment.every.exists()


def test_the_same_rules_as_for_a_booking(in_north: Cast) -> None:
    with pytest.raises(ValidationError, match="holds no credential"):
        holding(in_north, therapist=in_north.colleague)
    with pytest.raises(ValidationError, match="That day is over"):
        holding(in_north, NINE - timedelta(days=1))
    assert not Appointment.every.exists()


def test_booking_with_a_hold_stays_within_twelve_statements(in_north: Cast) -> None:
    kept = held(in_north).appointment
    with CaptureQueriesContext(connection) as queries:
        assert isinstance(booking(in_north, hold=kept.pk), Booked)
    assert len(queries) == 8
