"""Whatever two desks do to the same calendar at once: no violation, no deadlock, and the loser hears why."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from clinics.models import EquipmentPool, Service
from clinics.tenancy import clinic_scope
from patients.models import Appointment, Patient, Status
from patients.services.booking import Booked, Taken, book
from patients.services.cancelling import cancel, undo_cancel
from patients.services.groups import join, open_class
from patients.services.holds import Held, hold
from patients.services.moving import move
from patients.services.visits import change_status
from patients.words import reasons
from tests.factories import NINE, Cast, appointment_at, make_cast
from tests.patients.racing import THREADS, all_at_once, nobody_is_in_two_places, patients

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("monday_morning")]
QUARTER = timedelta(minutes=15)


@pytest.fixture
def cast() -> Cast:
    return make_cast("north", zone="Europe/Dublin")


@pytest.fixture
def many(cast: Cast) -> Iterator[list[Patient]]:
    with clinic_scope(cast.clinic.pk):
        found = patients(cast, THREADS)
    yield found
    with clinic_scope(cast.clinic.pk):
        assert nobody_is_in_two_places()


def booking(cast: Cast, **changes: Any) -> Booked | Taken:
    facts = {
        "patient": cast.patient, "therapist": cast.therapist, "room": cast.room, "service": cast.follow_up,
        "starts_at": NINE, "by": cast.desk,
    }  # fmt: skip
    return book(**{**facts, **changes})


def name_of(outcome: object) -> str:
    return type(outcome).__name__


def refused(error: ValidationError) -> str:
    return " ".join(error.messages)


@pytest.mark.parametrize("shared", ["room", "patient", "therapist"])
def test_what_all_want_is_given_once(cast: Cast, many: list[Patient], shared: str) -> None:
    """Everything else differs, two by two, so only one resource is fought for."""

    def attempt(number: int) -> str:
        others: dict[str, Any] = {
            "patient": many[number], "therapist": (cast.therapist, cast.colleague)[number % 2],
            "room": (cast.room, cast.plain_room)[number % 2],
        }  # fmt: skip
        others.pop(shared)
        with clinic_scope(cast.clinic.pk):
            outcome = booking(cast, **others)
            if isinstance(outcome, Taken):
                facts = {"patient": cast.patient, "therapist": cast.therapist, "room": cast.room, **others}
                assert all(reasons(outcome, facts))
            return name_of(outcome)

    seen = all_at_once(attempt)
    assert seen == {"Booked": 1, "Taken": THREADS - 1}


def test_the_only_device_is_given_once(cast: Cast, many: list[Patient]) -> None:
    with clinic_scope(cast.clinic.pk):
        EquipmentPool.objects.create(location=cast.location, kind="treadmill", units=1)
        Service.objects.filter(pk=cast.follow_up.pk).update(equipment=["treadmill"])
        cast.follow_up.refresh_from_db()

    def attempt(number: int) -> str:
        pair = ((cast.therapist, cast.room), (cast.colleague, cast.plain_room))[number % 2]
        with clinic_scope(cast.clinic.pk):
            return name_of(booking(cast, patient=many[number], therapist=pair[0], room=pair[1]))

    assert all_at_once(attempt) == {"Booked": 1, "Taken": THREADS - 1}


def test_a_chain_of_moves_each_into_the_next_ones_place(cast: Cast, many: list[Patient]) -> None:
    """Every second one stands with the other therapist, so the locks are wanted in both directions."""
    with clinic_scope(cast.clinic.pk):
        pairs = [(cast.therapist, cast.room), (cast.colleague, cast.plain_room)]
        rows = [
            appointment_at(
                cast, NINE + 2 * QUARTER * (number // 2), patient=many[number], therapist=pairs[number % 2][0],
                room=pairs[number % 2][1], service=cast.follow_up, ends_at=NINE + 2 * QUARTER * (number // 2) + QUARTER,
            )
            for number in range(THREADS)
        ]  # fmt: skip

    def attempt(number: int) -> str:
        one, there = rows[number], rows[(number + 1) % THREADS]
        with clinic_scope(cast.clinic.pk):
            outcome = move(
                appointment=one, version=1, starts_at=there.starts_at, therapist=there.therapist, room=there.room,
                by=cast.desk,
            )  # fmt: skip
            return name_of(outcome)

    assert set(all_at_once(attempt)) <= {"Moved", "Taken"}


def test_moves_into_a_gap_follow_each_other(cast: Cast, many: list[Patient]) -> None:
    """A to B's place while B goes to C's: whoever comes too early is told, and the next try finds the place free."""
    starts = [NINE + 3 * QUARTER * number for number in range(9)]
    with clinic_scope(cast.clinic.pk):
        rows = [
            appointment_at(cast, start, patient=many[number], service=cast.follow_up, ends_at=start + QUARTER)
            for number, start in enumerate(starts[:8])
        ]

    def attempt(number: int) -> str:
        for _ in range(200):
            with clinic_scope(cast.clinic.pk):
                outcome = move(
                    appointment=rows[number], version=1, starts_at=starts[number + 1], therapist=cast.therapist,
                    room=cast.room, by=cast.desk,
                )  # fmt: skip
            if not isinstance(outcome, Taken):
                break
        return name_of(outcome)

    assert all_at_once(attempt, threads=8) == {"Moved": 8}


def test_of_many_tabs_one_moves_and_the_others_see_the_change(cast: Cast, many: list[Patient]) -> None:
    with clinic_scope(cast.clinic.pk):
        one = appointment_at(cast)

    def attempt(number: int) -> str:
        with clinic_scope(cast.clinic.pk):
            outcome = move(
                appointment=one, version=1, starts_at=NINE + QUARTER * (number + 1), therapist=cast.therapist,
                room=cast.room, by=cast.desk,
            )  # fmt: skip
            return name_of(outcome)

    assert all_at_once(attempt) == {"Moved": 1, "Changed": THREADS - 1}


def test_everything_at_once_on_one_appointment(cast: Cast, many: list[Patient]) -> None:
    with clinic_scope(cast.clinic.pk):
        one = appointment_at(cast)
    deeds: list[Callable[[], object]] = [
        lambda: move(
            appointment=one, version=1, starts_at=NINE + QUARTER, therapist=cast.therapist, room=cast.room, by=cast.desk
        ),
        lambda: cancel(appointment=one, version=1, reason="ill", by=cast.desk),
        lambda: change_status(appointment=one, status=Status.ARRIVED, by=cast.desk),
        lambda: undo_cancel(appointment=one, by=cast.desk),
        lambda: booking(cast, patient=many[2]),
    ]

    def attempt(number: int) -> str:
        with clinic_scope(cast.clinic.pk):
            try:
                return name_of(deeds[number % len(deeds)]())
            except ValidationError as error:
                return refused(error)[:16]

    known = {"Moved", "Taken", "Changed", "Cancellation", "Appointment", "Booked", "This appointment"}
    assert set(all_at_once(attempt)) <= known


def test_a_hold_that_runs_out_is_given_once(cast: Cast, many: list[Patient], monkeypatch: pytest.MonkeyPatch) -> None:
    facts: dict[str, Any] = {
        "therapist": cast.therapist, "room": cast.room, "service": cast.follow_up, "starts_at": NINE,
    }  # fmt: skip
    with clinic_scope(cast.clinic.pk):
        assert isinstance(hold(by=cast.manager, **facts), Held)
    monkeypatch.setattr(timezone, "now", lambda: NINE + timedelta(minutes=5))

    def attempt(number: int) -> str:
        with clinic_scope(cast.clinic.pk):
            if number % 2:
                return name_of(hold(by=cast.owner, **facts))
            return name_of(booking(cast, patient=many[number]))

    # What the owner holds gives way to the owner; to nobody else.
    half = THREADS // 2
    assert all_at_once(attempt) in (Counter(Booked=1, Taken=THREADS - 1), Counter(Held=half, Taken=half))
    with clinic_scope(cast.clinic.pk):
        assert Appointment.every.count() == 1


def test_holders_who_book_what_they_hold_are_in_nobodys_way(cast: Cast, many: list[Patient]) -> None:
    """Each holds a quarter hour of their own, and wants the next one's."""

    def attempt(number: int) -> str:
        start = NINE + number * 3 * QUARTER
        pair: dict[str, Any] = {"therapist": cast.therapist, "room": cast.room}
        with clinic_scope(cast.clinic.pk):
            kept = hold(service=cast.follow_up, starts_at=start, by=cast.desk, **pair)
            assert isinstance(kept, Held)
        with clinic_scope(cast.clinic.pk):
            return name_of(booking(cast, patient=many[number], starts_at=start, hold=kept.appointment.pk))

    assert all_at_once(attempt) == {"Booked": THREADS}
    with clinic_scope(cast.clinic.pk):
        assert Appointment.every.count() == THREADS


