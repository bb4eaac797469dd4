"""What a body can physically do: a value outside is a slip of the pen, not a finding. [to be confirmed]"""

import re
from dataclasses import dataclass
from decimal import Decimal

CM_PER_INCH = Decimal("2.54")
_INCHES = re.compile(r"^\s*(\d{1,3}(?:[.,]\d{1,2})?)\s*(?:in|inch|inches|\"|″|”)\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Range:
    low: Decimal
    high: Decimal

    def holds(self, value: Decimal) -> bool:
        return self.low <= value <= self.high


def _range(low: int, high: int) -> Range:
    return Range(Decimal(low), Decimal(high))


_BY_TEST = {
    "M01": _range(0, 120),
    "M06": _range(0, 6),
    "M08": _range(0, 3),
    "M11": _range(0, 3),
    "M12": _range(0, 30),
    "M13": _range(0, 300),
    "M21": _range(0, 5),
    "O01": _range(-40, 60),
    "O14": _range(0, 5),
    "O18": _range(0, 3),
    "N07": _range(0, 4),
    "N08": _range(0, 4),
    "N09": _range(0, 4),
    "N20": _range(0, 2),
    "FEAR": _range(0, 10),
    "FABQ_PA": _range(0, 24),
    "TSK17": _range(17, 68),
    "STARTBACK_DISTRESS": _range(0, 5),
}
_BY_UNIT = {
    "cm": _range(0, 100),
    "deg": _range(-45, 180),
    "s": _range(0, 600),
    "reps": _range(0, 100),
    "count": _range(0, 30),
    "N": _range(0, 1500),
    "Nm/kg": _range(0, 10),
    "nrs": _range(0, 10),
}


def possible(test: str, unit: str) -> Range | None:
    """None where no number is measured."""
    return _BY_TEST.get(test) or _BY_UNIT.get(unit)


def inches_as_cm(text: str) -> tuple[str, Decimal] | None:
    """3.1 in -> ("3.1", 7.9): for the hint that centimetres are meant."""
    found = _INCHES.match(text)
    if found is None:
        return None
    inches = found[1].replace(",", ".")
    return inches, (Decimal(inches) * CM_PER_INCH).quantize(Decimal("0.1"))
