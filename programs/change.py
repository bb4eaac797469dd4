"""Did it really change? A value against the one before, by the measure's own error and its meaningful step."""

from dataclasses import dataclass
from enum import StrEnum


class Change(StrEnum):
    WORSE = "worse"
    NONE = "no_real_change"  # within the measurement's error
    IMPROVED = "improved"  # beyond error
    MEANINGFUL = "meaningful"  # beyond error, and as much as matters to people


@dataclass(frozen=True, slots=True)
class Ruler:
    """`better` is higher or lower. `mdc`: smallest change beyond error. `mcid`: smallest one that matters.
    `percent`: share of the baseline that also counts as meaningful. All in the measure's own unit.
    """

    better: str
    mdc: float | None = None
    mcid: float | None = None
    percent: float | None = None

    @property
    def is_known(self) -> bool:
        """Whether anything can be said of a change at all."""
        return self.mdc is not None or self.mcid is not None


def gain(before: float, now: float, better: str) -> float:
    """Positive is better, whatever the direction of the measure. Rounded against float dust."""
    return round((now - before) * (1 if better == "higher" else -1), 6)


def change(before: float, now: float, ruler: Ruler) -> Change:
    """Where a measure's error is not known, the step that matters stands in for it, in both directions.

    With neither figure nothing is claimed.
    """
    delta = gain(before, now, ruler.better)
    error = ruler.mdc if ruler.mdc is not None else ruler.mcid
    if error is None or abs(delta) < error or not delta:
        return Change.NONE
    if delta < 0:
        return Change.WORSE
    if _reaches_step(delta, ruler) or _reaches_percent(delta, before, ruler):
        return Change.MEANINGFUL
    return Change.IMPROVED


def _reaches_step(delta: float, ruler: Ruler) -> bool:
    return ruler.mcid is not None and delta >= max(ruler.mcid, ruler.mdc or 0)


def _reaches_percent(delta: float, before: float, ruler: Ruler) -> bool:
    return bool(ruler.percent and before and delta / abs(before) * 100 >= ruler.percent)
