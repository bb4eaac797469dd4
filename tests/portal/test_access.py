"""Staff invite a patient to the portal, and end it."""

import re
from typing import Any

import pytest
from django.core import mail
from django.db import DataError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from clinics.models import AuditEvent, Message, MessageStatus, User
from clinics.services.messages import deliver
from clinics.tenancy import clinic_scope
from patients.models import Patient
from portal.models import PatientLogin
from portal.services import access
from programs.models import Exercise
from programs.pictures import version_of
from tests.conftest import signed_in_client
from tests.factories import Cast
from tests.factories.programme import make_programme
from tests.letters import code_in_mail
from tests.patients.statements import of_the_page

PASSWORD = "a long enough password"


def send(client: Client, what: str, cast: Cast) -> Any:
    return client.post(reverse(f"portal-{what}", args=[cast.neighbour.pk]))


def page(client: Client, cast: Cast) -> str:
    return client.get(reverse("portal-access", args=[cast.neighbour.pk])).content.decode()


def letters(cast: Cast) -> list[Message]:
    with clinic_scope(cast.clinic.pk):
        return list(Message.objects.order_by("pk"))


def file_says(cast: Cast, **values: Any) -> None:
    with clinic_scope(cast.clinic.pk):
        Patient.objects.filter(pk=cast.neighbour.pk).update(**values)


def test_the_file_leads_there(desk: Client, north: Cast) -> None:
    assert (
        reverse("portal-access", args=[north.neighbour.pk])
        in desk.get(reverse("patient", args=[north.neighbour.pk])).content.decode()
    )
    text = page(desk, north)
    assert ("Invite to the portal" in text, "End portal access" in text) == (True, False)


def test_an_invitation_makes_the_login_and_one_letter(desk: Client, north: Cast) -> None:
    assert send(desk, "invite", north).status_code == 303
    (letter,) = letters(north)
    assert (letter.address, letter.title) == ("pete@patients.example", "You are invited to Plumbline")
    assert "North Clinic" in letter.body
    assert "/accounts/password/reset/" in letter.body
    with clinic_scope(north.clinic.pk):
        login = PatientLogin.objects.get(patient=north.neighbour)
        event = AuditEvent.objects.get(action="invite")
        assert (event.subject_ids, event.by, event.patient_id) == ([login.pk], north.desk, north.neighbour.pk)
    text = page(desk, north)
    assert ("Invite again" in text, "End portal access" in text) == (True, True)


def test_a_new_patient_sets_a_password_by_code_and_comes_in(desk: Client, north: Cast) -> None:
    send(desk, "invite", north)
    with clinic_scope(north.clinic.pk):
        assert deliver(letters(north)[0].pk) == MessageStatus.SENT
    path = re.search(r"\S+(/accounts/password/reset/)", str(mail.outbox[-1].body))
    assert path
    browser = Client()
    browser.post(path[1], {"email": "pete@patients.example"})
    browser.post(reverse("account_confirm_password_reset_code"), {"code": code_in_mail()})
    browser.post(reverse("account_complete_password_reset"), {"password1": PASSWORD, "password2": PASSWORD})
    browser.post(reverse("account_login"), {"login": "pete@patients.example", "password": PASSWORD})
    browser.post(reverse("account_email_verification_sent"), {"code": code_in_mail()})
    assert "Pete" in browser.get(reverse("home"), follow=True).content.decode()


def test_a_person_who_has_an_account_keeps_it_and_nobody_learns_of_it(desk: Client, north: Cast, south: Cast) -> None:
    said = []
    for email in ("pete@patients.example", "sam@south.example"):
        file_says(north, email=email)
        send(desk, "invite", north)
        text = page(desk, north) + letters(north)[-1].body
        said.append(re.sub(r"<[^>]+>|\d\d:\d\d", "", text).replace(email, "…"))
    assert said[0] == said[1]
    with clinic_scope(north.clinic.pk):
        assert PatientLogin.objects.get(patient=north.neighbour).user == south.desk
    assert User.objects.get(pk=south.desk.pk).name == "Sam South"


