"""What the database holds about an appointment, round the services; and a documented visit, which nobody undoes."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client

from clinics.models import AuditEvent, EquipmentPool, Membership, Service, User
from clinics.tenancy import clinic_scope
from patients.models import KEPT, NEXT, Appointment, Status
from patients.services.booking import book
from patients.services.visits import change_status, seal
from tests.factories import NINE, Cast, appointment_at

STEPS = [(before, after) for before in Status for after in Status if before not in KEPT and after not in KEPT]


@pytest.mark.parametrize(("before", "after"), STEPS)
def test_the_database_knows_what_may_follow(in_north: Cast, before: Status, after: Status) -> None:
    rows = Appointment.objects.filter(pk=appointment_at(in_north, status=before).pk)
    if after == before or after in NEXT[before]:
        rows.update(status=after)
    else:
        with pytest.raises(IntegrityError, match="that status cannot follow"):
            rows.update(status=after)


@pytest.mark.parametrize("kept", KEPT)
@pytest.mark.parametrize("after", Status)
def test_a_kept_time_is_booked_or_nothing(in_north: Cast, kept: str, after: Status) -> None:
    one = appointment_at(in_north, status=kept, expires_at=NINE)
    rows, until = Appointment.every.filter(pk=one.pk), NINE if after in KEPT else None
    if after in {kept, Status.BOOKED}:
        rows.update(status=after, expires_at=until)
    else:
        with pytest.raises(IntegrityError, match="that status cannot follow"):
            rows.update(status=after, expires_at=until)


@pytest.mark.parametrize("year", [1999, 2100, 9999])
def test_a_visit_is_on_a_day_that_the_calendar_shows(in_north: Cast, year: int) -> None:
    with pytest.raises(IntegrityError, match="patients_appointment_known_days"):
        appointment_at(in_north, NINE.replace(year=year), service=in_north.follow_up)


def test_only_somebody_of_the_clinic_holds_a_time(in_north: Cast, south: Cast) -> None:
    with pytest.raises(IntegrityError, match="patients_appointment_held_by_same_clinic"):
        appointment_at(in_north, status=Status.HELD, expires_at=NINE, held_by=south.desk)


@pytest.mark.parametrize("change", [{"is_active": False}, {"treats": False}])
def test_only_who_treats_here_is_booked(in_north: Cast, change: dict[str, bool]) -> None:
    booked = appointment_at(in_north, therapist=in_north.colleague, service=in_north.follow_up)
    Membership.objects.filter(user=in_north.therapist).update(**change)
    with pytest.raises(IntegrityError, match="does not treat here"), transaction.atomic():
        appointment_at(in_north, NINE + timedelta(hours=2))
    with pytest.raises(IntegrityError, match="does not treat here"), transaction.atomic():
        Appointment.objects.filter(pk=booked.pk).update(therapist=in_north.therapist)


def test_who_left_since_keeps_what_is_booked(in_north: Cast) -> None:
    one = appointment_at(in_north)
    Membership.objects.filter(user=in_north.therapist).update(is_active=False)
    one.status = Status.ARRIVED
    one.save()
    assert Appointment.objects.get().status == Status.ARRIVED


@pytest.mark.usefixtures("monday_morning")
@pytest.mark.parametrize("kind", ["membership", "person"])
def test_who_does_not_work_here_is_named(in_north: Cast, kind: str) -> None:
    """Nothing is asked beforehand: the database's answer is put into words."""
    if kind == "membership":
        Membership.objects.filter(user=in_north.therapist).update(is_active=False)
    else:
        User.objects.filter(pk=in_north.therapist.pk).update(is_active=False)
    assert words_for(in_north, in_north.therapist) == {"therapist": ["Theo North does not treat patients here."]}


@pytest.mark.usefixtures("monday_morning")
def test_a_stranger_is_named(in_north: Cast, south: Cast) -> None:
    words = {"therapist": ["Tess South does not treat patients here."]}
    assert words_for(in_north, south.therapist, service=in_north.follow_up) == words


def words_for(cast: Cast, therapist: User, **changes: Any) -> dict[str, list[str]]:
    facts = {"patient": cast.patient, "room": cast.room, "service": cast.needling, "starts_at": NINE, "by": cast.desk}
    with pytest.raises(ValidationError) as found:
        book(therapist=therapist, **{**facts, **changes})
    return found.value.message_dict


def test_nobody_books_round_the_time_to_clear_up(in_north: Cast) -> None:
    with pytest.raises(IntegrityError, match="other buffers"), transaction.atomic():
        appointment_at(in_north, minutes_after=0)
    one = appointment_at(in_north, minutes_after=0, is_override=True, override_reason="Couple")
    with pytest.raises(IntegrityError, match="other buffers"), transaction.atomic():
        Appointment.objects.filter(pk=one.pk).update(is_override=False, override_reason="")


def test_a_service_that_changes_later_leaves_what_is_booked(in_north: Cast) -> None:
    one = appointment_at(in_north)
    Service.objects.filter(pk=in_north.needling.pk).update(minutes=60, minutes_after=15)
    one.starts_at += timedelta(hours=1)
    one.ends_at += timedelta(hours=1)
    one.save()
    assert Appointment.objects.get().minutes_after == 10
    with pytest.raises(IntegrityError, match="other buffers"):
        Appointment.objects.update(minutes_after=5)


@pytest.fixture
def documented(in_north: Cast) -> Appointment:
    return seal(appointment=appointment_at(in_north, status=Status.COMPLETED), by=in_north.therapist)


