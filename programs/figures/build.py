"""Two body types and what they wear."""

from collections.abc import Mapping
from dataclasses import dataclass

from programs.figures.geometry import Ring


@dataclass(frozen=True, slots=True)
class Shape:
    """One filled outline. `role` names its colour; "focus" is the empty slot where the glow of the muscles goes."""

    role: str
    ring: Ring


FOCUS_SLOT = Shape("focus", ())


@dataclass(frozen=True, slots=True)
class Build:
    """Factors of thickness, and clothes: `hem` is where trousers end (1 knee, 2 ankle), `loose` the cloth there."""

    hips: float
    waist: float
    chest: float
    limb: float
    hem: float
    loose: float
    sleeve: float
    bust: float = 0.0
    bun: bool = False


BUILDS: Mapping[str, Build] = {
    "a": Build(1.03, 0.93, 0.93, limb=0.95, hem=1.6, loose=0.5, sleeve=0.5, bust=1.5, bun=True),
    "b": Build(0.99, 1.06, 1.07, limb=1.07, hem=0.86, loose=1.8, sleeve=0.62),
}
