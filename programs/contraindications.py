"""What speaks against a treatment at this visit. Pure; effects of programs/content/precautions.json.

Sources: domain notes 4.4 and 5.3 [S115, S116, S117, S123]; each entry of the file names its own.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from programs import catalogue
from programs.precautions import Effect

YES, NO = "yes", "no"
NEEDLING, CURRENT, THRUST, NECK_THRUST, TRACTION = "needling", "estim", "thrust", "cervical_thrust", "traction"
# Nothing of this is given before somebody has asked. What is gentler may be asked about, and then it counts too.
ASKED_FIRST = (NEEDLING, CURRENT, THRUST, NECK_THRUST, TRACTION)
OWN_GATES = frozenset({"no_consent", "red_flag_open"})  # nobody is asked about these


@dataclass(frozen=True, slots=True)
class Question:
    """`asks` is put to the patient; where it is empty, `label` is for the clinician to judge."""

    key: str
    label: str
    asks: str
    why: str
    then: str
    effects: Mapping[str, str]

    def effect_on(self, modality: str) -> Effect | None:
        """None where it says nothing about the treatment, or is for information only."""
        found = self.effects.get(modality)
        return Effect(found) if found in set(Effect) else None

    def stops(self, modality: str) -> bool:
        return self.effect_on(modality) in {Effect.BLOCKS, Effect.BLOCKS_CURRENT}

    def weighs_on(self, modalities: Collection[str]) -> bool:
        return any(self.effect_on(one) == Effect.NEEDS_REASONING for one in modalities)

    def closes_sites(self, modalities: Collection[str]) -> bool:
        return any(self.effect_on(one) == Effect.BLOCKS_SITE for one in modalities)


def questions() -> Sequence[Question]:
    items: Sequence[Mapping[str, Any]] = catalogue.content("precautions")["items"]
    return [
        Question(one["key"], one["label"], one["question"] or "", one["why"], one["then"], one["effects"])
        for one in items
        if one["key"] not in OWN_GATES
    ]


def asked_for(modalities: Collection[str]) -> list[Question]:
    """In the order of the file. All that can change what is done; what is known already is among them."""
    return [one for one in questions() if any(one.effect_on(modality) for modality in modalities)]


def because(answers: Mapping[str, str], modality: str) -> list[Question]:
    """What rules the treatment out."""
    return [one for one in questions() if answers.get(one.key) == YES and one.stops(modality)]


def unanswered(answers: Mapping[str, str], modalities: Collection[str]) -> list[Question]:
    return [one for one in asked_for(modalities) if answers.get(one.key) not in {YES, NO}]


def unreasoned(answers: Mapping[str, str], reasoning: Mapping[str, str], modalities: Collection[str]) -> list[Question]:
    """A yes that is weighed, and nobody has said how."""
    return [
        one
        for one in asked_for(modalities)
        if answers.get(one.key) == YES and one.weighs_on(modalities) and not reasoning.get(one.key, "").strip()
    ]


def places_asked(answers: Mapping[str, str], modalities: Collection[str]) -> list[Question]:
    """A yes that keeps a place free: which one has to be said."""
    return [one for one in asked_for(modalities) if answers.get(one.key) == YES and one.closes_sites(modalities)]


def modalities_of(*, needled: bool, current: bool, techniques: Collection[str]) -> list[str]:
    """What a session brings, as the precautions name it, sorted."""
    found = {NEEDLING} if needled else set()
    if current:
        found.add(CURRENT)
    for key in techniques:
        known = catalogue.known_technique(key)
        found.update(known.modality if known else ())
    return sorted(found)
