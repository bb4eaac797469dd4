"""The care plan with what has become of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q
from django.utils.functional import Promise

from programs import catalogue
from programs.goals import sign_of, target_of, way_gone
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
from programs.outcomes import is_reached
from programs.queries.cautions import Cautions, CautionsOfKind, cautions_of
from programs.queries.goal_values import GoalValues, goal_values
from programs.queries.overview import answered, running_prescriptions, weighed
from programs.queries.visit_limit import visits_used


@dataclass(frozen=True, slots=True)
class GoalNow:
    name: str | Promise
    unit: str | Promise
    operator: str
    start: Decimal | None
    target: Decimal
    due_on: date
    now: Decimal | None

    @property
    def sign(self) -> str:
        return sign_of(self.operator)

    @property
    def reached(self) -> bool:
        return self.now is not None and is_reached(self.operator, self.now, self.target)

    @property
    def way(self) -> float | None:
        return way_gone(self.start, self.now, self.target)


@dataclass(frozen=True, slots=True)
class MatrixRow:
    intervention: Intervention
    hits: Sequence[bool]
    cautions: CautionsOfKind | None  # None where nothing is done by it any more


@dataclass(frozen=True, slots=True)
class PlanPage:
    plan: CarePlan
    draft: CarePlan | None
    goals: Sequence[GoalNow]
    factors: Sequence[Factor]
    matrix: Sequence[MatrixRow]
    prescriptions: Sequence[Prescription]
    modules: Sequence[str]
    visits_used: int

    @property
    def runs(self) -> bool:
        return not self.plan.is_draft and self.plan.ended_on is None

    @property
    def visit_marks(self) -> list[bool]:
        return [number < self.visits_used for number in range(self.plan.visits)]


def current_plan(episode: Episode) -> CarePlan | None:
    plan: CarePlan | None = CarePlan.objects.filter(episode=episode).current().select_related("signed_by").first()
    return plan


def closed_plan(episode: Episode) -> CarePlan | None:
    """The last version that was signed, where none runs any more: care ended with it."""
    signed = CarePlan.objects.filter(episode=episode).signed().select_related("signed_by", "episode")
    plan: CarePlan | None = signed.order_by("-version").first()
    return plan


def draft_of(episode: Episode) -> CarePlan | None:
    found = CarePlan.objects.filter(episode=episode).drafts().select_related("made_by", "episode")
    plan: CarePlan | None = found.first()
    return plan


def plan_page(episode: Episode, today: date) -> PlanPage | None:
    """Of the version that runs; without one, of the draft, else of the last one that ran."""
    draft = draft_of(episode)
    plan = current_plan(episode) or draft or closed_plan(episode)
    if plan is None:
        return None
    interventions = list(plan.interventions.prefetch_related(answered()))
    minded = cautions_of(episode, today) if plan.ended_on is None else None
    factors = weighed({one.factor for step in interventions for one in step.answers.all()})
    return PlanPage(
        plan=plan,
        draft=draft,
        goals=_goals(plan, episode),
        factors=factors,
        matrix=[_row(step, factors, minded) for step in interventions],
        prescriptions=running_prescriptions(episode, today),
        modules=[one.title for one in catalogue.modules() if one.key in plan.modules],
        visits_used=visits_used(plan.patient_id, since=plan.starts_on, about=plan.episode_id),
    )


def _row(step: Intervention, factors: Sequence[Factor], minded: Cautions | None) -> MatrixRow:
    answered = {one.factor_id for one in step.answers.all()}
    return MatrixRow(step, [factor.pk in answered for factor in factors], minded.of(step.kind) if minded else None)


def _goals(plan: CarePlan, episode: Episode) -> list[GoalNow]:
    goals = list(plan.goals.order_by("due_on", "pk"))
    if not goals:
        return []
    values = goal_values(episode)
    return [_goal(goal, values) for goal in goals]


def _goal(goal: Goal, values: GoalValues) -> GoalNow:
    measure = target_of(goal.measure)
    return GoalNow(
        name=measure.name,
        unit=measure.unit,
        operator=goal.operator,
        start=goal.baseline,
        target=goal.target,
        due_on=goal.due_on,
        now=values.of(goal.measure),
    )


def confirmed_factors(episode: Episode) -> list[Factor]:
    return weighed(Factor.objects.with_kind().filter(episode=episode, decision=Decision.CONFIRMED))


def exercises_for(keys: Sequence[str], factors: Iterable[Factor]) -> list[Exercise]:
    """In the order asked for, then what else answers one of the factors; without what the clinic does not use."""
    wanted = Q(key__in=keys) | Q(factors__overlap=[one.key for one in factors])
    found = {one.key: one for one in Exercise.objects.filter(wanted, is_active=True).order_by("name")}
    return [found[key] for key in dict.fromkeys([*keys, *found]) if key in found]


def kept_steps(plan: CarePlan | None) -> list[Intervention]:
    """With doses and answers: what a new version starts from."""
    if plan is None:
        return []
    return list(plan.interventions.select_related("dose__exercise").prefetch_related(answered()))
