"""What is to be minded about a patient at every visit: noted, ended with a reason, never overwritten."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from clinics import audit
from clinics.constraints import broken_rule
from clinics.models import User
from patients.models import FlagKind, Patient, PatientFlag


def note_flag(
    *, patient: Patient, kind: str, allergen: str = "", note: str = "", until: date | None = None, day: date, by: User
) -> PatientFlag:
    """`day` is the day of asking. An allergy ends "no known allergies", and asking about them again renews that.

    ValidationError where it stands there already, or contradicts what stands there.
    """
    try:
        with transaction.atomic():
            Patient.objects.select_for_update().get(pk=patient.pk)  # two at once would not see each other's
            if kind in (FlagKind.ALLERGY, FlagKind.NO_ALLERGIES):
                _end_no_allergies(patient, day, by)
            row: PatientFlag = PatientFlag.objects.create(
                patient=patient, kind=kind, allergen=allergen, note=note, until=until, noted_on=day, noted_by=by
            )
            audit.record("note_flag", subject=row, by=by, patient_id=patient.pk)
            return row
    except IntegrityError as error:
        words = {
            "patients_patientflag_once": _("That stands here already."),
            "patients_patientflag_both": _("An allergy stands here. End it first, with the reason."),
        }
        if (said := words.get(broken_rule(error))) is None:
            raise
        raise ValidationError(said) from error


def _end_no_allergies(patient: Patient, day: date, by: User) -> None:
    for row in PatientFlag.objects.filter(patient=patient, kind=FlagKind.NO_ALLERGIES, ended_on__isnull=True):
        end_flag(flag=row, reason=_("Asked again"), day=day, by=by)


@transaction.atomic
def end_flag(*, flag: PatientFlag, reason: str, day: date, by: User) -> None:
    """ValidationError where somebody else has ended it."""
    row = PatientFlag.objects.select_for_update().get(pk=flag.pk)
    if row.ended_on is not None:
        raise ValidationError(_("That has ended already."))
    row.ended_on, row.ended_by, row.end_reason = day, by, reason
    row.save(update_fields=["ended_on", "ended_by", "end_reason"])
    audit.record("end_flag", subject=row, by=by, patient_id=row.patient_id)
