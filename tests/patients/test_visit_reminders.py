"""Reminders of visits: three days and one day before, by day, once, and only of what still stands."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clinics.models import Message, MessageStatus, Room
from clinics.services import messages
from clinics.tenancy import clinic_scope
from patients.models import Appointment, Patient, Status
from patients.services import visit_reminders
from tests.factories import NINE, Cast, appointment_at
from tests.factories.worker import as_worker

HOUR = timedelta(hours=1)
FRIDAY = NINE + timedelta(days=4)  # 09:00 in Dublin

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def visit(north: Cast) -> Appointment:
    with clinic_scope(north.clinic.pk):
        return appointment_at(north, FRIDAY, agreed_at=NINE - timedelta(days=30))


def sweep(now: datetime) -> None:
    with as_worker():
        visit_reminders.sweep(now)


def slots(cast: Cast) -> list[str]:
    with clinic_scope(cast.clinic.pk):
        return list(Message.objects.filter(channel="email").order_by("pk").values_list("slot", flat=True))


def send(cast: Cast, now: datetime) -> set[MessageStatus | None]:
    with pytest.MonkeyPatch.context() as patch, clinic_scope(cast.clinic.pk):
        patch.setattr(timezone, "now", lambda: now)
        return {messages.deliver(pk) for pk in Message.objects.values_list("pk", flat=True)}


def change(visit: Appointment, **values: object) -> None:
    with clinic_scope(visit.clinic_id):
        Appointment.objects.filter(pk=visit.pk).update(**values)


def test_one_goes_out_three_days_before_and_one_the_day_before(north: Cast, visit: Appointment) -> None:
    found = []
    for ahead in (73, 72, 71, 25, 24, 23, 1):
        sweep(FRIDAY - ahead * HOUR)
        found.append(slots(north))
    three, one = "72h 2103050900", "24h 2103050900"
    assert found == [[], [three], [three], [three], [three, one], [three, one], [three, one]]


def test_a_reminder_says_when_and_where_and_brings_three_links(north: Cast, visit: Appointment) -> None:
    sweep(FRIDAY - 24 * HOUR)
    assert send(north, FRIDAY - 24 * HOUR) == {MessageStatus.SENT}
    (letter,) = mail.outbox
    assert letter.subject == "Your appointment on Friday 5 March"
    assert "Friday 5 March 2021, 09:00 to 09:45 (Dublin time)\nwith Theo North, North House" in letter.body
    assert [line.partition(": ")[0] for line in letter.body.splitlines() if "/a/" in line] == [
        "Say that you will come", "Choose another time", "Cancel it"
    ]  # fmt: skip
    assert "needling" not in letter.message().as_string().lower()
    assert len(letter.attachments) == 1


def test_who_said_yes_is_not_asked_again(north: Cast, visit: Appointment) -> None:
    change(visit, confirmed_at=NINE)
    sweep(FRIDAY - 24 * HOUR)
    send(north, FRIDAY - 24 * HOUR)
    assert "Say that you will come" not in mail.outbox[0].body


@pytest.mark.parametrize(("days_ago", "expected"), [(4, ["72h", "24h"]), (2, ["24h"]), (0.5, [])])
def test_what_was_agreed_later_than_that_needs_no_reminder(
    north: Cast, visit: Appointment, days_ago: float, expected: list[str]
) -> None:
    change(visit, agreed_at=FRIDAY - timedelta(days=days_ago))
    for ahead in (72, 24):
        sweep(FRIDAY - ahead * HOUR)
    assert [slot[:3] for slot in slots(north)] == expected


def test_at_night_where_the_patient_is_nothing_goes_out(north: Cast, visit: Appointment) -> None:
    with clinic_scope(north.clinic.pk):
        Patient.objects.update(time_zone="America/New_York")  # 04:00 there, a day before
    found = []
    for ahead in (24, 20.5, 20):
        sweep(FRIDAY - ahead * HOUR)
        found.append(len(slots(north)))
    assert found == [0, 0, 1]


def test_a_place_abroad_is_told_in_its_own_time(south: Cast) -> None:
    with clinic_scope(south.clinic.pk):
        Patient.objects.update(time_zone="Europe/Dublin")
        appointment_at(south, datetime(2021, 3, 15, 14, tzinfo=UTC), agreed_at=NINE)  # summer in New York, winter here
    now = datetime(2021, 3, 14, 15, tzinfo=UTC)
    sweep(now)
    send(south, now)
    assert "Monday 15 March 2021, 10:00 to 10:45 (New York time)" in mail.outbox[0].body


def test_sweeping_twice_sends_once_and_an_unreachable_patient_gets_none(north: Cast, visit: Appointment) -> None:
    for _ in range(2):
        sweep(FRIDAY - 24 * HOUR)
        send(north, FRIDAY - 24 * HOUR)
    assert len(mail.outbox) == 1
    with clinic_scope(north.clinic.pk):
        Patient.objects.update(email="")
        appointment_at(north, FRIDAY + HOUR, patient=north.neighbour, agreed_at=NINE - timedelta(days=9))
    sweep(FRIDAY - 23 * HOUR)
    assert len(slots(north)) == 1


@pytest.mark.parametrize("status", [Status.CANCELLED, Status.ARRIVED])
def test_what_stands_no_more_is_not_remembered(north: Cast, visit: Appointment, status: Status) -> None:
    sweep(FRIDAY - 24 * HOUR)
    change(visit, status=status)
    assert send(north, FRIDAY - 24 * HOUR) == {MessageStatus.CANCELLED}
    sweep(FRIDAY - 23 * HOUR)
    assert len(slots(north)) == 1


def test_a_moved_visit_has_a_reminder_of_its_own_and_the_old_one_is_not_sent(north: Cast, visit: Appointment) -> None:
    sweep(FRIDAY - 24 * HOUR)
    change(visit, starts_at=FRIDAY + 6 * HOUR, ends_at=FRIDAY + 7 * HOUR, agreed_at=NINE)
    assert send(north, FRIDAY - 24 * HOUR) == {MessageStatus.CANCELLED}
    sweep(FRIDAY - 18 * HOUR)
    assert slots(north) == ["24h 2103050900", "24h 2103051500"]


def test_another_room_is_no_second_reminder(north: Cast, visit: Appointment) -> None:
    sweep(FRIDAY - 24 * HOUR)
    with clinic_scope(north.clinic.pk):
        other = Room.objects.create(location=north.location, name="Cedar", features=north.room.features)
    change(visit, room=other)
    sweep(FRIDAY - 23 * HOUR)
    assert (len(slots(north)), send(north, FRIDAY - 23 * HOUR)) == (1, {MessageStatus.SENT})


def test_a_mail_that_is_late_is_not_sent_at_night(north: Cast, visit: Appointment) -> None:
    sweep(FRIDAY - 24 * HOUR)
    assert send(north, FRIDAY - 13 * HOUR) == {MessageStatus.EXPIRED}


@pytest.mark.parametrize("visits", [1, 3])
def test_a_sweep_takes_as_many_statements_for_one_visit_as_for_three(
    north: Cast, visit: Appointment, visits: int
) -> None:
    with clinic_scope(north.clinic.pk):
        for hour in range(1, visits):
            appointment_at(north, FRIDAY + hour * HOUR, agreed_at=NINE - timedelta(days=9))
    with as_worker(), CaptureQueriesContext(connection) as queries:
        visit_reminders.sweep(FRIDAY - 21 * HOUR)
    assert (len(slots(north)), len(queries)) == (visits, 8)
