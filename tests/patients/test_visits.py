"""What happens to an appointment on its day: the service and its page."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError
from django.test import Client
from django.utils import timezone

from clinics.models import AuditEvent, User
from clinics.tenancy import clinic_scope
from patients.models import HERE, KEPT, NEXT, Appointment, Status
from patients.services.visits import change_status
from tests.factories import NINE, Cast, appointment_at


def status_of(appointment: Appointment) -> str:
    return str(Appointment.objects.get(pk=appointment.pk).status)


@pytest.mark.parametrize(
    ("before", "after"),
    [(before, after) for before in Status for after in Status if before not in KEPT and after not in KEPT],
)
def test_every_step_is_possible_or_refused_in_words(in_north: Cast, before: Status, after: Status) -> None:
    one = appointment_at(in_north, status=before)
    by_a_service_of_its_own = Status.CANCELLED in {before, after}
    if after == before or (after in NEXT[before] and not by_a_service_of_its_own):
        change_status(appointment=one, status=after, by=in_north.desk)
        assert status_of(one) == after
    else:
        with pytest.raises(ValidationError, match=f"“{before.label}” now, and “{after.label}” cannot follow"):
            change_status(appointment=one, status=after, by=in_north.desk)
        assert status_of(one) == before


@pytest.mark.parametrize(
    ("ahead", "status"),
    [(timedelta(days=1), Status.ARRIVED), (timedelta(minutes=1), Status.NO_SHOW)],
)
def test_nobody_is_here_before_the_day_or_missing_before_the_hour(
    in_north: Cast, monkeypatch: pytest.MonkeyPatch, ahead: timedelta, status: Status
) -> None:
    one = appointment_at(in_north)
    monkeypatch.setattr(timezone, "now", lambda: NINE - ahead)
    with pytest.raises(ValidationError, match=r"1 March 2021, 09:00, so “.+” has to wait until then"):
        change_status(appointment=one, status=status, by=in_north.desk)
    monkeypatch.setattr(timezone, "now", lambda: NINE)
    assert change_status(appointment=one, status=status, by=in_north.desk).status == status


@pytest.mark.parametrize("status", [*HERE, Status.NO_SHOW])
def test_the_database_knows_that_a_day_is_still_to_come(in_north: Cast, status: Status) -> None:
    one = appointment_at(in_north, timezone.now() + timedelta(days=2))
    with pytest.raises(IntegrityError, match="still to come"):
        Appointment.objects.filter(pk=one.pk).update(status=status)


def test_a_step_is_audited_and_a_second_tap_is_not(in_north: Cast) -> None:
    one = appointment_at(in_north)
    for _ in range(2):
        change_status(appointment=one, status=Status.ARRIVED, by=in_north.desk)
    event = AuditEvent.objects.get()
    assert (event.action, event.by, event.patient_id) == ("change_status", in_north.desk, in_north.patient.pk)
    assert event.detail == {"from": "booked", "to": "arrived"}


def test_a_step_that_cannot_be_audited_is_not_made(in_north: Cast) -> None:
    one = appointment_at(in_north)
    with pytest.raises(DataError):
        change_status(appointment=one, status=Status.ARRIVED, by=User(pk=2**63))
    assert status_of(one) == Status.BOOKED


def test_the_time_of_arrival_is_kept_until_it_turns_out_wrong(in_north: Cast) -> None:
    one = appointment_at(in_north)
    arrived = change_status(appointment=one, status=Status.ARRIVED, by=in_north.desk).arrived_at
    assert arrived is not None
    assert change_status(appointment=one, status=Status.IN_SESSION, by=in_north.desk).arrived_at == arrived
    assert change_status(appointment=one, status=Status.ARRIVED, by=in_north.desk).arrived_at == arrived
    assert change_status(appointment=one, status=Status.BOOKED, by=in_north.desk).arrived_at is None


def test_a_missed_visit_cannot_come_back_to_a_time_that_was_given_away(in_north: Cast) -> None:
    one = appointment_at(in_north, status=Status.NO_SHOW)
    appointment_at(in_north, patient=in_north.neighbour)
    with pytest.raises(ValidationError, match="given to somebody else"):
        change_status(appointment=one, status=Status.ARRIVED, by=in_north.desk)
    assert status_of(one) == Status.NO_SHOW


@pytest.fixture
def one(north: Cast) -> Appointment:
    with clinic_scope(north.clinic.pk):
        return appointment_at(north)


def test_the_page_shows_the_facts_in_the_locations_time(client: Client, south: Cast) -> None:
    with clinic_scope(south.clinic.pk):
        one = appointment_at(south, NINE + timedelta(hours=5))
    client.force_login(south.desk)
    text = client.get(f"/appointments/{one.pk}/").content.decode()
    facts = ["Paul South", "Monday 1 March, 09:00–09:45", "Functional dry needling", "Tess South", "Ash, South House"]
    assert [fact for fact in [*facts, "America/New_York"] if fact not in text] == []


def test_the_desk_has_no_way_to_the_chart_and_a_therapist_has(
    desk: Client, therapist: Client, one: Appointment
) -> None:
    path = f"/appointments/{one.pk}/session/"
    assert path not in desk.get(f"/appointments/{one.pk}/").content.decode()
    assert path in therapist.get(f"/appointments/{one.pk}/").content.decode()


def test_a_button_moves_it_on_and_leads_back(desk: Client, north: Cast, one: Appointment) -> None:
    response = desk.post(f"/appointments/{one.pk}/status/", {"status": "arrived", "back": "/day/2021-03-01/"})
    assert (response.status_code, response["Location"]) == (303, "/day/2021-03-01/")
    response = desk.post(f"/appointments/{one.pk}/status/", {"status": "in_session", "back": "https://evil.example/"})
    assert (response.status_code, response["Location"]) == (303, f"/appointments/{one.pk}/")
    with clinic_scope(north.clinic.pk):
        assert status_of(one) == Status.IN_SESSION


def test_a_step_that_is_not_possible_is_a_conflict_with_words(desk: Client, one: Appointment) -> None:
    response = desk.post(f"/appointments/{one.pk}/status/", {"status": "completed"})
    assert response.status_code == 409
    assert "“Booked” now, and “Completed” cannot follow" in response.content.decode()


@pytest.mark.parametrize("status", ["", "gone"])
def test_an_unknown_step_is_refused(desk: Client, one: Appointment, status: str) -> None:
    assert desk.post(f"/appointments/{one.pk}/status/", {"status": status}).status_code == 422


def test_another_clinics_appointment_is_not_found(desk: Client, north: Cast, south: Cast) -> None:
    with clinic_scope(south.clinic.pk):
        theirs = appointment_at(south, NINE + timedelta(hours=5))
    assert desk.get(f"/appointments/{theirs.pk}/").status_code == 404
    assert desk.post(f"/appointments/{theirs.pk}/status/", {"status": "arrived"}).status_code == 404
    with clinic_scope(south.clinic.pk):
        assert status_of(theirs) == Status.BOOKED


@pytest.mark.parametrize("path", ["/appointments/0/", "/appointments/99999999999999999999/", "/appointments/x/"])
def test_unknown_and_malformed_ids_are_not_found(desk: Client, path: str) -> None:
    assert desk.get(path).status_code == 404
