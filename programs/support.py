"""Why a factor is possible and not supported: the rule of programs.reasoning, told the other way round. Pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from programs import catalogue


@dataclass(frozen=True, slots=True)
class Lacking:
    """`second`: one test alone lies outside. Else there are several, and none of them is a measured number.

    `measured`: names of tests of the factor that would be one, and do not speak for it now.
    """

    second: bool
    measured: tuple[str, ...]


def lacking(abnormal: Collection[str], tests: Iterable[str]) -> Lacking:
    known = [catalogue.known_test(key) for key in tests if key not in abnormal]
    measured = [one.name for one in known if one and (one.line.get("quantitative") or "min_ratio" in one.line)]
    return Lacking(len(abnormal) < 2, tuple(measured))
