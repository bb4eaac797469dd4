"""Booking through the service, audit row included: alone, by 8 clients, and by 8 clients who want one therapist."""

import random
import statistics
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from django.db import OperationalError, connection

from clinics.models import Room
from clinics.tenancy import clinic_scope
from patients.models import Appointment
from patients.services.booking import Booked, book
from tests.bench.clients import CLIENTS, Job, Run, at_once
from tests.bench.data import APPOINTMENT, Size, insert
from tests.bench.database import Clinic, clear
from tests.bench.measure import Figure, percentile, statements

ROUNDS, TURNS, RUSH_TURNS = 3, 50, 60
SLOT = timedelta(minutes=40)
DOUBLE = """
SELECT count(*) FROM patients_appointment AS one JOIN patients_appointment AS other
    ON one.id < other.id AND one.blocked && other.blocked
    AND (one.therapist_id = other.therapist_id OR one.room_id = other.room_id OR one.patient_id = other.patient_id)
WHERE one.starts_at >= %(beyond)s AND other.starts_at >= %(beyond)s
"""


def figures(clinic: Clinic, size: Size) -> list[Figure]:
    try:
        return [_alone(clinic), _throughput(clinic), *_rush(clinic)]
    finally:
        clear(clinic)


def _alone(clinic: Clinic) -> Figure:
    clear(clinic)
    with clinic_scope(clinic.pk), statements() as found:
        assert _book(clinic, 0, 0, clinic.rooms[0], clinic.beyond) == "booked"
    return Figure("booking_statements", len(found), "statements", "<=", 12)


def _throughput(clinic: Clinic) -> Figure:
    """Each client has a therapist and a room of its own, each booking another patient. Median of alternating rounds."""
    found = []
    for _round in range(ROUNDS):
        bare = _round_of(clinic, partial(_bare, clinic))
        found.append(_round_of(clinic, partial(_served, clinic)) / bare)
    return Figure("booking_throughput", round(statistics.median(found), 3), "of bare INSERT", ">=", 0.25)


def _round_of(clinic: Clinic, job: Callable[[], Job]) -> float:
    clear(clinic)
    run = at_once(job, turns=TURNS)
    assert run.outcomes == {"booked": CLIENTS * TURNS}, run.outcomes
    return run.per_second


def _bare(clinic: Clinic) -> Job:
    """Each in a transaction that says its clinic, without which row security lets no row in."""
    into, others, values = insert(Appointment, APPOINTMENT)
    sql = f"{into} VALUES (%(clinic)s, %(patient)s, %(therapist)s, %(room)s, %(service)s, 'booked', %(start)s, %(end)s"
    service = clinic.needling

    def do(number: int, turn: int) -> str:
        start = clinic.beyond + turn * SLOT
        patient, therapist = clinic.patients[_patient(number, turn)], clinic.therapists[number]
        keys = {"patient": patient, "therapist": therapist, "room": _room(clinic, number), "service": service}
        times = {"start": start, "end": start + timedelta(minutes=service.minutes), "after": service.minutes_after}
        with clinic_scope(clinic.pk), connection.cursor() as cursor:
            row = {**values, **times, **{name: one.pk for name, one in keys.items()}, "clinic": clinic.pk}
            cursor.execute(f"{sql}, %(after)s{others})", row)
        return "booked"

    return do


def _served(clinic: Clinic) -> Job:
    connection.ensure_connection()

    def do(number: int, turn: int) -> str:
        start = clinic.beyond + turn * SLOT
        return _book_in_scope(clinic, number, _patient(number, turn), _room(clinic, number), start)

    return do


def _rush(clinic: Clinic) -> list[Figure]:
    """All want the same therapist in the same few days, at any quarter hour, with whichever patient and room."""
    run: Run = at_once(partial(_rushing, clinic, clinic.beyond + timedelta(weeks=12)), turns=RUSH_TURNS)
    with clinic_scope(clinic.pk), connection.cursor() as cursor:
        cursor.execute(DOUBLE, {"beyond": clinic.beyond})
        (doubles,) = cursor.fetchone()
    failed = {outcome: count for outcome, count in run.outcomes.items() if outcome not in ("booked", "taken")}
    return [
        Figure("booking_rush_booked", run.outcomes["booked"], "appointments", ">=", 1),
        Figure("booking_rush_taken", run.outcomes["taken"], "answers", ">=", 1),
        Figure("booking_rush_double", doubles, "double bookings", "<=", 0),
        Figure("booking_rush_deadlocks", failed.pop("deadlock", 0), "deadlocks", "<=", 0),
        Figure("booking_rush_errors", sum(failed.values()), "errors", "<=", 0),
        Figure("booking_rush_p99", round(percentile(run.each, 0.99), 1), "ms", "<", 250),
    ]


def _rushing(clinic: Clinic, week: datetime) -> Job:
    connection.ensure_connection()
    chance = random.Random()

    def attempt(number: int, turn: int) -> str:
        start = week + timedelta(days=chance.randrange(3), minutes=15 * chance.randrange(40))
        return _or_error(
            lambda: _book_in_scope(
                clinic, 0, chance.randrange(len(clinic.patients)), chance.choice(clinic.rooms), start
            )
        )

    return attempt


def _or_error(attempt: Callable[[], str]) -> str:
    try:
        return attempt()
    except OperationalError as error:
        return "deadlock" if "deadlock" in str(error) else type(error).__name__
    except Exception as error:  # every one is counted
        return type(error).__name__


def _book_in_scope(clinic: Clinic, therapist: int, patient: int, room: Room, start: datetime) -> str:
    with clinic_scope(clinic.pk):
        return _book(clinic, therapist, patient, room, start)


def _book(clinic: Clinic, therapist: int, patient: int, room: Room, start: datetime) -> str:
    booked = book(
        patient=clinic.patients[patient], therapist=clinic.therapists[therapist], room=room,
        service=clinic.needling, starts_at=start, by=clinic.desk,
    )  # fmt: skip
    return "booked" if isinstance(booked, Booked) else "taken"


def _patient(number: int, turn: int) -> int:
    return turn * CLIENTS + number


def _room(clinic: Clinic, number: int) -> Room:
    return clinic.rooms[number]
