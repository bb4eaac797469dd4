from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clinics.models import Channel, Message, MessageStatus, User
from clinics.services import messages
from clinics.tenancy import clinic_scope
from patients.models import Patient
from programs.models import Concern, Episode, Prescription, RedFlagScreen, ReminderSetting
from programs.services import reminders
from programs.services.logs import record_log
from tests.factories import Cast
from tests.factories.programme import MONDAY, make_programme
from tests.factories.worker import as_worker
from tests.programs.test_logs import EVENING, entry

HALF_PAST_FIVE = datetime(2021, 3, 1, 17, 30, tzinfo=UTC)  # in Dublin

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def due(north: Cast) -> Cast:
    make_programme(north)
    return north


def sweep(now: datetime = HALF_PAST_FIVE) -> None:
    with as_worker():
        reminders.sweep(now)


def queued(cast: Cast) -> list[tuple[str, int | None]]:
    with clinic_scope(cast.clinic.pk):
        return list(Message.objects.order_by("channel", "patient_id").values_list("channel", "patient_id"))


def log_everything(cast: Cast) -> None:
    with clinic_scope(cast.clinic.pk):
        for prescription in Prescription.objects.all():
            record_log(prescription=prescription, entry=entry(), now=EVENING, by=cast.login)


def test_something_due_makes_one_mail_and_one_portal_message(due: Cast) -> None:
    sweep()
    assert queued(due) == [("email", due.patient.pk), ("portal", due.patient.pk)]


def test_sweeping_again_adds_nothing(due: Cast) -> None:
    sweep()
    sweep()
    sweep(HALF_PAST_FIVE.replace(hour=19))
    assert len(queued(due)) == 2


def test_before_the_chosen_time_and_at_night_nothing_goes_out(due: Cast) -> None:
    sweep(HALF_PAST_FIVE.replace(minute=29))
    sweep(HALF_PAST_FIVE.replace(hour=20, minute=0))
    assert queued(due) == []


def test_logging_everything_first_sends_nothing(due: Cast) -> None:
    log_everything(due)
    sweep()
    assert queued(due) == []


def test_logging_between_sweep_and_sending_cancels_the_message(due: Cast) -> None:
    sweep()
    log_everything(due)
    assert deliver_all(due) == {MessageStatus.CANCELLED}
    assert mail.outbox == []


def deliver_all(cast: Cast) -> set[MessageStatus | None]:
    with clinic_scope(cast.clinic.pk):
        Message.objects.update(due_at=datetime(2020, 1, 1, tzinfo=UTC), expires_at=datetime(2090, 1, 1, tzinfo=UTC))
        return {messages.deliver(pk) for pk in Message.objects.values_list("pk", flat=True)}


def test_the_mail_names_no_health_detail_and_reaches_the_patient_once(due: Cast) -> None:
    sweep()
    assert deliver_all(due) == {MessageStatus.SENT}
    assert deliver_all(due) == {None}
    (letter,) = mail.outbox
    assert letter.to == [due.patient.email]
    assert letter.subject == "You have a plan for today"
    text = (letter.subject + letter.body).lower()
    assert [word for word in ("back", "pain", "glute", "exercise", "needling", "hinge") if word in text] == []


@pytest.mark.parametrize("change", ["paused", "episode", "patient", "emergency"])
def test_nobody_is_reminded_who_should_not_be(change: str, due: Cast) -> None:
    with clinic_scope(due.clinic.pk):
        programme = due.patient.home_programmes.get()
        if change == "paused":
            ReminderSetting.objects.update(paused=True)
        elif change == "episode":
            Episode.objects.update(closed_on=MONDAY, end_reason="goals")
        elif change == "patient":
            Patient.objects.update(is_active=False)
        else:
            RedFlagScreen.objects.create(
                episode_id=programme.episode_id,
                concern=Concern.EMERGENCY,
                screened_on=MONDAY,
                screened_by=due.therapist,
            )
    sweep()
    assert queued(due) == []


def test_after_a_clear_screen_reminders_come_again(due: Cast) -> None:
    with clinic_scope(due.clinic.pk):
        episode = due.patient.home_programmes.get().episode_id
        for concern in (Concern.EMERGENCY, Concern.CLEAR):
            RedFlagScreen.objects.create(
                episode_id=episode, concern=concern, screened_on=MONDAY, screened_by=due.therapist, reason="Checked."
            )
    sweep()
    assert len(queued(due)) == 2


