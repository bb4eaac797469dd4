"""Timed work of the calendar."""

from celery import shared_task
from django.utils import timezone

from clinics.tasks import dispatch_messages
from patients.services import holds, visit_reminders


@shared_task
def sweep_held_times() -> None:
    """Platform job. Booking clears what is in its own way, so this only keeps the table tidy and calendars true."""
    holds.clear_expired()


@shared_task
def sweep_visit_reminders() -> None:
    """Platform job: finds which visits are near, in every clinic, then has the reminders sent at once."""
    visit_reminders.sweep(timezone.now())
    dispatch_messages.delay()
