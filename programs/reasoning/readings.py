"""What goes into the reasoning and what comes out of it.

What is made for every test of every patient is a named tuple: a third of the cost of a frozen dataclass.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

Line = Mapping[str, Any]


class State(StrEnum):
    ABNORMAL = "abnormal"
    NORMAL = "normal"
    NO_REFERENCE = "no_reference"  # no line for this person: only a clinician's judgement counts
    NOT_COUNTED = "not_counted"  # done in a way that does not count


# Asked for with every test of every patient: the class looks its members up anew each time.
ABNORMAL, NORMAL = State.ABNORMAL, State.NORMAL


class Said(NamedTuple):
    """One thing to tell, as a code and what it is about. programs.sentences has the words."""

    code: str
    facts: Mapping[str, Any] = {}  # never written to

    def stored(self) -> dict[str, Any]:
        return {"code": self.code, **self.facts}


@dataclass(frozen=True, slots=True)
class Person:
    """What a reference may depend on. `sex` is female, male or anything else (then sex-bound lines do not apply)."""

    age: int
    sex: str


@dataclass(frozen=True, slots=True)
class Reading:
    """One value on one side. `side` is right, left or none; `word` is an answer such as +, poor or 4-.

    `sitting` tells occasions apart: the sides of two sittings stand each for itself and are never compared.
    `parts` are the named values of one side where a test has several, such as the angle with the knee straight and
    with the knee bent. `pain` is what it hurt meanwhile, 0-10.
    """

    side: str = "none"
    value: float | None = None
    word: str = ""
    sitting: int = 0
    parts: Mapping[str, float | str] = field(default_factory=dict)
    pain: float | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """The readings of one test, one for each side. `judged` is the clinician's own word: True means abnormal."""

    test: str
    readings: Sequence[Reading]
    conditions: Mapping[str, Any] = field(default_factory=dict)
    judged: bool | None = None


class Verdict(NamedTuple):
    """`because` is what lies outside, `notes` what is worth knowing and counts for nothing.

    `quantitative`: a measured number lies outside, which weighs more.
    """

    test: str
    state: State
    because: tuple[Said, ...] = ()
    quantitative: bool = False
    notes: tuple[Said, ...] = ()


@dataclass(frozen=True, slots=True)
class Signs:
    """What other tests of the same person say about this one."""

    upper_motor: bool = False  # an upper motor neurone sign
    very_brisk: bool = False  # a reflex of grade 4


@dataclass(frozen=True, slots=True)
class Rated:
    """The line of one test, in its unit."""

    line: Line
    unit: str = ""
