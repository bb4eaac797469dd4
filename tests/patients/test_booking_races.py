"""Many desks at once, on real transactions: no double booking, no deadlock, one winner."""

from collections import Counter
from datetime import timedelta
from random import Random

import pytest

from clinics.tenancy import clinic_scope
from patients.models import Appointment, Status
from patients.services.booking import book
from patients.services.visits import change_status
from tests.factories import NINE, appointment_at, make_cast
from tests.patients.racing import THREADS, all_at_once, more_supply, nobody_is_in_two_places

ATTEMPTS = 25
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("monday_morning")]


def test_one_slot_has_one_winner() -> None:
    cast = make_cast("north", zone="Europe/Dublin")

    def attempt(_: int) -> str:
        with clinic_scope(cast.clinic.pk):
            result = book(
                patient=cast.patient, therapist=cast.therapist, room=cast.room, service=cast.needling,
                starts_at=NINE, by=cast.desk,
            )  # fmt: skip
            return type(result).__name__

    assert all_at_once(attempt) == {"Booked": 1, "Taken": THREADS - 1}


def test_a_busy_week_has_no_overlap_and_no_error() -> None:
    cast = make_cast("north", zone="Europe/Dublin")
    with clinic_scope(cast.clinic.pk):
        rooms, patients = more_supply(cast)

    def attempt(seed: int) -> str:
        random, seen = Random(seed), Counter[str]()
        for _ in range(ATTEMPTS):
            with clinic_scope(cast.clinic.pk):
                result = book(
                    patient=random.choice(patients), therapist=random.choice([cast.therapist, cast.colleague]),
                    room=random.choice(rooms), service=cast.needling,
                    starts_at=NINE + timedelta(minutes=5 * random.randrange(120)), by=cast.desk,
                )  # fmt: skip
                seen[type(result).__name__] += 1
        return ",".join(sorted(seen))

    assert set(all_at_once(attempt)) <= {"Booked,Taken", "Taken", "Booked"}
    with clinic_scope(cast.clinic.pk):
        assert Appointment.objects.exists()
        assert nobody_is_in_two_places()


def test_a_missed_visit_that_comes_back_races_with_bookings_and_one_of_them_wins() -> None:
    cast = make_cast("north", zone="Europe/Dublin")
    with clinic_scope(cast.clinic.pk):
        missed = appointment_at(cast, patient=cast.neighbour, status=Status.NO_SHOW)

    def attempt(number: int) -> str:
        with clinic_scope(cast.clinic.pk):
            if number % 2:
                try:
                    change_status(appointment=missed, status=Status.ARRIVED, by=cast.desk)
                except Exception as error:  # any error is the finding
                    return str(getattr(error, "code", error))
                return "back"
            result = book(
                patient=cast.patient, therapist=cast.therapist, room=cast.room, service=cast.needling,
                starts_at=NINE, by=cast.desk,
            )  # fmt: skip
            return type(result).__name__

    seen = all_at_once(attempt)
    assert seen in (Counter(back=8, Taken=8), Counter(taken=8, Booked=1, Taken=7))
