"""A care plan as the patient reads it, in the portal, on paper and in the team's preview."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clinics.models import Clinic
from programs.goals import target_of, way_gone
from programs.models import CarePlan, Episode, InterventionKind, PlannedDose, Prescription
from programs.outcomes import is_reached
from programs.queries.goal_values import latest_scores
from programs.queries.overview import running_prescriptions
from programs.queries.plan_content import content_of

WE_DO: Mapping[str, str | Promise] = {
    InterventionKind.EXERCISE: _("Exercises that train what is behind the pain, step by step."),
    InterventionKind.NEEDLING: _("Fine needles into tight muscles, only when you agree."),
    InterventionKind.MANUAL: _("Hands-on treatment, so that stiff places move more easily."),
    InterventionKind.EDUCATION: _("How pain works, and how you can turn it down."),
    InterventionKind.ASSESSMENT: _("We measure again, so that we both see what has changed."),
}
# What the team knows by a test's or an instrument's name.
PLAIN: Mapping[str, str | Promise] = {
    "lunge_right": _("How far your right ankle bends, knee to the wall"),
    "lunge_left": _("How far your left ankle bends, knee to the wall"),
    "bridge_right": _("How long you hold a bridge on the right leg"),
    "bridge_left": _("How long you hold a bridge on the left leg"),
    "side_bridge_right": _("How long you hold a side bridge on the right"),
    "side_bridge_left": _("How long you hold a side bridge on the left"),
    "sorensen": _("How long your back holds you"),
    "sts30": _("How often you stand up from a chair in 30 seconds"),
    "odi": _("How much your back gets in your way"),
    "fabq_pa": _("How much you worry that activity harms you"),
    "fabq_w": _("How much you worry that work harms you"),
    "tsk17": _("How much you worry about moving"),
}


@dataclass(frozen=True, slots=True)
class PatientGoal:
    """`at_visits`: only a visit can measure it, so there is no `now`."""

    name: str | Promise
    unit: str | Promise
    operator: str
    start: Decimal | None
    now: Decimal | None
    target: Decimal
    due_on: date
    at_visits: bool

    @property
    def way(self) -> float | None:
        return way_gone(self.start, self.now, self.target)

    @property
    def reached(self) -> bool:
        return self.now is not None and is_reached(self.operator, self.now, self.target)


@dataclass(frozen=True, slots=True)
class PatientPlan:
    plan: CarePlan
    clinic: Clinic
    drives: Sequence[str]
    we_do: Sequence[str | Promise]
    goals: Sequence[PatientGoal]
    at_home: Sequence[Prescription | PlannedDose]
    modules: Sequence[str]
    discharge: Sequence[str]


def patient_plan(plan: CarePlan, day: date) -> PatientPlan:
    """Shows what the patient may see, whoever looks: so the preview is the page itself."""
    content = content_of(plan) if plan.is_draft else plan.signed_content
    steps, scores = content["interventions"], latest_scores(plan.episode)
    kinds = {step["kind"] for step in steps}
    return PatientPlan(
        plan=plan,
        clinic=plan.clinic,
        drives=list(dict.fromkeys(factor["for_patient"] for step in steps for factor in step["factors"])),
        we_do=[words for kind, words in WE_DO.items() if kind in kinds],
        goals=[_goal(goal, scores) for goal in content["goals"]],
        at_home=_at_home(plan, day),
        modules=[module["title"] for module in content["modules"]],
        discharge=content["discharge"],
    )


def running_plan(episode: Episode) -> CarePlan | None:
    plan: CarePlan | None = (
        CarePlan.objects.filter(episode=episode).current().select_related("episode", "signed_by", "clinic").first()
    )
    return plan


def _goal(goal: Mapping[str, Any], scores: Mapping[str, Decimal]) -> PatientGoal:
    about = target_of(goal["measure"])
    start = None if goal["baseline"] is None else Decimal(goal["baseline"])
    return PatientGoal(
        name=PLAIN.get(goal["measure"], about.name),
        unit=about.unit,
        operator=goal["operator"],
        start=start,
        now=None if about.test else scores.get(goal["measure"]),
        target=Decimal(goal["target"]),
        due_on=date.fromisoformat(goal["due_on"]),
        at_visits=bool(about.test),
    )


def _at_home(plan: CarePlan, day: date) -> Sequence[Prescription | PlannedDose]:
    """What a draft would bring, else what is done at home now: it may have been made easier since."""
    if plan.is_draft:
        found = PlannedDose.objects.filter(intervention__plan=plan).select_related("exercise")
        return list(found.order_by("intervention__position"))
    return running_prescriptions(plan.episode, day)
