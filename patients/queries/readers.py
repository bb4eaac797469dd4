"""By which ways a patient can be written to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.db.models import Exists, Value

from clinics.models import Channel
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


def readers(patient_ids: Iterable[int]) -> list[Reader]:
    """Without those whom no message reaches. One statement."""
    inbox = READS_INBOX[0] if READS_INBOX else Value(False)
    rows = Patient.objects.filter(pk__in=patient_ids).annotate(reads_inbox=inbox)
    found = rows.order_by("pk").values_list(
        "pk", "clinic_id", "time_zone", "clinic__grace_minutes", "email", "reads_inbox"
    )
    return [
        Reader(pk, clinic_id, ZoneInfo(zone), timedelta(minutes=grace), _addresses(email, reads_inbox))
        for pk, clinic_id, zone, grace, email, reads_inbox in found
        if email or reads_inbox
    ]


def _addresses(email: str, reads_inbox: bool) -> dict[Channel, str]:
    return {**({Channel.EMAIL: email} if email else {}), **({Channel.PORTAL: ""} if reads_inbox else {})}
