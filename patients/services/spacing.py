"""Needling visits of one patient closer together than 48 hours take a reason, however they are booked or moved."""

from collections.abc import Collection, Sequence

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from patients.models import Appointment
from patients.queries.history import close_needling

TOO_CLOSE = _("Needling visits of one patient are less than 48 hours apart. Say why that is right, or choose others.")


def is_too_close(rows: Sequence[Appointment], *, instead_of: Collection[int] = ()) -> bool:
    """Rows are of one patient and service, and not written yet.

    To be asked with the patient's time locked: what a page showed may be older than another booking.
    """
    first, starts = rows[0], [row.starts_at for row in rows]
    if not first.patient_id:
        return False
    return any(pair.is_hard for pair in close_needling(first.patient, first.service, starts, instead_of=instead_of))


def ask_why(reason: str) -> None:
    """ValidationError where they are too close together and nobody says why."""
    if not reason:
        raise ValidationError({"spacing_reason": TOO_CLOSE})
