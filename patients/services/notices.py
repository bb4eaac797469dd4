"""What patients are told when their appointments change: one message a burst, after the clinic's grace minutes.

The change itself only marks its rows (`news_at`). Once nothing more has come for the minutes of grace, the beat's sweep
puts one message for all of a patient's rows into the outbox. What it says is decided when it is sent: the appointments
as they are then against what the patient was told last. So a change that is taken back in time sends nothing, and a
series is one message.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinics import audit
from clinics.models import Message, MessageStatus, User
from clinics.services.messages import Letter, Text, queue
from clinics.tenancy import all_clinics
from clinics.timekeeping import local_day
from patients.models import Appointment, Patient
from patients.news import Known, what_is_new
from patients.queries.readers import Reader, readers
from patients.services import letters
from patients.services.claims import lock_patient, lock_resources
from patients.services.known import known

RULE = "appointment_news"
USEFUL_FOR = timedelta(days=2)


def mark(row: Appointment, *, notify: bool) -> None:
    """A row that is still to be written: news, or told by somebody else, which is the caller's to record."""
    if notify:
        row.news_at = timezone.now()
    else:
        row.news_at, row.told = None, known(row).as_json()


def presume_told(row: Appointment) -> None:
    """A row that is about to change. Where no news of it is under way and none was sent, it came from elsewhere, or no
    message reaches its patient: then they know it as it stands, and a change that is taken back says nothing.
    """
    if row.told is not None or row.news_at is not None or not row.patient_id:
        return
    if not _unsent(row.patient_id, before__has_key=str(row.pk)).exists():
        row.told = known(row).as_json()


def _unsent(patient_id: int, **about: Any) -> Any:
    return Message.objects.filter(rule=RULE, patient_id=patient_id, status=MessageStatus.PENDING, **about)


@transaction.atomic(savepoint=False)  # part of the caller's write, which fails as a whole
def announce(*, appointments: Sequence[Appointment], by: User | None, notify: bool) -> None:
    """Rows that were changed, with their patients' time locked: news, or told by somebody else."""
    visits = Appointment.objects.filter(pk__in=[one.pk for one in appointments])
    if notify:
        visits.update(news_at=timezone.now())
    elif rows := list(_in_full(visits)):
        _take_out(rows)
        for one in rows:
            mark(one, notify=False)
        Appointment.objects.bulk_update(rows, ["told", "news_at"])
        patient_ids = {one.patient_id for one in rows}
        audit.record("keep_quiet", subject=rows, by=by, patient_id=patient_ids.pop() if len(patient_ids) == 1 else None)


@dataclass(frozen=True, slots=True)
class Quiet:
    """Nothing goes out about some of them; to the others a message has gone, or is on its way this very moment."""

    spared: int
    told: int


@transaction.atomic
def keep_quiet(*, appointments: Sequence[Appointment], by: User) -> Quiet:
    """What was announced is not sent: the desk tells the patients itself. What has been said stays said."""
    lock_resources(*appointments)
    rows = list(_in_full(Appointment.objects.filter(pk__in=[one.pk for one in appointments])))
    unsent, leaving = _take_out(rows)
    told = [
        one for one in rows
        if one.pk in leaving or not (one.pk in unsent or one.news_at or one.told != known(one).as_json())
    ]  # fmt: skip
    announce(appointments=[one for one in rows if one not in told], by=by, notify=False)
    return Quiet(spared=len(rows) - len(told), told=len(told))


def told_off(row: Appointment) -> None:
    """Cancelled by the patient, who so knows it is off: being on again will be news."""
    _take_out([row])
    row.told = known(row).as_json()


