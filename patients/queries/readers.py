"""By which ways a patient can be written to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Value

from clinics.models import Channel, Message, MessageStatus
from patients.models import Patient

# "Does this patient read an inbox?", asked of rows of Patient. The app that has the portal fills it in when ready.
READS_INBOX: list[Exists] = []


@dataclass(frozen=True, slots=True)
class Reader:
    patient_id: int
    clinic_id: int
    zone: ZoneInfo
    grace: timedelta  # how long the clinic may take a change back before anybody hears of it
    addresses: dict[Channel, str]
    is_waiting: bool  # for a message of the rule, written and not yet sent


def readers(patient_ids: Iterable[int], *, rule: str = "") -> list[Reader]:
    """Without those whom no message reaches. One statement. `rule`: asks too whether one of these waits already."""
    waiting = Message.objects.filter(rule=rule, patient_id=OuterRef("pk"), status=MessageStatus.PENDING)
    inbox = READS_INBOX[0] if READS_INBOX else Value(False)
    rows = Patient.objects.filter(pk__in=patient_ids).annotate(reads_inbox=inbox, is_waiting=Exists(waiting))
    found = rows.order_by("pk").values_list(
        "pk", "clinic_id", "time_zone", "clinic__grace_minutes", "email", "reads_inbox", "is_waiting"
    )
    return [
        Reader(pk, clinic_id, ZoneInfo(zone), timedelta(minutes=grace), _addresses(email, reads_inbox), is_waiting)
        for pk, clinic_id, zone, grace, email, reads_inbox, is_waiting in found
        if email or reads_inbox
    ]


def _addresses(email: str, reads_inbox: bool) -> dict[Channel, str]:
    return {**({Channel.EMAIL: email} if email else {}), **({Channel.PORTAL: ""} if reads_inbox else {})}
