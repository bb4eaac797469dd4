"""A plan with all its parts as one text: what is signed, hashed and compared."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from programs import catalogue
from programs.models import CarePlan, Goal, Intervention, PlannedDose
from programs.queries.overview import answered

Content = Mapping[str, Any]


def canonical(content: Content) -> str:
    """One text for one content, whatever order it was put together in."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def content_of(plan: CarePlan) -> dict[str, Any]:
    """Names of factors, modules and exercises are kept as they are now; measures go by their keys.

    Four statements: goals, interventions with doses, answers.
    """
    steps = list(plan.interventions.select_related("dose__exercise").prefetch_related(answered()))
    titles = {one.key: one.title for one in catalogue.modules()}
    return {
        "version": plan.version,
        "reason": plan.reason,
        "starts_on": plan.starts_on.isoformat(),
        "weeks": plan.weeks,
        "visits": plan.visits,
        "authorised_visits": plan.authorised_visits,
        "authorised_until": plan.authorised_until.isoformat() if plan.authorised_until else None,
        "retest_weeks": list(plan.retest_weeks),
        "summary": plan.summary,
        "for_patient": plan.for_patient,
        "goals": [_goal(goal) for goal in plan.goals.order_by("due_on", "pk")],
        "interventions": [_step(step) for step in steps],
        "home": [_dose(step.dose) for step in steps if hasattr(step, "dose")],
        "modules": [{"key": key, "title": titles.get(key, key)} for key in plan.modules],
        "discharge": list(plan.discharge),
        "unscreened": plan.unscreened,
    }


def _goal(goal: Goal) -> dict[str, Any]:
    return {
        "measure": goal.measure,
        "operator": goal.operator,
        "baseline": _number(goal.baseline),
        "target": _number(goal.target),
        "due_on": goal.due_on.isoformat(),
    }


def _step(step: Intervention) -> dict[str, Any]:
    factors = [one.factor for one in step.answers.all()]
    return {
        "kind": step.kind,
        "what": step.what,
        "frequency": step.frequency,
        "weeks": step.weeks,
        "tests": list(step.tests),
        "factors": [{"key": one.key, "name": one.name, "for_patient": one.kind.for_patient} for one in factors],
    }


def _dose(dose: PlannedDose) -> dict[str, Any]:
    return {
        "exercise": dose.exercise.key,
        "name": dose.exercise.name,
        "side": dose.side,
        "sets": dose.sets,
        "reps": dose.reps,
        "hold_seconds": dose.hold_seconds,
        "tempo": dose.tempo,
        "rest_seconds": dose.rest_seconds,
        "weekdays": list(dose.weekdays),
        "pain_limit": dose.pain_limit,
        "effort_target": dose.effort_target,
        "why": dose.why,
    }


def _number(value: Decimal | None) -> str | None:
    return None if value is None else f"{value.normalize():f}"
