"""A late cancellation's fee, put right afterwards: the patient has told why, and the clinic looks at it with them."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from clinics import audit
from clinics.models import AuditEvent, User
from patients.models import Appointment, Cancellation


@transaction.atomic
def waive_fee(*, appointment: Appointment, exemption: str, by: User) -> Cancellation:
    """It stays late; the amount stays in the record. ValidationError where nothing is charged."""
    rows = Cancellation.objects.select_for_update(of=("self",))
    row: Cancellation | None = rows.filter(appointment=appointment, fee__gt=0).first()
    if row is None:
        raise ValidationError(_("Nothing is charged for it."), code="no_fee")
    detail = {"fee": str(row.fee), "because_of": str(exemption)}
    row.fee, row.exemption = 0, exemption
    row.save(update_fields=["fee", "exemption"])
    audit.record("waive_fee", subject=appointment, by=by, patient_id=appointment.patient_id, detail=detail)
    return row


def waived(cancellation: Cancellation | None) -> Decimal | None:
    """What was waived afterwards, as the record has it. None where nothing was."""
    if cancellation is None or not cancellation.exemption:
        return None
    row = cancellation.appointment
    events = AuditEvent.objects.filter(
        patient_id=row.patient_id, subject="patients.appointment", subject_ids__contains=[row.pk], action="waive_fee"
    )
    event = events.order_by("-at", "-pk").first()
    return None if event is None else Decimal(event.detail["fee"])


@transaction.atomic
def charge_again(*, appointment: Appointment, by: User) -> Cancellation:
    """A waiver taken back. ValidationError where none was made."""
    rows = Cancellation.objects.select_for_update(of=("self",)).select_related("appointment")
    row: Cancellation | None = rows.filter(appointment=appointment, fee=0).first()
    fee = waived(row)
    if row is None or fee is None:
        raise ValidationError(_("No fee was waived for it."), code="not_waived")
    row.fee, row.exemption = fee, ""
    row.save(update_fields=["fee", "exemption"])
    detail = {"fee": str(fee)}
    audit.record("charge_again", subject=appointment, by=by, patient_id=appointment.patient_id, detail=detail)
    return row
