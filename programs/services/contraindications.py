"""Asking at a visit what speaks against a treatment. What was asked is kept, and asked again it is a new row."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from clinics import audit
from clinics.models import User
from patients.models import Appointment, Patient, PatientFlag
from programs.contraindications import YES, places_asked, unanswered, unreasoned
from programs.models import ContraindicationCheck, Factor, Suggestion


class NotWhole(ValueError):  # noqa: N818  # reads as what is the case
    """Something was not answered, not weighed in words, or a place was not said."""


@transaction.atomic
def record_check(
    *,
    appointment: Appointment,
    asked: Collection[str],
    answers: Mapping[str, str],
    reasoning: Mapping[str, str],
    spared: Sequence[str],
    by: User,
) -> ContraindicationCheck:
    """`answers` has yes or no to everything asked about these treatments. Raises NotWhole with what lacks first."""
    if lacking := unanswered(answers, asked):
        raise NotWhole(_("Not answered: %(label)s.") % {"label": lacking[0].label})
    if lacking := unreasoned(answers, reasoning, asked):
        raise NotWhole(_("Say why it may be done all the same: %(label)s.") % {"label": lacking[0].label})
    if not spared and (lacking := places_asked(answers, asked)):
        raise NotWhole(_("Say which place stays free: %(label)s.") % {"label": lacking[0].label})
    made = ContraindicationCheck.objects.create(
        appointment=appointment,
        asked=sorted(asked),
        answers=dict(answers),
        reasoning={key: words for key, words in reasoning.items() if words.strip() and answers.get(key) == YES},
        spared=sorted(spared),
        asked_by=by,
    )
    yes = sorted(key for key, said in answers.items() if said == YES)
    detail = {"asked": made.asked, "yes": yes}
    audit.record("ask", subject=made, by=by, patient_id=appointment.patient_pk, detail=detail)
    return made


def known_answers(patient: Patient, day: date) -> set[str]:
    """What the file says already: flags that stand, age, and fear that the assessments found."""
    found = set(PatientFlag.objects.filter(patient=patient).current(day).values_list("kind", flat=True))
    age = patient.age_on(day)
    if age is not None:
        found |= {"young_person"} if age < 18 else {"age_over_55"} if age > 55 else set()
    fear = Factor.objects.filter(episode__patient=patient, key="fear_avoidance", suggestion=Suggestion.SUPPORTED)
    return found | ({"fear_avoidance_high"} if fear.exists() else set())
