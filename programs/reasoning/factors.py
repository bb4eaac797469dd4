"""Which factors the verdicts speak for. Tests are counted, not findings: two findings of one test count once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from programs.catalogue import FactorEntry
from programs.reasoning.course import Course
from programs.reasoning.lines import State, Verdict


@dataclass(frozen=True, slots=True)
class Suggested:
    """`state` is supported, possible, resolved, not_supported, not_assessed, or withheld: abnormal, but another reading
    comes first (`blocked_by` names its test). `because` are plain sentences, the evidence first.

    `improving`: still outside, and one of its tests got better by at least its error.
    """

    factor: str
    state: str
    tests: tuple[str, ...] = ()  # the abnormal ones
    quantitative: tuple[str, ...] = ()
    no_reference: tuple[str, ...] = ()
    blocked_by: tuple[str, ...] = ()
    because: tuple[str, ...] = ()
    improving: bool = False


def suggest(
    verdicts: Iterable[Verdict],
    factors: Sequence[FactorEntry],
    names: Mapping[str, str],
    course: Course = Course(),  # noqa: B008  # frozen
) -> list[Suggested]:
    """One suggestion for each factor. `names` gives the tests' names for the sentences."""
    by_test = {verdict.test: verdict for verdict in verdicts}
    return [_suggest(factor, by_test, names, course) for factor in factors]


def _suggest(
    factor: FactorEntry, by_test: Mapping[str, Verdict], names: Mapping[str, str], course: Course
) -> Suggested:
    related = [by_test[test] for test in factor.tests if test in by_test]
    abnormal = [one for one in related if one.state == State.ABNORMAL]
    quantitative = [one.test for one in abnormal if one.quantitative]
    blocked = tuple(t for t in factor.withheld_by if t in by_test and by_test[t].state == State.ABNORMAL)
    because = [f"{names.get(one.test, one.test)}: {' '.join(one.because)}" for one in abnormal]
    state = _state(factor, related, len(abnormal), bool(quantitative))
    once = course.once_abnormal.intersection(factor.tests)
    if not abnormal and once and once <= {one.test for one in related if one.state == State.NORMAL}:
        state = "resolved"  # what spoke for it was tested again; what never did need not be looked at
        because = [f"{names.get(test, test)}: inside its line again." for test in sorted(once)]
    if abnormal and blocked:
        state = "withheld"
        because.append("Big-toe power is reduced: it could be the L5 nerve root rather than weak hips.")
    return Suggested(
        factor=factor.key,
        state=state,
        tests=tuple(sorted(one.test for one in abnormal)),
        quantitative=tuple(sorted(quantitative)),
        no_reference=tuple(one.test for one in related if one.state == State.NO_REFERENCE),
        blocked_by=blocked if abnormal else (),
        because=tuple(because),
        improving=bool(abnormal) and not course.improved.isdisjoint(once),
    )


def _state(factor: FactorEntry, related: Sequence[Verdict], abnormal: int, any_quantitative: bool) -> str:
    """Two abnormal tests, one of them measured: supported. Any: possible. [product rule, clinics may confirm]"""
    if abnormal >= 2 and any_quantitative:
        return "supported"
    if abnormal:
        return "possible"
    normal = {one.test for one in related if one.state == State.NORMAL}
    return "not_supported" if normal >= set(factor.core) else "not_assessed"
