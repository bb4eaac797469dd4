"""The care plan with what has become of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.functional import Promise

from programs.goals import target_of
from programs.models import (
    CarePlan,
    Decision,
    Episode,
    Exercise,
    Factor,
    Goal,
    Intervention,
    Prescription,
)
from programs.queries.goal_values import GoalValues, goal_values
from programs.queries.overview import answered, running_prescriptions, weighed
from programs.queries.visit_limit import visits_used

_REACHED = {
    ">=": Decimal.__ge__,
    "<=": Decimal.__le__,
    ">": Decimal.__gt__,
    "<": Decimal.__lt__,
}


@dataclass(frozen=True, slots=True)
class GoalNow:
    name: str | Promise
    unit: str | Promise
    operator: str
    target: Decimal
    due_on: date
    now: Decimal | None

    @property
    def sign(self) -> str:
        return {">=": "≥", "<=": "≤"}.get(self.operator, self.operator)

    @property
    def reached(self) -> bool:
        return self.now is not None and bool(_REACHED[self.operator](self.now, self.target))


@dataclass(frozen=True, slots=True)
class MatrixRow:
    intervention: Intervention
    hits: Sequence[bool]


@dataclass(frozen=True, slots=True)
class PlanPage:
    plan: CarePlan
    goals: Sequence[GoalNow]
    factors: Sequence[Factor]
    matrix: Sequence[MatrixRow]
    prescriptions: Sequence[Prescription]
    visits_used: int

    @property
    def visit_marks(self) -> list[bool]:
        return [number < self.visits_used for number in range(self.plan.visits)]


def current_plan(episode: Episode) -> CarePlan | None:
    plan: CarePlan | None = CarePlan.objects.filter(episode=episode).current().select_related("made_by").first()
    return plan


def plan_page(episode: Episode, today: date) -> PlanPage | None:
    plan = current_plan(episode)
    if plan is None:
        return None
    interventions = list(plan.interventions.prefetch_related(answered()))
    factors = weighed({one.factor for step in interventions for one in step.answers.all()})
    return PlanPage(
        plan=plan,
        goals=_goals(plan, episode),
        factors=factors,
        matrix=[_row(step, factors) for step in interventions],
        prescriptions=running_prescriptions(episode, today),
        visits_used=visits_used(plan.patient_id, since=plan.starts_on),
    )


def _row(step: Intervention, factors: Sequence[Factor]) -> MatrixRow:
    answered = {one.factor_id for one in step.answers.all()}
    return MatrixRow(step, [factor.pk in answered for factor in factors])


def _goals(plan: CarePlan, episode: Episode) -> list[GoalNow]:
    goals = list(plan.goals.order_by("due_on", "pk"))
    if not goals:
        return []
    values = goal_values(episode)
    return [_goal(goal, values) for goal in goals]


def _goal(goal: Goal, values: GoalValues) -> GoalNow:
    measure = target_of(goal.measure)
    return GoalNow(measure.name, measure.unit, goal.operator, goal.target, goal.due_on, values.of(goal.measure))


def confirmed_factors(episode: Episode) -> list[Factor]:
    return weighed(Factor.objects.with_kind().filter(episode=episode, decision=Decision.CONFIRMED))


def exercises_for(keys: Sequence[str]) -> list[Exercise]:
    """In the order asked for; one that the clinic does not use is left out."""
    found = {one.key: one for one in Exercise.objects.filter(key__in=keys, is_active=True)}
    return [found[key] for key in keys if key in found]
