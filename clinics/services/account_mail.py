"""Mails about accounts wait in a table of their own (ADR 7): asked for by the web, sent by the worker, then gone."""

import logging
from datetime import timedelta

from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone

from clinics.models import AccountMail

CODE_LIVES = timedelta(minutes=15)  # as long as allauth takes it, see ACCOUNT_..._BY_CODE_TIMEOUT
NEWS_LIVES = timedelta(days=1)
AGAIN = timedelta(seconds=30)
BATCH = 100

logger = logging.getLogger(__name__)


def put(*, address: str, title: str, body: str, has_code: bool) -> None:
    now = timezone.now()
    lives = CODE_LIVES if has_code else NEWS_LIVES
    AccountMail.objects.create(address=address, title=title, body=body, due_at=now, expires_at=now + lives)


@transaction.atomic
def hand_out() -> list[int]:
    """Ids of what is due. Each is due again a little later, should it not be sent by then."""
    now = timezone.now()
    due = AccountMail.objects.select_for_update(skip_locked=True).filter(due_at__lte=now).order_by("due_at", "pk")
    found = list(due.values_list("pk", flat=True)[:BATCH])
    AccountMail.objects.filter(pk__in=found).update(due_at=now + AGAIN)
    return found


@transaction.atomic
def deliver(*, mail_id: int) -> None:
    """None where it is sent, or another worker has it. The row is locked meanwhile and goes with its code."""
    mail = AccountMail.objects.select_for_update(skip_locked=True).filter(pk=mail_id).first()
    if mail is None:
        return
    if mail.expires_at > timezone.now():
        try:
            EmailMessage(subject=mail.title, body=mail.body, to=[mail.address]).send()
        except Exception as error:  # any transport may fail in its own way; it is asked again
            logger.warning("account mail %s is not sent yet: %s", mail_id, type(error).__name__)
            return
    mail.delete()
