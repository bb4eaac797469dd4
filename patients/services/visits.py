"""How a visit goes: arrived, in session, completed; or missed. Cancelling is a service of its own."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from psycopg.errors import ExclusionViolation

from clinics import audit
from clinics.constraints import broken_rule
from clinics.models import User
from patients.models import HERE, Appointment, Status
from patients.services.claims import PLACES, lock_resources

ELSEWHERE = "patients_appointment_with_class"


def change_status(*, appointment: Appointment, status: str, by: User) -> Appointment:
    """One step forward, or one back to put a wrong tap right. ValidationError where the step is not possible now.

    The same status again is a second tap on the same button: nothing changes and nothing is recorded.
    """
    try:
        with transaction.atomic():
            return _step(appointment, Status(status), by)
    except IntegrityError as error:
        if isinstance(error.__cause__, ExclusionViolation):
            raise ValidationError(_("The time was given to somebody else in the meantime."), code="taken") from error
        if broken_rule(error) == PLACES:
            raise ValidationError(_("The class is full in the meantime."), code="full") from error
        if broken_rule(error) == ELSEWHERE:
            words = _("The class is at another time or place now. Add the patient to it anew.")
            raise ValidationError(words, code="moved") from error
        raise


@transaction.atomic
def seal(*, appointment: Appointment, by: User) -> Appointment:
    """What was done at a completed visit is documented: from now on the visit stays as it is, the database sees to it.

    ValidationError where it is not completed.
    """
    row: Appointment = Appointment.objects.select_for_update(of=("self",)).get(pk=appointment.pk)
    if row.status != Status.COMPLETED:
        raise ValidationError(_("Only a completed visit can be documented."), code="wrong_step")
    if not row.is_documented:
        row.is_documented = True
        row.save(update_fields=["is_documented"])
        audit.record("seal", subject=row, by=by, patient_id=row.patient_id)
    return row


def _step(appointment: Appointment, status: Status, by: User) -> Appointment:
    # Before the row: it may take its time back, or a place in a class, so like a booking it waits its turn.
    lock_resources(appointment)
    row: Appointment = (
        Appointment.objects.select_for_update(of=("self",)).select_related("room__location").get(pk=appointment.pk)
    )
    before = Status(row.status)
    if status == before:
        return row
    if row.is_documented:
        raise ValidationError(documented(), code="documented")
    if status not in row.next_statuses or Status.CANCELLED in {before, status}:
        raise ValidationError(wrong_step(before, status), code="wrong_step")
    if row.too_early_for(status, timezone.now()):
        raise ValidationError(_too_early(row, status), code="too_early")
    row.status = status
    if status == Status.ARRIVED and row.arrived_at is None:
        row.arrived_at = timezone.now()
    elif status not in HERE:
        row.arrived_at = None
    row.save(update_fields=["status", "arrived_at"])
    detail = {"from": before.value, "to": status.value}
    audit.record("change_status", subject=row, by=by, patient_id=row.patient_id, detail=detail)
    return row


def documented() -> str:
    return _("This visit is documented: its session is signed. So it stays as it is.")


def _too_early(row: Appointment, status: Status) -> str:
    return _("This appointment is on %(when)s, so “%(status)s” has to wait until then. Nothing was changed.") % {
        "when": date_format(row.local_start, "j F Y, H:i"),
        "status": status.label,
    }


def wrong_step(before: Status, after: Status) -> str:
    return _("This appointment is “%(before)s” now, and “%(after)s” cannot follow that. Nothing was changed.") % {
        "before": before.label,
        "after": after.label,
    }
