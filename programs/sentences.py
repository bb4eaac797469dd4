"""The words for what the reasoning says. It speaks in codes with facts, which are stored; here they become sentences.

A code has one sentence for a test without sides and one for each side of the others, since languages differ in where
the side goes.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Facts = Mapping[str, Any]
Texts = Promise | Mapping[str, Promise]

CONDITIONS = {"pelvis_controlled": _("pelvis controlled")}
PARTS = {
    "catch": _("catch"),
    "painful_arc": _("painful arc"),
    "thigh_climbing": _("climbing up the thighs"),
    "reversal": _("broken rhythm"),
    "head": _("head"),
    "mid_back": _("mid-back"),
    "sacrum": _("sacrum"),
}
WORDS = {
    "absent": _("absent"),
    "altered": _("altered"),
    "extensor": _("the toe goes up"),
    "fail": _("not passed"),
    "hyper": _("loose"),
    "hypo": _("stiff"),
    "lost": _("contact lost"),
    "peripheralises": _("pain moves down the leg"),
    "poor": _("poor"),
    "worse": _("worse"),
    "+": _("positive"),
}
SENTENCES: dict[str, Texts] = {
    "under": {
        "right": _("Right %(value)s is under %(limit)s."),
        "left": _("Left %(value)s is under %(limit)s."),
        "none": _("%(value)s is under %(limit)s."),
    },
    "over": {
        "right": _("Right %(value)s is over %(limit)s."),
        "left": _("Left %(value)s is over %(limit)s."),
        "none": _("%(value)s is over %(limit)s."),
    },
    "reaches": {
        "right": _("Right %(value)s reaches %(limit)s."),
        "left": _("Left %(value)s reaches %(limit)s."),
        "none": _("%(value)s reaches %(limit)s."),
    },
    "knee_under": {
        "right": _("Right knee %(value)s is under %(limit)s: muscles over two joints are short."),
        "left": _("Left knee %(value)s is under %(limit)s: muscles over two joints are short."),
        "none": _("Knee %(value)s is under %(limit)s: muscles over two joints are short."),
    },
    "soleus": {
        "right": _("Right %(value)s is under %(limit)s with the knee straight and bent: soleus."),
        "left": _("Left %(value)s is under %(limit)s with the knee straight and bent: soleus."),
        "none": _("%(value)s is under %(limit)s with the knee straight and bent: soleus."),
    },
    "gastrocnemius": {
        "right": _("Right %(value)s is under %(limit)s with the knee straight only: gastrocnemius."),
        "left": _("Left %(value)s is under %(limit)s with the knee straight only: gastrocnemius."),
        "none": _("%(value)s is under %(limit)s with the knee straight only: gastrocnemius."),
    },
    "apart": _("Sides differ by %(value)s, more than %(limit)s."),
    "sum": _("Sum %(value)s reaches %(limit)s."),
    "ratio": _("Right to left is %(value)s, outside %(low)s to %(high)s."),
    "weaker": _("Weaker to stronger side is %(value)s, under %(limit)s."),
    "arms_used": _("The arms helped, so it counts as 0, under %(limit)s."),
    "positive": {"right": _("Right positive."), "left": _("Left positive."), "none": _("Positive.")},
    "part": {
        "right": _("Right, %(part)s: %(word)s."),
        "left": _("Left, %(part)s: %(word)s."),
        "none": _("%(part)s: %(word)s."),
    },
    "word": {"right": _("Right %(word)s."), "left": _("Left %(word)s."), "none": _("%(word)s.")},
    "root": {
        "right": _("Right %(root)s: sensation %(value)s of 2."),
        "left": _("Left %(root)s: sensation %(value)s of 2."),
        "none": _("%(root)s: sensation %(value)s of 2."),
    },
    "quality": _("Quality %(value)s of %(most)s."),
    "heel_lift": _("A heel lifts."),
    "subsides": _("The pain on pressing subsides once the legs are lifted."),
    "leg_pain": {
        "right": _("Right leg pain below the knee at %(value)s."),
        "left": _("Left leg pain below the knee at %(value)s."),
        "none": _("Leg pain below the knee at %(value)s."),
    },
    "sustained": {
        "right": _("Right clonus goes on."),
        "left": _("Left clonus goes on."),
        "none": _("Clonus goes on."),
    },
    "clonus_beside_reflex": {
        "right": _("Right clonus beside a very brisk reflex."),
        "left": _("Left clonus beside a very brisk reflex."),
        "none": _("Clonus beside a very brisk reflex."),
    },
    "grade": {"right": _("Right grade %(word)s."), "left": _("Left grade %(word)s."), "none": _("Grade %(word)s.")},
    "differ": _("Sides differ."),
    "reflex": {
        "right": _("Right reflex %(value)s."),
        "left": _("Left reflex %(value)s."),
        "none": _("Reflex %(value)s."),
    },
    "brisk": {
        "right": _("Right reflex %(value)s, brisk beside signs of the cord."),
        "left": _("Left reflex %(value)s, brisk beside signs of the cord."),
        "none": _("Reflex %(value)s, brisk beside signs of the cord."),
    },
    "hurts": {
        "right": _("Right hurts, %(value)s of 10."),
        "left": _("Left hurts, %(value)s of 10."),
        "none": _("It hurts, %(value)s of 10."),
    },
    "judged": _("Abnormal by judgement."),
    "no_reference": _("No reference for this person."),
    "needs": _("Does not count: %(condition)s was not ticked."),
    "one_side": {
        "right": _("Only the right side was tested."),
        "left": _("Only the left side was tested."),
        "none": _("Only one side was tested."),
    },
    "different_days": _("The sides were tested on different days, so they are not compared."),
    "parts_missing": _("Not every task was done, so a low count says nothing."),
    "inside_again": _("inside its line again."),
    "other_root": _("Power is reduced: it could be the %(root)s nerve root instead."),
    "other_reading": _("Abnormal: that comes first."),
    # Worth knowing, and counted for nothing.
    "difference": _("Sides differ by %(value)s. No line is set for that."),
    "near_line": {
        "right": _("Right %(value)s: sources differ on whether that is tight."),
        "left": _("Left %(value)s: sources differ on whether that is tight."),
        "none": _("%(value)s: sources differ on whether that is tight."),
    },
    "hypermobile": _("Mean %(value)s, above %(limit)s: one of four items of a published rule on stabilisation."),
    "groin": {
        "right": _("Right groin pain points to the hip joint."),
        "left": _("Left groin pain points to the hip joint."),
        "none": _("Groin pain points to the hip joint."),
    },
    "side_to_extensor": {
        "right": _("Right side bridge is %(value)s of the trunk hold. Information only."),
        "left": _("Left side bridge is %(value)s of the trunk hold. Information only."),
        "none": _("The side bridge is %(value)s of the trunk hold. Information only."),
    },
    "flexor_to_extensor": _("The flexor hold is %(value)s of the trunk hold. Information only."),
    # Nerves
    "fallen": {
        "right": _("Right %(root)s power fell by %(grades)s grades since the exam before."),
        "left": _("Left %(root)s power fell by %(grades)s grades since the exam before."),
    },
    "new_root": {
        "right": _("Right %(root)s lost something since the exam before."),
        "left": _("Left %(root)s lost something since the exam before."),
    },
    "weak": {
        "right": _("Right %(root)s power is grade 3 or less."),
        "left": _("Left %(root)s power is grade 3 or less."),
    },
    "upper_motor": _("A sign of the upper motor neurone: %(test)s."),
    "saddle": _("Saddle sensation has changed."),
    "refer_direction": _("Pain moves down the leg and a root lost something: talk to the doctor."),
}


def sentence(said: Facts) -> str:
    """`said` as it is stored: a code and its facts."""
    text = SENTENCES[said["code"]]
    if isinstance(text, Mapping):
        text = text[said.get("side", "none")]
    shown = {name: _shown(name, value, said.get("unit", "")) for name, value in said.items()}
    words = str(text) % shown
    return words[:1].upper() + words[1:] if said["code"] != "inside_again" else words


def sentences(said: Iterable[Facts]) -> str:
    return " ".join(sentence(one) for one in said)


def reasons(because: Iterable[Mapping[str, Any]]) -> list[str]:
    """What speaks for a factor, one line a test: its name and what was found."""
    return [f"{one['name']}: {sentences(one['said'])}" for one in because]


def _shown(name: str, value: Any, unit: str) -> str:
    match name:
        case "value" | "limit":
            return amount(value, unit)
        case "part":
            return str(PARTS.get(value, value))
        case "word":
            return str(WORDS.get(value, value)).replace("_", " ")
        case "condition":
            return str(CONDITIONS.get(value, value))
        case _:
            return amount(value, "") if isinstance(value, float) else str(value)


def amount(value: float, unit: str) -> str:
    """7.0 -> "7 cm"; counts have no unit, and what is out of something stands close: "7/10"."""
    number = f"{value:.2f}".rstrip("0").rstrip(".")
    if unit in {"", "count"}:
        return number
    return f"{number}°" if unit == "deg" else f"{number}{unit}" if unit.startswith("/") else f"{number} {unit}"
