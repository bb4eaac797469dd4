from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from clinics import audit
from clinics.models import User
from programs.models import Assessment, Episode, Factor, FactorKind, Result, Suggestion, Test
from programs.queries.asked import latest_known
from programs.queries.course import course_of_care
from programs.queries.findings import person_of, verdicts
from programs.queries.nerves import alarms_of
from programs.reasoning import Suggested, suggest
from programs.services.outlook import look_back
from programs.services.raised import raise_flags, was_raised


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One value of one test on one side, or why there is none."""

    test: Test
    side: str = "none"
    value: Decimal | None = None
    word: str = ""
    not_tested: str = ""
    judged_abnormal: bool | None = None
    conditions: Mapping[str, Any] = field(default_factory=dict)
    trials: Sequence[Decimal] = ()
    pain: int | None = None
    parts: Mapping[str, float | str] = field(default_factory=dict)
    note: str = ""

    def as_result(self) -> Result:
        """Not stored, and of no assessment yet."""
        return Result(
            test=self.test,
            side=self.side,
            value=self.value,
            word=self.word,
            not_tested=self.not_tested,
            judged_abnormal=self.judged_abnormal,
            conditions=dict(self.conditions),
            trials=list(self.trials),
            pain=self.pain,
            parts=dict(self.parts),
            note=self.note,
        )


@transaction.atomic
def record_assessment(*, episode: Episode, done_on: date, entries: Sequence[Entry], by: User) -> Assessment:
    """Store the sitting and let the reasoning look at everything known so far. Decisions stay as they are."""
    assessment = Assessment.objects.create(patient_id=episode.patient_id, episode=episode, done_on=done_on, assessor=by)
    Result.objects.bulk_create(_result(assessment, entry) for entry in entries)
    audit.record("assess", subject=assessment, by=by, patient_id=episode.patient_id, detail={"results": len(entries)})
    update_factors(episode=episode, day=done_on)
    if found := alarms_of(assessment):
        raise_flags(assessment=assessment, alarms=found, by=by)
    look_back(episode=episode, day=done_on, by=by)
    return assessment


class PutRight(Exception):  # noqa: N818  # reads as what has happened
    """Somebody corrected it in the meantime."""


@transaction.atomic
def correct_assessment(*, assessment: Assessment, entries: Sequence[Entry], reason: str, by: User) -> Assessment:
    """The sitting as it should have been written; the one that was stays readable and counts no more. Raises PutRight.

    What a wrong value has raised meanwhile, a flag or an alert, a clinician answers: a correction settles nothing. It
    raises what it shows anew, in that sitting and in those that are judged against it.
    """
    Episode.objects.select_for_update(no_key=True).get(pk=assessment.episode_id)  # of two who put it right, one waits
    wrong = Assessment.objects.select_related("episode__patient").get(pk=assessment.pk)
    if Assessment.objects.filter(corrects=wrong).exists():
        raise PutRight
    right = Assessment.objects.create(
        patient_id=wrong.patient_id, episode=wrong.episode, done_on=wrong.done_on, assessor=by,
        corrects=wrong, stands_for=wrong.turn, corrected_at=timezone.now(), reason=reason.strip(),
    )  # fmt: skip
    Result.objects.bulk_create(_result(right, entry) for entry in entries)
    detail = {"results": len(entries), "instead_of": wrong.pk}
    audit.record("correct", subject=right, by=by, patient_id=wrong.patient_id, detail=detail)
    update_factors(episode=right.episode, day=right.done_on)
    for sitting in (right, *Assessment.objects.since(right).select_related("episode__patient", "patient")):
        if anew := [alarm for alarm in alarms_of(sitting) if not was_raised(sitting, alarm)]:
            raise_flags(assessment=sitting, alarms=anew, by=by)
    look_back(episode=right.episode, day=right.done_on, by=by)
    return right


def _result(assessment: Assessment, entry: Entry) -> Result:
    result = entry.as_result()
    result.assessment = assessment
    return result


def update_factors(*, episode: Episode, day: date) -> None:
    """Write the suggestions anew, beside the clinician's decisions. What is audited is the assessment or the scores.

    By the episode's row: of two that write at once, the later one sees what the other has brought.
    """
    Episode.objects.select_for_update(no_key=True).get(pk=episode.pk)
    latest = latest_known(episode)
    names = {result.test.key: result.test.name for result in latest}
    judged = verdicts(latest, person_of(episode, day))
    kinds = list(FactorKind.objects.filter(is_active=True))
    found = suggest(judged, kinds, course_of_care(episode))
    Factor.objects.bulk_create(
        (_factor(episode, one, names) for one in found),
        update_conflicts=True,
        unique_fields=["episode", "key"],
        update_fields=["suggestion", "improving", "evidence", "because"],
    )
    retired = Factor.objects.filter(episode=episode).exclude(key__in=[kind.key for kind in kinds])
    retired.update(suggestion=Suggestion.NOT_ASSESSED, improving=False, evidence=[], because=[])


def _factor(episode: Episode, suggested: Suggested, names: Mapping[str, str]) -> Factor:
    """The evidence is kept under the names that the tests have now."""
    return Factor(
        episode=episode,
        key=suggested.factor,
        suggestion=suggested.state,
        improving=suggested.improving,
        evidence=list(suggested.tests),
        because=[{"name": names[one.test], **one.stored()} for one in suggested.because],
    )