def test_inviting_again_writes_again_but_a_double_tap_once(
    desk: Client, north: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = timezone.now().replace(second=1)
    for minute in (0, 0, 1):
        monkeypatch.setattr(timezone, "now", lambda minute=minute: now.replace(minute=minute))
        send(desk, "invite", north)
    assert len(letters(north)) == 2
    with clinic_scope(north.clinic.pk):
        actions = AuditEvent.objects.exclude(action="read").order_by("pk").values_list("action", flat=True)
        assert list(actions) == ["invite", "invite_again", "invite_again"]


def test_a_new_address_in_the_file_takes_the_access_over(desk: Client, north: Cast) -> None:
    send(desk, "invite", north)
    file_says(north, email="pete@new.example")
    assert "The address in the file has changed since" in page(desk, north)
    send(desk, "invite", north)
    with clinic_scope(north.clinic.pk):
        emails = PatientLogin.objects.filter(patient=north.neighbour).values_list("user__email", flat=True)
        assert list(emails) == ["pete@new.example"]
    assert [(letter.address, letter.rule, letter.status) for letter in letters(north)] == [
        ("pete@patients.example", "portal_invitation", MessageStatus.CANCELLED),
        ("pete@patients.example", "portal_access_ended", MessageStatus.PENDING),
        ("pete@new.example", "portal_invitation", MessageStatus.PENDING),
    ]


@pytest.mark.parametrize("steps", [["invite"], ["end", "invite"]])
def test_the_old_address_hears_that_access_is_gone_in_words_that_fit_a_stranger(
    desk: Client, north: Cast, steps: list[str]
) -> None:
    send(desk, "invite", north)
    file_says(north, email="pete@new.example")
    for step in steps:
        send(desk, step, north)
    (news,) = (letter for letter in letters(north) if letter.rule == "portal_access_ended")
    with clinic_scope(north.clinic.pk):
        assert deliver(news.pk) == MessageStatus.SENT
    mailed = mail.outbox[-1]
    assert (mailed.to, mailed.subject) == (["pete@patients.example"], "Your access on Plumbline has changed")
    assert "please call your clinic" in str(mailed.body)
    assert [word in f"{mailed.subject} {mailed.body}" for word in ("North", "Pete", "new.example")] == [False] * 3


def test_ended_access_ends_at_once(desk: Client, patient: Client, north: Cast) -> None:
    assert patient.get(reverse("portal-today")).status_code == 200
    assert desk.post(reverse("portal-end", args=[north.patient.pk])).status_code == 303
    assert patient.get(reverse("portal-today")).status_code == 404
    with clinic_scope(north.clinic.pk):
        event = AuditEvent.objects.get(action="end_access")
        assert (event.by, event.patient_id) == (north.desk, north.patient.pk)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"email": ""}, "there is none in the file yet"),
        ({"is_active": False}, "Not in care here any more"),
    ],
)
def test_who_cannot_be_invited_is_said_kindly(desk: Client, north: Cast, values: dict[str, Any], words: str) -> None:
    file_says(north, **values)
    text = page(desk, north)
    assert (words in text, "Invite to the portal" in text) == (True, False)
    assert send(desk, "invite", north).status_code == 409
    assert letters(north) == []


def test_nothing_is_made_that_cannot_be_audited(in_north: Cast) -> None:
    with pytest.raises(DataError):
        access.invite(patient=in_north.neighbour, by=User(pk=2**63))
    assert (PatientLogin.objects.count(), Message.objects.count()) == (1, 0)


def test_another_clinics_patient_is_not_found(desk: Client, south: Cast) -> None:
    assert [send(desk, what, south).status_code for what in ("invite", "end")] == [404, 404]


def test_the_admin_names_the_address_that_was_typed_and_not_the_person(manager: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        login = PatientLogin.objects.get()
    User.objects.filter(pk=north.login.pk).update(name="Somebody Else", email="private@home.example")
    paths = [
        reverse("admin:portal_patientlogin_changelist"),
        reverse("admin:portal_patientlogin_change", args=[login.pk]),
    ]
    for text in (manager.get(path).content.decode() for path in paths):
        assert ("pia@patients.example" in text, "Somebody" in text, "private@home" in text) == (True, False, False)


def test_who_is_not_in_care_any_more_reads_on_without_a_programme(patient: Client, north: Cast) -> None:
    make_programme(north, starts_on=timezone.now().date())
    with clinic_scope(north.clinic.pk):
        Patient.objects.filter(pk=north.patient.pk).update(is_active=False)
    text = patient.get(reverse("portal-today")).content.decode()
    assert ("Your treatment with us is over" in text, "Hip hinge" in text) == (True, False)
    assert [patient.get(reverse(name)).status_code for name in ("portal-visits", "portal-messages")] == [200, 200]


def test_the_page_takes_the_same_statements_with_and_without_access(desk: Client, north: Cast) -> None:
    counts = []
    for patient in (north.patient, north.neighbour):
        with CaptureQueriesContext(connection) as queries:
            desk.get(reverse("portal-access", args=[patient.pk]))
        counts.append(len(of_the_page(queries)))
    assert counts == [4, 4]


def test_each_side_sees_the_pictures_of_its_own_clinic(north: Cast, south: Cast) -> None:
    """A therapist of the south who is a patient in the north."""
    make_programme(north)
    with clinic_scope(north.clinic.pk):
        PatientLogin.objects.create(user=south.therapist, patient=north.neighbour, email="x@y.example")
    client = signed_in_client(south.therapist)
    with clinic_scope(north.clinic.pk):
        version = {"v": version_of(Exercise.objects.get(key="hip_hinge"))}
    paths = [reverse(name, args=["hip_hinge"], query=version) for name in ("portal-figure", "exercise-figure")]
    answers = [client.get(path) for path in paths]
    assert [answer.status_code for answer in answers] == [200, 404]
    assert answers[0]["Cache-Control"] == "private, max-age=31536000, immutable"
