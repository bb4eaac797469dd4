"""The figures. Each bench works on a database of its own, made and dropped here, as the runtime login."""

import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from config import local

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
local.provide()

import django  # noqa: E402  # after the addresses are known

django.setup()

from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from clinics.logins import KEYS, owner_login, use_login  # noqa: E402
from clinics.tenancy import clinic_scope  # noqa: E402
from patients.services.booking import Booked, book  # noqa: E402
from tests.factories import NINE, Cast, make_cast  # noqa: E402


@dataclass(frozen=True, slots=True)
class Figure:
    name: str
    value: float
    unit: str
    compare: str
    goal: float


class Bench(Protocol):
    def __call__(self, *, full: bool) -> list[Figure]: ...


@contextmanager
def own_database() -> Iterator[Cast]:
    runtime = {key: connection.settings_dict[key] for key in KEYS}
    before = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"]["NAME"] = "plumbline_bench"
    use_login(connection, owner_login())
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    use_login(connection, runtime)
    try:
        yield make_cast("north", zone="Europe/Dublin")
    finally:
        use_login(connection, owner_login())
        connection.creation.destroy_test_db(before, verbosity=0)


def _signed_in(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.desk)
    return client


def _median(action: Callable[[], object], times: int) -> float:
    """Milliseconds."""
    action()
    spent = []
    for _ in range(times):
        began = time.perf_counter()
        action()
        spent.append((time.perf_counter() - began) * 1000)
    return statistics.median(spent)


def scope(*, full: bool) -> list[Figure]:
    """What the walls cost a request."""
    with own_database() as cast:
        client = _signed_in(cast)
        with CaptureQueriesContext(connection) as queries:
            client.get("/day/")
        found = [one["sql"] for one in queries if "set_config" in one["sql"] or "clinics_membership" in one["sql"]]
        own = [sql for sql in found if "treats" not in sql.split("WHERE")[-1]]
        floor = _median(lambda: client.get("/healthz"), 100 if full else 30)
        return [
            Figure("scope_statements", len(own), "statements", "<=", 3),
            Figure("floor_request", round(floor, 2), "ms", "<=", 100),
        ]


def booking(*, full: bool) -> list[Figure]:
    """Booking through the service, audit row included."""
    with own_database() as cast, clinic_scope(cast.clinic.pk):
        with CaptureQueriesContext(connection) as queries:
            assert isinstance(_book(cast, 0), Booked)
        taken = _median(lambda: _book(cast, 0), 50 if full else 15)
        floor = _median(_select_one, 200)
        return [
            Figure("booking_statements", len(queries), "statements", "<=", 12),
            Figure("booking_taken_to_floor", round(taken / floor, 1), "x", "<=", 400),
        ]


def _book(cast: Cast, day: int) -> object:
    return book(
        patient=cast.patient, therapist=cast.therapist, room=cast.room, service=cast.needling,
        starts_at=NINE + timedelta(days=day), by=cast.desk,
    )  # fmt: skip


def _select_one() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def day_view(*, full: bool) -> list[Figure]:
    """The day board costs the same statements for one appointment as for many."""
    with own_database() as cast:
        client, counts = _signed_in(cast), []
        for day in range(2):
            with clinic_scope(cast.clinic.pk):
                for hour in range(1 if day == 0 else 8):
                    book(
                        patient=cast.patient, therapist=cast.therapist, room=cast.room, service=cast.needling,
                        starts_at=NINE + timedelta(days=day, hours=hour), by=cast.desk,
                    )  # fmt: skip
            with CaptureQueriesContext(connection) as queries:
                client.get(f"/day/{NINE + timedelta(days=day):%Y-%m-%d}/")
            counts.append(len(queries))
        return [
            Figure("day_view_growth", counts[1] - counts[0], "statements", "<=", 0),
            # 3 of the scope, 2 of session and person, 2 of transaction, 1 of the audited read
            Figure("day_view_statements", counts[1] - 8, "statements", "<=", 10),
        ]


BENCHES: dict[str, Bench] = {"scope": scope, "booking": booking, "day_view": day_view}
