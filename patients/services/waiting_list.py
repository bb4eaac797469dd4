"""Who waits for a time, and with which wishes. Whoever is put on the list is looked for in what is free already."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinics import audit
from clinics.constraints import broken_rule
from clinics.models import Location, Service, User
from patients.models import Appointment, Patient, WaitlistEntry, WaitStatus
from patients.queries.no_time import not_in_care
from patients.services.freed_times import look_again
from patients.services.offers import take_from

ONCE = "patients_waitlistentry_once"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """Empty and None: it does not matter."""

    service: Service
    valid_until: date
    therapists: Iterable[User] = ()
    weekdays: Iterable[int] = ()
    not_before: time | None = None
    not_after: time | None = None
    location: Location | None = None
    priority: int = 0
    instead_of: Appointment | None = None

    def as_values(self) -> dict[str, Any]:
        return {
            "service": self.service,
            "valid_until": self.valid_until,
            "therapists": sorted(one.pk for one in self.therapists),
            "weekdays": sorted(self.weekdays),
            "not_before": self.not_before,
            "not_after": self.not_after,
            "location": self.location,
            "priority": self.priority,
            "instead_of": self.instead_of,
        }


def add_entry(*, patient: Patient, wishes: Wishes, by: User) -> WaitlistEntry:
    """ValidationError, by field, where the patient waits for that service already or is not in care."""
    if not patient.is_active:
        raise ValidationError(not_in_care(patient))
    entry = WaitlistEntry(patient=patient, created_at=timezone.now(), **wishes.as_values())
    _save(entry, "join_waiting_list", by)
    return entry


def change_entry(*, entry: WaitlistEntry, wishes: Wishes, by: User) -> WaitlistEntry:
    """Since when they wait stays as it is. An offer that is open stays open."""
    for name, value in wishes.as_values().items():
        setattr(entry, name, value)
    _save(entry, "change_wishes", by)
    return entry


def withdraw(*, entry: WaitlistEntry, by: User) -> None:
    """Off the list. What was offered is for the next one."""
    with transaction.atomic():
        take_from(entry=entry, by=by)
        if WaitlistEntry.objects.filter(pk=entry.pk, status=WaitStatus.WAITING).update(status=WaitStatus.WITHDRAWN):
            audit.record("leave_waiting_list", subject=entry, by=by, patient_id=entry.patient_id)


def _save(entry: WaitlistEntry, action: str, by: User) -> None:
    try:
        with transaction.atomic():
            entry.save()
            audit.record(action, subject=entry, by=by, patient_id=entry.patient_id)
            look_again()
    except IntegrityError as error:
        if broken_rule(error) != ONCE:
            raise
        words = _("%(name)s waits for this service already. Change that entry instead.")
        raise ValidationError({"service": words % {"name": entry.patient.name}}) from error
