"""What a patient says of an occasion. Sending the same log again changes nothing; a later one corrects it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from clinics import audit
from clinics.constraints import broken_rule
from clinics.models import User
from clinics.timekeeping import local_day
from programs.models import Completion, ExerciseLog, Prescription
from programs.queries.home_days import due_between

DAYS_BACK = 2  # a log may be late by two days, as the adherence rules say


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """`client_id` is the sender's own key for this log. Pain and effort from 0 to 10, where the patient gave them."""

    client_id: UUID
    due_on: date
    done_at: datetime
    completion: str
    sets_done: int
    reps_done: int
    pain: int | None = None
    effort: int | None = None
    stop_sign: bool = False
    note: str = ""


class ForeignKeyOfLog(Exception):  # noqa: N818  # the sender's key belongs to a log of something else
    pass


@transaction.atomic
def record_log(*, prescription: Prescription, entry: Entry, now: datetime, by: User) -> tuple[ExerciseLog, bool]:
    """Returns the log and whether it is new.

    There is one log for each occasion. A second one corrects it, unless it is older or the very one that came before:
    a phone that was offline may send late and more than once. A clock that runs ahead counts as now.
    Raises ValidationError where nothing is due on that day, and ForeignKeyOfLog where the key names another log.
    """
    _check_day(prescription, entry.due_on, local_day(now, prescription.patient.zone))
    values = _values(entry, now)
    try:
        with transaction.atomic():
            log, is_new = _get_or_create(prescription, entry, values)
            changed = is_new or _correct(log, values)
    except IntegrityError as error:
        if broken_rule(error) == "programs_log_client_id":  # taken, perhaps by a row that this scope cannot see
            raise ForeignKeyOfLog from None
        raise
    if changed:
        audit.record("log_exercise", subject=log, by=by, patient_id=log.patient_id)
    return log, is_new


def _get_or_create(prescription: Prescription, entry: Entry, values: Mapping[str, Any]) -> tuple[ExerciseLog, bool]:
    return ExerciseLog.objects.select_for_update().get_or_create(
        prescription=prescription,
        due_on=entry.due_on,
        defaults={**values, "patient_id": prescription.patient_id},
    )


def _correct(log: ExerciseLog, values: Mapping[str, Any]) -> bool:
    """Whether there was something to correct."""
    is_resent = values["client_id"] == log.client_id and values["done_at"] == log.done_at
    is_same = all(getattr(log, name) == value for name, value in values.items() if name != "done_at")
    if values["done_at"] < log.done_at or is_resent or is_same:
        return False
    for name, value in values.items():
        setattr(log, name, value)
    log.save(update_fields=list(values))
    return True


def _values(entry: Entry, now: datetime) -> dict[str, Any]:
    values = asdict(entry)
    del values["due_on"]
    values["done_at"] = min(entry.done_at, now)
    if entry.completion == Completion.SKIPPED:
        values.update(sets_done=0, reps_done=0, pain=None, effort=None)
    return values


def _check_day(prescription: Prescription, day: date, today: date) -> None:
    if not today - timedelta(days=DAYS_BACK) <= day <= today:
        raise ValidationError({"due_on": _("Only today and the two days before can be logged.")})
    due = due_between([prescription.patient_id], day, day).get(prescription.patient_id, [])
    if prescription.pk not in {one.prescription.pk for one in due}:
        raise ValidationError({"due_on": _("This exercise is not due on that day.")})
