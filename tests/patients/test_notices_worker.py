"""News of an appointment through a real Celery worker and a real Valkey."""

from datetime import timedelta
from pathlib import Path

import pytest
from celery import Celery
from django.utils import timezone

from clinics.models import Clinic
from clinics.tenancy import clinic_scope
from patients.models import Appointment, Status
from patients.services.notices import announce
from tests.factories import Cast, appointment_at
from tests.programs.test_reminders_worker import mails, settle, states, wait_for, worker

pytestmark = [pytest.mark.process, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def visit(north: Cast) -> Appointment:
    """Announced, in a clinic that lets messages go at once."""
    with clinic_scope(north.clinic.pk):
        Clinic.objects.filter(pk=north.clinic.pk).update(grace_minutes=0)
        one = appointment_at(north, timezone.now() + timedelta(days=3))
        announce(appointments=[one], by=north.desk, notify=True)
        return one


def tick(app: Celery) -> None:
    """What the beat does again and again."""
    app.send_task("patients.tasks.sweep_news")
    app.send_task("clinics.tasks.dispatch_messages")


def has_news(visit: Appointment) -> bool:
    with clinic_scope(visit.clinic_id):
        return bool(Appointment.objects.filter(pk=visit.pk, news_at__isnull=False).exists())


def test_a_booking_reaches_mail_and_inbox_once_however_often_the_beat_ticks(
    north: Cast, visit: Appointment, tmp_path: Path
) -> None:
    both_sent = [("email", "sent"), ("portal", "sent")]
    with worker(tmp_path) as app:
        for _ in range(3):
            tick(app)
        wait_for(lambda: not has_news(visit))
        for _ in range(3):
            tick(app)
        wait_for(lambda: states(north) == both_sent)
        tick(app)
        settle(app)
    assert states(north) == both_sent
    (mail,) = mails(tmp_path)
    assert "Subject: Your appointment is booked" in mail
    assert 'text/calendar; method="REQUEST"' in mail


def test_what_was_taken_back_before_it_was_sent_reaches_nobody(north: Cast, visit: Appointment, tmp_path: Path) -> None:
    with clinic_scope(north.clinic.pk):
        Appointment.objects.filter(pk=visit.pk).update(status=Status.CANCELLED)
    with worker(tmp_path) as app:
        tick(app)
        wait_for(lambda: not has_news(visit))
    assert (states(north), mails(tmp_path)) == ([], [])