def test_documenting_is_audited_once(documented: Appointment, in_north: Cast) -> None:
    seal(appointment=documented, by=in_north.therapist)
    event = AuditEvent.objects.get()
    assert (event.action, event.by, event.patient_id) == ("seal", in_north.therapist, in_north.patient.pk)


def test_only_a_completed_visit_is_documented(in_north: Cast) -> None:
    one = appointment_at(in_north, status=Status.IN_SESSION)
    with pytest.raises(ValidationError, match="Only a completed visit"):
        seal(appointment=one, by=in_north.therapist)
    with pytest.raises(IntegrityError, match="documented_completed"):
        Appointment.objects.filter(pk=one.pk).update(is_documented=True)


@pytest.mark.parametrize("status", Status)
def test_a_documented_visit_takes_no_step(documented: Appointment, in_north: Cast, status: Status) -> None:
    if status == Status.COMPLETED:
        assert change_status(appointment=documented, status=status, by=in_north.desk).status == status
    else:
        with pytest.raises(ValidationError, match="This visit is documented"):
            change_status(appointment=documented, status=status, by=in_north.desk)


def changes(cast: Cast) -> dict[str, dict[str, Any]]:
    return {
        "step back": {"status": Status.IN_SESSION},
        "undocumented": {"is_documented": False},
        "undocumented and back": {"is_documented": False, "status": Status.IN_SESSION},
        "patient": {"patient": cast.neighbour},
        "therapist": {"therapist": cast.colleague, "service": cast.follow_up, "minutes_after": 5},
        "room": {"room": cast.plain_room, "service": cast.follow_up, "minutes_after": 5},
        "service": {"service": cast.follow_up, "minutes_after": 5},
        "start": {"starts_at": NINE - timedelta(hours=1)},
        "end": {"ends_at": NINE + timedelta(hours=1)},
    }


def test_the_database_refuses_every_change(documented: Appointment, in_north: Cast) -> None:
    for values in changes(in_north).values():
        with pytest.raises(IntegrityError, match="stays as it is"), transaction.atomic():
            Appointment.objects.update(**values)


def test_its_page_says_so_and_offers_no_step(desk: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        one = appointment_at(north, status=Status.COMPLETED)
        assert "Back to in session" in desk.get(f"/appointments/{one.pk}/").content.decode()
        seal(appointment=one, by=north.therapist)
    text = desk.get(f"/appointments/{one.pk}/").content.decode()
    assert ("This visit is documented" in text, 'name="status"' in text) == (True, False)
    assert desk.post(f"/appointments/{one.pk}/status/", {"status": "in_session"}).status_code == 409


def double_booked(cast: Cast, start: datetime = NINE, **changes: Any) -> Appointment:
    return appointment_at(cast, start, is_override=True, override_reason="Couple", **changes)


@pytest.mark.parametrize("shared", ["therapist", "room", "patient"])
def test_nobody_books_over_a_double_booking_whoever_writes(in_north: Cast, shared: str) -> None:
    double_booked(in_north)
    others: dict[str, Any] = {
        "therapist": in_north.colleague, "room": in_north.plain_room, "patient": in_north.neighbour,
        "service": in_north.follow_up,
    }  # fmt: skip
    others.pop(shared)
    with pytest.raises(IntegrityError, match="a double booking stands there"), transaction.atomic():
        appointment_at(in_north, **others)
    one = appointment_at(in_north, NINE + timedelta(hours=1), **others)
    with pytest.raises(IntegrityError, match="a double booking stands there"):
        Appointment.objects.filter(pk=one.pk).update(starts_at=NINE)


def test_another_clinics_double_booking_of_the_therapist_counts(north: Cast, south: Cast) -> None:
    with clinic_scope(south.clinic.pk):
        Membership.objects.create(user=north.therapist, role="therapist", treats=True)
        double_booked(south, therapist=north.therapist, service=south.follow_up)
    with clinic_scope(north.clinic.pk), pytest.raises(IntegrityError, match="a double booking stands there"):
        appointment_at(north)


def test_what_stood_there_first_goes_on(in_north: Cast) -> None:
    first = appointment_at(in_north)
    double_booked(in_north, patient=in_north.neighbour)
    for status in (Status.ARRIVED, Status.BOOKED, Status.CANCELLED, Status.BOOKED):
        Appointment.objects.filter(pk=first.pk).update(status=status)
    assert Appointment.objects.get(pk=first.pk).status == Status.BOOKED


def test_the_devices_of_a_double_booking_are_in_use_for_whoever_comes_later(in_north: Cast) -> None:
    Service.objects.filter(pk=in_north.follow_up.pk).update(equipment=["treadmill"])
    EquipmentPool.objects.create(location=in_north.location, kind="treadmill", units=1)
    first = appointment_at(in_north, service=in_north.follow_up)
    facts: dict[str, Any] = {
        "therapist": in_north.colleague, "room": in_north.plain_room, "patient": in_north.neighbour,
        "service": in_north.follow_up,
    }  # fmt: skip
    double_booked(in_north, **facts)
    Appointment.objects.filter(pk=first.pk).update(status=Status.ARRIVED)
    Appointment.objects.filter(pk=first.pk).update(status=Status.CANCELLED)
    with pytest.raises(IntegrityError, match="all devices of that kind are in use"):
        appointment_at(in_north, service=in_north.follow_up)