@pytest.fixture
def group(cast: Cast) -> Appointment:
    with clinic_scope(cast.clinic.pk):
        service = Service.objects.create(key="pilates", name="Pilates", minutes=50, capacity=3)
        outcome = open_class(therapist=cast.therapist, room=cast.room, service=service, starts_at=NINE, by=cast.desk)
    assert isinstance(outcome, Booked)
    return outcome.appointment


def test_a_class_of_three_takes_three_of_eight(cast: Cast, many: list[Patient], group: Appointment) -> None:
    def attempt(number: int) -> str:
        with clinic_scope(cast.clinic.pk):
            return name_of(join(group=group, patient=many[number], by=cast.desk))

    assert all_at_once(attempt, threads=8) == {"Booked": 3, "Full": 5}
    with clinic_scope(cast.clinic.pk):
        assert Appointment.every.get(pk=group.pk).places_taken == Appointment.objects.filter(group=group).count() == 3


def test_coming_and_going_while_the_class_is_cancelled(cast: Cast, many: list[Patient], group: Appointment) -> None:
    def attempt(number: int) -> str:
        try:
            with clinic_scope(cast.clinic.pk):
                if number == THREADS - 1:
                    return name_of(cancel(appointment=group, version=1, reason="clinic", by=cast.desk))
                place = join(group=group, patient=many[number], by=cast.desk)
            with clinic_scope(cast.clinic.pk):
                if isinstance(place, Booked) and number % 2:
                    cancel(appointment=place.appointment, version=1, reason="other", by=cast.desk)
            return name_of(place)
        except ValidationError as error:
            return "said" if refused(error) else ""

    assert set(all_at_once(attempt)) <= {"Booked", "Full", "Cancellation", "said"}
    with clinic_scope(cast.clinic.pk):
        assert not Appointment.objects.live().exists()
        assert Appointment.every.get(pk=group.pk).places_taken == 0


def test_a_cancellation_taken_back_races_with_bookings(cast: Cast, many: list[Patient]) -> None:
    with clinic_scope(cast.clinic.pk):
        one = appointment_at(cast, service=cast.follow_up, patient=cast.neighbour)
        cancel(appointment=one, version=1, reason="ill", by=cast.desk)

    def attempt(number: int) -> str:
        with clinic_scope(cast.clinic.pk):
            outcome = booking(cast, patient=many[number]) if number else undo_cancel(appointment=one, by=cast.desk)
            return name_of(outcome)

    assert all_at_once(attempt) == {"Booked": 1, "Taken": THREADS - 1}
