"""A clinic's own copies of questionnaires: brought in with the word of whoever does so, filled in, retired."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from clinics import audit
from clinics.models import User
from programs.instruments.asking import asked
from programs.instruments.fhir import Imported
from programs.instruments.scoring import Scale, score
from programs.models import Episode, Questionnaire, Response
from programs.queries.questionnaires import answers_as_numbers, items_of, scales_of
from programs.services.measures import record_scores


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    """By which right the clinic uses it, in its own words, and where that is written down."""

    statement: str
    reference: str = ""


@transaction.atomic
def bring_in(
    *, imported: Imported, title: str, licence: Licence, by: User, instrument: str = "", scales: Sequence[Scale] = (),
    numbers: Mapping[str, str] | None = None,
) -> Questionnaire:  # fmt: skip
    """A newer copy of an instrument takes the place of the one in use. `numbers`: linkId -> item of the scales.

    The audit says who and how many questions, never what they are.
    """
    if instrument:
        for before in Questionnaire.objects.in_use().filter(instrument=instrument):
            retire(questionnaire=before, by=by)
    made = Questionnaire.objects.create(
        instrument=instrument,
        title=title,
        version=imported.version[:40],
        items=[asdict(item) for item in imported.items],
        numbers=dict(numbers or {}),
        scales=[{**asdict(scale), "reverse": sorted(scale.reverse)} for scale in scales],
        licence=licence.statement,
        licence_reference=licence.reference,
        attested_by=by,
    )
    audit.record("bring_in", subject=made, by=by, detail={"questions": len(imported.questions)})
    return made


class EnteredByTheTeam(ValueError):  # noqa: N818  # reads as what is the case
    """What somebody of the clinic has entered for that day is not the patient's to change."""


@transaction.atomic
def fill_in(
    *, questionnaire: Questionnaire, episode: Episode, filled_on: date, answers: Mapping[str, Any], by: User,
    from_patient: bool = False,
) -> Response:  # fmt: skip
    """Once a day: a second time puts the first right. The numbers that come of it are scores like any other.

    An answer to what is not asked, given the others, is not kept. Raises EnteredByTheTeam.
    """
    heard = {item.link_id for item in asked(items_of(questionnaire), answers)}
    answers = {link: answer for link, answer in answers.items() if link in heard}
    key: dict[str, Any] = {"questionnaire": questionnaire, "episode": episode, "filled_on": filled_on}
    said: dict[str, Any] = {"patient_id": episode.patient_id, "answers": answers}
    said["entered_by"] = None if from_patient else by
    response = _put_own(key, said) if from_patient else Response.objects.update_or_create(**key, defaults=said)[0]
    audit.record("fill_in", subject=response, by=by, patient_id=episode.patient_id)
    values = _values(questionnaire, answers)
    unsaid = sorted({scale.key for scale in scales_of(questionnaire)} - values.keys())  # what an earlier try had given
    if values or unsaid:
        record_scores(
            episode=episode, taken_on=filled_on, values=values, by=by, from_patient=from_patient, withdrawn=unsaid
        )
    return response


def _put_own(key: dict[str, Any], said: dict[str, Any]) -> Response:
    """The database judges whose row it is, as it stands at that moment."""
    Response.objects.bulk_create([Response(**key, **said)], ignore_conflicts=True)
    own = Response.objects.filter(**key, entered_by=None)
    if not own.update(answers=said["answers"]):
        raise EnteredByTheTeam
    response: Response = own.get()
    return response


@transaction.atomic
def retire(*, questionnaire: Questionnaire, by: User) -> None:
    """Not asked any more. What was answered stays."""
    questionnaire.retired_at = questionnaire.retired_at or timezone.now()
    questionnaire.save(update_fields=["retired_at"])
    audit.record("retire", subject=questionnaire, by=by)


def _values(questionnaire: Questionnaire, answers: Mapping[str, Any]) -> dict[str, Decimal]:
    given = answers_as_numbers(questionnaire, answers)
    found = {scale.key: score(scale, given) for scale in scales_of(questionnaire)}
    return {key: Decimal(str(value)) for key, value in found.items() if value is not None}
