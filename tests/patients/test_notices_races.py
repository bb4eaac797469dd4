"""News while sweeps, changes and mail servers are at work at once: told, and told once."""

from datetime import timedelta

import pytest

from clinics.models import Clinic, Message, MessageStatus
from clinics.services.messages import deliver
from clinics.tenancy import clinic_scope
from patients.models import Appointment
from patients.services.known import known
from patients.services.moving import Moved, move
from patients.services.notices import announce, due, queue_news
from tests.factories import NINE, Cast, appointment_at, make_cast
from tests.factories.worker import as_worker
from tests.patients.racing import THREADS, all_at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("monday_morning")]
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def cast() -> Cast:
    """A clinic that lets messages go at once."""
    made = make_cast("north", zone="Europe/Dublin")
    with clinic_scope(made.clinic.pk):
        Clinic.objects.filter(pk=made.clinic.pk).update(grace_minutes=0)
    return made


@pytest.fixture
def visits(cast: Cast) -> list[Appointment]:
    with clinic_scope(cast.clinic.pk):
        rows = [appointment_at(cast, NINE + number * DAY) for number in range(1, THREADS // 2 + 1)]
        announce(appointments=rows, by=cast.desk, notify=True)
    return rows


def sweep(cast: Cast) -> str:
    with clinic_scope(cast.clinic.pk):
        queue_news(patient_id=cast.patient.pk)
    return "swept"


def has_news(cast: Cast) -> bool:
    with clinic_scope(cast.clinic.pk):
        return bool(Appointment.objects.with_due_news(NINE).exists())


def send(cast: Cast) -> None:
    with clinic_scope(cast.clinic.pk):
        for pk in Message.objects.order_by("pk").values_list("pk", flat=True):
            deliver(pk)


def test_of_many_sweeps_one_writes_one_message_about_all(cast: Cast, visits: list[Appointment]) -> None:
    assert has_news(cast)
    assert all_at_once(lambda _number: sweep(cast)) == {"swept": THREADS}
    assert not has_news(cast)
    with clinic_scope(cast.clinic.pk):
        letters = list(Message.objects.order_by("channel").values_list("channel", "before"))
    everything = {str(one.pk): None for one in visits}
    assert letters == [("email", everything), ("portal", everything)]


def test_a_change_beside_a_sweep_is_told_in_the_end(cast: Cast, visits: list[Appointment]) -> None:
    def attempt(number: int) -> str:
        if number % 2:
            return sweep(cast)
        one = visits[number // 2]
        with clinic_scope(cast.clinic.pk):
            outcome = move(
                appointment=one, version=1, starts_at=one.starts_at + HOUR, therapist=one.therapist, room=one.room,
                by=cast.desk,
            )  # fmt: skip
        assert isinstance(outcome, Moved)
        return "moved"

    assert all_at_once(attempt) == {"swept": THREADS // 2, "moved": THREADS // 2}
    sweep(cast)
    send(cast)
    with clinic_scope(cast.clinic.pk):
        rows = list(Appointment.objects.select_related("room"))
    assert [(one.told, one.news_at) for one in rows] == [(known(one).as_json(), None) for one in rows]


def test_the_sweep_finds_who_is_due_by_the_grace_of_each_clinic(cast: Cast, visits: list[Appointment]) -> None:
    south = make_cast("south", zone="Europe/Dublin")
    with clinic_scope(south.clinic.pk):
        rows = [appointment_at(south, NINE + number * DAY) for number in (1, 2)]
        announce(appointments=rows, by=south.desk, notify=True)
    with as_worker():
        found = [set(due(NINE + minutes * timedelta(minutes=1))) for minutes in (0, 3)]
    first, second = ((one.clinic.pk, one.patient.pk) for one in (cast, south))
    assert found == [{first}, {first, second}]


def test_while_a_message_is_being_sent_the_next_news_waits(cast: Cast, visits: list[Appointment]) -> None:
    sweep(cast)
    with clinic_scope(cast.clinic.pk):
        announce(appointments=visits[:1], by=cast.desk, notify=True)
    with clinic_scope(cast.clinic.pk):
        list(Message.objects.filter(channel="email").select_for_update())  # as whoever sends it does
        assert all_at_once(lambda _number: sweep(cast), threads=1) == {"swept": 1}
    assert has_news(cast)
    send(cast)
    sweep(cast)
    assert not has_news(cast)
    with clinic_scope(cast.clinic.pk):
        assert list(Message.objects.values_list("status", flat=True)) == [MessageStatus.SENT] * 2
