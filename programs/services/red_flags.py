from collections.abc import Collection
from datetime import date

from django.db import transaction
from django.utils import timezone

from clinics import audit
from clinics.models import User
from programs import catalogue
from programs.models import Episode, RaisedFlag, RedFlagScreen
from programs.screening import is_lower, suggested_concern


class NeedsReason(ValueError):  # noqa: N818  # reads as what is missing
    """A level below the one that the answers suggest says why."""


def suggestion(*, episode: Episode, positive: Collection[str], day: date) -> str:
    """From the answers, and from findings that answered a question with yes: nobody has to tick those again."""
    found = RaisedFlag.objects.filter(episode=episode).waiting(day)
    positive = {*positive, *found.values_list("question", flat=True)}
    age = episode.patient.age_on(day)
    return suggested_concern(positive, age=age, items=catalogue.red_flags())


@transaction.atomic
def record_screen(
    *, episode: Episode, concern: str, positive: Collection[str], note: str, screened_on: date, by: User
) -> RedFlagScreen:
    """Each screen is a new row. A clinician may set a lower level than suggested, but not without a word.

    `screened_on` is when the patient was asked; when that was recorded is stamped beside it.
    """
    suggested = suggestion(episode=episode, positive=positive, day=screened_on)
    if is_lower(concern, than=suggested) and not note.strip():
        raise NeedsReason(suggested)
    screen = RedFlagScreen.objects.create(
        episode=episode,
        concern=concern,
        positive=sorted(positive),
        note=note,
        screened_on=screened_on,
        screened_by=by,
        recorded_at=timezone.now(),
    )
    audit.record("screen", subject=screen, by=by, patient_id=episode.patient_id, detail={"episode": episode.pk})
    return screen
