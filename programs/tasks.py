"""Timed work of the programmes."""

from celery import shared_task
from django.utils import timezone

from clinics.tasks import dispatch_messages
from programs.services import reminders


@shared_task
def sweep_reminders() -> None:
    """Platform job: finds what is due in every clinic, then has it sent at once."""
    reminders.sweep(timezone.now())
    dispatch_messages.delay()
