"""Who waits and what comes free, for the tests of the waiting list. Inside the clinic's scope."""

from datetime import datetime, timedelta
from typing import Any

from clinics.tokens import token_for
from patients.models import Appointment, FreedTime, Offer, Patient, Status, WaitlistEntry
from patients.services.freed_times import time_freed
from patients.services.offer_letters import PURPOSE
from patients.services.offers import offer_next
from patients.services.waiting_list import Wishes, add_entry
from tests.factories import NINE, Cast

ELEVEN, GRACE = NINE + timedelta(hours=2), timedelta(minutes=3)
FRIDAY = NINE.date() + timedelta(days=4)


def wishes(cast: Cast, **changes: Any) -> Wishes:
    return Wishes(**{"service": cast.needling, "valid_until": FRIDAY, **changes})


def waiting(cast: Cast, patient: Patient | None = None, **changes: Any) -> WaitlistEntry:
    return add_entry(patient=patient or cast.patient, wishes=wishes(cast, **changes), by=cast.desk)


def came_free(cast: Cast, start: datetime = ELEVEN, *, minutes: int = 60, **changes: Any) -> FreedTime:
    """Long enough ago that nobody takes the cancellation back any more."""
    facts = {"therapist_id": cast.therapist.pk, "room_id": cast.room.pk}
    time_freed(**{**facts, "starts_at": start, "ends_at": start + timedelta(minutes=minutes), **changes})
    FreedTime.objects.update(freed_at=NINE - GRACE)
    found: FreedTime = FreedTime.objects.get()
    return found


def offered(cast: Cast, patient: Patient | None = None, **changes: Any) -> Offer:
    """To the first who waits."""
    waiting(cast, patient, **changes)
    offer = offer_next(freed_id=came_free(cast).pk)
    assert offer is not None
    return offer


def kept() -> list[Appointment]:
    return list(Appointment.every.filter(status=Status.OFFERED))


def address(offer: Offer) -> str:
    return f"/offer/{token_for(PURPOSE, clinic_id=offer.clinic_id, row_id=offer.pk)}/"
