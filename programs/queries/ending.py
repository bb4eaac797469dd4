"""What became of the goals, before care ends and after."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.functional import Promise

from programs.goals import sign_of, target_of
from programs.models import CareEnding, CarePlan, Episode, Goal
from programs.outcomes import Outcome, Reading, measured_since, outcome_of
from programs.queries.goal_values import GoalValues, goal_values


@dataclass(frozen=True, slots=True)
class GoalAtEnd:
    """`last` is the latest value at all, `reading` only one since the goal was set."""

    measure: str
    operator: str
    start: Decimal | None
    target: Decimal
    since: date
    last: Reading | None

    @property
    def name(self) -> str | Promise:
        return target_of(self.measure).name

    @property
    def unit(self) -> str | Promise:
        return target_of(self.measure).unit

    @property
    def sign(self) -> str:
        return sign_of(self.operator)

    @property
    def reading(self) -> Reading | None:
        return measured_since(self.last, start=self.start, since=self.since)

    @property
    def outcome(self) -> Outcome:
        return outcome_of(self.operator, self.target, self.reading)


def ending_of(episode: Episode) -> CareEnding | None:
    """Of care that has ended. An earlier one, before care was opened again, is history."""
    if episode.closed_on is None:
        return None
    found: CareEnding | None = CareEnding.objects.of(episode).first()
    return found


def goals_at_end(plan: CarePlan | None) -> list[GoalAtEnd]:
    """Of the plan that runs. A goal that earlier versions had too counts from the first of them on."""
    if plan is None:
        return []
    signed = Goal.objects.filter(plan__episode=plan.episode, plan__signed_at__isnull=False)
    starts = dict(signed.order_by("-plan__version").values_list("measure", "plan__starts_on"))
    values = goal_values(plan.episode)
    return [_at_end(goal, starts[goal.measure], values) for goal in plan.goals.order_by("due_on", "pk")]


def _at_end(goal: Goal, since: date, values: GoalValues) -> GoalAtEnd:
    return GoalAtEnd(goal.measure, goal.operator, goal.baseline, goal.target, since, values.reading(goal.measure))
