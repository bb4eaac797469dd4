"""What the neurological tests say together: roots that lost something, a root that may be the source, and loss that
grows. A nerve that is losing more is a red flag, and only a clinician lowers one.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from programs.reasoning.readings import Said, State, Taken, Verdict
from programs.reasoning.rules import grade_of, together

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
WEAK = 3.33  # 3+ is still in the third grade

UPPER_MOTOR = ("N16", "N17", "N18")  # each of them is a sign by itself; a failed balance test only beside one
BALANCE, SADDLE, DIRECTION = "N19", "N11", "M05"

NERVE_TESTS = frozenset({*MYOTOMES, *REFLEXES, DERMATOMES, *TENSION, *UPPER_MOTOR, BALANCE, SADDLE, DIRECTION})

Loss = tuple[str, str]  # root and side; one root on both sides is two losses


@dataclass(frozen=True, slots=True)
class Exam:
    """What was looked at, what is lost, and the grade of each myotome on each side."""

    looked_at: frozenset[Loss]
    lost: frozenset[Loss]
    grades: Mapping[Loss, float]


@dataclass(frozen=True, slots=True)
class Alarm:
    """`question` is the key of the red-flag question that this answers with yes (programs/content/red_flags.json)."""

    question: str
    because: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class NerveFindings:
    """`progressive_deficit` is what got worse since the exam before. `notes` count for nothing."""

    lost: frozenset[Loss] = frozenset()
    radiculopathy_suspected: bool = False
    progressive_deficit: tuple[Said, ...] = ()
    alarms: tuple[Alarm, ...] = ()
    notes: tuple[Said, ...] = ()


Judged = Mapping[str, tuple[Taken, Verdict]]  # by test


def nerve_findings(now: Judged, before: Judged = MappingProxyType({})) -> NerveFindings:
    """`now` is everything known today, `before` what was known at the exam before."""
    exam, progress = exam_of(now), progressive_deficit(now, before)
    return NerveFindings(
        lost=exam.lost,
        radiculopathy_suspected=radiculopathy_suspected(now),
        progressive_deficit=progress,
        alarms=tuple(_alarms(now, exam, progress)),
        notes=(Said("refer_direction"),) if exam.lost and _is_abnormal(now, DIRECTION) else (),
    )


def radiculopathy_suspected(now: Judged) -> bool:
    """A positive tension test, and loss in a root that it pulls on. [product rule]"""
    roots = {root for root, _side in exam_of(now).lost}
    return any(_is_abnormal(now, test) for test in TENSION) and not roots.isdisjoint(TENSED)


def progressive_deficit(now: Judged, before: Judged) -> tuple[Said, ...]:
    """A myotome that fell by a full grade, or a root that was looked at before and is lost now. [product rule]

    What was never looked at is not new: missing is not zero.
    """
    then, today = exam_of(before), exam_of(now)
    fallen = [
        Said("fallen", {"root": root, "side": side, "grades": round(then.grades[root, side] - grade, 2)})
        for (root, side), grade in sorted(today.grades.items())
        if (root, side) in then.grades and round(then.grades[root, side] - grade, 2) >= 1
    ]
    new = sorted((today.lost - then.lost) & then.looked_at)
    return (*fallen, *(Said("new_root", {"root": root, "side": side}) for root, side in new))


def exam_of(judged: Judged) -> Exam:
    looked: set[Loss] = set()
    lost: set[Loss] = set()
    grades: dict[Loss, float] = {}
    for test, roots in MYOTOMES.items():
        if test in judged:
            found = {one.side: grade_of(one.word) for one in judged[test][0].readings if one.word}
            grades |= {(root, side): grade for root in roots for side, grade in found.items()}
            _look(judged[test], roots, found, 4, looked, lost)
    for test, roots in REFLEXES.items():
        if test in judged:
            found = {one.side: one.value for one in judged[test][0].readings if one.value is not None}
            _look(judged[test], roots, found, 1, looked, lost)
    if DERMATOMES in judged:
        for one in judged[DERMATOMES][0].readings:
            looked |= {(root, one.side) for root in (ROOTS if one.word == "normal" else one.parts)}
            lost |= {(root, one.side) for root, value in one.parts.items() if float(value) < 2}
    return Exam(frozenset(looked), frozenset(lost), grades)


def root_of(test: str) -> str:
    """The root whose power a test shows; "" for any other test."""
    return "".join(MYOTOMES.get(test, ()))


def _look(
    judged: tuple[Taken, Verdict],
    roots: Iterable[str],
    values: Mapping[str, float],
    low: float,
    looked: set[Loss],
    lost: set[Loss],
) -> None:
    """A side at or under `low` lost something; of two sides that differ, the lower one did."""
    differ = together(judged[0]) and len(set(values.values())) > 1
    for side, value in values.items():
        looked |= {(root, side) for root in roots}
        if value <= low or (differ and value == min(values.values())):
            lost |= {(root, side) for root in roots}


def _is_abnormal(judged: Judged, test: str) -> bool:
    return test in judged and judged[test][1].state == State.ABNORMAL


def _alarms(now: Judged, exam: Exam, progress: tuple[Said, ...]) -> Iterator[Alarm]:
    if _is_abnormal(now, SADDLE):
        yield Alarm("r01_saddle", now[SADDLE][1].because)
    weak = [(root, side) for (root, side), grade in sorted(exam.grades.items()) if grade <= WEAK]
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
