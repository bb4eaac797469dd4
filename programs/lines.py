"""A test's line in a few signs, as it stands beside the field."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _


def in_words(line: Mapping[str, Any]) -> str:
    """Such as "≥ 9 · diff ≤ 1.5". The rules themselves are read by programs.reasoning."""
    match line.get("rule"):
        case "sides":
            return _sides(line)
        case "ratio":
            return _("ratio %(low)s–%(high)s") % {"low": line["low"], "high": line["high"]}
        case "strength":
            return _("ratio ≥ %(ratio)s") % {"ratio": line["min_ratio"]} if "min_ratio" in line else _("by grade")
        case "below_by_age":
            return _("by age")
        case rule:
            return _limit(rule, line)


def _sides(line: Mapping[str, Any]) -> str:
    parts = [f"≥ {line['low']}"] if "low" in line else []
    if "max_difference" in line:
        parts.append(_("diff ≤ %(most)s") % {"most": line["max_difference"]})
    return " · ".join(parts)


def _limit(rule: str | None, line: Mapping[str, Any]) -> str:
    sign = {"below": "≥", "above": "≤", "sides_above": "≤", "at_least": "<", "sum_at_least": _("sum <")}.get(rule or "")
    if sign is None or "limit" not in line:
        return _("by judgement")
    of = {"male": _(", men"), "female": _(", women")}.get(line.get("sex", ""), "")
    return f"{sign} {line['limit']}{of}"
