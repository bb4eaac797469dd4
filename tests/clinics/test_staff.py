"""Joining a team by invitation, and who may change whom."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clinics.models import AuditEvent, Membership, Message, MessageStatus, User
from clinics.services import messages, staff
from clinics.tenancy import clinic_scope
from tests.conftest import signed_in_client
from tests.factories import Cast
from tests.letters import code_in_mail

ADD = "admin:clinics_membership_add"
NAMED = {"name": "Nora North"}
NEW = {"email": "Ines@Elsewhere.example", "name": "Ines Silva", "role": "therapist", "treats": "on"}


def invited(cast: Cast) -> Membership:
    with clinic_scope(cast.clinic.pk):
        return Membership.objects.select_related("user").get(invited_at__isnull=False)


def invite(client: Client, **changes: str) -> Any:
    return client.post(reverse(ADD), {**NEW, **changes}, follow=True)


def letters(cast: Cast) -> list[tuple[int, str]]:
    with clinic_scope(cast.clinic.pk):
        return list(Message.objects.order_by("pk").values_list("pk", "status"))


@pytest.mark.parametrize("known", [True, False])
def test_inviting_says_nothing_about_other_clinics(known: bool, manager: Client, north: Cast, south: Cast) -> None:
    """The same pages whether the address has an account elsewhere or not, and only the address is shown."""
    if known:
        User.objects.create_user("ines@elsewhere.example", name="Inês de Castro")
    response = invite(manager)
    membership = invited(north)
    assert (str(membership), membership.is_active) == ("ines@elsewhere.example", False)
    pages = [response, *(manager.get(url) for url in pages_of(membership))]
    assert [word for page in pages for word in ("Castro", "Silva") if word in page.content.decode()] == []


def pages_of(membership: Membership) -> list[str]:
    views = ("change", "history", "delete")
    return [
        reverse("admin:clinics_membership_changelist"),
        *(reverse(f"admin:clinics_membership_{view}", args=[membership.pk]) for view in views),
    ]


def test_an_invited_persons_name_cannot_be_searched_for(manager: Client, north: Cast) -> None:
    User.objects.create_user("ines@elsewhere.example", name="Inês de Castro")
    invite(manager)
    found = {}
    for term in ("castro", "ines@", "theo"):
        response: Any = manager.get(reverse("admin:clinics_membership_changelist"), {"q": term})
        found[term] = [str(one) for one in response.context["cl"].result_list]
    assert found == {"castro": [], "ines@": ["ines@elsewhere.example"], "theo": ["Theo North"]}


def test_the_letter_names_the_clinic_and_the_way_in(in_north: Cast, settings: Any) -> None:
    settings.BASE_URL = "https://plumbline.example"
    staff.invite(email="ines@x.example", name="Ines", role="therapist", treats=True, by=in_north.owner)
    ((pk, _),) = letters(in_north)
    assert messages.deliver(pk) == MessageStatus.SENT
    (letter,) = mail.outbox
    assert (letter.to, letter.subject) == (["ines@x.example"], "North Clinic invites you to its team")
    assert letter.body.count("https://plumbline.example/accounts/invitations/") == 1


def test_no_letter_goes_out_for_an_invitation_that_is_gone(in_north: Cast) -> None:
    membership = staff.invite(email="i@x.example", name="Ines", role="therapist", treats=True, by=in_north.owner)
    membership.delete()
    ((pk, _),) = letters(in_north)
    assert (messages.deliver(pk), mail.outbox) == (MessageStatus.CANCELLED, [])


def test_an_invitation_needs_no_broker(
    manager: Client, north: Cast, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    """The letter is a row of the same transaction, which the dispatch finds as soon as the broker is back."""
    with django_capture_on_commit_callbacks() as callbacks:
        invite(manager)
    assert (callbacks, [status for _, status in letters(north)]) == ([], ["pending"])


def test_a_mail_server_that_is_gone_is_asked_again(in_north: Cast, settings: Any) -> None:
    settings.EMAIL_BACKEND, settings.EMAIL_PORT = "django.core.mail.backends.smtp.EmailBackend", 1
    staff.invite(email="ines@x.example", name="Ines", role="therapist", treats=True, by=in_north.owner)
    ((pk, _),) = letters(in_north)
    assert messages.deliver(pk) == MessageStatus.PENDING
    assert Message.objects.get(pk=pk).due_at > timezone.now()


def test_an_admin_sends_the_letter_again(manager: Client, north: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    invite(manager)
    form = {"role": "therapist", "treats": "on", "again": "on"}
    later = timezone.now() + timedelta(minutes=5)
    monkeypatch.setattr(timezone, "now", lambda: later)
    url = pages_of(invited(north))[1]
    assert "again" in manager.get(url).context["adminform"].form.fields
    assert manager.post(url, form).status_code == 302
    assert len(letters(north)) == 2
    with clinic_scope(north.clinic.pk):
        actions = (
            AuditEvent.objects.filter(subject="clinics.membership").order_by("pk").values_list("action", flat=True)
        )
        assert list(actions) == ["invite", "invite_again"]


def test_who_works_here_is_not_written_to_again(manager: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        theo = Membership.objects.get(user=north.therapist)
    form = {"role": "therapist", "treats": "on", "is_active": "on", "again": "on"}
    assert manager.post(pages_of(theo)[1], form).status_code == 302
    assert letters(north) == []


def test_who_accepts_works_there(north: Cast, south: Cast) -> None:
    with clinic_scope(south.clinic.pk):
        membership = staff.invite(email=north.desk.email, name="x", role="front_desk", treats=False, by=south.owner)
    nora = signed_in_client(north.desk)
    assert "Join South Clinic" in nora.get(reverse("invitations")).content.decode()
    response: Any = nora.post(reverse("join", args=[membership.pk]), NAMED)
    assert response.url == reverse("home")
    with clinic_scope(south.clinic.pk):
        membership.refresh_from_db()
        assert (membership.is_active, membership.invited_at) == (True, None)
        assert [event.action for event in AuditEvent.objects.order_by("pk")] == ["invite", "join"]
    assert nora.post(reverse("join", args=[membership.pk]), NAMED).status_code == 404


def test_a_person_says_what_they_are_called_whoever_invited_them_first(north: Cast, south: Cast) -> None:
    """Another clinic's spelling, of an invitation that it took back, does not name this one's colleague."""
    with clinic_scope(south.clinic.pk):
        planted = staff.invite(email="i@x.example", name="Silly Billy", role="owner", treats=False, by=south.owner)
        staff.withdraw(membership=planted, by=south.owner)
    with clinic_scope(north.clinic.pk):
        ours = staff.invite(email="i@x.example", name="Ines Silva", role="therapist", treats=True, by=north.owner)
    ines = signed_in_client(ours.user)
    nameless: Any = ines.post(reverse("join", args=[ours.pk]), {"name": " "})
    assert (nameless.status_code, "Please fill this in." in nameless.content.decode()) == (422, True)
    assert ines.post(reverse("join", args=[ours.pk]), {"name": "Inês Silva"}).status_code == 302
    with clinic_scope(north.clinic.pk):
        assert str(Membership.objects.get(pk=ours.pk)) == "Inês Silva"


def test_nobody_accepts_for_somebody_else(desk: Client, north: Cast, south: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        here = staff.invite(email="ines@x.example", name="Ines", role="owner", treats=False, by=north.owner)
    with clinic_scope(south.clinic.pk):
        there = staff.invite(email="ines@x.example", name="Ines", role="owner", treats=False, by=south.owner)
    assert [desk.post(reverse("join", args=[one.pk]), NAMED).status_code for one in (here, there)] == [404, 404]


def test_a_new_person_is_led_to_their_invitations(north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        ines = staff.invite(email="ines@x.example", name="Ines", role="therapist", treats=True, by=north.owner).user
    response: Any = signed_in_client(ines).get(reverse("home"))
    assert response.url == reverse("invitations")


def test_a_new_person_sets_a_password_by_code_and_comes_in(north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        staff.invite(email="ines@x.example", name="Ines", role="therapist", treats=True, by=north.owner)
    browser, password = Client(), "a long enough password"
    browser.post(reverse("account_reset_password"), {"email": "ines@x.example"})
    browser.post(reverse("account_confirm_password_reset_code"), {"code": code_in_mail()})
    browser.post(reverse("account_complete_password_reset"), {"password1": password, "password2": password})
    browser.post(reverse("account_login"), {"login": "ines@x.example", "password": password})
    browser.post(reverse("account_email_verification_sent"), {"code": code_in_mail()})
    assert "Join North Clinic" in browser.get(reverse("invitations")).content.decode()


def test_an_invited_person_has_no_rights_yet(north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        ines = staff.invite(email="ines@x.example", name="Ines", role="owner", treats=False, by=north.owner).user
    assert signed_in_client(ines).get(reverse("admin:index")).status_code == 404


def test_nobody_works_somewhere_without_having_said_yes(in_north: Cast) -> None:
    membership = staff.invite(email="i@x.example", name="Ines", role="owner", treats=False, by=in_north.owner)
    with pytest.raises(IntegrityError, match="invited_not_active"), transaction.atomic():
        Membership.objects.filter(pk=membership.pk).update(is_active=True)


def test_an_invitation_can_be_taken_back_a_colleague_only_switched_off(manager: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        invitation = staff.invite(email="i@x.example", name="Ines", role="therapist", treats=True, by=north.owner)
        theo = Membership.objects.get(user=north.therapist)
    answers = [manager.post(pages_of(one)[3], {"post": "yes"}).status_code for one in (invitation, theo)]
    assert answers == [302, 403]


OWN_ROLE = "Your own role is for a colleague to change."
OWNERS_ONLY = "Only an owner can make somebody an owner, or change one."


@pytest.mark.parametrize(
    ("by", "whom", "role", "objection"),
    [
        ("manager", "desk", "therapist", ""),
        ("manager", "desk", "owner", OWNERS_ONLY),
        ("manager", "owner", "manager", OWNERS_ONLY),
        ("manager", "manager", "therapist", OWN_ROLE),
        ("owner", "owner", "manager", OWN_ROLE),
        ("owner", "manager", "owner", ""),
    ],
)
def test_who_may_change_whom(by: str, whom: str, role: str, objection: str, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        membership = Membership.objects.get(user=getattr(north, whom))
        before = membership.role
    client = signed_in_client(getattr(north, by))
    url = reverse("admin:clinics_membership_change", args=[membership.pk])
    response: Any = client.post(url, {"role": role, "is_active": "on"})
    with clinic_scope(north.clinic.pk):
        membership.refresh_from_db()
        assert membership.role == (before if objection else role)
        assert [event.action for event in AuditEvent.objects.all()] == ([] if objection else ["change"])
    if objection:
        assert response.context["adminform"].form.non_field_errors() == [objection]


def test_a_manager_cannot_invite_an_owner_nor_a_colleague_twice(manager: Client, north: Cast) -> None:
    invite(manager)
    answers: list[Any] = [
        manager.post(reverse(ADD), {**NEW, "email": "new@x.example", "role": "owner"}),
        manager.post(reverse(ADD), {**NEW, "email": "THEO@north.example"}),
        manager.post(reverse(ADD), NEW),
    ]
    assert [answer.status_code for answer in answers] == [422, 422, 422]
    assert [answer.context["adminform"].form.errors for answer in answers] == [
        {"__all__": [OWNERS_ONLY]},
        {"email": ["This person is on your staff list already."]},
        {"email": ["This person is invited already. Open them in the list to send the letter again."]},
    ]


def test_an_address_longer_than_any_is_refused(manager: Client) -> None:
    long = f"{'a' * 58}@{'.'.join(['b' * 62] * 3)}.example"
    response: Any = manager.post(reverse(ADD), {**NEW, "email": long})
    said = {"email": ["254 characters at most, please; these are 255."]}
    assert (response.status_code, response.context["adminform"].form.errors) == (422, said)


def test_the_database_knows_the_four_roles(in_north: Cast) -> None:
    with pytest.raises(IntegrityError, match="clinics_membership_role"), transaction.atomic():
        Membership.objects.filter(user=in_north.desk).update(role="janitor")
