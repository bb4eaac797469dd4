"""What is entered for one test: a number, a sign, a grade, an answer, and the parts of it.

Pure: read from the catalogue and from the clinic's own line.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from programs import catalogue
from programs.limits import Range, range_of

SIGNS = ("+", "-")
SIGNED = frozenset({"positive", "slump"})  # rules that read a plus or a minus
GRIDS: Mapping[str, tuple[str, ...]] = {
    "power": ("N01", "N02", "N03", "N04", "N05", "N06"),
    "reflex": ("N07", "N08", "N09"),
    "skin": ("N10",),
}
NORMAL = {"power": "5", "reflex": "2", "skin": "2"}
IMPRESSION = "CLINICIAN_FEAR"  # nothing is measured: the clinician's word is all there is


@dataclass(frozen=True, slots=True)
class Part:
    """A named value of one side: a number within `possible`, or one of `words`. `flag`: a tick says `bad`."""

    key: str
    name: str
    unit: str = ""
    possible: Range | None = None
    words: Sequence[str] = ()
    bad: str = ""

    @property
    def good(self) -> str:
        return next(word for word in self.words if word != self.bad)


@dataclass(frozen=True, slots=True)
class Shape:
    number: bool
    graded: bool
    words: Sequence[str]
    parts: Sequence[Part]
    ticks: Sequence[Mapping[str, str]]
    trials: str

    @property
    def is_empty(self) -> bool:
        """Nothing but a note, such as how somebody walks."""
        return not (self.number or self.graded or self.words or self.parts)

    @property
    def flags(self) -> list[Part]:
        return [part for part in self.parts if part.bad]

    @property
    def values(self) -> list[Part]:
        return [part for part in self.parts if not part.bad]


def shape_of(key: str, line: Mapping[str, Any], possible: Sequence[float | Decimal] | None) -> Shape:
    known = catalogue.known_test(key)
    rule = line.get("rule", "")
    flagged = set(line.get("parts", ())) if rule in {"count", "positive"} else set()
    return Shape(
        # The ankle is measured twice, so its angles are parts.
        number=bool(possible) and rule != "dorsiflexion",
        graded=rule == "strength",
        words=SIGNS if rule in SIGNED else line.get("words", ()) if rule == "words" else (),
        parts=[_part(one, line.get("bad", "+") if one["key"] in flagged else "") for one in known.parts]
        if known
        else [],
        ticks=known.ticks if known else (),
        trials=(known.trials if known else None) or "first",
    )


def _part(raw: Mapping[str, Any], bad: str) -> Part:
    words, possible = raw.get("words") or (), range_of(raw.get("possible"))
    return Part(raw["key"], raw["name"], raw.get("unit") or "", possible, words, bad)


def combined(trials: Sequence[Decimal], how: str, better: str) -> Decimal:
    """What counts of several. Half a unit in the last place goes to the even neighbour, as everywhere in Python."""
    match how:
        case "best":
            return min(trials) if better == "lower" else max(trials)
        case "mean" if len(trials) > 1:
            return (sum(trials, Decimal(0)) / len(trials)).quantize(Decimal("0.01"))
        case _:
            return trials[0]


def instability(parts: Mapping[str, Any]) -> str:
    """The prone test's sign: positive only where the pain on pressing subsides once the legs are lifted."""
    if parts.get("feet_down") == "no_pain":
        return "-"
    if parts.get("feet_down") and parts.get("legs_lifted"):
        return "+" if parts["legs_lifted"] == "subsides" else "-"
    return ""


def skin(parts: Mapping[str, Any], roots: Iterable[str]) -> str:
    """ "normal" only where every root was felt and is: what was left out isn't normal."""
    return "normal" if all(parts.get(root) == 2 for root in roots) else ""
