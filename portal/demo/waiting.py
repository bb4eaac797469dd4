"""Three who wait at Harbour Lane: one for the needling therapist, two for mornings and afternoons."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from clinics.models import Service, User
from patients.models import Patient, WaitlistEntry
from portal.demo import people
from portal.demo.practice import NEEDLING

OF_USE = timedelta(weeks=4)


def put_on_list(
    patients: Sequence[Patient],
    services: Mapping[str, Service],
    therapists: Mapping[str, User],
    *,
    now: datetime,
    today: date,
) -> None:
    wishes: tuple[dict[str, Any], ...] = (
        {"service": services[NEEDLING], "priority": 2, "therapists": [therapists[people.TRAVELLER].pk]},
        {"service": services["follow-up"], "priority": 0, "not_after": time(12), "weekdays": [1, 2, 3, 4]},
        {"service": services["follow-up"], "priority": 1, "not_before": time(15)},
    )
    days = (timedelta(days=2, hours=3), timedelta(days=9), timedelta(days=5, hours=1))
    for patient, wish, ago in zip(patients, wishes, days, strict=False):
        WaitlistEntry.objects.create(patient=patient, valid_until=today + OF_USE, created_at=now - ago, **wish)
