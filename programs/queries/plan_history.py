"""All versions of an episode's plan, the newest first, with what each changed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from programs.goals import target_of
from programs.models import CarePlan, Episode
from programs.plan_changes import Content, Difference, differences

LABELS: Mapping[str, str | Promise] = {
    "starts_on": gettext_lazy("First day"),
    "weeks": gettext_lazy("Weeks"),
    "visits": gettext_lazy("Planned visits"),
    "authorised_visits": gettext_lazy("Authorised visits"),
    "authorised_until": gettext_lazy("Authorised until"),
    "retest_weeks": gettext_lazy("Re-test in weeks"),
    "summary": gettext_lazy("The patient’s words"),
    "for_patient": gettext_lazy("What we think is going on"),
    "goals": gettext_lazy("Goal"),
    "interventions": gettext_lazy("Intervention"),
    "home": gettext_lazy("At home"),
    "modules": gettext_lazy("Pain education"),
    "discharge": gettext_lazy("Care ends when"),
}


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """Without `before` it is new, without `now` it is gone."""

    label: str
    before: str
    now: str


@dataclass(frozen=True, slots=True)
class Version:
    plan: CarePlan
    changes: Sequence[ChangeRow]


def plan_history(episode: Episode) -> list[Version]:
    """One statement: what was signed stands in each version whole."""
    plans = list(CarePlan.objects.filter(episode=episode).signed().select_related("signed_by").order_by("version"))
    found = [Version(plan, _changes(before, plan)) for before, plan in zip([None, *plans], plans, strict=False)]
    return found[::-1]


def _changes(before: CarePlan | None, plan: CarePlan) -> list[ChangeRow]:
    return changed(before.signed_content, plan.signed_content) if before else []


def changed(before: Content, now: Content) -> list[ChangeRow]:
    """In words, each with its label."""
    return [_row(one) for one in differences(before, now)]


def _row(one: Difference) -> ChangeRow:
    say = _SAY.get(one.part, _term)
    before, now = ("" if value is None else say(value) for value in (one.before, one.now))
    return ChangeRow(str(LABELS[one.part]), before, now)


def _term(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _day(value: str) -> str:
    return date_format(date.fromisoformat(value), "j M Y")


def _goal(goal: Mapping[str, Any]) -> str:
    about = target_of(goal["measure"])
    facts = {"name": about.name, "operator": goal["operator"], "target": goal["target"], "unit": about.unit}
    return _("%(name)s %(operator)s %(target)s %(unit)s by %(day)s") % {**facts, "day": _day(goal["due_on"])}


def _step(step: Mapping[str, Any]) -> str:
    weeks = step["weeks"] and ngettext("%(n)s week", "%(n)s weeks", step["weeks"]) % {"n": step["weeks"]}
    names = ", ".join(factor["name"] for factor in step["factors"])
    return " · ".join(str(part) for part in (step["what"], step["frequency"], weeks, names) if part)


def _dose(dose: Mapping[str, Any]) -> str:
    hold = f" × {dose['hold_seconds']} s" if dose["hold_seconds"] else ""
    days = ngettext("%(n)s day a week", "%(n)s days a week", len(dose["weekdays"])) % {"n": len(dose["weekdays"])}
    return f"{dose['name']}: {dose['sets']} × {dose['reps']}{hold}, {days}"


_SAY: Mapping[str, Callable[[Any], str]] = {
    "starts_on": _day,
    "authorised_until": _day,
    "goals": _goal,
    "interventions": _step,
    "home": _dose,
    "modules": lambda module: str(module["title"]),
}
