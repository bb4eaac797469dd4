"""How many visits somebody may still have, as far as a higher app knows: it fills LIMITS in AppConfig.ready()."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class VisitLimit:
    visits: int  # authorised altogether
    used: int  # completed since starts_on
    starts_on: date
    ends_on: date  # the last day of it

    @property
    def left(self) -> int:
        return max(0, self.visits - self.used)


LIMITS: list[Callable[[int], VisitLimit | None]] = []  # asked with a patient's id


def limits_of(patient_id: int) -> list[VisitLimit]:
    return [limit for ask in LIMITS if (limit := ask(patient_id)) is not None]
