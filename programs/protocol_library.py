"""The library's protocols, and what a plan says, as the content of a clinic's protocol."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from programs import catalogue
from programs.doses import SPREAD
from programs.protocols import SIDES, Body

_TALKS = re.compile(r"(\d+) to (\d+)|(\d+)")


def library() -> Mapping[str, Mapping[str, Any]]:
    """Key -> name, for whom, content."""
    groups = catalogue.content("templates")["items"]
    entries = next(group for group in groups if group["key"] == "care_plans")["entries"]
    return {
        one["key"]: {"key": one["key"], "name": one["name"], "for_whom": one["for_whom"], "body": body_of(one)}
        for one in entries
    }


def body_of(entry: Mapping[str, Any]) -> Body:
    return {
        "for_patient": entry["patient_summary"],
        "weeks": entry["weeks"],
        "visits": entry["visits"],
        "retest_weeks": list(entry["reassess_weeks"]),
        "modules": list(entry["modules"]),
        "discharge": list(entry["discharge"]),
        "required": list(entry["required_factors"]),
        "goals": [goal for raw in entry["goals"] for goal in _goals(raw)],
        "steps": [_step(raw) for raw in entry["interventions"]],
        "home": [_home(raw) for raw in entry["home"]],
    }


def body_of_plan(content: Mapping[str, Any]) -> Body:
    """Of a plan as it was signed. Its targets are the protocol's: what one patient reached is no rule for others."""
    return {
        **{name: content[name] for name in ("for_patient", "weeks", "visits", "retest_weeks", "discharge")},
        "modules": [module["key"] for module in content["modules"]],
        "required": [],
        "goals": [
            {"measure": goal["measure"], "rule": _rule(goal), "week": content["weeks"]} for goal in content["goals"]
        ],
        "steps": [
            {
                **{name: step[name] for name in ("kind", "what", "frequency", "weeks")},
                "factors": [factor["key"] for factor in step["factors"]],
            }
            for step in content["interventions"]
            if step["kind"] != "assessment"  # every plan has its re-test
            and (step["kind"] != "exercise" or step["what"] not in {dose["name"] for dose in content["home"]})
        ],
        "home": [
            {
                **{name: dose[name] for name in ("exercise", "name", "sets", "reps", "hold_seconds", "tempo", "why")},
                **{name: dose[name] for name in ("rest_seconds", "pain_limit", "effort_target")},
                "weekdays": list(dose["weekdays"]), "minutes": None, "from_week": 1,
            }
            for dose in content["home"]
        ],
    }  # fmt: skip


def _rule(goal: Mapping[str, Any]) -> str:
    return f"at least {goal['target']}" if goal["operator"].startswith(">") else f"at most {goal['target']}"


def _goals(raw: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for measure in SIDES.get(raw["measure"], (raw["measure"],)):
        yield {"measure": measure, "rule": raw["target_rule"], "week": raw["due_week"]}


def _step(raw: Mapping[str, Any]) -> dict[str, Any]:
    times = ngettext("Once a week", "%(n)s times a week", raw["per_week"]) % {"n": raw["per_week"]}
    return {
        "kind": raw["kind"], "what": _what(raw), "factors": list(raw["factors"]), "frequency": times,
        "weeks": raw["weeks"],
    }  # fmt: skip


def _what(raw: Mapping[str, Any]) -> str:
    match raw["kind"]:
        case "needling":
            return catalogue.muscle(raw["what"]).name
        case "manual":
            return catalogue.technique(raw["what"]).name
        case "education":
            return _("Talks: %(titles)s") % {"titles": "; ".join(_talks(raw["what"]))}
        case _:
            return str(raw["what"]).capitalize()


def _talks(words: str) -> Iterator[str]:
    """Of "modules 1, 2, 5" and "modules 4 to 7 with talk"."""
    titles = {one.number: one.title for one in catalogue.modules()}
    for first, last, one in _TALKS.findall(words):
        yield from (titles[number] for number in range(int(first or one), int(last or one) + 1))


def _home(raw: Mapping[str, Any]) -> dict[str, Any]:
    dose = raw["dose"]
    return {
        "exercise": raw["exercise"],
        "name": catalogue.exercise(raw["exercise"]).name,
        "sets": dose["sets"],
        "reps": dose["reps"] or 1,
        "hold_seconds": dose["hold_s"],
        "tempo": dose["tempo"] or "",
        "rest_seconds": dose["rest_s"],
        "weekdays": list(SPREAD[dose["days_per_week"]]),
        "pain_limit": dose["pain_limit_nrs"],
        "effort_target": dose["effort_rpe10"],
        "why": raw["why_for_you"],
        "minutes": dose["minutes"],
        "from_week": raw["from_week"],
    }