def _take_out(rows: Sequence[Appointment]) -> tuple[set[int], set[int]]:
    """Of the messages that wait to be sent: from which rows were taken out, and which are being sent right now.

    Not waited for: whoever sends waits for the patient's lock, which we hold.
    """
    found = Message.objects.filter(rule=RULE, status=MessageStatus.PENDING)
    found = found.filter(patient_id__in={one.patient_id for one in rows})
    free = list(found.select_for_update(skip_locked=True))
    leaving = _named_in(found.exclude(pk__in=[one.pk for one in free]))
    keys, unsent = {str(one.pk) for one in rows}, _named_in(free)
    for message in free:
        if keys & message.before.keys():
            message.before = {key: told for key, told in message.before.items() if key not in keys}
            message.save(update_fields=["before"])
    return unsent, leaving


def _named_in(found: Iterable[Message]) -> set[int]:
    return {int(key) for one in found for key in one.before}


def _in_full(visits: Any) -> Any:
    return visits.select_related("therapist", "room__location", "cancellation").order_by("starts_at", "pk")


def due(now: datetime) -> list[tuple[int, int]]:
    """Platform job: (clinic, patient) of those who are to hear of a change now."""
    with all_clinics("news of appointments"):
        return list(Appointment.objects.with_due_news(now).values_list("clinic_id", "patient_id"))


@transaction.atomic
def queue_news(*, patient_id: int) -> None:
    """All that is new to one patient, as one message by each way that reaches them.

    Two sweeps, or a sweep and a change, wait for each other; the second finds nothing that is due.
    """
    lock_patient(patient_id)
    now = timezone.now()
    waiting = _unsent(patient_id)
    unsent = {one.channel: one for one in waiting.select_for_update(skip_locked=True)}
    if len(unsent) < waiting.count():
        return  # one is being sent right now: the next sweep knows what it said
    if Appointment.objects.with_due_news(now).filter(patient=patient_id).exists():
        rows = list(_in_full(Appointment.objects.filter(patient=patient_id, news_at__isnull=False)))
        before = {str(one.pk): one.told for one in rows if what_is_new(Known.of_json(one.told), known(one), now)}
        for reader in readers([patient_id] if before else []):
            _queue(reader, before, unsent, now)
        Appointment.objects.filter(pk__in=[one.pk for one in rows]).update(news_at=None)


def _queue(reader: Reader, before: dict[str, Any], unsent: dict[str, Message], now: datetime) -> None:
    """What could not be sent yet says this as well: the oldest that it knows of is what its reader knows."""
    until = now + USEFUL_FOR
    for channel in unsent.keys() & reader.addresses.keys():
        message = unsent[channel]
        message.before, message.due_at, message.expires_at = {**before, **message.before}, now, until
        message.save(update_fields=["before", "due_at", "expires_at"])
    letter = Letter(
        patient_id=reader.patient_id, rule=RULE, subject_id=reader.patient_id, local_date=local_day(now, reader.zone),
        slot=token_hex(10), title=_("About your appointments"), body="", before=before, due_at=now, expires_at=until,
        addresses={channel: address for channel, address in reader.addresses.items() if channel not in unsent},
    )  # fmt: skip
    queue([(reader.clinic_id, letter)])


def write(message: Message) -> Text | None:
    """Asked inside the clinic's scope, when the message is due."""
    rows, now = list(_in_full(Appointment.objects.filter(pk__in=list(message.before)))), timezone.now()
    found = []
    for one in rows:
        before = Known.of_json(message.before[str(one.pk)])
        if kind := what_is_new(before, known(one), now):
            found.append(letters.Item(one, kind, before))
    if not found or message.patient_id is None:
        return None
    patient = Patient.objects.select_related("clinic").get(pk=message.patient_id)
    return letters.news(patient, found, once_sent=lambda: _note_as_told(patient, rows))


def _note_as_told(patient: Patient, rows: Sequence[Appointment]) -> None:
    """As the message said. What was changed since stays news."""
    lock_patient(patient.pk)
    for one in rows:
        one.told = known(one).as_json()
    Appointment.objects.bulk_update(rows, ["told"])
