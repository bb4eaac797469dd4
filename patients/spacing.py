"""Room to recover between needling visits. Pure.

Defaults of ours between what is published [S110, S120]: docs/clinical-sources.md, "Spacing".
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

HARD, SOFT = timedelta(hours=48), timedelta(hours=72)
NEEDLING = "needling"


@dataclass(frozen=True, slots=True, order=True)
class TooClose:
    """Two visits in a row, from start to start, in hours that really pass."""

    earlier: datetime
    later: datetime

    @property
    def is_hard(self) -> bool:
        return self.later - self.earlier < HARD

    @property
    def hours(self) -> int:
        return int((self.later - self.earlier) / timedelta(hours=1))


def too_close(wanted: Iterable[datetime], standing: Collection[datetime]) -> list[TooClose]:
    """Pairs less than 72 h apart, of which at least one is new: what already stands was decided before."""
    new = set(wanted)
    pairs = (TooClose(one, other) for one, other in pairwise(sorted([*new, *standing])))
    return [pair for pair in pairs if pair.later - pair.earlier < SOFT and new & {pair.earlier, pair.later}]
