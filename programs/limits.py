"""What a body can physically do: a value outside is a slip of the pen, not a finding. [to be confirmed]"""

import re
from collections.abc import Sequence
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


def range_of(ends: Sequence[Decimal] | None) -> Range | None:
    """As a test keeps it: from and to. None where no number is measured."""
    return Range(*(Decimal(f"{end.normalize():f}") for end in ends)) if ends else None  # 30, not 30.00


def inches_as_cm(text: str) -> tuple[str, Decimal] | None:
    """3.1 in -> ("3.1", 7.9): for the hint that centimetres are meant."""
    found = _INCHES.match(text)
    if found is None:
        return None
    inches = found[1].replace(",", ".")
    return inches, (Decimal(inches) * CM_PER_INCH).quantize(Decimal("0.1"))
