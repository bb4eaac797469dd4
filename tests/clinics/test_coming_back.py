"""Who has left a clinic comes back by saying yes, and who saves a page without a change is told nothing."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from clinics.models import AuditEvent, Membership, Message, User
from clinics.services import staff
from clinics.tenancy import clinic_scope
from tests.conftest import signed_in_client
from tests.factories import Cast, appointment_at

NAMED = {"name": "Theo North"}


@pytest.fixture
def left(north: Cast) -> Membership:
    """Theo has treated here and works here no more."""
    with clinic_scope(north.clinic.pk):
        appointment_at(north)
        membership: Membership = Membership.objects.get(user=north.therapist)
        membership.is_active = False
        staff.change(membership=membership, by=north.manager)
    return membership


def page_of(membership: Membership, view: str = "change") -> str:
    return reverse(f"admin:clinics_membership_{view}", args=[membership.pk])


def standing(membership: Membership) -> tuple[bool, bool, bool]:
    """Works here, invited, has joined."""
    with clinic_scope(membership.clinic_id):
        row = Membership.objects.get(pk=membership.pk)
    return row.is_active, row.invited_at is not None, row.joined_at is not None


def letters(cast: Cast) -> int:
    with clinic_scope(cast.clinic.pk):
        return int(Message.objects.count())


def test_nobody_is_made_active_again_by_somebody_else(manager: Client, north: Cast, left: Membership) -> None:
    manager.post(page_of(left), {"role": "therapist", "treats": "on", "is_active": "on"})
    assert standing(left) == (False, False, True)
    with clinic_scope(north.clinic.pk):
        left.is_active = True
        with pytest.raises(ValidationError, match="invited again"):
            staff.change(membership=left, by=north.owner)
        with pytest.raises(IntegrityError, match="comes back by invitation"), transaction.atomic():
            Membership.objects.filter(pk=left.pk).update(is_active=True)


def test_who_has_left_is_invited_again_and_says_yes(manager: Client, north: Cast, left: Membership) -> None:
    assert "again" in manager.get(page_of(left)).context["adminform"].form.fields
    assert manager.post(page_of(left), {"role": "front_desk", "again": "on"}).status_code == 302
    assert (standing(left), letters(north)) == ((False, True, True), 1)
    assert signed_in_client(north.therapist).post(reverse("join", args=[left.pk]), NAMED).status_code == 302
    assert standing(left) == (True, False, True)


def test_such_an_invitation_can_be_taken_back_and_the_person_stays_in_the_records(
    manager: Client, north: Cast, left: Membership
) -> None:
    with clinic_scope(north.clinic.pk):
        staff.invite_again(membership=left, by=north.manager)
    assert "1 invitation" in manager.get(page_of(left, "delete")).content.decode()
    assert manager.post(page_of(left, "delete"), {"post": "yes"}).status_code == 302
    assert standing(left) == (False, False, True)
    assert signed_in_client(north.therapist).post(reverse("join", args=[left.pk]), NAMED).status_code == 404
    with clinic_scope(north.clinic.pk):
        actions = AuditEvent.objects.filter(subject="clinics.membership").order_by("pk")
        assert list(actions.values_list("action", flat=True)) == ["change", "invite_again", "withdraw"]


def test_only_an_owner_asks_an_owner_back(manager: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        oda = User.objects.create_user("oda@north.example", name="Oda")
        membership = Membership.objects.create(user=oda, role="owner", is_active=False)
    assert manager.post(page_of(membership), {"role": "owner", "again": "on"}).status_code == 422
    assert standing(membership) == (False, False, True)
    with clinic_scope(north.clinic.pk), pytest.raises(ValidationError, match="Only an owner"):
        staff.invite_again(membership=membership, by=north.manager)


def test_who_has_left_is_not_added_a_second_time(manager: Client, north: Cast, left: Membership) -> None:
    form = {"email": north.therapist.email, "name": "Theo", "role": "therapist"}
    response: Any = manager.post(reverse("admin:clinics_membership_add"), form)
    said = ["This person has worked here before. Open them in the list to invite them again."]
    assert response.context["adminform"].form.errors == {"email": said}


def test_a_row_says_that_somebody_has_joined_or_is_asked_to(in_north: Cast) -> None:
    rows = Membership.objects.filter(user=in_north.desk)
    with pytest.raises(IntegrityError, match="clinics_membership_has_joined"), transaction.atomic():
        rows.update(joined_at=None)


@pytest.mark.parametrize(("by", "whom"), [("manager", "manager"), ("manager", "owner"), ("owner", "owner")])
def test_a_page_saved_without_a_change_changes_nothing(by: str, whom: str, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        membership = Membership.objects.get(user=getattr(north, whom))
    form = {"role": membership.role, "is_active": "on"}
    assert signed_in_client(getattr(north, by)).post(page_of(membership), form).status_code == 302
    with clinic_scope(north.clinic.pk):
        assert not AuditEvent.objects.filter(subject="clinics.membership").exists()
