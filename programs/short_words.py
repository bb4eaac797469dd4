"""The same codes as programs.sentences, in the two or three words that fit beside a field."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programs.reasoning import Said
from programs.sentences import PARTS, WORDS, amount, sentence

SHORT = {
    "under": gettext_lazy("%(side)slow"),
    "over": gettext_lazy("%(side)sover"),
    "reaches": gettext_lazy("%(side)s%(value)s"),
    "knee_under": gettext_lazy("%(side)sknee low"),
    "soleus": gettext_lazy("%(side)ssoleus"),
    "gastrocnemius": gettext_lazy("%(side)sgastrocnemius"),
    "apart": gettext_lazy("sides differ"),
    "sum": gettext_lazy("sum %(value)s"),
    "ratio": gettext_lazy("ratio %(value)s"),
    "weaker": gettext_lazy("ratio %(value)s"),
    "arms_used": gettext_lazy("arms helped"),
    "positive": gettext_lazy("%(side)spositive"),
    "part": gettext_lazy("%(side)s%(part)s"),
    "word": gettext_lazy("%(side)s%(word)s"),
    "root": gettext_lazy("%(side)s%(root)s"),
    "quality": gettext_lazy("quality %(value)s"),
    "heel_lift": gettext_lazy("heel lifts"),
    "subsides": gettext_lazy("pain subsides"),
    "leg_pain": gettext_lazy("%(side)sleg pain"),
    "sustained": gettext_lazy("%(side)sgoes on"),
    "clonus_beside_reflex": gettext_lazy("%(side)sclonus"),
    "grade": gettext_lazy("%(side)s%(word)s"),
    "differ": gettext_lazy("sides differ"),
    "reflex": gettext_lazy("%(side)s%(value)s"),
    "brisk": gettext_lazy("%(side)sbrisk"),
    "hurts": gettext_lazy("%(side)shurts"),
    "judged": gettext_lazy("by judgement"),
    "no_reference": gettext_lazy("no reference"),
    "needs": gettext_lazy("not counted yet"),
    "one_side": gettext_lazy("%(side)sonly"),
    "different_days": gettext_lazy("different days"),
    "parts_missing": gettext_lazy("not all done"),
    "other_root": gettext_lazy("could be %(root)s"),
}


def short(said: Iterable[Said]) -> str:
    """R low, sides differ."""
    words = ", ".join(dict.fromkeys(_one(one) for one in said))
    return words[:1].upper() + words[1:]


def _one(said: Said) -> str:
    text = SHORT.get(said.code)
    return str(text) % _facts(said.facts) if text else sentence(said.stored())


def _facts(facts: Mapping[str, Any]) -> dict[str, str]:
    unit = facts.get("unit", "")
    return {
        "side": {"right": _("R "), "left": _("L ")}.get(facts.get("side", ""), ""),
        "value": amount(float(facts["value"]), unit) if "value" in facts else "",
        "part": str(PARTS.get(facts.get("part", ""), facts.get("part", ""))).replace("_", " "),
        "word": str(WORDS.get(facts.get("word", ""), facts.get("word", ""))).replace("_", " "),
        "root": str(facts.get("root", "")),
    }
