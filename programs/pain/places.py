"""The vocabulary of places. Sides are the patient's; pain sits in joints too, so places are more than muscles."""

from collections.abc import Sequence
from dataclasses import dataclass

FRONT, BACK = "front", "back"
VIEWS = (FRONT, BACK)
LEFT, RIGHT, MIDDLE = "left", "right", "middle"
SIDES = (RIGHT, MIDDLE, LEFT)
LIMB = (RIGHT, LEFT)
TRUNK = (RIGHT, MIDDLE, LEFT)
MIDLINE = (MIDDLE,)

# Levels of the spine that a clinician can name, from the top. Their order is the spine's, not that of text: T2, T10.
LEVELS = {
    "neck": ("C1", "C2", "C3", "C4", "C5", "C6", "C7"),
    "upper_back": tuple(f"T{n}" for n in range(1, 13)),
    "low_back": ("L1", "L2", "L3", "L4", "L5", "S1"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """`parts` are shapes of the figure; a place without any has a shape of our own, see figures.py."""

    view: str
    region: str
    sides: tuple[str, ...]
    parts: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        return f"{self.view}.{self.region}"

    @property
    def levels(self) -> Sequence[str]:
        return LEVELS.get(self.region, ()) if self.view == BACK else ()


# From head to foot, as the lists show them.
PLACES: dict[str, Place] = {
    place.key: place
    for place in (
        Place(FRONT, "head", TRUNK, ("head", "hair")),
        Place(FRONT, "neck", TRUNK, ("neck",)),
        Place(FRONT, "shoulder_top", LIMB, ("trapezius",)),
        Place(FRONT, "shoulder", LIMB, ("deltoids",)),
        Place(FRONT, "upper_arm", LIMB, ("biceps", "triceps")),
        Place(FRONT, "elbow", LIMB),
        Place(FRONT, "forearm", LIMB, ("forearm",)),
        Place(FRONT, "wrist", LIMB),
        Place(FRONT, "hand", LIMB, ("hands",)),
        Place(FRONT, "chest", TRUNK, ("chest",)),
        Place(FRONT, "abdomen", TRUNK, ("abs",)),
        Place(FRONT, "flank", LIMB, ("obliques",)),
        Place(FRONT, "hip", LIMB),
        Place(FRONT, "groin", LIMB),
        Place(FRONT, "thigh", LIMB, ("quadriceps",)),
        Place(FRONT, "inner_thigh", LIMB, ("adductors",)),
        Place(FRONT, "knee", LIMB, ("knees",)),
        Place(FRONT, "lower_leg", LIMB, ("tibialis", "calves")),
        Place(FRONT, "ankle", LIMB, ("ankles",)),
        Place(FRONT, "foot", LIMB, ("feet",)),
        Place(BACK, "head", TRUNK, ("hair",)),
        Place(BACK, "neck", TRUNK, ("neck",)),
        Place(BACK, "shoulder_top", LIMB),
        Place(BACK, "shoulder", LIMB, ("deltoids",)),
        Place(BACK, "upper_arm", LIMB, ("triceps",)),
        Place(BACK, "elbow", LIMB),
        Place(BACK, "forearm", LIMB, ("forearm",)),
        Place(BACK, "wrist", LIMB),
        Place(BACK, "hand", LIMB, ("hands",)),
        Place(BACK, "upper_back", TRUNK, ("trapezius", "upper-back")),
        Place(BACK, "low_back", TRUNK, ("lower-back",)),
        Place(BACK, "sacroiliac", LIMB),
        Place(BACK, "tailbone", MIDLINE),
        Place(BACK, "hip", LIMB),
        Place(BACK, "buttock", LIMB, ("gluteal",)),
        Place(BACK, "thigh", LIMB, ("hamstring", "adductors")),
        Place(BACK, "knee", LIMB),
        Place(BACK, "lower_leg", LIMB, ("calves",)),
        Place(BACK, "ankle", LIMB),
        Place(BACK, "foot", LIMB, ("feet",)),
    )
}


@dataclass(frozen=True, slots=True)
class Mark:
    """One pain at one place. `levels` are the first and the last, or empty."""

    view: str
    region: str
    side: str
    kind: str
    intensity: int
    levels: tuple[str, ...] = ()

    @property
    def place(self) -> Place:
        return PLACES[f"{self.view}.{self.region}"]

    @property
    def where(self) -> tuple[str, str, str]:
        return self.view, self.region, self.side


def in_reading_order(marks: Sequence[Mark]) -> list[Mark]:
    """Strongest first, then from head to foot."""
    order = {key: n for n, key in enumerate(PLACES)}
    return sorted(marks, key=lambda one: (-one.intensity, order[one.place.key], SIDES.index(one.side), one.kind))
