from django.db import transaction

from clinics import audit
from clinics.models import User
from programs.models import Episode


@transaction.atomic
def open_letter(*, episode: Episode, level: str, by: User) -> None:
    """A letter may leave the house once it is on a screen: who opened it is kept, what it says is not."""
    audit.record("open_letter", subject=episode, by=by, patient_id=episode.patient_id, detail={"level": level})
