"""When an assessment is repeated, and what has moved since. Pure.

The figures are data, in programs/content/reassessment.json: nobody has published them, they are this product's own.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from math import ceil

from programs.catalogue import content
from programs.change import Change
from programs.reasoning import State


@dataclass(frozen=True, slots=True)
class Usual:
    """`weeks` of care and `percents` of the planned visits at which an assessment is repeated.

    What was tested less than `fresh_days` before such a day need not be repeated on it. `no_change` are the signed
    visits after which somebody looks when nothing has changed: first where it shows, then also where nobody asked.
    """

    weeks: Sequence[int]
    percents: Sequence[int]
    fresh_days: int
    no_change: tuple[int, int]


@cache
def usual() -> Usual:
    given = content("reassessment")
    first, last = given["no_change_visits"]
    return Usual(given["weeks"], given["visit_percents"], given["fresh_days"], (first, last))


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """A day on which an assessment is to be repeated: `number` weeks of care, or per cent of the visits."""

    day: date
    kind: str  # week, visits
    number: int


def reached(*, began: date, visits: Sequence[date], planned: int, day: date, at: Usual) -> Mark | None:
    """The latest mark up to `day`. `visits` are the days of those that took place, in order."""
    weeks = [Mark(began + timedelta(weeks=week), "week", week) for week in at.weeks]
    counts = [(percent, max(1, ceil(planned * percent / 100))) for percent in at.percents if planned]
    shares = [Mark(visits[count - 1], "visits", percent) for percent, count in counts if len(visits) >= count]
    return max((mark for mark in (*weeks, *shares) if mark.day <= day), default=None)


def outstanding(mark: Mark, abnormal: Iterable[str], tested: Mapping[str, date], at: Usual) -> list[str]:
    """Of the tests that lie outside those which were last tried too long before the mark. `tested`: their last days."""
    fresh_from = mark.day - timedelta(days=at.fresh_days)
    return [test for test in abnormal if test not in tested or tested[test] <= fresh_from]


class Moved(StrEnum):
    """What became of a factor. In the order in which a page tells it."""

    WORSE = "worse"
    UNCHANGED = "unchanged"  # all of its tests were tried again, and none of them moved
    UNKNOWN = "unknown"  # not all of them were tried again, so nobody can say
    PARTLY = "partly"  # a test lies inside its line again, and another one does not
    IMPROVING = "improving"
    RESOLVED = "resolved"


NOT_MOVED = frozenset({Moved.WORSE, Moved.UNCHANGED})


@dataclass(frozen=True, slots=True)
class Since:
    """A test that speaks for a factor, since it was outside its line for the first time: whether it was tried again,
    how it is judged now, and what its sides have gained where its error is known."""

    repeated: bool
    state: State
    changes: frozenset[Change] = frozenset()

    @property
    def improved(self) -> bool:
        return bool(self.changes & {Change.IMPROVED, Change.MEANINGFUL}) and Change.WORSE not in self.changes

    @property
    def worse(self) -> bool:
        return self.repeated and Change.WORSE in self.changes

    @property
    def unjudged(self) -> bool:
        """Tried again, where there is no line, and nobody said how the new value is."""
        return self.repeated and self.state in {State.NO_REFERENCE, State.NOT_COUNTED}


def moved(tests: Sequence[Since], *, resolved: bool) -> Moved:
    """`tests` are those that were outside their line once. What was not tried again can have gone either way, so it
    neither moves a factor nor holds it where it was. [product rule]"""
    if resolved:
        return Moved.RESOLVED
    if any(one.improved for one in tests):
        return Moved.IMPROVING
    if any(one.worse for one in tests):
        return Moved.WORSE
    if any(not one.repeated or one.unjudged for one in tests):
        return Moved.UNKNOWN
    return Moved.PARTLY if any(one.state == State.NORMAL for one in tests) else Moved.UNCHANGED


class Standstill(StrEnum):
    """Why somebody looks at the plan again."""

    NO_CHANGE = "no_change"  # asked again since, and nothing changed as much as matters
    NOT_ASKED = "not_asked"  # nobody asked, so nobody can tell


@dataclass(frozen=True, slots=True)
class Asked:
    """A measure with a known ruler: when it was asked last, and how it stands beside its first value."""

    last: date
    change: Change


def standstill(*, visits: Sequence[date], asked: Collection[Asked], at: Usual) -> Standstill | None:
    """`visits` are the days of signed ones, in order. One measure that changed meaningfully is enough to be silent."""
    first, last = at.no_change
    if len(visits) < first or any(one.change == Change.MEANINGFUL for one in asked):
        return None
    if any(one.last >= visits[first - 1] for one in asked):
        return Standstill.NO_CHANGE
    return Standstill.NOT_ASKED if len(visits) >= last else None
