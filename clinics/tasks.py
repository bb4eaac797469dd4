"""Celery tasks that work for one clinic, and those of mail."""

import time
from typing import Any

from celery import Task, shared_task
from django.core.cache import cache

from clinics.services import account_mail, messages
from clinics.tenancy import clinic_scope

HEARTBEAT_KEY = "beat-heartbeat"


class ClinicTask(Task):  # type: ignore[type-arg]  # generic in the stubs only
    """`@shared_task(base=ClinicTask)` on a function with a keyword-only `clinic_id`: it runs in that clinic's scope.

    A request sends none: with the broker gone its work would be half done. It writes a row, which a sweep finds.
    """

    abstract = True

    def __call__(self, *args: Any, clinic_id: int, **kwargs: Any) -> Any:
        with clinic_scope(clinic_id):
            return super().__call__(*args, clinic_id=clinic_id, **kwargs)


@shared_task
def heartbeat() -> None:
    cache.set(HEARTBEAT_KEY, time.time(), timeout=600)


@shared_task
def dispatch_messages() -> None:
    """Platform job: which clinics have messages to send? Each is then sent inside its own clinic."""
    for clinic_id, message_ids in messages.due_by_clinic().items():
        for message_id in message_ids:
            # Until it is sent each dispatch names it again: a slow mail server must not make the queue grow.
            deliver_message.apply_async(kwargs={"clinic_id": clinic_id, "message_id": message_id}, expires=120)


@shared_task(base=ClinicTask)
def deliver_message(*, clinic_id: int, message_id: int) -> None:
    messages.deliver(message_id)


@shared_task
def dispatch_account_mail() -> None:
    for mail_id in account_mail.hand_out():
        deliver_account_mail.apply_async(kwargs={"mail_id": mail_id}, expires=30)


@shared_task
def deliver_account_mail(*, mail_id: int) -> None:
    account_mail.deliver(mail_id=mail_id)
