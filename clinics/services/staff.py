"""Who works in a clinic and as what. Somebody joins by accepting an invitation, never by being entered."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from clinics import audit
from clinics.models import Channel, Membership, Message, User
from clinics.permissions import Role
from clinics.services.messages import Letter, queue
from clinics.tenancy import clinic_scope
from clinics.timekeeping import local_day

RULE = "staff_invitation"
USEFUL_FOR = timedelta(days=2)  # for the mail server to take it; the invitation itself does not end


def objection(membership: Membership | None, values: Mapping[str, Any], *, by: User) -> str:
    """Why this person may not invite somebody as this, or change this membership. "" where they may.

    Only owners make or change owners, and nobody changes their own: so a clinic always keeps an owner. The owners'
    rows are locked, or two owners could remove each other at the same moment.
    """
    owners = set(
        Membership.objects.select_for_update()
        .filter(role=Role.OWNER, is_active=True)
        .order_by("pk")
        .values_list("user_id", flat=True)
    )
    if membership is not None and membership.user_id == by.pk:
        return _("Your own role is for a colleague to change.")
    was_owner = membership is not None and membership.user_id in owners
    if (was_owner or values.get("role") == Role.OWNER) and by.pk not in owners:
        return _("Only an owner can make somebody an owner, or change one.")
    return ""


@transaction.atomic
def invite(*, email: str, name: str, role: str, treats: bool, by: User | None) -> Membership:
    """Enter somebody as invited, and the letter into the outbox. `by=None` is the operator, who sets up a clinic.

    A person who has an account keeps it, name and all; a new one gets an account without a password.
    """
    email = email.strip().lower()
    if by is not None and (refusal := objection(None, {"role": role}, by=by)):
        raise ValidationError(refusal)
    user = User.objects.filter(email=email).first() or User.objects.create_user(email, name=name)
    membership = Membership.objects.create(
        user=user, role=role, treats=treats, is_active=False, invited_at=timezone.now(), joined_at=None
    )
    audit.record("invite", subject=membership, by=by, detail={"role": role})
    _write_to(membership)
    return membership


@transaction.atomic
def invite_again(*, membership: Membership, by: User) -> None:
    """Another letter; who has left is invited anew. None where the person works here by now, or is gone."""
    row = Membership.objects.select_for_update().filter(pk=membership.pk, is_active=False).first()
    if row is None:
        return
    if refusal := objection(None, {"role": row.role}, by=by):
        raise ValidationError(refusal)
    if row.invited_at is None:
        row.invited_at = timezone.now()
        row.save(update_fields=["invited_at"])
    audit.record("invite_again", subject=row, by=by)
    _write_to(row)


@transaction.atomic
def withdraw(*, membership: Membership, by: User) -> None:
    """Take an invitation back. Who has worked here before has then left, as before."""
    row = Membership.objects.select_for_update().get(pk=membership.pk, invited_at__isnull=False)
    audit.record("withdraw", subject=row, by=by)
    if row.joined_at is None:
        row.delete()
        return
    row.invited_at = None
    row.save(update_fields=["invited_at"])


@transaction.atomic
def change(*, membership: Membership, by: User) -> None:
    values = {name: getattr(membership, name) for name in ("role", "treats", "supervised", "is_active")}
    before = Membership.objects.get(pk=membership.pk)
    if refusal := objection(before, values, by=by):
        raise ValidationError(refusal)
    if membership.is_active and not before.is_active:
        raise ValidationError(_("Who has left is invited again, and works here once they accept."))
    membership.save(update_fields=list(values))
    audit.record("change", subject=membership, by=by, detail=values)


@transaction.atomic
def join(*, membership: Membership, name: str, by: User) -> None:
    """Accept an invitation of one's own, in the clinic that sent it, under the name that one says."""
    with clinic_scope(membership.clinic_id):
        invited = Membership.objects.select_for_update().get(pk=membership.pk, user=by, invited_at__isnull=False)
        invited.is_active, invited.invited_at = True, None
        invited.joined_at = invited.joined_at or timezone.now()
        invited.save(update_fields=["is_active", "invited_at", "joined_at"])
        by.name = name
        by.save(update_fields=["name"])
        audit.record("join", subject=invited, by=by)


def _write_to(membership: Membership) -> None:
    """The same letter whether the person has an account or not."""
    now, clinic = timezone.now(), membership.clinic
    text = render_to_string("clinics/email/invitation.txt", {"clinic": clinic.name, "base_url": settings.BASE_URL})
    letter = Letter(
        patient_id=None, rule=RULE, subject_id=membership.pk, local_date=local_day(now, clinic.zone),
        slot=f"{now:%H:%M}",  # a second click in the same minute is the same letter
        title=_("%(clinic)s invites you to its team") % {"clinic": clinic.name}, body=text,
        due_at=now, expires_at=now + USEFUL_FOR, addresses={Channel.EMAIL: membership.user.email},
    )  # fmt: skip
    queue([(membership.clinic_id, letter)])


def still_invited(message: Message) -> bool:
    return Membership.objects.filter(pk=message.subject_id, invited_at__isnull=False).exists()
