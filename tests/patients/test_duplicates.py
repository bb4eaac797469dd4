"""Somebody who is here already is noticed before a second file is made; and contact details put right at the desk."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from clinics.models import AuditEvent
from clinics.tenancy import clinic_scope
from patients.models import Patient
from patients.queries.duplicates import lookalikes
from tests.factories import Cast

ADA = {"given_name": "Ada", "family_name": "Moss", "birth_date": "1990-02-03"}
NEW = "/patients/new/"
BORN = date(1984, 5, 18)  # Maya


def alike(**changes: Any) -> list[tuple[str, str]]:
    facts = {"given_name": "Ada", "family_name": "Moss", "birth_date": date(1990, 2, 3), "phone": "", "email": ""}
    return [(one.patient.name, one.because) for one in lookalikes(**{**facts, **changes})]


@pytest.fixture
def maya(in_north: Cast) -> Patient:
    made: Patient = Patient.objects.create(
        given_name="Máya", family_name="Okafor", birth_date=BORN, time_zone="Europe/Dublin",
        phone="+353 (0)1 555-0123", email="maya@example.org",
    )  # fmt: skip
    return made


@pytest.mark.parametrize(
    ("changes", "because"),
    [
        ({"given_name": "maya", "family_name": "OKAFOR"}, "similar name"),
        ({"given_name": "Okafor", "family_name": "Maya"}, "similar name"),
        (
            {"given_name": "Maja", "family_name": "Okafor", "birth_date": date(1984, 5, 18)},
            "similar name, same birth date",
        ),
        (
            {"given_name": "Mia", "family_name": "Okafor", "birth_date": date(1984, 5, 18)},
            "similar name, same birth date",
        ),
        ({"phone": "01 555 0123"}, "same phone"),
        ({"email": "Maya@Example.org"}, "same e-mail"),
    ],
)
def test_by_name_birth_date_phone_or_mail(maya: Patient, changes: dict[str, Any], because: str) -> None:
    assert alike(**changes) == [("Máya Okafor", because)]


@pytest.mark.parametrize(
    "changes",
    [
        {}, {"birth_date": BORN}, {"given_name": "Maya", "family_name": "Stein"}, {"phone": "0123"},
        {"phone": "555 0124"},
    ],
)  # fmt: skip
def test_somebody_else_is_somebody_else(maya: Patient, changes: dict[str, Any]) -> None:
    assert alike(**changes) == []


def test_who_left_comes_up_and_another_clinics_patients_do_not(maya: Patient, south: Cast) -> None:
    Patient.objects.filter(pk=maya.pk).update(is_active=False)
    with clinic_scope(south.clinic.pk):
        assert alike(given_name="Maya", family_name="Okafor") == []
    assert alike(given_name="Maya", family_name="Okafor") == [("Máya Okafor", "similar name")]


def test_one_statement(maya: Patient) -> None:
    with CaptureQueriesContext(connection) as queries:
        alike(email="maya@example.org")
    assert len(queries) == 1


def test_the_desk_chooses_who_is_here_already_or_goes_on(desk: Client, north: Cast) -> None:
    facts = {"given_name": "Pia", "family_name": "Nord", "birth_date": "1984-05-17"}
    response = desk.post(NEW, facts)
    assert response.status_code == 409
    (first, *_) = response.context["options"]
    assert (first["title"], first["url"]) == ("Pia North", f"/patients/{north.patient.pk}/")
    with clinic_scope(north.clinic.pk):
        assert Patient.objects.count() == 2
    assert desk.post(NEW, {**facts, "anyway": "1"}).status_code == 302
    with clinic_scope(north.clinic.pk):
        assert Patient.objects.filter(family_name="Nord").count() == 1


@pytest.mark.usefixtures("monday_morning")
def test_on_the_way_to_a_booking_the_choice_goes_on_booking(desk: Client, north: Cast) -> None:
    response = desk.post(f"{NEW}?book=1&day=2021-03-01", {**ADA, "given_name": "Pia", "family_name": "North"})
    address = response.context["options"][0]["url"]
    assert address == f"/appointments/new/?patient={north.patient.pk}&day=2021-03-01"


def opened(desk: Client, path: str) -> dict[str, Any]:
    """What the browser sends where nothing was changed."""
    form = desk.get(path).context["form"]
    return {**{name: str(value) for name, value in form.initial.items()}, **dict(form.opened())}


def test_the_desk_puts_contact_details_right(desk: Client, north: Cast) -> None:
    path = f"/patients/{north.patient.pk}/edit/"
    response = desk.post(path, {**opened(desk, path), "phone": "+353 1 555 0177"})
    assert (response.status_code, response["Location"]) == (302, f"/patients/{north.patient.pk}/")
    with clinic_scope(north.clinic.pk):
        assert Patient.objects.get(pk=north.patient.pk).phone == "+353 1 555 0177"
        event = AuditEvent.objects.get(action="correct")
    assert (event.by, event.patient_id, event.detail) == (north.desk, north.patient.pk, {"fields": ["phone"]})


def test_what_some_tests_depend_on_is_asked_too(desk: Client, north: Cast) -> None:
    path = f"/patients/{north.patient.pk}/edit/"
    desk.post(path, {**opened(desk, path), "sex": "male", "about": "Works at a desk"})
    with clinic_scope(north.clinic.pk):
        patient = Patient.objects.get(pk=north.patient.pk)
    assert (patient.sex, patient.about) == ("male", "Works at a desk")


def test_what_a_colleague_changed_meanwhile_stays(desk: Client, north: Cast) -> None:
    path = f"/patients/{north.patient.pk}/edit/"
    page = opened(desk, path)
    with clinic_scope(north.clinic.pk):
        Patient.objects.filter(pk=north.patient.pk).update(email="new@example.org")
    desk.post(path, {**page, "phone": "123"})
    with clinic_scope(north.clinic.pk):
        row = Patient.objects.get(pk=north.patient.pk)
    assert (row.email, row.phone) == ("new@example.org", "123")


def test_what_is_wrong_is_named_and_nothing_saved(desk: Client, north: Cast) -> None:
    path = f"/patients/{north.patient.pk}/edit/"
    response = desk.post(path, {"given_name": "", "birth_date": "2099-01-01", "email": "x", "sex": "?"})
    assert response.status_code == 422
    assert sorted(response.context["form"].errors) == ["birth_date", "email", "given_name", "sex"]
    assert desk.post("/patients/999999/edit/", {}).status_code == 404
