"""A test's line in a few signs, as it stands beside the field."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programs.reasoning import Person, applies, limit_by_age
from programs.sentences import CONDITIONS, WORDS

SIGNS: Mapping[str, str | Promise] = {
    "below": "≥",
    "dorsiflexion": "≥",
    "above": "≤",
    "sides_above": "≤",
    "at_least": "<",
    "count": "<",
    "clonus": "<",
    "sum_at_least": gettext_lazy("sum <"),
}


def in_words(line: Mapping[str, Any], person: Person) -> str:
    """Such as "≥ 9 · diff ≤ 1.5". The rules themselves are read by programs.reasoning."""
    if not applies(line, person):
        return _("your judgement")
    match line["rule"]:
        case "sides":
            return _sides(line)
        case "ratio":
            return _("ratio %(low)s–%(high)s") % {"low": line["low"], "high": line["high"]}
        case "strength":
            return _("ratio ≥ %(ratio)s") % {"ratio": line["min_ratio"]} if "min_ratio" in line else _("by grade")
        case "below_by_age":
            return f"≥ {limit_by_age(line, person):g}"
        case rule:
            return _limit(rule, line)


def for_everybody(line: Mapping[str, Any]) -> str:
    """As in a catalogue, where no person is in view: with the people for whom the line holds."""
    rule = line.get("rule", "judgement")
    if rule == "below_by_age":
        return _("by age and sex")
    if rule == "pain":
        return _("painful, or your judgement")
    words = in_words(line, Person(0, line.get("sex", ""))) or _in_full(line)
    if "age_below" in line:
        words = _("%(line)s, under %(age)s years") % {"line": words, "age": line["age_below"]}
    if line.get("needs"):
        words = _("%(line)s, %(condition)s") % {"line": words, "condition": CONDITIONS[line["needs"]]}
    return _("%(line)s (men)") % {"line": words} if line.get("sex") == "male" else words


def _in_full(line: Mapping[str, Any]) -> str:
    """Of a rule that has no figure of its own."""
    match line["rule"]:
        case "words":
            return _("not: %(words)s") % {"words": ", ".join(str(WORDS[one]) for one in line["abnormal"])}
        case "squat":
            return _("quality > %(most)s, heels down") % {"most": line["at_most"]}
        case "reflex":
            return _("2, the same on both sides")
        case "dermatomes":
            return _("2 in every root")
        case "instability":
            return _("pain does not subside")
        case _:
            return _("negative")


def _sides(line: Mapping[str, Any]) -> str:
    parts = [f"≥ {line['low']}"] if "low" in line else []
    if "max_difference" in line:
        parts.append(_("diff ≤ %(most)s") % {"most": line["max_difference"]})
    return " · ".join(parts)


def _limit(rule: str, line: Mapping[str, Any]) -> str:
    if rule == "leg_raise":
        return _("no leg pain from %(low)s to %(high)s°") % {"low": line["low"], "high": line["high"]}
    sign = SIGNS.get(rule)
    return f"{sign} {line.get('limit', line.get('low'))}" if sign else ""
