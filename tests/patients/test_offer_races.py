"""Whatever two people do to one offered time at once: one of them has it, and the other hears so."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from django.utils import timezone

from clinics.tenancy import clinic_scope
from patients.models import Appointment, CancelReason, FreedTime, Offer, OfferState, Patient, Status, WaitlistEntry
from patients.services.booking import book
from patients.services.cancelling import cancel
from patients.services.offers import accept, decline, expire, offer_next, take_back
from tests.factories import NINE, Cast, appointment_at, make_cast
from tests.patients.racing import THREADS, all_at_once, nobody_is_in_two_places, patients
from tests.patients.waiting_list import ELEVEN, GRACE, came_free, offered, waiting

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("monday_morning")]


@pytest.fixture
def cast() -> Iterator[Cast]:
    made = make_cast("north", zone="Europe/Dublin")
    yield made
    with clinic_scope(made.clinic.pk):
        assert nobody_is_in_two_places()
        open_rows = Offer.objects.filter(state=OfferState.OPEN).values_list("appointment", flat=True)
        assert set(open_rows) == set(Appointment.every.filter(status=Status.OFFERED).values_list("pk", flat=True))


def name_of(outcome: object) -> str:
    return type(outcome).__name__


def booking(cast: Cast, patient: Patient, **changes: Any) -> str:
    facts = {"therapist": cast.therapist, "room": cast.room, "service": cast.needling, "starts_at": ELEVEN}
    return name_of(book(**{**facts, "patient": patient, "by": cast.desk, **changes}))


def test_one_offer_is_accepted_once_however_often_it_is_tapped(cast: Cast) -> None:
    with clinic_scope(cast.clinic.pk):
        offer = offered(cast)

    def attempt(_: int) -> str:
        with clinic_scope(cast.clinic.pk):
            return name_of(accept(offer=offer))

    assert all_at_once(attempt) == {"Accepted": 1, "Late": THREADS - 1}
    with clinic_scope(cast.clinic.pk):
        assert Appointment.objects.get().status == Status.BOOKED


def test_yes_no_and_the_desk_at_once_leave_one_answer(cast: Cast) -> None:
    with clinic_scope(cast.clinic.pk):
        offer = offered(cast)

    def attempt(number: int) -> str:
        with clinic_scope(cast.clinic.pk):
            if number % 3 == 0:
                return name_of(accept(offer=offer))
            if number % 3 == 1:
                decline(offer=offer)
            else:
                take_back(offer=offer, by=cast.desk)
        return "answered"

    seen = all_at_once(attempt)
    with clinic_scope(cast.clinic.pk):
        is_booked = Appointment.objects.exists()
        assert (Offer.objects.get().state == OfferState.ACCEPTED) == is_booked == (seen["Accepted"] == 1)
    assert seen["Accepted"] + seen["Late"] == 6
    assert seen["answered"] == 10


def test_two_workers_offer_one_time_to_one_patient(cast: Cast) -> None:
    with clinic_scope(cast.clinic.pk):
        for one in patients(cast, THREADS):
            Patient.objects.filter(pk=one.pk).update(email="p@patients.example")
            waiting(cast, one)
        freed = came_free(cast)

    def attempt(_: int) -> str:
        with clinic_scope(cast.clinic.pk):
            return name_of(offer_next(freed_id=freed.pk))

    assert all_at_once(attempt) == {"Offer": 1, "NoneType": THREADS - 1}


def test_wishes_bookings_and_offers_on_the_same_freed_times_never_lock_each_other_out(cast: Cast) -> None:
    """Each touches many freed times, in an order of its own."""
    starts = [ELEVEN + timedelta(days=day) for day in range(4)]
    with clinic_scope(cast.clinic.pk):
        many = patients(cast, THREADS)
        Patient.objects.update(email="p@patients.example")
        freed = [_freed(cast, start) for start in starts]
        FreedTime.objects.update(looked_at=NINE)

    def attempt(number: int) -> str:
        with clinic_scope(cast.clinic.pk):
            if number % 3 == 0:
                return name_of(waiting(cast, many[number]))
            if number % 3 == 1:
                return name_of(offer_next(freed_id=freed[number % 4]))
            order = starts if number % 2 else starts[::-1]
            return max(booking(cast, many[number], starts_at=start) for start in order)

    assert set(all_at_once(attempt)) <= {"WaitlistEntry", "Offer", "NoneType", "Booked", "Taken"}


def test_times_that_come_free_together_ask_each_patient_once(cast: Cast) -> None:
    """Twelve times of one therapist, four who wait: four offers, none to anybody twice."""
    with clinic_scope(cast.clinic.pk):
        for one in patients(cast, 4):
            Patient.objects.filter(pk=one.pk).update(email="p@patients.example")
            waiting(cast, one, valid_until=NINE.date() + timedelta(days=30))
        days = [ELEVEN + timedelta(weeks=week, hours=2 * slot) for week in range(4) for slot in range(3)]
        freed = [_freed(cast, start) for start in days]

    def attempt(number: int) -> str:
        with clinic_scope(cast.clinic.pk):
            return name_of(offer_next(freed_id=freed[number % len(freed)]))

    for _ in range(3):  # who had no luck looks again
        all_at_once(attempt)
    with clinic_scope(cast.clinic.pk):
        assert Offer.objects.filter(state=OfferState.OPEN).count() == 4
        assert Offer.objects.values("entry").distinct().count() == 4


def _freed(cast: Cast, start: Any) -> int:
    made = FreedTime.objects.create(
        therapist=cast.therapist, room=cast.room, starts_at=start, ends_at=start + timedelta(hours=1),
        freed_at=NINE - GRACE,
    )  # fmt: skip
    return made.pk


def test_an_offer_and_desks_that_book_the_time(cast: Cast) -> None:
    with clinic_scope(cast.clinic.pk):
        many = patients(cast, THREADS)
        waiting(cast)
        freed = came_free(cast)

    def attempt(number: int) -> str:
        with clinic_scope(cast.clinic.pk):
            if number == 0:
                return name_of(offer_next(freed_id=freed.pk))
            return booking(cast, many[number])

    seen = all_at_once(attempt)
    assert seen["Offer"] + seen["Booked"] == 1
    assert seen["Taken"] + seen["NoneType"] == THREADS - 1


def test_a_yes_and_the_end_of_its_minutes(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock runs: some taps come in time and some do not, while workers sweep. Nothing is in between."""
    with clinic_scope(cast.clinic.pk):
        offer = offered(cast)
    ticks = count()
    monkeypatch.setattr(timezone, "now", lambda: offer.expires_at + timedelta(milliseconds=next(ticks) - THREADS))

    def attempt(number: int) -> str:
        with clinic_scope(cast.clinic.pk):
            if number % 2:
                expire(offer_id=offer.pk)
                return "swept"
            return name_of(accept(offer=offer))

    seen = all_at_once(attempt)
    with clinic_scope(cast.clinic.pk):
        state = Offer.objects.get().state
        assert (state == OfferState.ACCEPTED) == Appointment.objects.exists() == (seen["Accepted"] == 1)
        assert state in {OfferState.ACCEPTED, OfferState.EXPIRED, OfferState.OPEN}


