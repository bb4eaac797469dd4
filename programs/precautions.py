"""What a patient's flags mean for what a plan does at visits. Pure; figures of programs/content/precautions.json.

Sources: domain notes 4.4 and 5.3 [S115, S116, S117, S123]; each entry of the file names its own.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from programs import catalogue


class Effect(StrEnum):
    NEEDS_REASONING = "needs_reasoning"
    BLOCKS_CURRENT = "block_estim"
    BLOCKS_SITE = "block_site"
    BLOCKS = "block_session"


# A plan's kind of intervention -> what it may bring with it.
BRINGS: Mapping[str, Sequence[str]] = {
    "needling": ("needling", "estim"),
    "manual": ("thrust", "traction"),
}


@dataclass(frozen=True, slots=True)
class Caution:
    """`flag` is the patient's; `effects` say what it does to each treatment; `why` and `then` are the file's words."""

    flag: str
    effects: Sequence[tuple[str, Effect]]
    why: str
    then: str


def cautions(kind: str, flags: Collection[str]) -> list[Caution]:
    """In the order of the file. What is for information only is left out."""
    brings = BRINGS.get(kind, ())
    standing = [one for one in catalogue.content("precautions")["items"] if one["key"] in flags]
    return [
        Caution(one["key"], effects, one["why"], one["then"])
        for one in standing
        if (effects := _effects(one["effects"], brings))
    ]


def _effects(effects: Mapping[str, str], brings: Sequence[str]) -> list[tuple[str, Effect]]:
    known = {one.value for one in Effect}
    return [(what, Effect(effects[what])) for what in brings if effects.get(what) in known]
