"""What patients say of themselves in numbers, at a visit or at home."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from clinics import audit
from clinics.models import User
from programs.measures import PSFS
from programs.models import Episode, Score
from programs.models.score import ScoreQuerySet
from programs.queries.asked import ANSWERS
from programs.queries.measures import activities_of
from programs.services.assessments import update_factors
from programs.services.outlook import look_back

FEWEST, MOST = 3, 5  # activities of the patient's own


@dataclass(frozen=True, slots=True)
class Activity:
    """Something the patient wants to do again, and how well it goes: 0 not at all, 10 as before."""

    text: str
    score: int


@transaction.atomic
def record_scores(
    *,
    episode: Episode,
    taken_on: date,
    values: Mapping[str, Decimal],
    activities: Sequence[Activity] = (),
    by: User,
    withdrawn: Collection[str] = (),
    from_patient: bool = False,
) -> list[Score]:
    """The values of one day by measure. What was given for that day before is put right, or taken back; from a patient
    only their own. Returns what was written.

    The activities that were named first stay the ones that are asked about. Raises ValidationError where others come.
    What a test asks for moves the factors: at once, or with the next sweep where it comes from home.
    """
    rows = [_score(measure, value) for measure, value in values.items()]
    if activities:
        _check(activities, activities_of(episode))
        rows.append(_of_activities(activities))
    for row in rows:
        row.patient_id, row.episode, row.taken_on = episode.patient_id, episode, taken_on
        row.entered_by = None if from_patient else by
        row.is_news = from_patient and row.measure in ANSWERS
    rows = _put_own(rows) if from_patient else _put(rows)
    given = Score.objects.filter(episode=episode, measure__in=withdrawn, taken_on=taken_on)
    (given.filter(entered_by=None) if from_patient else given).delete()
    told = sorted({*withdrawn, *(row.measure for row in rows)})
    audit.record(
        "measure",
        subject=episode,
        by=by,
        patient_id=episode.patient_id,
        detail={"measures": told, "day": taken_on.isoformat(), **({"withdrawn": [*withdrawn]} if withdrawn else {})},
    )
    if not from_patient and not ANSWERS.keys().isdisjoint(told):
        update_factors(episode=episode, day=taken_on)
        look_back(episode=episode, day=taken_on, by=by)
    return rows


def _put(rows: list[Score]) -> list[Score]:
    Score.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["episode", "measure", "taken_on"],
        update_fields=["value", "parts", "entered_by", "is_news"],
    )
    return rows


def _put_own(rows: list[Score]) -> list[Score]:
    """Without those that the team entered on that day. The database judges each as it stands at that moment."""
    Score.objects.bulk_create(rows, ignore_conflicts=True)
    return [row for row in rows if _own(row).update(value=row.value, parts=row.parts, is_news=row.is_news)]


def _own(row: Score) -> ScoreQuerySet:
    found: ScoreQuerySet = Score.objects.filter(
        episode=row.episode, measure=row.measure, taken_on=row.taken_on, entered_by=None
    )
    return found


def _score(measure: str, value: Decimal) -> Score:
    return Score(measure=measure, value=value)


def _of_activities(activities: Sequence[Activity]) -> Score:
    """The mean of those that were rated."""
    mean = Decimal(sum(one.score for one in activities)) / len(activities)
    parts = [{"activity": one.text, "score": one.score} for one in activities]
    return Score(measure=PSFS, value=round(mean, 1), parts=parts)


def _check(activities: Sequence[Activity], first: Sequence[str]) -> None:
    named = [one.text for one in activities]
    if first and named != list(first):
        raise ValidationError(_("The same activities are rated each time."))
    if not FEWEST <= len(set(named)) == len(named) <= MOST:
        raise ValidationError(_("Three to five activities, each once, please."))
