"""A therapist's private feed: what a calendar program gets, and what nobody gets from it."""

import re
from datetime import timedelta
from typing import Any

import icalendar
import pytest
from django.test import Client
from django.urls import reverse

from clinics.models import AuditEvent, Clinic, FeedNames, Location, Membership, Service
from clinics.services import staff
from clinics.tenancy import clinic_scope
from config.logs import SECRET_PATH
from patients.models import Appointment, CalendarFeed, Patient, Status
from tests.architecture.source import ROOT
from tests.factories import NINE, Cast, appointment_at
from tests.patients.rfc5545 import check

WEEK = timedelta(weeks=1)

pytestmark = pytest.mark.usefixtures("monday_morning")


@pytest.fixture
def program(db: None) -> Client:
    """A calendar program: nobody signed in."""
    return Client()


@pytest.fixture
def address(therapist: Client) -> str:
    return make(therapist)


def make(therapist: Client) -> str:
    page = therapist.post(reverse("my-feed-make")).content.decode()
    found = re.search(r'value="http://[^/"]+(/feed/[^"]+)"', page)
    assert found is not None
    return found[1]


def entries(response: Any) -> list[Any]:
    assert (response.status_code, response["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    return list(icalendar.Calendar.from_ical(response.content.decode()).walk("VEVENT"))


def let_names_in(cast: Cast, names: FeedNames = FeedNames.FULL) -> None:
    with clinic_scope(cast.clinic.pk):
        Clinic.objects.filter(pk=cast.clinic.pk).update(feed_names=names)


def test_the_secret_is_long_shown_once_and_only_its_hash_is_kept(north: Cast, therapist: Client, address: str) -> None:
    secret = address.partition("-")[2].removesuffix(".ics")
    assert len(secret) == 43  # 256 bits
    assert secret not in therapist.get(reverse("my-feed")).content.decode()
    with clinic_scope(north.clinic.pk):
        feed = CalendarFeed.objects.get()
        assert re.fullmatch("[0-9a-f]{64}", feed.secret_hash)
        assert list(AuditEvent.objects.filter(action="make_feed").values_list("by", "subject_ids")) == [
            (north.therapist.pk, [feed.pk])
        ]


def test_it_holds_two_weeks_back_and_eight_ahead_of_this_therapist_only(
    north: Cast, program: Client, address: str
) -> None:
    with clinic_scope(north.clinic.pk):
        for weeks in (-3, -2, 0, 7.9, 8):
            appointment_at(north, NINE + timedelta(weeks=weeks))
        appointment_at(north, NINE + WEEK, status=Status.CANCELLED)
        appointment_at(north, NINE + 2 * WEEK, status=Status.HELD, expires_at=NINE + 9 * WEEK)
        appointment_at(north, NINE + 3 * WEEK, therapist=north.colleague, service=north.follow_up)
    found = [event["DTSTART"].dt for event in entries(program.get(address))]
    assert found == [NINE + timedelta(weeks=weeks) for weeks in (-2, 0, 7.9)]


def test_a_class_stands_in_it_once(north: Cast, program: Client, address: str) -> None:
    with clinic_scope(north.clinic.pk):
        group = appointment_at(north, patient=None, places=3)
        for patient in (north.patient, north.neighbour):
            appointment_at(north, patient=patient, group=group)
    (event,) = entries(program.get(address))
    assert event["SUMMARY"] == "Functional dry needling"


def test_it_names_no_patient(north: Cast, program: Client, address: str) -> None:
    with clinic_scope(north.clinic.pk):
        one = appointment_at(north)
    response = program.get(address)
    text = response.content.decode()
    assert [word for word in ("Pia", "patients.example", "1984", "ATTENDEE") if word in text] == []
    (event,) = entries(response)
    assert (event["SUMMARY"], event["LOCATION"]) == ("Functional dry needling", "North House")
    assert str(event["DESCRIPTION"]).endswith(reverse("appointment", args=[one.pk]))


@pytest.mark.parametrize(("names", "title"), [(FeedNames.INITIALS, "P. N."), (FeedNames.FULL, "Pia North")])
def test_where_the_clinic_lets_names_in_it_says_who_and_not_what_for(
    north: Cast, program: Client, address: str, names: FeedNames, title: str
) -> None:
    with clinic_scope(north.clinic.pk):
        appointment_at(north)
    let_names_in(north, names)
    response = program.get(address)
    assert [event["SUMMARY"] for event in entries(response)] == [title]
    assert "needling" not in response.content.decode().lower()
    with clinic_scope(north.clinic.pk):
        event = AuditEvent.objects.get(action="read", subject="feed")
        assert (event.patient_id, event.by) == (north.patient.pk, None)


def test_it_is_written_as_the_standards_ask_whatever_people_are_called(
    north: Cast, program: Client, address: str
) -> None:
    with clinic_scope(north.clinic.pk):
        Patient.objects.filter(pk=north.patient.pk).update(given_name="Pia,\r\nATTENDEE;X=1:mailto:a@b.example\n\\")
        Clinic.objects.filter(pk=north.clinic.pk).update(name='North; "Clinic"\nMETHOD:CANCEL')
        Location.objects.filter(pk=north.location.pk).update(address="1 Quay\r\nDublin, Éire " + "ö" * 90)
        visits = [appointment_at(north, NINE + week * WEEK) for week in range(2)]
    let_names_in(north)
    found = check(program.get(address).content)
    assert (found.method, found.values("UID")) == ("PUBLISH", [f"appointment-{one.pk}@127.0.0.1" for one in visits])
    assert found.values("SUMMARY") == ["Pia\\,\\nATTENDEE\\;X=1:mailto:a@b.example\\n\\\\ North"] * 2


def test_whatever_the_file_says_anew_is_sent(north: Cast, program: Client, address: str) -> None:
    with clinic_scope(north.clinic.pk):
        appointment_at(north)
    tags = [program.get(address)["ETag"]]
    for model, change in (
        (Location, {"address": "2 Quay"}), (Location, {"name": "South House"}), (Service, {"name": "Follow-up"}),
        (Clinic, {"name": "New Clinic"}),
    ):  # fmt: skip
        with clinic_scope(north.clinic.pk):
            model.objects.update(**change)
        response = program.get(address, headers={"if-none-match": tags[-1]})
        assert response.status_code == 200
        tags.append(response["ETag"])


def test_what_is_unchanged_is_not_sent_again(north: Cast, program: Client, address: str) -> None:
    with clinic_scope(north.clinic.pk):
        one = appointment_at(north)
    first = program.get(address)
    again = program.get(address, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content, again["Cache-Control"]) == (304, b"", "private, no-cache")
    with clinic_scope(north.clinic.pk):
        Appointment.objects.filter(pk=one.pk).update(starts_at=NINE + WEEK, ends_at=NINE + WEEK + timedelta(hours=1))
    changed = program.get(address, headers={"if-none-match": first["ETag"]})
    assert entries(changed)[0]["SEQUENCE"] == 2
    let_names_in(north)
    assert program.get(address, headers={"if-none-match": changed["ETag"]}).status_code == 200


def test_a_new_address_ends_the_old_one_and_so_does_revoking(therapist: Client, program: Client, address: str) -> None:
    newer = make(therapist)
    assert [program.get(one).status_code for one in (address, newer)] == [404, 200]
    assert therapist.post(reverse("my-feed-revoke")).status_code == 303
    assert program.get(newer).status_code == 404


def test_a_therapist_who_left_has_no_feed(north: Cast, program: Client, address: str) -> None:
    with clinic_scope(north.clinic.pk):
        Membership.objects.filter(user=north.therapist).update(treats=False)
    assert program.get(address).status_code == 404


def test_whoever_comes_back_makes_a_new_address(north: Cast, program: Client, address: str) -> None:
    with clinic_scope(north.clinic.pk):
        member = Membership.objects.filter(user=north.therapist)
        member.update(is_active=False)
        member.update(invited_at=NINE)
        staff.join(membership=member.get(), name="Theo North", by=north.therapist)
        assert CalendarFeed.objects.in_use().count() == 0
    assert program.get(address).status_code == 404


def test_a_secret_is_good_for_its_own_clinic_and_nothing_else_opens_it(
    north: Cast, south: Cast, program: Client, address: str
) -> None:
    _clinic, _dash, rest = address.partition("-")
    guessed = address[:-5] + ("y" if address[-5] == "x" else "x") + ".ics"
    wrong = [f"/feed/{south.clinic.pk}-{rest}", f"/feed/999999-{rest}", guessed, "/feed/x.ics"]
    assert [program.get(path).status_code for path in wrong] == [404] * 4


def test_who_treats_nobody_is_told_so(desk: Client) -> None:
    response = desk.post(reverse("my-feed-make"))
    assert response.status_code == 409
    assert "Only who treats patients has a calendar to subscribe to." in response.content.decode()


def test_no_log_holds_the_secret(address: str) -> None:
    """Ours leaves it out, and the server writes no list of what was asked for."""
    assert SECRET_PATH.sub(r"\1...", f"Not Found: {address}") == "Not Found: /feed/..."
    assert "--access-log" not in (ROOT / "Procfile").read_text()


@pytest.mark.parametrize("visits", [1, 3])
def test_a_feed_takes_as_many_statements_for_one_visit_as_for_three(
    north: Cast, program: Client, address: str, django_assert_num_queries: Any, visits: int
) -> None:
    with clinic_scope(north.clinic.pk):
        for week in range(visits):
            appointment_at(north, NINE + week * WEEK)
    with django_assert_num_queries(5):
        assert len(entries(program.get(address))) == visits


def test_too_many_tries_have_to_wait(program: Client, address: str) -> None:
    assert [program.get(address).status_code for _ in range(61)][-2:] == [200, 429]
