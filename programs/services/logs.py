"""What a patient says of an occasion. Sending the same log again changes nothing; a new one for the day corrects it."""

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from clinics import audit
from clinics.models import User
from programs.models import Completion, ExerciseLog, Prescription
from programs.queries.home_days import due_between

DAYS_BACK = 2  # a log may be late by two days, as the adherence rules say


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """`client_id` is the sender's own key for this log. Pain and effort from 0 to 10."""

    client_id: UUID
    due_on: date
    done_at: datetime
    completion: str
    sets_done: int
    reps_done: int
    pain: int | None = None
    effort: int | None = None
    note: str = ""


class ForeignKeyOfLog(Exception):  # noqa: N818  # the sender's key belongs to a log of something else
    pass


@transaction.atomic
def record_log(*, prescription: Prescription, entry: Entry, today: date, by: User) -> tuple[ExerciseLog, bool]:
    """Returns the log and whether it is new. `today` is the patient's own date.

    Raises ValidationError where nothing is due on that day, and ForeignKeyOfLog where the key names another log.
    """
    _check_day(prescription, entry.due_on, today)
    known = ExerciseLog.objects.filter(client_id=entry.client_id).first()
    if known is not None:
        if (known.prescription_id, known.due_on) != (prescription.pk, entry.due_on):
            raise ForeignKeyOfLog
        return known, False
    log, is_new = _store(prescription, entry)
    audit.record("log_exercise", subject=log, by=by, patient_id=log.patient_id)
    return log, is_new


def _store(prescription: Prescription, entry: Entry) -> tuple[ExerciseLog, bool]:
    try:
        with transaction.atomic():
            return ExerciseLog.objects.update_or_create(
                prescription=prescription,
                due_on=entry.due_on,
                defaults={**_values(entry), "patient_id": prescription.patient_id},
            )
    except IntegrityError as error:
        # The key is taken by a row that this scope cannot see: another patient's.
        if "programs_log_client_id" in str(error):
            raise ForeignKeyOfLog from None
        raise


def _values(entry: Entry) -> dict[str, object]:
    values = asdict(entry)
    del values["due_on"]
    if entry.completion == Completion.SKIPPED:
        values.update(sets_done=0, reps_done=0, pain=None, effort=None)
    return values


def _check_day(prescription: Prescription, day: date, today: date) -> None:
    if not today - timedelta(days=DAYS_BACK) <= day <= today:
        raise ValidationError({"due_on": _("Only today and the two days before can be logged.")})
    due = due_between([prescription.patient_id], day, day).get(prescription.patient_id, [])
    if prescription.pk not in {one.prescription.pk for one in due}:
        raise ValidationError({"due_on": _("This exercise is not due on that day.")})
