"""What the neurological tests say together: roots that lost something, a root that may be the source, and loss that
grows. A nerve that is losing more is a red flag, and only a clinician lowers one.
"""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from programs.reasoning.readings import ABNORMAL, Said, Taken, Verdict
from programs.reasoning.rules import grade_of, together, values_of

# Test -> the roots that it loads [S43, S45].
MYOTOMES: Mapping[str, frozenset[str]] = {
    "N01": frozenset({"L2"}),
    "N02": frozenset({"L3"}),
    "N03": frozenset({"L4"}),
    "N04": frozenset({"L5"}),
    "N05": frozenset({"S1"}),
    "N06": frozenset({"S2"}),
}
REFLEXES: Mapping[str, frozenset[str]] = {
    "N07": frozenset({"L3", "L4"}),
    "N08": frozenset({"S1", "S2"}),
    "N09": frozenset({"L5", "S1"}),
}
DERMATOMES = "N10"
ROOTS = ("L1", "L2", "L3", "L4", "L5", "S1", "S2")
TENSION = ("N12", "N14")  # straight leg raise and slump pull on L4 to S2
TENSED = frozenset({"L4", "L5", "S1", "S2"})
LOW = {True: 4.0, False: 1.0}  # of power and of a reflex: that and less is a loss
WEAK = 3.33  # 3+ is still in the third grade

UPPER_MOTOR = ("N16", "N17", "N18")  # each of them is a sign by itself; a failed balance test only beside one
BALANCE, SADDLE, DIRECTION = "N19", "N11", "M05"

LOADED = {**MYOTOMES, **REFLEXES}
NERVE_TESTS = frozenset({*MYOTOMES, *REFLEXES, DERMATOMES, *TENSION, *UPPER_MOTOR, BALANCE, SADDLE, DIRECTION})

Loss = tuple[str, str]  # root and side; one root on both sides is two losses


class Alarm(NamedTuple):
    """`question` is the key of the red-flag question that this answers with yes (programs/content/red_flags.json)."""

    question: str
    because: tuple[Said, ...]


class NerveFindings(NamedTuple):
    """`progressive_deficit` is what got worse since the exam before. `notes` count for nothing."""

    lost: frozenset[Loss] = frozenset()
    radiculopathy_suspected: bool = False
    progressive_deficit: tuple[Said, ...] = ()
    alarms: tuple[Alarm, ...] = ()
    notes: tuple[Said, ...] = ()


Judged = Mapping[str, tuple[Taken, Verdict]]  # by test


def nerve_findings(now: Judged, before: Judged = MappingProxyType({})) -> NerveFindings:
    """`now` is everything known today, `before` what was known at the exam before."""
    lost, progress = lost_in(now), progressive_deficit(now, before) if before else ()
    return NerveFindings(
        lost=lost,
        radiculopathy_suspected=_is_suspected(now, lost),
        progressive_deficit=progress,
        alarms=tuple(_alarms(now, progress)),
        notes=(Said("refer_direction"),) if lost and _is_abnormal(now, DIRECTION) else (),
    )


def radiculopathy_suspected(now: Judged) -> bool:
    """A positive tension test, and loss in a root that it pulls on. [product rule]"""
    return _is_suspected(now, lost_in(now))


def _is_suspected(now: Judged, lost: frozenset[Loss]) -> bool:
    """Reflexes that differ are enough for a suspicion; each of them loads a root that the tension tests pull on."""
    if not any(_is_abnormal(now, test) for test in TENSION):
        return False
    return any(root in TENSED for root, _side in lost) or any(_differs(now, test) for test in REFLEXES)


def _differs(judged: Judged, test: str) -> bool:
    if not _is_abnormal(judged, test):
        return False
    taken = judged[test][0]
    return len(set(values_of(taken).values())) > 1 and together(taken)


def progressive_deficit(now: Judged, before: Judged) -> tuple[Said, ...]:
    """A myotome that fell by a full grade, or a root that was looked at before and is lost now. [product rule]

    What was never looked at is not new: missing is not zero.
    """
    then = _grades(before)
    fallen = [
        Said("fallen", {"root": root, "side": side, "grades": round(then[root, side] - grade, 2)})
        for (root, side), grade in sorted(_grades(now).items())
        if (root, side) in then and round(then[root, side] - grade, 2) >= 1
    ]
    new = sorted((lost_in(now) - lost_in(before)) & _looked_at(before))
    return (*fallen, *(Said("new_root", {"root": root, "side": side}) for root, side in new))


def lost_in(judged: Judged) -> frozenset[Loss]:
    """Of a test outside its line: each side at or under the low end, and of power the lower one of two that differ.
    Beside a brisk reflex a normal one has lost nothing.
    """
    lost: set[Loss] = set()
    for test, roots in LOADED.items():
        if _is_abnormal(judged, test):
            low, values = LOW[test in MYOTOMES], _values(judged, test)
            if test in MYOTOMES and len(set(values.values())) > 1 and together(judged[test][0]):
                low = max(low, min(values.values()))
            lost.update([(root, side) for side, value in values.items() if value <= low for root in roots])
    if _is_abnormal(judged, DERMATOMES):
        for one in judged[DERMATOMES][0].readings:
            lost.update([(root, one.side) for root, value in one.parts.items() if float(value) < 2])
    return frozenset(lost)


def _values(judged: Judged, test: str) -> dict[str, float]:
    taken = judged[test][0]
    if test not in MYOTOMES:
        return values_of(taken)
    return {one.side: grade_of(one.word) for one in taken.readings if one.word}


def _grades(judged: Judged) -> dict[Loss, float]:
    return {
        (root, side): grade
        for test, roots in MYOTOMES.items()
        if test in judged
        for root in roots
        for side, grade in _values(judged, test).items()
    }


def _looked_at(judged: Judged) -> frozenset[Loss]:
    looked = {
        (root, side) for test in LOADED if test in judged for root in LOADED[test] for side in _values(judged, test)
    }
    if DERMATOMES in judged:
        for one in judged[DERMATOMES][0].readings:
            looked.update((root, one.side) for root in (ROOTS if one.word == "normal" else one.parts))
    return frozenset(looked)


def root_of(test: str) -> str:
    """The root whose power a test shows; "" for any other test."""
    return "".join(MYOTOMES.get(test, ()))


def _is_abnormal(judged: Judged, test: str) -> bool:
    return test in judged and judged[test][1].state == ABNORMAL


def _alarms(now: Judged, progress: tuple[Said, ...]) -> Iterator[Alarm]:
    if _is_abnormal(now, SADDLE):
        yield Alarm("r01_saddle", (Said("saddle"),))
    weak = sorted(loss for loss, grade in _grades(now).items() if grade <= WEAK)
    if {side for _root, side in weak} >= {"right", "left"}:
        yield Alarm("r01_both_weak", _weak(weak))
    if progress:
        yield Alarm("r07_rule", progress)
    if weak:
        yield Alarm("r07_power3", _weak(weak))
    upper = [test for test in UPPER_MOTOR if _is_abnormal(now, test)]
    if upper:
        upper += [BALANCE] if _is_abnormal(now, BALANCE) else []
        yield Alarm("r08_umn", tuple(Said("upper_motor", {"test": test}) for test in upper))


def _weak(weak: Iterable[Loss]) -> tuple[Said, ...]:
    return tuple(Said("weak", {"root": root, "side": side}) for root, side in weak)
