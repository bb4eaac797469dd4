from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from clinics import audit
from clinics.models import User
from patients.models import Patient
from programs.models import CarePlan, Episode, RedFlagScreen
from programs.pain.places import Mark
from programs.services import home
from programs.services.pain import mark_pain, therapists


@transaction.atomic
def open_episode(
    *,
    patient: Patient,
    complaint: str,
    began_on: date | None,
    started_on: date,
    by: User,
    pain: Mark | None = None,
    both_sides: bool = False,
) -> Episode:
    """Opening starts the care: it may be the patient's first complaint or one more."""
    episode = Episode.objects.create(patient=patient, complaint=complaint, began_on=began_on, started_on=started_on)
    audit.record("open", subject=episode, by=by, patient_id=patient.pk)
    if pain is not None:
        mark_pain(therapists(episode, started_on, by), pain, both_sides=both_sides)
    return episode


@transaction.atomic
def end_care(*, episode: Episode, day: date, reason: str, note: str = "", by: User) -> Episode:
    """Discharge: the plan and what is done at home end with it. ValidationError where an emergency stands."""
    row = Episode.objects.select_for_update().get(pk=episode.pk)
    if row.closed_on is not None:
        raise ValidationError(_("Care has ended already."))
    if RedFlagScreen.objects.standing().filter(episode=row).exists():
        raise ValidationError(_("Emergency signs stand here. A clinician clears them first."))
    CarePlan.objects.filter(episode=row).drafts().delete()
    CarePlan.objects.filter(episode=row).current().update(ended_on=Greatest("starts_on", Value(day)))
    home.end_programme(episode=row, before=day, by=by)
    row.closed_on, row.end_reason, row.end_note = day, reason, note
    row.save(update_fields=["closed_on", "end_reason", "end_note"])
    audit.record("end_care", subject=row, by=by, patient_id=row.patient_id, detail={"reason": reason})
    return row


@transaction.atomic
def open_again(*, episode: Episode, by: User) -> Episode:
    """The complaint is back. Its plan does not come back by itself: what has changed is looked at first."""
    row = Episode.objects.select_for_update().get(pk=episode.pk)
    if row.closed_on is None:
        raise ValidationError(_("Care goes on here already."))
    detail = {"ended": row.closed_on.isoformat(), "reason": row.end_reason}
    row.closed_on, row.end_reason, row.end_note = None, "", ""
    row.save(update_fields=["closed_on", "end_reason", "end_note"])
    audit.record("open_again", subject=row, by=by, patient_id=row.patient_id, detail=detail)
    return row
