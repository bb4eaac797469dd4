"""Find a time: 12 therapists over 28 days, the first ten with a room and a credential."""

from datetime import datetime, time, timedelta

from django.db import connection

from clinics.tenancy import clinic_scope
from clinics.timekeeping import instant
from patients.queries.free_times import FreeTime, Wish, next_free_times
from patients.queries.supply import supply
from tests.bench.data import Size
from tests.bench.database import Clinic
from tests.bench.measure import Figure, median_ms, statements

# Written here and not taken from the search, so that a slow read of its own cannot make it look quick.
BUSY_ROWS = """
SELECT therapist_id, room_id, patient_id, blocked FROM patients_appointment
WHERE clinic_id = %s AND starts_at >= %s AND starts_at < %s
  AND status IN ('booked', 'arrived', 'in_session', 'completed', 'held', 'offered') AND NOT is_override
"""


def figures(clinic: Clinic, size: Size) -> list[Figure]:
    start = instant(clinic.next_monday, time(8), clinic.zone)
    with clinic_scope(clinic.pk):
        with statements() as found:
            times = _find(clinic, start)
        searched, floor = median_ms(lambda: _find(clinic, start), lambda: _fetch(clinic, start), times=40)
        return [
            Figure("search_found", len(times), "times", ">=", 10),
            Figure("search_statements", len(found), "statements", "<=", 4),
            Figure("search_to_floor", round(searched / floor, 2), "x", "<=", 8),
        ]


def _find(clinic: Clinic, start: datetime) -> list[FreeTime]:
    return next_free_times(Wish(clinic.needling, start), supply(), count=10)


def _fetch(clinic: Clinic, start: datetime) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(BUSY_ROWS, [clinic.pk, start, start + timedelta(days=28)])
        found: list[tuple[object, ...]] = cursor.fetchall()
        return found
