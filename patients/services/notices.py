"""What patients are told when their appointments change: one message a burst, after the clinic's grace minutes.

What it says is decided when it is sent: the appointments as they are then against what the patient was told last. So a
change that is taken back in time sends nothing, and a series is one message.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from secrets import token_hex
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinics import audit
from clinics.models import Channel, Message, MessageStatus, User
from clinics.services.messages import Letter, Text, queue
from clinics.timekeeping import local_day
from patients.models import KEPT, Appointment, Patient, Status
from patients.news import Known, what_is_new
from patients.queries.readers import Reader, readers
from patients.services import letters

RULE = "appointment_news"
USEFUL_FOR = timedelta(days=2)
Before = dict[str, Any]  # appointment id -> what the patient was told last


@transaction.atomic(savepoint=False)  # part of the caller's write, which fails as a whole
def announce(*, appointments: Sequence[Appointment], by: User | None, notify: bool) -> None:
    """Tell the patients, or note that somebody else does. A few statements, whatever the number of appointments."""
    visits = [one for one in appointments if one.patient_id and one.status not in KEPT]
    if visits and notify:
        _tell(visits)
    elif visits:
        _count_as_told(visits, by)


def known(appointment: Appointment) -> Known:
    """Needs the room."""
    return Known(
        starts_at=appointment.starts_at,
        ends_at=appointment.ends_at,
        room=appointment.room_id,
        place=appointment.room.location_id,
        therapist=appointment.therapist_id,
        is_on=appointment.status != Status.CANCELLED,
    )


def _tell(visits: Sequence[Appointment]) -> None:
    before: dict[int, Before] = defaultdict(dict)
    for one in visits:
        before[one.patient_pk][str(one.pk)] = one.told
    reached = readers(before, rule=RULE)
    waiting = _waiting([one.patient_id for one in reached if one.is_waiting])
    added, letters_ = [], []
    for reader in reached:
        for channel in reader.addresses:
            if message := waiting.get((reader.patient_id, channel)):
                added.append(_with_more(message, before[reader.patient_id], reader))
            else:
                letters_.append((reader.clinic_id, _letter(reader, channel, before[reader.patient_id])))
    if added:
        Message.objects.bulk_update(added, ["before", "due_at", "expires_at"])
    queue(letters_)


def _waiting(patient_ids: list[int]) -> dict[tuple[int | None, str], Message]:
    """Messages that are not on their way yet. One that is being sent is locked, and what is new now needs another."""
    if not patient_ids:
        return {}
    rows = Message.objects.filter(rule=RULE, patient_id__in=patient_ids, status=MessageStatus.PENDING)
    return {(one.patient_id, one.channel): one for one in rows.select_for_update(skip_locked=True).order_by("pk")}


def _with_more(message: Message, before: Before, reader: Reader) -> Message:
    message.before = {**before, **message.before}  # the oldest is what the patient knows
    message.due_at = timezone.now() + reader.grace
    message.expires_at = message.due_at + USEFUL_FOR
    return message


def _letter(reader: Reader, channel: Channel, before: Before) -> Letter:
    now = timezone.now()
    due_at = now + reader.grace
    return Letter(
        patient_id=reader.patient_id, rule=RULE, subject_id=reader.patient_id, local_date=local_day(now, reader.zone),
        slot=token_hex(10), title=_("About your appointments"), body="", before=before,
        due_at=due_at, expires_at=due_at + USEFUL_FOR, addresses={channel: reader.addresses[channel]},
    )  # fmt: skip


def _count_as_told(visits: Sequence[Appointment], by: User | None) -> None:
    rows = list(_rows(one.pk for one in visits))
    _note_as_told(rows)
    patient_ids = {one.patient_id for one in rows}
    audit.record("keep_quiet", subject=rows, by=by, patient_id=patient_ids.pop() if len(patient_ids) == 1 else None)


def _note_as_told(rows: Sequence[Appointment]) -> None:
    for one in rows:
        one.told = known(one).as_json()
    Appointment.objects.bulk_update(rows, ["told"])


def _rows(ids: Any) -> Any:
    visits = Appointment.objects.filter(pk__in=list(ids))
    return visits.select_related("therapist", "room__location", "cancellation").order_by("starts_at", "pk")


def write(message: Message) -> Text | None:
    """Asked inside the clinic's scope, when the message is due."""
    rows, now = list(_rows(message.before)), timezone.now()
    found = []
    for one in rows:
        before = Known.of_json(message.before[str(one.pk)])
        if kind := what_is_new(before, known(one), now):
            found.append(letters.Item(one, kind, before))
    if not found or message.patient_id is None:
        return None
    patient = Patient.objects.select_related("clinic").get(pk=message.patient_id)
    return letters.news(patient, found, once_sent=lambda: _note_as_told(rows))
