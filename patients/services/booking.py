"""Book appointments. The constraints decide; this module asks them politely and puts their answer into words."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction

from clinics import audit
from clinics.models import Room, Service, User
from clinics.permissions import Permission
from patients.models import Appointment, Patient, Series
from patients.services.claims import Taken, claim, claim_past_own_holds, let_go, lock_resources, withdraw_offers
from patients.services.fitting import broken_rules_in_words, may, refuse_unfit
from patients.services.notices import mark
from patients.services.spacing import ask_why, is_too_close

__all__ = ["Booked", "Taken", "book", "override", "row_for"]


@dataclass(frozen=True, slots=True)
class Booked:
    appointment: Appointment


def book(  # noqa: PLR0913  # each is a fact of the appointment or of how it is booked
    *,
    patient: Patient,
    therapist: User,
    room: Room,
    service: Service,
    starts_at: datetime,
    by: User,
    ends_at: datetime | None = None,
    override_reason: str = "",
    spacing_reason: str = "",
    is_outside: bool = False,
    series: Series | None = None,
    hold: int | None = None,
    notify: bool = True,
) -> Booked | Taken:
    """One appointment, as long as the service unless it says when it ends.

    ValidationError, by field, where it may not be at all, or needling is too close and nobody says why. `hold` is the
    time that was kept meanwhile: it goes as the appointment comes, and stays where it does not. With a reason, a
    conflict is overridden and the row marked; where there is none, the reason is not needed and not kept.
    `is_outside`: somebody was asked about the therapist's hours and said that it is right; the record says so.
    """
    wanted = row_for(therapist, room, service, starts_at, ends_at)
    wanted.patient, wanted.series = patient, series
    refuse_unfit(wanted, by=by)
    mark(wanted, notify=notify)
    with broken_rules_in_words(wanted), transaction.atomic():
        lock_resources(wanted)
        is_close = is_too_close([wanted])
        wanted.spacing_reason = spacing_reason if is_close else ""
        if hold is not None:
            let_go(hold, by)
        if taken := _take(wanted, override_reason, by):
            transaction.set_rollback(True)
            return taken
        if is_close:
            ask_why(spacing_reason)
        audit.record(
            "book",
            subject=wanted,
            by=by,
            patient_id=patient.pk,
            detail=marks(wanted, notify=notify, is_outside=is_outside),
        )
    return Booked(wanted)


def row_for(
    therapist: User, room: Room, service: Service, starts_at: datetime, ends_at: datetime | None = None
) -> Appointment:
    return Appointment(
        therapist=therapist,
        room=room,
        service=service,
        starts_at=starts_at,
        ends_at=ends_at or starts_at + timedelta(minutes=service.minutes),
        minutes_before=service.minutes_before,
        minutes_after=service.minutes_after,
    )


def _take(wanted: Appointment, override_reason: str, by: User) -> Taken | None:
    taken = claim_past_own_holds(wanted, by)
    return override(wanted, override_reason, by) if taken and override_reason else taken


def override(wanted: Appointment, reason: str, by: User) -> Taken | None:
    """Beside what stands there already; who comes later is refused by both. The board shows it with its reason.

    What is only offered to somebody who waits is taken back instead.
    """
    if not may(by, Permission.OVERRIDE):
        raise PermissionDenied
    if withdraw_offers(wanted) and claim(wanted) is None:
        return None
    wanted.is_override, wanted.override_reason = True, reason
    return claim(wanted)


def marks(row: Appointment, *, notify: bool, is_outside: bool = False) -> dict[str, bool]:
    found = {"override": row.is_override, "close": bool(row.spacing_reason), "outside": is_outside}
    return {name: True for name, is_so in found.items() if is_so} | ({} if notify else {"notify": False})
