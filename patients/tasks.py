"""Timed work of the calendar."""

from celery import shared_task

from patients.services import holds


@shared_task
def sweep_held_times() -> None:
    """Platform job. Booking clears what is in its own way, so this only keeps the table tidy and calendars true."""
    holds.clear_expired()
