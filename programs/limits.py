"""What a body can do, and what was meant when a number is out of it: inches, millimetres, kilograms."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

CM_PER_INCH = Decimal("2.54")
NEWTONS_PER_KG = Decimal("9.81")
_INCHES = re.compile(r"^\s*(\d{1,3}(?:[.,]\d{1,2})?)\s*(?:in|inch|inches|\"|″|”)\s*$", re.IGNORECASE)
NEAR = Decimal("0.1")  # an inch taken for a centimetre lands this near, in shares, to the value before


@dataclass(frozen=True, slots=True)
class Range:
    low: Decimal
    high: Decimal

    def holds(self, value: Decimal) -> bool:
        return self.low <= value <= self.high


@dataclass(frozen=True, slots=True)
class Meant:
    """`value` in `unit` is `right` in the test's own unit."""

    value: Decimal
    unit: str
    right: Decimal


def range_of(ends: Sequence[float | Decimal] | None) -> Range | None:
    """As a test keeps it: from and to. None where no number is measured, or no limit is known."""
    return Range(*(Decimal(str(end)) for end in ends)) if ends else None


def inches_as_cm(text: str) -> tuple[str, Decimal] | None:
    """3.1 in -> ("3.1", 7.9): for the hint that centimetres are meant."""
    found = _INCHES.match(text)
    if found is None:
        return None
    inches = found[1].replace(",", ".")
    return inches, (Decimal(inches) * CM_PER_INCH).quantize(Decimal("0.1"))


def meant(value: Decimal, unit: str, plausible: Range | None) -> Meant | None:
    """For a value that is not plausible: the other unit in which it would be."""
    others = {
        "cm": [("mm", Decimal("0.1")), ("in", CM_PER_INCH)],
        "N": [("kg", NEWTONS_PER_KG)],
    }
    for other, factor in others.get(unit, []):
        right = (value * factor).quantize(Decimal("0.1"))
        if plausible and plausible.holds(right):
            return Meant(value, other, right)
    return None


def looks_like_inches(value: Decimal, unit: str, before: Decimal | None) -> Meant | None:
    """Plausible by itself, and just what the value before is in inches."""
    if unit != "cm" or not before or value <= 0:
        return None
    right = (value * CM_PER_INCH).quantize(Decimal("0.1"))
    return Meant(value, "in", right) if abs(right - before) <= before * NEAR else None
