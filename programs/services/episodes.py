from dataclasses import dataclass
from datetime import date

from django.db import transaction

from clinics import audit
from clinics.models import User
from patients.models import Patient
from programs.models import Episode, PainArea, Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Pain:
    """Where it hurts, as far as it is known."""

    region: str
    intensity: int
    side: str = Side.NONE
    levels: str = ""
    quality: str = ""


@transaction.atomic
def open_episode(
    *,
    patient: Patient,
    complaint: str,
    began_on: date | None,
    started_on: date,
    by: User,
    pain: Pain | None = None,
) -> Episode:
    """Opening starts the care: it may be the patient's first complaint or one more."""
    episode = Episode.objects.create(patient=patient, complaint=complaint, began_on=began_on, started_on=started_on)
    audit.record("open", subject=episode, by=by, patient_id=patient.pk)
    if pain is not None:
        note_pain(episode=episode, pain=pain, noted_on=started_on, by=by)
    return episode


@transaction.atomic
def note_pain(*, episode: Episode, pain: Pain, noted_on: date, by: User) -> PainArea:
    area = PainArea.objects.create(
        episode=episode,
        region=pain.region,
        side=pain.side,
        levels=pain.levels,
        quality=pain.quality,
        intensity=pain.intensity,
        noted_on=noted_on,
    )
    audit.record("note_pain", subject=area, by=by, patient_id=episode.patient_id)
    return area
