"""The rota as it is stored. One statement, whatever it is for: the search for a free time has few to spend."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import IntegerField, Q, TimeField, Value

from clinics.models import ExceptionKind, Holiday, HoursException, WorkingHours
from clinics.rota import Closed, Exceptional, Rota, Weekly

WEEKLY, HOLIDAY = "weekly", "holiday"


def rota(first: date, last: date, *, therapists: Iterable[int] | None = None) -> Rota:
    """What holds on the days from first to last; of these therapists, or of everybody."""
    found = Rota()
    for kind, therapist, location, weekday, starts, ends, since, until, weeks, note in _rows(first, last, therapists):
        if kind == WEEKLY:
            row = Weekly(therapist, location, weekday, starts, ends, since, until, weeks)
            found.weekly[therapist].append(row)
        elif kind == HOLIDAY:
            found.holidays.append(Closed(location, since, note))
        else:
            is_extra = kind == ExceptionKind.EXTRA
            exception = Exceptional(therapist, location, is_extra, since, until, starts, ends, note)
            found.exceptions[therapist].append(exception)
    return found


def as_exceptional(one: HoursException) -> Exceptional:
    """One that is not stored yet, or not any more."""
    return Exceptional(
        one.therapist_id, one.location_id, one.kind == ExceptionKind.EXTRA, one.first_day, one.last_day, one.starts,
        one.ends, one.note,
    )  # fmt: skip


def _rows(first: date, last: date, therapists: Iterable[int] | None) -> Iterable[tuple[Any, ...]]:
    theirs = Q() if therapists is None else Q(therapist__in=list(therapists))
    weekly = WorkingHours.objects.holding(first, last).filter(theirs)
    changes = HoursException.objects.touching(first, last).filter(theirs).order_by()
    holidays = Holiday.objects.between(first, last).order_by()
    number, hour = Value(None, IntegerField()), Value(None, TimeField())
    found: Iterable[tuple[Any, ...]] = weekly.values_list(
        Value(WEEKLY), "therapist_id", "location_id", "weekday", "starts", "ends", "valid_from", "valid_until",
        "every_weeks", Value(""),
    ).union(
        changes.values_list(
            "kind", "therapist_id", "location_id", number, "starts", "ends", "first_day", "last_day", number, "note"
        ),
        holidays.values_list(Value(HOLIDAY), number, "location_id", number, hour, hour, "day", "day", number, "name"),
        all=True,
    )  # fmt: skip
    return found
