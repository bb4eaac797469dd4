"""Find a time: 12 therapists over 28 days, the first ten with a room and a credential."""

from datetime import datetime, time, timedelta
from typing import Any

from django.db import connection

from clinics.tenancy import clinic_scope
from clinics.timekeeping import instant
from patients.queries.find_time import TimeWish, find_times
from tests.bench.data import Size
from tests.bench.database import Clinic
from tests.bench.measure import Figure, median_ms, statements

# Written here and not taken from the search, so that a slow read of its own cannot make it look quick.
BUSY_ROWS = """
SELECT therapist_id, room_id, patient_id, lower(blocked), upper(blocked) FROM patients_appointment
WHERE clinic_id = %s AND starts_at >= %s AND starts_at < %s
  AND status IN ('booked', 'arrived', 'in_session', 'completed', 'held', 'offered')
"""


def figures(clinic: Clinic, size: Size) -> list[Figure]:
    """Besides: a wish that few times meet, so that the search has to look through all 28 days."""
    wish = _wish(clinic)
    narrow = _wish(clinic, weekdays=(5,), not_before=time(16, 30))
    start = instant(clinic.next_monday, time(), clinic.zone)
    with clinic_scope(clinic.pk):
        with statements() as found:
            times = find_times(wish).times
        searched, narrowly, floor = median_ms(
            lambda: find_times(wish), lambda: find_times(narrow), lambda: _fetch(clinic, start), times=30
        )
        return [
            Figure("search_found", len(times), "times", ">=", 10),
            Figure("search_statements", len(found), "statements", "<=", 4),
            Figure("search_to_floor", round(searched / floor, 2), "x", "<=", 8),
            Figure("search_narrow_to_floor", round(narrowly / floor, 2), "x", "<=", 8),
        ]


def _wish(clinic: Clinic, **narrower: Any) -> TimeWish:
    people = [one.pk for one in clinic.therapists]
    return TimeWish(clinic.needling, therapists=people, earliest=clinic.next_monday, weeks=4, **narrower)


def _fetch(clinic: Clinic, start: datetime) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(BUSY_ROWS, [clinic.pk, start, start + timedelta(days=28)])
        found: list[tuple[object, ...]] = cursor.fetchall()
        return found
