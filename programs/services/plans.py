from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from clinics import audit
from clinics.models import User
from programs.models import Answer, CarePlan, Episode, Factor, Goal, Intervention
from programs.services import home


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """A measure that shall reach a target."""

    measure: str
    operator: str
    target: Decimal
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One intervention and the factors it answers. A re-test names the tests it repeats."""

    kind: str
    what: str
    factors: Sequence[Factor] = ()
    frequency: str = ""
    tests: Sequence[str] = ()


@transaction.atomic
def make_plan(
    *,
    episode: Episode,
    starts_on: date,
    weeks: int,
    visits: int,
    summary: str,
    goals: Sequence[Aim],
    interventions: Sequence[Step],
    by: User,
    doses: Sequence[home.Dose] = (),
) -> CarePlan:
    """A new version replaces the running one, and with it what is done at home: the doses are all there is to do from
    the plan's first day on, and without any there is nothing.

    The episode's row is locked first, so that two new plans become versions 2 and 3 and never two current ones.
    """
    if not interventions:
        raise ValidationError(_("A plan needs at least one answer: tick what you will do."))
    episode = Episode.objects.select_for_update().get(pk=episode.pk)
    plan = CarePlan.objects.create(
        patient_id=episode.patient_id,
        episode=episode,
        version=_end_running(episode, starts_on) + 1,
        starts_on=starts_on,
        weeks=weeks,
        visits=visits,
        summary=summary,
        made_by=by,
    )
    _add_goals(plan, goals)
    _add_interventions(plan, interventions)
    audit.record(
        "plan",
        subject=plan,
        by=by,
        patient_id=plan.patient_id,
        detail={"version": plan.version, "steps": len(interventions)},
    )
    if doses:
        home.start_programme(episode=episode, starts_on=starts_on, weeks=weeks, doses=doses, by=by)
    else:
        home.end_programme(episode=episode, before=starts_on, by=by)
    return plan


def _end_running(episode: Episode, day: date) -> int:
    """The version that ran until now, 0 where there was none."""
    CarePlan.objects.filter(episode=episode).current().update(ended_on=Greatest("starts_on", Value(day)))
    last = CarePlan.objects.filter(episode=episode).order_by("-version").first()
    return last.version if last else 0


def _add_goals(plan: CarePlan, goals: Sequence[Aim]) -> None:
    Goal.objects.bulk_create(
        Goal(plan=plan, measure=goal.measure, operator=goal.operator, target=goal.target, due_on=goal.due_on)
        for goal in goals
    )


def _add_interventions(plan: CarePlan, steps: Sequence[Step]) -> None:
    made = Intervention.objects.bulk_create(
        Intervention(
            plan=plan,
            kind=step.kind,
            what=step.what,
            frequency=step.frequency,
            tests=list(step.tests),
            position=position,
        )
        for position, step in enumerate(steps)
    )
    Answer.objects.bulk_create(
        Answer(intervention=intervention, factor=factor)
        for intervention, step in zip(made, steps, strict=True)
        for factor in step.factors
    )
