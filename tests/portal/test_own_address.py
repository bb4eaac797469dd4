"""The desk writes addresses into files. It must not let itself into a patient's portal that way, nor unseen."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clinics.models import AuditEvent, Membership, Message, User
from clinics.tenancy import clinic_scope
from patients.models import Patient
from patients.services.patients import correct, register
from portal.models import PatientLogin
from portal.services import access
from tests.conftest import signed_in_client
from tests.factories import Cast

OWN = "This is the address of your own account"
TEAM = "This address belongs to somebody of the team. If they are this patient, an admin invites them."
WARNING = "Invite it only if that person is this patient"


def with_address(cast: Cast, email: str) -> Patient:
    """Pete, with another address in his file."""
    Patient.objects.filter(pk=cast.neighbour.pk).update(email=email)
    return Patient.objects.get(pk=cast.neighbour.pk)


def readers(cast: Cast) -> list[User]:
    return [login.user for login in PatientLogin.objects.filter(patient=cast.neighbour)]


@pytest.mark.parametrize("who", ["desk", "therapist", "manager", "owner"])
def test_nobody_lets_themselves_in(in_north: Cast, who: str) -> None:
    person: User = getattr(in_north, who)
    with pytest.raises(ValidationError, match=OWN):
        access.invite(patient=with_address(in_north, person.email.title()), by=person)
    assert (readers(in_north), Message.objects.count()) == ([], 0)


def test_the_address_of_a_colleague_is_for_an_admin_to_invite(in_north: Cast) -> None:
    patient = with_address(in_north, in_north.colleague.email)
    for person in (in_north.desk, in_north.therapist):
        with pytest.raises(ValidationError, match=TEAM):
            access.invite(patient=patient, by=person)
    assert readers(in_north) == []
    access.invite(patient=patient, by=in_north.manager)
    assert readers(in_north) == [in_north.colleague]


def test_who_has_left_the_team_still_counts_as_of_it(in_north: Cast) -> None:
    Membership.objects.filter(user=in_north.colleague).update(is_active=False)
    with pytest.raises(ValidationError, match=TEAM):
        access.invite(patient=with_address(in_north, in_north.colleague.email), by=in_north.desk)


def test_an_admin_who_has_left_is_no_admin(in_north: Cast) -> None:
    Membership.objects.filter(user=in_north.manager).update(is_active=False)
    with pytest.raises(ValidationError, match=TEAM):
        access.invite(patient=with_address(in_north, in_north.colleague.email), by=in_north.manager)


@pytest.mark.parametrize(
    ("who", "whose", "says"),
    [
        ("desk", "desk", (True, False, False, False)),
        ("manager", "manager", (True, False, False, False)),
        ("desk", "colleague", (False, True, False, False)),
        ("manager", "colleague", (False, False, True, True)),
        ("manager", "login", (False, False, False, True)),  # a patient of the clinic, not of the team
    ],
)
def test_the_page_says_who_may_invite(north: Cast, who: str, whose: str, says: tuple[bool, ...]) -> None:
    with clinic_scope(north.clinic.pk):
        with_address(north, getattr(north, whose).email)
    client = signed_in_client(getattr(north, who))
    text = client.get(reverse("portal-access", args=[north.neighbour.pk])).content.decode()
    assert tuple(words in text for words in (OWN, TEAM, WARNING, "Invite to the portal")) == says


def test_a_refused_tap_is_told_once(desk: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        with_address(north, north.desk.email)
    answer = desk.post(reverse("portal-invite", args=[north.neighbour.pk]))
    assert (answer.status_code, answer.content.decode().count(OWN)) == (409, 1)


def detail_of_the_invitation(cast: Cast, by: User) -> Any:
    access.invite(patient=cast.neighbour, by=by)
    return AuditEvent.objects.get(action="invite").detail


def test_an_invitation_by_who_has_just_changed_the_address_says_so(in_north: Cast) -> None:
    correct(patient=in_north.neighbour, by=in_north.desk, email="nora@home.example")
    assert detail_of_the_invitation(in_north, by=in_north.desk) == {"address_changed": True}


def test_an_invitation_by_somebody_else_says_nothing_of_it(in_north: Cast) -> None:
    correct(patient=in_north.neighbour, by=in_north.desk, email="pete@home.example")
    assert detail_of_the_invitation(in_north, by=in_north.therapist) == {}


def test_another_correction_is_no_change_of_address(in_north: Cast) -> None:
    correct(patient=in_north.neighbour, by=in_north.desk, phone="+353 1 555 0199")
    assert detail_of_the_invitation(in_north, by=in_north.desk) == {}


def test_a_change_of_address_is_forgotten_after_a_day(in_north: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    correct(patient=in_north.neighbour, by=in_north.desk, email="pete@home.example")
    tomorrow = timezone.now() + timedelta(days=1)
    monkeypatch.setattr(timezone, "now", lambda: tomorrow)
    assert detail_of_the_invitation(in_north, by=in_north.desk) == {}


def test_a_new_patients_address_has_not_changed(in_north: Cast) -> None:
    born = in_north.neighbour.birth_date
    new = register(given_name="Pam", family_name="New", birth_date=born, email="pam@patients.example", by=in_north.desk)
    access.invite(patient=new, by=in_north.desk)
    assert AuditEvent.objects.get(action="invite").detail == {}


def test_a_change_in_the_admin_counts_too(manager: Client, north: Cast) -> None:
    page = reverse("admin:patients_patient_change", args=[north.neighbour.pk])
    form = manager.get(page).context["adminform"].form
    manager.post(page, {**form.initial, "email": "mara@home.example"})
    with clinic_scope(north.clinic.pk):
        patient = Patient.objects.get(pk=north.neighbour.pk)
        access.invite(patient=patient, by=north.manager)
        said = AuditEvent.objects.get(action="invite").detail
    assert (patient.email, said) == ("mara@home.example", {"address_changed": True})