def test_a_yes_and_a_desk_that_finds_the_time_over(cast: Cast) -> None:
    with clinic_scope(cast.clinic.pk):
        many = patients(cast, THREADS)
        offer = offered(cast)
        Appointment.every.update(expires_at=NINE)  # for the desk it is over, for the patient not yet

    def attempt(number: int) -> str:
        with clinic_scope(cast.clinic.pk):
            return booking(cast, many[number]) if number % 2 else name_of(accept(offer=offer))

    seen = all_at_once(attempt)
    assert seen["Accepted"] + seen["Booked"] == 1
    assert set(seen) <= {"Accepted", "Late", "Booked", "Taken"}


def test_a_yes_that_replaces_a_visit_and_a_desk_that_cancels_it(cast: Cast) -> None:
    with clinic_scope(cast.clinic.pk):
        later = appointment_at(cast, ELEVEN + timedelta(days=1))
        offer = offered(cast, instead_of=later)

    def attempt(number: int) -> str:
        with clinic_scope(cast.clinic.pk):
            if number % 2:
                return _cancelled(later, cast)
            return name_of(accept(offer=offer))

    seen = all_at_once(attempt)
    assert seen["Accepted"] == 1
    with clinic_scope(cast.clinic.pk):
        assert Appointment.objects.get(pk=later.pk).status == Status.CANCELLED
        assert WaitlistEntry.objects.get().status == "booked"


def _cancelled(visit: Appointment, cast: Cast) -> str:
    try:
        return name_of(cancel(appointment=visit, version=1, reason=CancelReason.ILL, by=cast.desk))
    except Exception as error:  # any other is the finding
        return str(getattr(error, "code", error))
