"""A time is kept while somebody fills in the form: a row like an appointment, under the same constraints."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from clinics.models import Room, Service, User
from clinics.tenancy import all_clinics, clinic_scope
from patients.models import Appointment, Patient, Status
from patients.services.booking import row_for
from patients.services.claims import Taken, claim_past_own_holds, drop, let_go, lock_resources
from patients.services.fitting import broken_rules_in_words, refuse_unfit

MOST_HELD = 3  # by one person


KEPT_FOR = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Held:
    appointment: Appointment

    @property
    def until(self) -> datetime:
        """Wall time at the location; needs room__location."""
        assert self.appointment.expires_at is not None  # noqa: S101  # what is held has an end
        return self.appointment.room.location.local(self.appointment.expires_at)


def hold(
    *,
    therapist: User,
    room: Room,
    service: Service,
    starts_at: datetime,
    by: User,
    patient: Patient | None = None,
    ends_at: datetime | None = None,
    instead_of: int | None = None,
) -> Held | Taken:
    """Keep a time for five minutes. Not audited: nothing is said about anybody, and it is gone by itself.

    `instead_of`: what the same person holds for the same form. It goes as the new one comes, and stays where it does
    not. ValidationError, by field, as in booking.
    """
    wanted = row_for(therapist, room, service, starts_at, ends_at)
    wanted.held_by, wanted.status = by, Status.HELD
    if patient:
        wanted.patient = patient
    wanted.expires_at = timezone.now() + KEPT_FOR
    refuse_unfit(wanted, by=by)
    with broken_rules_in_words(wanted), transaction.atomic():
        lock_resources(wanted)
        if instead_of is not None:
            release(hold_id=instead_of, by=by)
        if taken := claim_past_own_holds(wanted, by):
            transaction.set_rollback(True)
            return taken
        _let_older_go(by)
    return Held(wanted)


def _let_older_go(by: User) -> None:
    """Nobody books more at once than this; a day is not to be kept full of times that nobody asked for."""
    mine = Appointment.every.filter(status=Status.HELD, held_by=by).order_by("-pk")
    for pk in mine.values_list("pk", flat=True)[MOST_HELD:]:
        let_go(pk, by)


def release(*, hold_id: int, by: User) -> None:
    """One's own only. What is gone already, or has become an appointment, is left alone."""
    let_go(hold_id, by)


def held_time(hold_id: int | None, *, by: User) -> Held | None:
    """What this person still holds."""
    if hold_id is None:
        return None
    mine = Appointment.every.filter(pk=hold_id, status=Status.HELD, held_by=by, expires_at__gt=timezone.now())
    row = mine.select_related("room__location").first()
    return Held(row) if row else None


def clear_expired() -> int:
    """Platform job: what was held too long, in every clinic; how many. Offers end with their run."""
    now = timezone.now()
    found: dict[int, list[int]] = defaultdict(list)
    with all_clinics("held times that ran out"):
        held = Appointment.every.kept_too_long(now).filter(status=Status.HELD)
        for clinic_id, pk in held.values_list("clinic_id", "pk"):
            found[clinic_id].append(pk)
    for clinic_id, kept in found.items():
        with clinic_scope(clinic_id):
            drop(kept)
    return sum(map(len, found.values()))
