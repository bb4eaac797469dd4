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
from clinics.models import Channel, Message, MessageStatus, User
from clinics.services.messages import Letter, queue
from clinics.timekeeping import local_day
from patients.models import Patient
from portal.models import PatientLogin

RULE = "portal_invitation"
USEFUL_FOR = timedelta(days=2)


@transaction.atomic
def invite(*, patient: Patient, by: User) -> PatientLogin:
    """Let the person with the address on file in, and write to them. Again means another letter.

    The answer and the letter are the same whether the address has an account or not: a person who has one keeps it,
    name and all. Where the file has a new address, the old one loses its access.
    """
    row = Patient.objects.select_for_update().get(pk=patient.pk)  # of two desks that invite at once, one waits
    email = row.email.strip().lower()
    _refuse_unfit(row, email)
    login = PatientLogin.objects.filter(patient=row, email=email).first()
    action = "invite_again" if login else "invite"
    if login is None:
        _end(row, by)
        login = PatientLogin(user=_account(email, row.name), patient=row, email=email)
    login.invited_at = timezone.now()
    login.save()
    audit.record(action, subject=login, by=by, patient_id=row.pk)
    queue([(row.clinic_id, _letter(login, row))])
    return login


@transaction.atomic
def end_access(*, patient: Patient, by: User) -> None:
    """At once: who is signed in finds nothing with the next click. The account itself is the person's own."""
    _end(Patient.objects.select_for_update().get(pk=patient.pk), by)


def _end(patient: Patient, by: User) -> None:
    for login in PatientLogin.objects.filter(patient=patient):
        letters = Message.objects.filter(rule=RULE, subject_id=login.pk, status=MessageStatus.PENDING)
        letters.update(status=MessageStatus.CANCELLED)
        audit.record("end_access", subject=login, by=by, patient_id=patient.pk)
        login.delete()


def _refuse_unfit(patient: Patient, email: str) -> None:
    if not patient.is_active:
        raise ValidationError(_("%(name)s is not in care here any more.") % {"name": patient.name})
    if not email:
        raise ValidationError(_("There is no e-mail address in the file yet."))


def _account(email: str, name: str) -> User:
    user, _is_new = User.objects.get_or_create(email=email, defaults={"name": name, "password": make_password(None)})
    return user


def _letter(login: PatientLogin, patient: Patient) -> Letter:
    """The title names no clinic and no reason: it shows on lock screens and in other people's inboxes."""
    now = login.invited_at
    context = {"name": patient.given_name, "clinic": patient.clinic.name, "base_url": settings.BASE_URL}
    return Letter(
        patient_id=patient.pk, rule=RULE, subject_id=login.pk, local_date=local_day(now, patient.zone),
        slot=f"{now:%H:%M}",  # a second tap in the same minute is the same letter
        title=_("You are invited to Plumbline"), body=render_to_string("portal/email/invitation.txt", context),
        due_at=now, expires_at=now + USEFUL_FOR, addresses={Channel.EMAIL: login.email},
    )  # fmt: skip
