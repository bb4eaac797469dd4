"""Adherence to a home programme: what was done of what was due. Defined in docs/clinical-sources.md."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from clinics.charts import GOOD_SHARE, PARTIAL_SHARE


@dataclass(frozen=True, slots=True)
class Occasion:
    """One exercise due on one day. `done` is the share that was done: 1 all, 0.5 half of the sets, 0 nothing."""

    day: date
    done: float = 0.0
    is_logged: bool = False


@dataclass(frozen=True, slots=True)
class Share:
    """Occasions done of those that count."""

    done: float
    due: int

    @property
    def percent(self) -> float | None:
        """None where nothing was due. Never above 100."""
        return round(min(self.done / self.due, 1) * 100, 1) if self.due else None

    @property
    def band(self) -> str:
        if self.percent is None:
            return "none"
        return "good" if self.percent >= GOOD_SHARE else "partial" if self.percent >= PARTIAL_SHARE else "low"


def due_days(first: date, last: date, weekdays: Iterable[int]) -> list[date]:
    """The days from first to last, both included, that fall on the ISO weekdays."""
    wanted = frozenset(weekdays)
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [day for day in days if day.isoweekday() in wanted]


def part_done(sets_done: int, sets: int) -> float:
    """A partial occasion counts by its sets; more than prescribed counts as all."""
    return min(sets_done / sets, 1.0) if sets else 0.0


def occasion_share(occasions: Iterable[Occasion], today: date) -> Share:
    """Up to today. What is still open today, and what lies ahead, is not counted against anybody."""
    counted = [one for one in occasions if one.day < today or (one.day == today and one.is_logged)]
    return Share(round(sum(one.done for one in counted), 4), len(counted))
