"""Cancel an appointment, with the reason and what it costs; and take that back while it is fresh."""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from clinics import audit
from clinics.constraints import broken_rule
from clinics.models import Clinic, User
from clinics.tenancy import current_scope
from patients.lateness import Charge, Policy, charge
from patients.models import NEXT, Appointment, Cancellation, CancelReason, Exemption, Status
from patients.services.booking import Booked
from patients.services.claims import PLACES, Full, Taken, lock_resources, reclaim
from patients.services.freed_times import left_by
from patients.services.moving import (
    FIELDS,
    Changed,
    change,
    last_change,
    locked,
    participants_of,
    place_of,
)
from patients.services.notices import announce, presume_told, told_off
from patients.services.visits import wrong_step

# The patient can do nothing about these, so they never cost anything.
OURS = {CancelReason.CLINIC, CancelReason.MISTAKE}


@transaction.atomic
def cancel(
    *,
    appointment: Appointment,
    version: int,
    reason: str,
    by: User | None,
    note: str = "",
    exemption: str = "",
    notify: bool = True,
) -> Cancellation | Changed:
    """The time is free at once. `by=None`: the patient, by a link. A class cancels its participants' places.

    `version` is what the person saw. ValidationError where it is over or cancelled already.
    """
    lock_resources(appointment, *participants_of(appointment))
    row = locked(appointment.pk)
    if row.version != version:
        return Changed(row, last_change(row))
    now = timezone.now()
    participants = participants_of(row)
    for one in participants:
        _cancel(one, CancelReason.CLINIC, by, note, Exemption.CLINIC, now)
    exemption = exemption or (Exemption.CLINIC if reason in OURS else "")
    made = _cancel(row, reason, by, note, exemption, now)
    announce(appointments=[row, *participants], by=by, notify=notify)
    if reason != CancelReason.CLINIC:  # then the therapist is away, or the room is
        left_by(row)
    return made


def undo_cancel(*, appointment: Appointment, by: User) -> Booked | Taken | Full:
    """Within the clinic's minutes of grace, and if the time is still free. A class comes back with its participants.

    ValidationError where it is too late, or cancelled no more.
    """
    with transaction.atomic():
        lock_resources(appointment, *_cancelled_with(appointment))
        row = locked(appointment.pk)
        _refuse_late_undo(row)
        everybody = [row, *_cancelled_with(row)]
        for one in everybody:
            if refused := _bring_back(one, by):
                transaction.set_rollback(True)
                return refused
        announce(appointments=everybody, by=by, notify=True)
    return Booked(row)


def _cancelled_with(row: Appointment) -> list[Appointment]:
    if row.places is None:
        return []
    rows = Appointment.objects.filter(group=row.pk, status=Status.CANCELLED, cancellation__reason=CancelReason.CLINIC)
    together = rows.filter(cancellation__cancelled_at=F("group__cancellation__cancelled_at"))
    return list(together.select_related("room__location", "service").order_by("pk"))


def _refuse_late_undo(row: Appointment) -> None:
    cancellation = Cancellation.objects.filter(appointment=row).first()
    if row.status != Status.CANCELLED or cancellation is None:
        raise ValidationError(_("This appointment is not cancelled any more."), code="wrong_step")
    if row.group_id and Appointment.every.get(pk=row.group_id).status == Status.CANCELLED:
        raise ValidationError(_("The class itself is cancelled."), code="wrong_step")
    grace = Clinic.objects.get(pk=current_scope().clinic_id).grace_minutes
    if not is_fresh(cancellation, grace, timezone.now()):
        words = _("A cancellation can be taken back within %(minutes)d minutes. Book the appointment again instead.")
        raise ValidationError(words % {"minutes": grace}, code="too_late")


def is_fresh(cancellation: Cancellation, grace_minutes: int, now: datetime) -> bool:
    """Can still be taken back."""
    return now - cancellation.cancelled_at <= timedelta(minutes=grace_minutes)


def _is_patients_own(row: Appointment) -> bool:
    """Cancelled by the patient, by a link: that it is on again must reach them."""
    return Cancellation.objects.filter(appointment=row, cancelled_by=None).exists()


def _bring_back(row: Appointment, by: User) -> Taken | Full | None:
    if _is_patients_own(row):
        told_off(row)
    row.status = Status.BOOKED
    if row.group_id:  # the class may have moved meanwhile
        change(row, **place_of(Appointment.every.select_related("therapist", "room__location").get(pk=row.group_id)))
    try:
        taken = reclaim(row, ["status", "told", *FIELDS])
    except IntegrityError as error:
        if broken_rule(error) != PLACES:
            raise
        return Full(Appointment.every.for_board().get(participants=row))
    if taken:
        return taken
    Cancellation.objects.filter(appointment=row).delete()
    detail = {"from": Status.CANCELLED.value, "to": Status.BOOKED.value, "version": row.version}
    audit.record("undo_cancel", subject=row, by=by, patient_id=row.patient_id, detail=detail)
    return None


def expected_charge(appointment: Appointment, now: datetime, *, is_exempt: bool) -> Charge:
    """By the clinic's policy of this moment."""
    clinic = Clinic.objects.get(pk=current_scope().clinic_id)
    policy = Policy(clinic.cancel_notice_hours, clinic.late_fee)
    return charge(policy, starts_at=appointment.starts_at, now=now, is_exempt=is_exempt)


def _cancel(row: Appointment, reason: str, by: User | None, note: str, exemption: str, now: datetime) -> Cancellation:
    before = Status(row.status)
    if Status.CANCELLED not in NEXT[before]:
        raise ValidationError(wrong_step(before, Status.CANCELLED), code="wrong_step")
    presume_told(row)
    row.status, row.arrived_at = Status.CANCELLED, None
    row.confirmed_at = row.confirmed_at if by else None  # the patient's no ends their yes
    row.save(update_fields=["status", "arrived_at", "confirmed_at", "told"])
    # Nobody pays for a class as such.
    costs = expected_charge(row, now, is_exempt=bool(exemption) or row.patient_id is None)
    made: Cancellation = Cancellation.objects.create(
        appointment=row, reason=reason, note=note, cancelled_at=now, cancelled_by=by, is_late=costs.is_late,
        exemption=exemption if costs.is_late else "", fee=costs.fee,
    )  # fmt: skip
    detail = {"from": before.value, "to": Status.CANCELLED.value, "reason": str(reason), "late": costs.is_late}
    audit.record("cancel", subject=row, by=by, patient_id=row.patient_id, detail=detail)
    return made
