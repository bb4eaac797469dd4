"""The instruments whose scoring is known. Their questions are not here: see the package."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from programs.catalogue import content
from programs.instruments.scoring import Band, Rule, Scale


@dataclass(frozen=True, slots=True)
class Instrument:
    """`mdc`, `mcid` in points of its first scale, `percent` of the first value: see programs.change.Ruler."""

    key: str
    name: str
    better: str
    scales: Sequence[Scale]
    mdc: float | None
    mcid: float | None
    percent: float | None
    sources: Sequence[str]
    note: str

    @property
    def items(self) -> list[str]:
        """What the scales ask for, in the order of the form."""
        return sorted({item for scale in self.scales for item in scale.items}, key=int)


@cache
def instruments() -> tuple[Instrument, ...]:
    return tuple(_instrument(raw) for raw in content("instruments")["items"])


def instrument(key: str) -> Instrument:
    """KeyError for an unknown one."""
    for one in instruments():
        if one.key == key:
            return one
    raise KeyError(key)


def _instrument(raw: Mapping[str, Any]) -> Instrument:
    return Instrument(**{**raw, "scales": tuple(scale_from({"better": raw["better"], **one}) for one in raw["scales"])})


def scale_from(raw: Mapping[str, Any]) -> Scale:
    bands = tuple(Band(**band) for band in raw.get("bands", ()))
    return Scale(
        **{**raw, "rule": Rule(raw["rule"]), "reverse": frozenset(raw.get("reverse", ())), "bands": bands},
    )
