"""Timed work of the front desk."""

from celery import shared_task
from django.utils import timezone

from clinics.tasks import ClinicTask, dispatch_messages
from patients.services import holds, notices, offers, visit_reminders

USEFUL_FOR = 60  # seconds; until it is done each sweep names it again


@shared_task
def sweep_held_times() -> None:
    """Platform job. Booking clears what is in its own way, so this only keeps the table tidy and calendars true."""
    holds.clear_expired()


@shared_task
def sweep_visit_reminders() -> None:
    """Platform job: finds which visits are near, in every clinic, then has the reminders sent at once."""
    visit_reminders.sweep(timezone.now())
    dispatch_messages.delay()


@shared_task
def sweep_news() -> None:
    """Platform job: who is to hear of a change now? Each is then written to in their own clinic."""
    for clinic_id, patient_id in notices.due(timezone.now()):
        write_news.apply_async(kwargs={"clinic_id": clinic_id, "patient_id": patient_id}, expires=USEFUL_FOR)


@shared_task(base=ClinicTask)
def write_news(*, clinic_id: int, patient_id: int) -> None:
    notices.queue_news(patient_id=patient_id)


@shared_task
def sweep_waiting_list() -> None:
    """Platform job: which offers ran out, and which times are to be offered? Each is then done in its own clinic."""
    ran_out, freed = offers.work_to_do(timezone.now())
    for clinic_id, pk in ran_out:
        expire_offer.apply_async(kwargs={"clinic_id": clinic_id, "offer_id": pk}, expires=USEFUL_FOR)
    for clinic_id, pk in freed:
        offer_freed_time.apply_async(kwargs={"clinic_id": clinic_id, "freed_id": pk}, expires=USEFUL_FOR)


@shared_task(base=ClinicTask)
def expire_offer(*, clinic_id: int, offer_id: int) -> None:
    offers.expire(offer_id=offer_id)


@shared_task(base=ClinicTask)
def offer_freed_time(*, clinic_id: int, freed_id: int) -> None:
    offers.offer_next(freed_id=freed_id)
