from collections.abc import Mapping, Sequence
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Greatest
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinics import audit
from clinics.models import User
from patients.models import Patient
from programs.models import CareEnding, CarePlan, EndReason, Episode, GoalOutcome
from programs.outcomes import all_reached
from programs.pain.places import Mark
from programs.queries.ending import GoalAtEnd, goals_at_end
from programs.queries.plan_page import current_plan
from programs.queries.red_flag_gap import in_the_way
from programs.services import home
from programs.services.pain import mark_pain, therapists
from programs.services.turns import take_turn


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


IN_THE_WAY: Mapping[str, str | Promise] = {
    "emergency": gettext_lazy("Emergency signs stand here. A clinician clears them first."),
    "raised": gettext_lazy("A red-flag screen is needed now. Care ends once a clinician has screened."),
    "unfinished": gettext_lazy("The red-flag screen was begun and not finished. Finish it, then end the care."),
}


@transaction.atomic
def end_care(*, episode: Episode, day: date, reason: str, note: str = "", met: Sequence[str] = (), by: User) -> Episode:
    """Discharge: the plan and what is done at home end with it, and what became of the goals is kept.

    `met` are the lines of the plan's "care ends when" that hold. ValidationError where red flags are not settled, or
    goals are called reached that are not and nobody says why.
    """
    row = Episode.objects.select_for_update().get(pk=episode.pk)
    take_turn(row.pk)  # answers of the patient that are on their way come before or after it
    if row.closed_on is not None:
        raise ValidationError(_("Care has ended already."))
    if why := in_the_way(row, day):
        raise ValidationError(str(IN_THE_WAY[why]))
    outcomes = _keep_ending(row, day, reason, note, met, by)
    CarePlan.objects.filter(episode=row).drafts().delete()
    CarePlan.objects.filter(episode=row).current().update(ended_on=Greatest("starts_on", Value(day)))
    home.end_programme(episode=row, before=day, by=by)
    row.closed_on, row.end_reason, row.end_note = day, reason, note
    row.save(update_fields=["closed_on", "end_reason", "end_note"])
    detail = {"reason": reason, "goals": outcomes}
    audit.record("end_care", subject=row, by=by, patient_id=row.patient_id, detail=detail)
    return row


def _keep_ending(episode: Episode, day: date, reason: str, note: str, met: Sequence[str], by: User) -> dict[str, str]:
    """Returns what became of each goal, by its measure."""
    plan = current_plan(episode)
    goals = goals_at_end(plan)
    if reason == EndReason.GOALS and not note.strip() and not all_reached([one.outcome for one in goals]):
        raise ValidationError({"note": _("Not every goal is known to be reached. Say in words why care ends so.")})
    agreed = plan.discharge if plan else []
    ending = CareEnding.objects.create(
        episode=episode, ended_on=day, reason=reason, note=note, ended_by=by,
        met=[line for line in agreed if line in met], not_met=[line for line in agreed if line not in met],
    )  # fmt: skip
    GoalOutcome.objects.bulk_create(_outcome(ending, goal) for goal in goals)
    return {one.measure: one.outcome.value for one in goals}


def _outcome(ending: CareEnding, goal: GoalAtEnd) -> GoalOutcome:
    reading = goal.reading
    return GoalOutcome(
        ending=ending, measure=goal.measure, operator=goal.operator, start=goal.start, target=goal.target,
        value=reading.value if reading else None, measured_on=reading.day if reading else None,
        outcome=goal.outcome.value,
    )  # fmt: skip


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
