"""Many desks at once, on real transactions."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from itertools import combinations

from django.db import connection

from clinics.models import Credential, CredentialKind, Feature, Room
from patients.models import Appointment, Patient
from tests.factories import NINE, Cast

THREADS = 16


@contextmanager
def own_connection() -> Iterator[None]:
    try:
        yield
    finally:
        connection.close()


def all_at_once(attempt: Callable[[int], str], threads: int = THREADS) -> Counter[str]:
    """What each said; an error is its text, so that one that nobody expected is seen."""
    barrier = threading.Barrier(threads)

    def worker(number: int) -> str:
        with own_connection():
            barrier.wait()
            return attempt(number)

    with ThreadPoolExecutor(threads) as pool:
        return Counter(pool.map(worker, range(threads)))


def more_supply(cast: Cast) -> tuple[list[Room], list[Patient]]:
    """A second needling room, a second needling therapist, four patients."""
    Credential.objects.create(
        therapist=cast.colleague, kind=CredentialKind.NEEDLING,
        issued_on=NINE.date() - timedelta(days=365), expires_on=NINE.date() + timedelta(days=365),
    )  # fmt: skip
    features = [Feature.SHARPS.value, Feature.PLINTH.value]
    rooms = [cast.room, Room.objects.create(location=cast.location, name="Cedar", features=features)]
    more = [
        Patient.objects.create(given_name=f"P{n}", birth_date="1990-01-01", time_zone="Europe/Dublin") for n in range(2)
    ]
    return rooms, [cast.patient, cast.neighbour, *more]


def patients(cast: Cast, count: int) -> list[Patient]:
    more = [
        Patient.objects.create(given_name=f"Q{n}", birth_date="1990-01-01", time_zone="Europe/Dublin")
        for n in range(count - 2)
    ]
    return [cast.patient, cast.neighbour, *more]


def nobody_is_in_two_places() -> bool:
    """Inside the clinic's scope. Who takes part in a class shares its therapist and room with it."""
    for one, other in combinations(Appointment.every.live(), 2):
        if one.blocked.lower < other.blocked.upper and other.blocked.lower < one.blocked.upper:
            names = ["patient_id"] if one.group_id or other.group_id else ["patient_id", "therapist_id", "room_id"]
            if any(getattr(one, name) == getattr(other, name) is not None for name in names):
                return False
    return True
