"""Who may read a patient's portal: whoever has the e-mail address of the file. Staff invite, and end it."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from clinics import audit
from clinics.models import AuditEvent, Channel, Membership, Message, MessageStatus, User
from clinics.permissions import Permission
from clinics.services.messages import Letter, queue
from clinics.timekeeping import local_day
from patients.models import Patient
from portal.models import PatientLogin

RULE = "portal_invitation"
NEWS_RULE = "portal_access_ended"
USEFUL_FOR = timedelta(days=2)
JUST_CHANGED = timedelta(days=1)


@transaction.atomic
def invite(*, patient: Patient, by: User) -> PatientLogin:
    """Let the person with the address on file in, and write to them. Again means another letter.

    The answer and the letter are the same whether the address has an account or not: a person who has one keeps it,
    name and all. Where the file has a new address, the old one loses its access.
    """
    row = Patient.objects.select_for_update().get(pk=patient.pk)  # of two desks that invite at once, one waits
    if reason := objection(patient=row, by=by):
        raise ValidationError(reason)
    email = address_of(row)
    login = PatientLogin.objects.filter(patient=row, email=email).first()
    action = "invite_again" if login else "invite"
    if login is None:
        _end(row, by)
        login = PatientLogin(user=_account(email, row.name), patient=row, email=email)
    login.invited_at = timezone.now()
    login.save()
    detail = {"address_changed": True} if _changed_the_address(row, by) else {}
    audit.record(action, subject=login, by=by, patient_id=row.pk, detail=detail)
    queue([(row.clinic_id, _invitation(login, row))])
    return login


@transaction.atomic
def end_access(*, patient: Patient, by: User) -> None:
    """At once: who is signed in finds nothing with the next click. The account itself is the person's own."""
    _end(Patient.objects.select_for_update().get(pk=patient.pk), by)


def address_of(patient: Patient) -> str:
    return patient.email.strip().lower()


def objection(*, patient: Patient, by: User) -> str:
    """Why this person may not invite this patient. "" where they may.

    The desk writes addresses into files. So nobody lets themselves in, and a colleague is for an admin to let in.
    """
    email = address_of(patient)
    if not patient.is_active:
        return _("%(name)s is not in care here any more.") % {"name": patient.name}
    if not email:
        return _("There is no e-mail address in the file yet.")
    if email == by.email:
        return _(
            "This is the address of your own account. If you are this patient, an admin other than you invites you."
        )
    if is_of_the_team(email) and not _administers(by):
        return _("This address belongs to somebody of the team. If they are this patient, an admin invites them.")
    return ""


def is_of_the_team(email: str) -> bool:
    return Membership.objects.filter(user__email=email).exists()


def _administers(person: User) -> bool:
    membership = Membership.objects.active().filter(user=person).first()
    return membership is not None and membership.can(Permission.ADMINISTER)


def _changed_the_address(patient: Patient, by: User) -> bool:
    """Who writes an address and invites it soon after may be letting themselves in; the record says so to admins."""
    since = timezone.now() - JUST_CHANGED
    events = AuditEvent.objects.filter(by=by, patient_id=patient.pk, subject=patient._meta.label_lower, at__gt=since)
    return events.filter(detail__fields__contains="email").exists()


def _end(patient: Patient, by: User) -> None:
    """Whoever loses access hears of it: else a desk could move it to itself unnoticed, in one step or in two."""
    for login in PatientLogin.objects.filter(patient=patient):
        letters = Message.objects.filter(rule=RULE, subject_id=login.pk, status=MessageStatus.PENDING)
        letters.update(status=MessageStatus.CANCELLED)
        audit.record("end_access", subject=login, by=by, patient_id=patient.pk)
        queue([(patient.clinic_id, _news(login, patient))])
        login.delete()


def _account(email: str, name: str) -> User:
    user, _is_new = User.objects.get_or_create(email=email, defaults={"name": name, "password": make_password(None)})
    return user


def _invitation(login: PatientLogin, patient: Patient) -> Letter:
    """The title names no clinic and no reason: it shows on lock screens and in other people's inboxes."""
    now = login.invited_at
    context = {"name": patient.given_name, "clinic": patient.clinic.name, "base_url": settings.BASE_URL}
    return Letter(
        patient_id=patient.pk, rule=RULE, subject_id=login.pk, local_date=local_day(now, patient.zone),
        slot=f"{now:%H:%M}",  # a second tap in the same minute is the same letter
        title=_("You are invited to Plumbline"), body=render_to_string("portal/email/invitation.txt", context),
        due_at=now, expires_at=now + USEFUL_FOR, addresses={Channel.EMAIL: login.email},
    )  # fmt: skip


def _news(login: PatientLogin, patient: Patient) -> Letter:
    """To the address that was let in. It may have been mistyped, so the letter names no clinic and no patient."""
    now = timezone.now()
    return Letter(
        patient_id=patient.pk, rule=NEWS_RULE, subject_id=login.pk, local_date=local_day(now, patient.zone), slot="",
        title=_("Your access on Plumbline has changed"), body=render_to_string("portal/email/access_ended.txt"),
        due_at=now, expires_at=now + USEFUL_FOR, addresses={Channel.EMAIL: login.email},
    )  # fmt: skip
