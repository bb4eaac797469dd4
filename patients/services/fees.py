"""A late cancellation's fee, put right afterwards: the patient has told why, and the clinic looks at it with them."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from clinics import audit
from clinics.models import User
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
