"""A care plan as the patient reads it, in the portal, on paper and in the team's preview."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from clinics.models import Clinic
from patients.models import Patient
from programs import catalogue
from programs.goals import target_of, way_gone
from programs.models import CarePlan, Episode, InterventionKind, PlannedDose, Prescription
from programs.models.plan import PlanQuerySet
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
# How often, by the weekdays of each exercise and the weeks of the re-tests.
SAID_ELSEWHERE = {InterventionKind.EXERCISE, InterventionKind.ASSESSMENT}
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
class WeDo:
    words: str | Promise
    how_often: Sequence[str]


@dataclass(frozen=True, slots=True)
class PatientPlan:
    plan: CarePlan
    clinic: Clinic
    is_over: bool  # its weeks are, and nobody has ended it or made the next version yet
    drives: Sequence[str]
    we_do: Sequence[WeDo]
    goals: Sequence[PatientGoal]
    at_home: Sequence[Prescription | PlannedDose]
    modules: Sequence[str]
    discharge: Sequence[str]
    help: Mapping[str, Any]  # when to get it quickly: the same words as the chart's safety net


def patient_plan(plan: CarePlan, day: date) -> PatientPlan:
    """Shows what the patient may see, whoever looks: so the preview is the page itself."""
    content = content_of(plan) if plan.is_draft else plan.signed_content
    steps, scores = content["interventions"], latest_scores(plan.episode)
    return PatientPlan(
        plan=plan,
        clinic=plan.clinic,
        is_over=plan.ends_on < day,
        drives=list(dict.fromkeys(factor["for_patient"] for step in steps for factor in step["factors"])),
        we_do=_we_do(steps),
        goals=[_goal(goal, scores) for goal in content["goals"]],
        at_home=_at_home(plan, day),
        modules=[module["title"] for module in content["modules"]],
        discharge=content["discharge"],
        help=catalogue.safety_net(),
    )


def running_plan(episode: Episode) -> CarePlan | None:
    plan: CarePlan | None = _running().filter(episode=episode).first()
    return plan


def letters_of(patient: Patient, day: date) -> list[PatientPlan]:
    """One for each complaint in care that has a signed plan; what began last stands first."""
    in_care = _running().filter(episode__patient=patient, episode__closed_on__isnull=True)
    return [patient_plan(plan, day) for plan in in_care.order_by("-episode__started_on", "-episode_id")]


def _running() -> PlanQuerySet:
    return CarePlan.objects.current().select_related("episode", "signed_by", "clinic")


def _we_do(steps: Sequence[Mapping[str, Any]]) -> list[WeDo]:
    """One line for each kind, however many steps of it there are."""
    mine = {kind: [step for step in steps if step["kind"] == kind] for kind in WE_DO}
    return [
        WeDo(WE_DO[kind], [] if kind in SAID_ELSEWHERE else list(dict.fromkeys(filter(None, map(_how_often, found)))))
        for kind, found in mine.items()
        if found
    ]


def _how_often(step: Mapping[str, Any]) -> str:
    often, weeks = capfirst(step["frequency"].strip(" .")), step["weeks"]
    if not (often and weeks):
        return f"{often}." if often else ""
    said = ngettext("%(often)s, for %(weeks)s week.", "%(often)s, for %(weeks)s weeks.", weeks)
    return said % {"often": often, "weeks": weeks}


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
