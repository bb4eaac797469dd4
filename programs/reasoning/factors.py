"""Which factors the verdicts speak for. Tests are counted, not findings: two findings of one test count once."""

from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Any, NamedTuple, Protocol

from programs.reasoning.course import Course
from programs.reasoning.nerves import root_of
from programs.reasoning.readings import ABNORMAL, NORMAL, Said, State, Verdict

NO_COURSE = Course()
NOTHING: frozenset[str] = frozenset()


class FactorRule(Protocol):
    """`core`: all of them normal make the factor not supported. `extra`: they count when abnormal only.

    `withheld_by`: while one of these is abnormal another reading comes first.
    """

    @property
    def key(self) -> str: ...
    @property
    def core(self) -> Sequence[str]: ...
    @property
    def extra(self) -> Sequence[str]: ...
    @property
    def withheld_by(self) -> Sequence[str]: ...


class Evidence(NamedTuple):
    """What one test has to say for a factor."""

    test: str
    said: tuple[Said, ...]

    def stored(self) -> dict[str, Any]:
        return {"test": self.test, "said": [one.stored() for one in self.said]}


class Suggested(NamedTuple):
    """`state` is supported, possible, resolved, not_supported, not_assessed, or withheld: abnormal, but another reading
    comes first (`blocked_by` names its test).

    `improving`: not inside again, and one of its tests got better by at least its error.
    """

    factor: str
    state: str
    tests: tuple[str, ...] = ()  # the abnormal ones
    quantitative: tuple[str, ...] = ()
    no_reference: tuple[str, ...] = ()
    blocked_by: tuple[str, ...] = ()
    because: tuple[Evidence, ...] = ()
    improving: bool = False


def suggest(verdicts: Iterable[Verdict], factors: Iterable[FactorRule], course: Course = NO_COURSE) -> list[Suggested]:
    """One suggestion for each factor."""
    by_test = {verdict.test: verdict for verdict in verdicts}
    outside = {test for test, verdict in by_test.items() if verdict.state == ABNORMAL}
    return [_suggest(factor, by_test, outside, course) for factor in factors]


def _suggest(factor: FactorRule, by_test: Mapping[str, Verdict], outside: Set[str], course: Course) -> Suggested:
    looked_for = (*factor.core, *factor.extra)
    related = [by_test[test] for test in looked_for if test in by_test]  # most factors of most exams end here
    if not related:
        return Suggested(factor.key, "not_assessed")
    abnormal = [one for one in related if one.test in outside]
    once = course.once_abnormal.intersection(looked_for) if course.once_abnormal else NOTHING
    improving = not course.improved.isdisjoint(once)
    if not abnormal:
        return _silent(factor, related, once, improving=improving)
    quantitative = tuple(sorted([one.test for one in abnormal if one.quantitative]))
    blocked = tuple([test for test in factor.withheld_by if test in outside])
    # Two abnormal tests, one of them measured: supported. Any: possible. [product rule]
    state = "withheld" if blocked else "supported" if len(abnormal) > 1 and quantitative else "possible"
    other = [Evidence(test, (_other_reading(test),)) for test in blocked]
    tests = tuple(sorted([one.test for one in abnormal]))
    because = (*[Evidence(one.test, one.because) for one in abnormal], *other)
    return Suggested(factor.key, state, tests, quantitative, _no_reference(related), blocked, because, improving)


def _other_reading(test: str) -> Said:
    """Weakness that a nerve root explains is no weak muscle."""
    root = root_of(test)
    return Said("other_root", {"root": root}) if root else Said("other_reading")


def _silent(factor: FactorRule, related: Sequence[Verdict], once: frozenset[str], *, improving: bool) -> Suggested:
    """Nothing is outside now. What spoke for it was tested again: resolved; what never did need not be looked at.

    Where that was not judged anew, as without a line for this person, it may still have got better.
    """
    normal = {one.test for one in related if one.state == NORMAL}
    is_resolved = once and once <= normal
    state = "resolved" if is_resolved else "not_supported" if normal.issuperset(factor.core) else "not_assessed"
    back = (Evidence(test, (Said("inside_again"),)) for test in sorted(once)) if is_resolved else ()
    moved = improving and state == "not_assessed"
    return Suggested(factor.key, state, no_reference=_no_reference(related), because=tuple(back), improving=moved)


def _no_reference(related: Iterable[Verdict]) -> tuple[str, ...]:
    return tuple([one.test for one in related if one.state == State.NO_REFERENCE])
