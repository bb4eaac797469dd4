"""A series against single bookings and against another series, on real transactions."""

from datetime import time

import pytest

from clinics.tenancy import clinic_scope
from patients.models import Appointment, Series
from patients.queries.series_plan import SeriesPlan, plan_series
from patients.services.booking import book
from patients.services.series import Scope, book_series, coming, move_series
from tests.factories import Cast, make_cast
from tests.patients.racing import THREADS, all_at_once, nobody_is_in_two_places
from tests.patients.test_series import HOUR
from tests.patients.test_series_plan import at, wish

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("monday_morning")]


def planned(cast: Cast, number: int = 0) -> SeriesPlan:
    """Every other thread books for the neighbour, who wants the same times."""
    with clinic_scope(cast.clinic.pk):
        return plan_series(wish(cast, patient=(cast.patient, cast.neighbour)[number % 2]))


def test_one_of_many_series_on_the_same_times_is_booked_whole() -> None:
    cast = make_cast("north", zone="Europe/Dublin")
    plans = [planned(cast, number) for number in range(THREADS)]

    def attempt(number: int) -> str:
        with clinic_scope(cast.clinic.pk):
            return type(book_series(plan=plans[number], by=cast.desk)).__name__

    assert all_at_once(attempt) == {"SeriesBooked": 1, "SeriesTaken": THREADS - 1}
    with clinic_scope(cast.clinic.pk):
        assert (Appointment.objects.count(), Series.objects.count()) == (6, 1)


def test_a_series_and_single_bookings_of_its_times_never_overlap() -> None:
    """Either the series is there as a whole, or nothing of it is."""
    cast = make_cast("north", zone="Europe/Dublin")
    plan = planned(cast)

    def attempt(number: int) -> str:
        with clinic_scope(cast.clinic.pk):
            if number == 0:
                return type(book_series(plan=plan, by=cast.desk)).__name__
            start = at(cast, (2, 5, 9, 12, 16, 19)[number % 6], 9, 15)
            outcome = book(
                patient=cast.neighbour, therapist=cast.therapist, room=cast.room, service=cast.needling,
                starts_at=start, by=cast.desk,
            )  # fmt: skip
            return type(outcome).__name__

    seen = all_at_once(attempt)
    with clinic_scope(cast.clinic.pk):
        assert nobody_is_in_two_places()
        of_series = Appointment.objects.filter(series__isnull=False).count()
    won = seen["SeriesBooked"] == 1
    assert seen["SeriesBooked"] + seen["SeriesTaken"] == 1
    assert (of_series, seen["Booked"]) == ((6, 0) if won else (0, 6))


def test_two_desks_moving_a_series_move_it_once() -> None:
    cast = make_cast("north", zone="Europe/Dublin")
    plan = planned(cast)
    with clinic_scope(cast.clinic.pk):
        book_series(plan=plan, by=cast.desk)
        rows = coming(Series.objects.get().pk)
    seen = {row.pk: row.version for row in rows}

    def attempt(_: int) -> str:
        with clinic_scope(cast.clinic.pk):
            return type(move_series(anchor=rows[0], scope=Scope.ALL, seen=seen, shift=HOUR, by=cast.desk)).__name__

    assert all_at_once(attempt, 4) == {"SeriesMoved": 1, "Changed": 3}
    with clinic_scope(cast.clinic.pk):
        walls = [cast.location.local(row.starts_at).time() for row in coming(Series.objects.get().pk)]
    assert walls == [time(10)] * 6
