from datetime import date

from django.db import transaction

from clinics import audit
from clinics.models import User
from patients.models import Patient
from programs.models import Episode
from programs.pain.places import Mark
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
