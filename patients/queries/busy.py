"""What is taken: by the clinic's own rows, and elsewhere by its therapists' other clinics."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from clinics.availability import Need, Span
from clinics.models import Service
from clinics.tenancy import current_scope
from patients.models import Appointment, Patient
from patients.models.status import WIDEST_BUFFER


@dataclass(frozen=True, slots=True)
class Busy:
    """What is taken, by row id."""

    therapists: dict[int, list[Span]]
    rooms: dict[int, list[Span]]
    equipment: dict[tuple[int, str], list[Span]]  # by location and kind; one span for each device
    patient: list[Span]


def need_of(service: Service) -> Need:
    return Need(
        timedelta(minutes=service.minutes),
        timedelta(minutes=service.minutes_before),
        timedelta(minutes=service.minutes_after),
        service.equipment,
    )


def reach(span: Span) -> Span:
    """What stands there can be in the way of a visit inside the span: by the buffers of the visit itself."""
    return Span(span.start - WIDEST_BUFFER, span.end + WIDEST_BUFFER)


def busy_here(since: datetime, until: datetime, patient: Patient | None) -> Busy:
    busy = Busy(defaultdict(list), defaultdict(list), defaultdict(list), [])
    rows = Appointment.every.occupying(since, until).values_list(
        "therapist", "room", "patient", "blocked", "group", "room__location", "service__equipment"
    )
    for therapist_id, room_id, patient_id, blocked, group_id, location_id, equipment in rows:
        span = Span(blocked.lower, blocked.upper)
        if patient and patient_id == patient.pk:
            busy.patient.append(span)
        if group_id is not None:
            continue  # a place in a class takes the patient's time only: the class has the rest
        busy.therapists[therapist_id].append(span)
        busy.rooms[room_id].append(span)
        for kind in equipment:
            busy.equipment[location_id, kind].append(span)
    return busy


def busy_elsewhere(since: datetime, until: datetime, therapists: list[int]) -> list[tuple[int, datetime, datetime]]:
    current_scope()  # raises without one, like every other read
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT therapist_id, starts, ends FROM therapists_busy_elsewhere(%s::bigint[], %s, %s)",
            [therapists, since, until],
        )
        return list(cursor.fetchall())
