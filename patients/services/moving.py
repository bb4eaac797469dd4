"""Move an appointment: another time, length, therapist or room. What a drag in the calendar does, and the form."""

from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from clinics import audit
from clinics.models import AuditEvent, Room, User
from clinics.permissions import Permission
from patients.models import Appointment
from patients.models.status import COMING
from patients.services.claims import Taken, lock_resources, reclaim, withdraw_offers
from patients.services.fitting import broken_rules_in_words, may, refuse_unfit
from patients.services.freed_times import left_by
from patients.services.notices import announce, presume_told
from patients.services.spacing import ask_why, is_too_close

FIELDS = ("starts_at", "ends_at", "therapist", "room")
WRITTEN = (*FIELDS, "told")
MARKS = ("is_override", "override_reason", "spacing_reason", "minutes_before", "minutes_after")


@dataclass(frozen=True, slots=True)
class Moved:
    appointment: Appointment
    before: Appointment  # as it was: the way back


@dataclass(frozen=True, slots=True)
class Changed:
    """Somebody else changed it meanwhile. The row as it is now; by whom and when, where the record says."""

    appointment: Appointment
    event: AuditEvent | None


def move(  # noqa: PLR0913  # each is a fact of the appointment or of how it is moved
    *,
    appointment: Appointment,
    version: int,
    starts_at: datetime,
    therapist: User,
    room: Room,
    by: User | None,
    ends_at: datetime | None = None,
    notify: bool = True,
    override_reason: str = "",
    spacing_reason: str = "",
    is_outside: bool = False,
    is_spaced: bool = False,
) -> Moved | Taken | Changed:
    """`version` is what the person saw. ValidationError, by field, where it may not be at all.

    `by=None`: the patient, by a link. Without an end it stays as long as it is. A class takes its participants along.
    `is_outside`: outside the hours, and said to be right. `is_spaced`: whoever moves several has seen to the spacing.
    """
    ends_at = ends_at or starts_at + (appointment.ends_at - appointment.starts_at)
    wanted = copy(appointment)
    change(wanted, starts_at=starts_at, ends_at=ends_at, therapist=therapist, room=room)
    refuse_unfit(wanted, by=by, before=appointment)
    with broken_rules_in_words(wanted), transaction.atomic():
        lock_resources(appointment, wanted, *participants_of(appointment))
        row = locked(appointment.pk)
        if row.version != version:
            return Changed(row, last_change(row))
        _refuse_unmovable(row)
        presume_told(row)
        before = copy(row)
        change(row, starts_at=starts_at, ends_at=ends_at, therapist=therapist, room=room)
        is_close = not is_spaced and _comes_close(row, before, spacing_reason)
        if taken := _take(row, before, override_reason, by):
            transaction.set_rollback(True)
            return taken
        if is_close:
            ask_why(spacing_reason)
        detail = _detail(before, row, is_outside=is_outside)
        audit.record("move", subject=row, by=by, patient_id=row.patient_id, detail=detail)
        announce(appointments=[row, *participants_of(row)], by=by, notify=notify)
        if leaves_time(before, row):
            left_by(before)
    return Moved(row, before)


def _comes_close(row: Appointment, before: Appointment, reason: str) -> bool:
    """Marks the row. Where it does not, what was said before stays, for the way back."""
    is_close = row.starts_at != before.starts_at and is_too_close([row], instead_of=[row.pk])
    if is_close:
        row.spacing_reason = reason
    return is_close


def leaves_time(before: Appointment, after: Appointment) -> bool:
    """Another room alone leaves the therapist as busy as before."""
    same_time = (before.starts_at, before.ends_at) == (after.starts_at, after.ends_at)
    return not same_time or before.therapist_id != after.therapist_id


def locked(pk: int) -> Appointment:
    rows = Appointment.every.select_for_update(of=("self",))
    found: Appointment = rows.select_related("patient", "therapist", "room__location", "service").get(pk=pk)
    return found


def last_change(row: Appointment) -> AuditEvent | None:
    events = AuditEvent.objects.filter(
        patient_id=row.patient_id, subject="patients.appointment", subject_ids__contains=[row.pk]
    )
    return events.exclude(action__in=("read", "keep_quiet")).select_related("by").order_by("-at", "-pk").first()


def change(row: Appointment, **values: Any) -> None:
    for name, value in values.items():
        setattr(row, name, value)


def place_of(row: Appointment) -> dict[str, Any]:
    """Where and when: what a place in a class has from the class."""
    return {name: getattr(row, name) for name in FIELDS}


def participants_of(appointment: Appointment) -> list[Appointment]:
    """Of a class; nobody otherwise."""
    if appointment.places is None:
        return []
    rows = Appointment.objects.filter(group=appointment.pk).live().order_by("pk")
    return list(rows.select_related("patient", "therapist", "room__location", "service"))


def _refuse_unmovable(row: Appointment) -> None:
    if row.group_id:
        raise ValidationError(_("This is a place in a class. Take it back, and add the patient to another class."))
    if row.status not in COMING or row.is_documented:
        words = _("This appointment is “%(status)s” now, so its time stays as it is. Nothing was changed.")
        raise ValidationError(words % {"status": row.get_status_display()}, code="wrong_step")
    if any(one.status not in COMING for one in participants_of(row)):
        words = _("Somebody was treated in this class already, so its time stays as it is. Nothing was changed.")
        raise ValidationError(words, code="wrong_step")


def _take(row: Appointment, before: Appointment, reason: str, by: User | None) -> Taken | None:
    """Without a double booking where that is possible, also where it was one before."""
    if before.is_override:
        change(row, is_override=False, override_reason="")
        change(row, minutes_before=row.service.minutes_before, minutes_after=row.service.minutes_after)
    taken = reclaim(row, [*WRITTEN, *MARKS])
    if taken and reason:
        if not may(by, Permission.OVERRIDE):
            raise PermissionDenied
        if withdraw_offers(row) and reclaim(row, [*WRITTEN, *MARKS]) is None:
            return _take_along(row, participants_of(row))
        change(row, is_override=True, override_reason=reason)
        taken = reclaim(row, [*WRITTEN, *MARKS])
    return taken or _take_along(row, participants_of(row))


def _take_along(group: Appointment, participants: Iterable[Appointment]) -> Taken | None:
    for one in participants:
        presume_told(one)
        change(one, **place_of(group))
        if taken := reclaim(one, WRITTEN):
            return taken
    return None


def _detail(before: Appointment, after: Appointment, *, is_outside: bool) -> dict[str, Any]:
    """What changed, from and to."""
    found: dict[str, Any] = {"version": after.version}
    for name in ("starts_at", "ends_at"):
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            found[name] = [old.isoformat(), new.isoformat()]
    for name in ("therapist_id", "room_id"):
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            found[name] = [old, new]
    marks = {"override": after.is_override, "was_override": before.is_override, "outside": is_outside}
    return found | {name: True for name, is_so in marks.items() if is_so}
