"""Take back what was done last to an appointment, within the clinic's minutes of grace: then nothing is sent of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from clinics.models import AuditEvent, Clinic, Room, User
from clinics.permissions import Permission
from clinics.tenancy import current_scope
from patients.models import Appointment, CancelReason, Status
from patients.services.cancelling import cancel, undo_cancel
from patients.services.claims import Full, Taken
from patients.services.fitting import may
from patients.services.moving import Changed, Moved, last_change, move
from patients.services.visits import change_status


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What was: cancel, move, change_status or book, as the record calls it. The row as it is now."""

    what: str
    appointment: Appointment


def take_back(*, appointment: Appointment, by: User) -> TakenBack | Taken | Full | Changed:
    """The record says what was last and what it was like before.

    ValidationError where that is too long ago, or nothing that can be taken back.
    """
    if appointment.status == Status.CANCELLED:
        outcome = undo_cancel(appointment=appointment, by=by)
        return outcome if isinstance(outcome, Taken | Full) else TakenBack("cancel", outcome.appointment)
    event = last_change(appointment)
    if event is None or event.action not in _WAYS_BACK:
        raise ValidationError(_("Nothing of that can be taken back any more."), code="wrong_step")
    _refuse_late(event)
    return _WAYS_BACK[event.action](appointment, event.detail, by)


def _refuse_late(event: AuditEvent) -> None:
    grace = Clinic.objects.get(pk=current_scope().clinic_id).grace_minutes
    if timezone.now() - event.at > timedelta(minutes=grace):
        words = _("A change can be taken back within %(minutes)d minutes. Change it anew instead.")
        raise ValidationError(words % {"minutes": grace}, code="too_late")


def _move(row: Appointment, detail: dict[str, Any], by: User) -> TakenBack | Taken | Changed:
    """To where it stood, so nothing is asked of it again: hours, spacing of needling, or what stands beside it."""
    was = {name: pair[0] for name, pair in detail.items() if isinstance(pair, list)}
    starts_at = datetime.fromisoformat(was["starts_at"]) if "starts_at" in was else row.starts_at
    ends_at = datetime.fromisoformat(was["ends_at"]) if "ends_at" in was else row.ends_at
    therapist = User.objects.get(pk=was["therapist_id"]) if "therapist_id" in was else row.therapist
    room = Room.objects.select_related("location").get(pk=was.get("room_id", row.room_id))
    beside = detail.get("was_override") and may(by, Permission.OVERRIDE)
    outcome = move(
        appointment=row, version=detail["version"], starts_at=starts_at, ends_at=ends_at, therapist=therapist,
        room=room, by=by, is_spaced=True, override_reason=_("As it stood before the move") if beside else "",
    )  # fmt: skip
    return TakenBack("move", outcome.appointment) if isinstance(outcome, Moved) else outcome


def _change_status(row: Appointment, detail: dict[str, Any], by: User) -> TakenBack:
    return TakenBack("change_status", change_status(appointment=row, status=detail["from"], by=by))


def _book(row: Appointment, _detail: dict[str, Any], by: User) -> TakenBack | Changed:
    outcome = cancel(appointment=row, version=row.version, reason=CancelReason.MISTAKE, by=by)
    return outcome if isinstance(outcome, Changed) else TakenBack("book", row)


_WAYS_BACK: dict[str, Callable[[Appointment, dict[str, Any], User], TakenBack | Taken | Changed]] = {
    "move": _move,
    "change_status": _change_status,
    "book": _book,
}