def test_another_time_of_the_same_day_is_no_second_reminder(due: Cast) -> None:
    sweep()
    with clinic_scope(due.clinic.pk):
        ReminderSetting.objects.update(local_time=time(18))
    sweep(HALF_PAST_FIVE.replace(hour=18))
    assert len(queued(due)) == 2


def test_switching_mail_off_in_between_still_stops_it(due: Cast) -> None:
    sweep()
    with clinic_scope(due.clinic.pk):
        ReminderSetting.objects.update(by_email=False)
    assert deliver_all(due) == {MessageStatus.CANCELLED, MessageStatus.SENT}
    assert mail.outbox == []


def test_a_reminder_that_comes_too_late_is_not_sent(due: Cast) -> None:
    sweep()
    with clinic_scope(due.clinic.pk):
        Message.objects.update(due_at=datetime(2020, 1, 1, tzinfo=UTC), expires_at=datetime(2020, 1, 2, tzinfo=UTC))
        assert {messages.deliver(pk) for pk in Message.objects.values_list("pk", flat=True)} == {MessageStatus.EXPIRED}
    assert mail.outbox == []


def test_a_mail_server_that_fails_is_asked_again_later_and_not_for_ever(due: Cast, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_PORT = 1  # nobody listens there
    sweep()
    with clinic_scope(due.clinic.pk):
        letter = Message.objects.get(channel=Channel.EMAIL)
        found = []
        for _ in range(messages.MOST_ATTEMPTS):
            Message.objects.update(due_at=datetime(2020, 1, 1, tzinfo=UTC), expires_at=datetime(2090, 1, 1, tzinfo=UTC))
            found.append(messages.deliver(letter.pk))
            letter.refresh_from_db()
            assert letter.error == "ConnectionRefusedError"
    assert found == [MessageStatus.PENDING] * 4 + [MessageStatus.FAILED]


def test_nobody_is_reminded_by_no_way_at_all(due: Cast) -> None:
    with clinic_scope(due.clinic.pk):
        ReminderSetting.objects.update(in_portal=False)
        Patient.objects.update(email="")
    sweep()
    assert queued(due) == []


def test_channels_are_the_patients_choice(due: Cast) -> None:
    with clinic_scope(due.clinic.pk):
        ReminderSetting.objects.update(by_email=False)
    sweep()
    assert queued(due) == [(Channel.PORTAL, due.patient.pk)]


def test_each_patient_hears_at_their_own_local_time(due: Cast, south: Cast) -> None:
    make_programme(south)
    sweep()
    assert (len(queued(due)), queued(south)) == (2, [])
    sweep(datetime(2021, 3, 1, 22, 30, tzinfo=UTC))  # 17:30 in New York, 22:30 in Dublin
    assert len(queued(south)) == 2


@pytest.mark.parametrize("patients", [1, 3])
def test_a_sweep_takes_seven_statements_for_one_patient_and_for_three(patients: int, due: Cast) -> None:
    for name in ("Ann", "Bea")[: patients - 1]:
        _another(due, name)
    with as_worker(), CaptureQueriesContext(connection) as queries:
        reminders.sweep(HALF_PAST_FIVE)
    assert len(queued(due)) == 2 * patients
    assert len(queries) == 7


def _another(cast: Cast, name: str) -> None:
    with clinic_scope(cast.clinic.pk):
        patient = Patient.objects.create(
            given_name=name, birth_date=date(1980, 1, 1), email=f"{name}@x.example", time_zone="Europe/Dublin"
        )
        programme = cast.patient.home_programmes.get()
        episode = patient.episodes.create(clinic=cast.clinic, complaint="Knee", started_on=MONDAY)
        copied = patient.home_programmes.create(
            clinic=cast.clinic, episode=episode, starts_on=programme.starts_on, ends_on=programme.ends_on
        )
        Prescription.objects.bulk_create(
            Prescription(
                patient=patient, programme=copied, exercise_id=one.exercise_id, sets=2, reps=5, weekdays=one.weekdays
            )
            for one in programme.prescriptions.all()
        )
        ReminderSetting.objects.create(patient=patient, local_time=time(17, 30))


def test_changing_the_setting_is_audited(due: Cast) -> None:
    with clinic_scope(due.clinic.pk):
        reminders.change_setting(
            patient=due.patient, local_time=time(9), by_email=False, in_portal=True, paused=False, by=_user(due)
        )
        assert ReminderSetting.objects.get().local_time == time(9)


def _user(cast: Cast) -> User:
    return cast.login
