"""What became of a test since the first sitting: outside its line once, and better beyond its error."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from programs.change import Change, Ruler, change
from programs.reasoning.readings import Line, State, Taken, Verdict

VOID = frozenset({"needs", "parts_missing"})
Sitting = tuple[Taken, Verdict]  # one test on one day, and how it was judged then


@dataclass(frozen=True, slots=True)
class Course:
    """Keys of tests. `improved` and `repeated` are among `once_abnormal`: what was never outside has nothing to get
    better from.

    `repeated`: tried again since it was outside for the first time, on every side that made it so.
    """

    once_abnormal: frozenset[str] = frozenset()
    improved: frozenset[str] = frozenset()
    repeated: frozenset[str] = frozenset()


def course_of(sittings: Mapping[str, Sequence[Sitting]], lines: Mapping[str, Line]) -> Course:
    """`sittings` of each test in the order of time."""
    once = frozenset(
        test for test, found in sittings.items() if any(verdict.state == State.ABNORMAL for _taken, verdict in found)
    )
    return Course(
        once,
        frozenset(test for test in once if _is_better(sittings[test], lines[test])),
        frozenset(test for test in once if _is_repeated(sittings[test])),
    )


def since_outside(verdicts: Sequence[Verdict]) -> list[int]:
    """Which sittings count, from the first one on that lay outside; all that count where none did by itself.

    What was done in a way that does not count repeats nothing.
    """
    counted = [at for at, verdict in enumerate(verdicts) if not any(said.code in VOID for said in verdict.because)]
    first = next((at for at in counted if verdicts[at].state == State.ABNORMAL), 0)
    return [at for at in counted if at >= first]


def _is_better(sittings: Sequence[Sitting], line: Line) -> bool:
    """A side gained at least the measure's error since it was outside, and none lost as much. Without a known error
    nobody can tell.
    """
    if "mdc" not in line:
        return False
    ruler = Ruler(better=line["better"], mdc=line["mdc"])
    takens = [sittings[at][0] for at in since_outside([verdict for _taken, verdict in sittings])]
    changes = [change(values[0], values[-1], ruler) for values in _by_side(takens).values()]
    return Change.IMPROVED in changes and Change.WORSE not in changes


def _is_repeated(sittings: Sequence[Sitting]) -> bool:
    """One side alone repeats that side."""
    first, *later = (sittings[at] for at in since_outside([verdict for _taken, verdict in sittings]))
    since = {one.side for taken, _verdict in later for one in taken.readings}
    return since.issuperset(_sides_outside(*first))


def _sides_outside(taken: Taken, verdict: Verdict) -> set[str]:
    """All of them, where it was not one side by itself."""
    named = {said.facts.get("side") for said in verdict.because}
    every = {one.side for one in taken.readings}
    return every if None in named else {side for side in named if side}


def _by_side(takens: Iterable[Taken]) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    for taken in takens:
        for one in taken.readings:
            if one.value is not None:
                found.setdefault(one.side, []).append(one.value)
    return found
