"""Classes through the service: places, and what becomes of them when the class moves or is cancelled."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from clinics.models import AuditEvent, Service
from patients.models import Appointment, Cancellation, Patient, Status
from patients.services.booking import Booked, Taken
from patients.services.cancelling import cancel, undo_cancel
from patients.services.claims import Full
from patients.services.groups import join, open_class
from patients.services.moving import Changed, Moved, move
from patients.services.visits import change_status, seal
from tests.factories import NINE, Cast, appointment_at
from tests.patients.test_booking import booked, booking

pytestmark = pytest.mark.usefixtures("monday_morning")
HOUR = timedelta(hours=1)


def opened(cast: Cast, *, places: int = 2) -> Appointment:
    service = Service.objects.create(key="pilates", name="Pilates", minutes=50, minutes_after=5, capacity=places)
    outcome = open_class(
        therapist=cast.therapist, room=cast.room, service=service, starts_at=NINE, by=cast.desk
    )  # fmt: skip
    assert isinstance(outcome, Booked)
    return outcome.appointment


def joined(cast: Cast, group: Appointment, patient: Patient) -> Appointment:
    outcome = join(group=group, patient=patient, by=cast.desk)
    assert isinstance(outcome, Booked)
    return outcome.appointment


def elsewhere_in(cast: Cast) -> dict[str, Any]:
    return {"therapist": cast.colleague, "room": cast.plain_room, "service": cast.follow_up}


def third(cast: Cast) -> Patient:
    made: Patient = Patient.objects.create(given_name="Pim", birth_date="1990-01-01", time_zone="Europe/Dublin")
    return made


def taken_places(group: Appointment) -> int:
    return int(Appointment.every.get(pk=group.pk).places_taken)


@pytest.fixture
def group(in_north: Cast) -> Appointment:
    return opened(in_north)


def test_a_class_takes_the_therapist_and_the_room(in_north: Cast, group: Appointment) -> None:
    assert (group.places, group.patient_id, group.ends_at) == (2, None, NINE + timedelta(minutes=50))
    assert booking(in_north) == Taken((group,))
    assert AuditEvent.objects.get().detail == {"places": 2}


def test_participants_share_it_and_take_a_place_each(in_north: Cast, group: Appointment) -> None:
    one = joined(in_north, group, in_north.patient)
    joined(in_north, group, in_north.neighbour)
    assert (one.starts_at, one.ends_at, one.therapist, one.room) == (NINE, group.ends_at, group.therapist, group.room)
    assert taken_places(group) == 2
    event = AuditEvent.objects.filter(patient_id=in_north.patient.pk).get()
    assert (event.action, event.detail) == ("join", {"class": group.pk})


def test_a_full_class_takes_nobody_more(in_north: Cast, group: Appointment) -> None:
    for patient in (in_north.patient, in_north.neighbour):
        joined(in_north, group, patient)
    assert join(group=group, patient=third(in_north), by=in_north.desk) == Full(group)
    assert (taken_places(group), Appointment.objects.count()) == (2, 2)


def test_whoever_leaves_makes_room(in_north: Cast, group: Appointment) -> None:
    one = joined(in_north, group, in_north.patient)
    joined(in_north, group, in_north.neighbour)
    made = cancel(appointment=one, version=1, reason="other", by=in_north.desk)
    assert isinstance(made, Cancellation)
    assert (made.appointment_id, taken_places(group)) == (one.pk, 1)
    assert joined(in_north, group, third(in_north))


def test_a_place_given_away_does_not_come_back(in_north: Cast, group: Appointment) -> None:
    one = joined(in_north, group, in_north.patient)
    joined(in_north, group, in_north.neighbour)
    cancel(appointment=one, version=1, reason="other", by=in_north.desk)
    joined(in_north, group, third(in_north))
    assert undo_cancel(appointment=one, by=in_north.desk) == Full(group)
    assert (taken_places(group), Cancellation.objects.count()) == (2, 1)


def test_a_missed_place_comes_back_only_while_there_is_one(in_north: Cast, group: Appointment) -> None:
    one = joined(in_north, group, in_north.patient)
    change_status(appointment=one, status=Status.NO_SHOW, by=in_north.desk)
    for patient in (in_north.neighbour, third(in_north)):
        joined(in_north, group, patient)
    with pytest.raises(ValidationError, match="The class is full"):
        change_status(appointment=one, status=Status.ARRIVED, by=in_north.desk)


def test_nobody_is_in_two_places(in_north: Cast, group: Appointment) -> None:
    one = joined(in_north, group, in_north.patient)
    assert join(group=group, patient=in_north.patient, by=in_north.desk) == Taken((one,))
    elsewhere: dict[str, Any] = {
        "therapist": in_north.colleague,
        "room": in_north.plain_room,
        "service": in_north.follow_up,
    }
    assert booking(in_north, **elsewhere) == Taken((one,))


def test_a_class_that_moves_takes_its_participants_along(in_north: Cast, group: Appointment) -> None:
    one = joined(in_north, group, in_north.patient)
    outcome = move(
        appointment=group, version=group.version, starts_at=NINE + HOUR, therapist=in_north.colleague,
        room=in_north.plain_room, by=in_north.desk,
    )  # fmt: skip
    assert isinstance(outcome, Moved)
    row = Appointment.objects.get(pk=one.pk)
    assert (row.starts_at, row.therapist, row.room) == (NINE + HOUR, in_north.colleague, in_north.plain_room)


def test_a_class_stays_where_a_participant_cannot_follow(in_north: Cast, group: Appointment) -> None:
    joined(in_north, group, in_north.patient)
    elsewhere: dict[str, Any] = {
        "therapist": in_north.colleague,
        "room": in_north.plain_room,
        "service": in_north.follow_up,
    }
    other = booked(in_north, NINE + HOUR, **elsewhere)
    outcome = move(
        appointment=group, version=group.version, starts_at=NINE + HOUR, therapist=group.therapist, room=group.room,
        by=in_north.desk,
    )  # fmt: skip
    assert outcome == Taken((other,))
    assert {row.starts_at for row in Appointment.every.exclude(pk=other.pk)} == {NINE}


def moved(cast: Cast, group: Appointment, to: datetime) -> Moved | Taken | Changed:
    version = Appointment.every.get(pk=group.pk).version
    return move(
        appointment=group, version=version, starts_at=to, therapist=group.therapist, room=group.room, by=cast.desk
    )


def test_a_place_taken_back_is_where_the_class_is_now(in_north: Cast, group: Appointment) -> None:
    one = joined(in_north, group, in_north.patient)
    cancel(appointment=one, version=1, reason="other", by=in_north.desk)
    assert isinstance(moved(in_north, group, NINE + HOUR), Moved)
    assert isinstance(undo_cancel(appointment=one, by=in_north.desk), Booked)
    assert Appointment.objects.get(pk=one.pk).starts_at == NINE + HOUR


def test_the_database_keeps_a_place_where_the_class_is(in_north: Cast, group: Appointment) -> None:
    one = joined(in_north, group, in_north.patient)
    with pytest.raises(IntegrityError, match="is where the class is"):
        Appointment.objects.filter(pk=one.pk).update(starts_at=NINE + timedelta(minutes=5))


def test_whoever_missed_a_class_that_moved_then_is_added_anew(in_north: Cast, group: Appointment) -> None:
    one = joined(in_north, group, in_north.patient)
    change_status(appointment=one, status=Status.NO_SHOW, by=in_north.desk)
    moved(in_north, group, NINE + HOUR)
    with pytest.raises(ValidationError, match="Add the patient to it anew"):
        change_status(appointment=one, status=Status.BOOKED, by=in_north.desk)


def test_a_class_in_which_somebody_was_treated_stays_where_it_is(in_north: Cast, group: Appointment) -> None:
    one = joined(in_north, group, in_north.patient)
    for status in (Status.ARRIVED, Status.IN_SESSION, Status.COMPLETED):
        change_status(appointment=one, status=status, by=in_north.desk)
    seal(appointment=one, by=in_north.therapist)
    with pytest.raises(ValidationError, match="Somebody was treated in this class"):
        moved(in_north, group, NINE + HOUR)


def test_a_place_does_not_move_by_itself(in_north: Cast, group: Appointment) -> None:
    one = joined(in_north, group, in_north.patient)
    with pytest.raises(ValidationError, match="This is a place in a class"):
        move(
            appointment=one, version=one.version, starts_at=NINE + HOUR, therapist=one.therapist, room=one.room,
            by=in_north.desk,
        )  # fmt: skip


def test_a_cancelled_class_cancels_its_participants_and_costs_them_nothing(in_north: Cast, group: Appointment) -> None:
    one = joined(in_north, group, in_north.patient)
    cancel(appointment=group, version=1, reason="ill", by=in_north.desk)
    made = Cancellation.objects.get(appointment=one)
    assert (made.reason, made.exemption, made.fee) == ("clinic", "clinic", Decimal(0))
    assert taken_places(group) == 0
    assert booked(in_north)
    with pytest.raises(ValidationError, match="This class does not take place"):
        join(group=group, patient=in_north.neighbour, by=in_north.desk)


def test_taken_back_it_has_the_same_participants(in_north: Cast, group: Appointment) -> None:
    one, left = (joined(in_north, group, patient) for patient in (in_north.patient, in_north.neighbour))
    cancel(appointment=left, version=1, reason="other", by=in_north.desk)
    cancel(appointment=group, version=1, reason="clinic", by=in_north.desk)
    with pytest.raises(ValidationError, match="The class itself is cancelled"):
        undo_cancel(appointment=one, by=in_north.desk)
    assert isinstance(undo_cancel(appointment=group, by=in_north.desk), Booked)
    statuses = dict(Appointment.objects.values_list("pk", "status"))
    assert (statuses, taken_places(group)) == ({one.pk: "booked", left.pk: "cancelled"}, 1)


def test_a_class_has_places_and_a_visit_has_none(in_north: Cast, group: Appointment) -> None:
    with pytest.raises(ValidationError, match="is for one patient"):
        open_class(
            therapist=in_north.therapist, room=in_north.room, service=in_north.needling, starts_at=NINE + HOUR,
            by=in_north.desk,
        )  # fmt: skip
    with pytest.raises(ValidationError, match="Pilates is a class"):
        booking(in_north, NINE + 2 * HOUR, service=group.service)


def test_not_in_a_class_that_is_over(in_north: Cast, group: Appointment, monkeypatch: pytest.MonkeyPatch) -> None:
    in_north.patient.is_active = False
    with pytest.raises(ValidationError, match="not in care here"):
        join(group=group, patient=in_north.patient, by=in_north.desk)
    monkeypatch.setattr("django.utils.timezone.now", lambda: NINE + timedelta(days=1))
    with pytest.raises(ValidationError, match="That day is over"):
        join(group=group, patient=in_north.neighbour, by=in_north.desk)


def test_a_visit_of_one_patient_has_no_places(in_north: Cast) -> None:
    with pytest.raises(ValidationError, match="This class does not take place"):
        join(group=appointment_at(in_north), patient=in_north.neighbour, by=in_north.desk)
