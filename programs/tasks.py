"""Timed work of the programmes."""

from celery import shared_task
from django.utils import timezone

from clinics.tasks import ClinicTask, dispatch_messages
from programs.services import alert_sweep, reminders, weighing

USEFUL_FOR = 600  # seconds; until it is done each sweep names it again


@shared_task
def sweep_reminders() -> None:
    """Platform job: finds what is due in every clinic, then has it sent at once."""
    reminders.sweep(timezone.now())
    dispatch_messages.delay()


@shared_task
def sweep_alerts() -> None:
    """Platform job: where does time alone ask for something? Each is then raised in its own clinic."""
    for clinic_id in alert_sweep.clinics_with_work(timezone.now()):
        raise_alerts.apply_async(kwargs={"clinic_id": clinic_id}, expires=USEFUL_FOR)


@shared_task(base=ClinicTask)
def raise_alerts(*, clinic_id: int) -> None:
    alert_sweep.raise_what_is_due(clinic_id=clinic_id, now=timezone.now())


@shared_task
def sweep_factors() -> None:
    """Platform job: where have patients said something that the factors do not know yet?"""
    for clinic_id in weighing.clinics_with_news():
        weigh_factors.apply_async(kwargs={"clinic_id": clinic_id}, expires=USEFUL_FOR)


@shared_task(base=ClinicTask)
def weigh_factors(*, clinic_id: int) -> None:
    weighing.weigh_news(clinic_id=clinic_id, now=timezone.now())
