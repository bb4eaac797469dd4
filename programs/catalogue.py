"""The product's own clinical content, read once from programs/content/*.json.

What a clinic may edit (tests, exercises) is copied into its own rows by services/catalogue.py; the rest is read from
here. `status` says whether a source was read ("sourced") or a clinician still has to confirm ("to_be_confirmed").
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any, Protocol, TypeVar

CONTENT = Path(__file__).parent / "content"
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Muscle:
    """A muscle that can be needled or treated. Lengths in mm."""

    key: str
    name: str
    region: str
    sides: Sequence[str]
    region_class: str
    region_class_by_level: Mapping[str, Any]
    spinal: bool
    levels: Sequence[str]
    level_required: bool
    length_cap_mm: int | None
    length_cap_by_level_mm: Mapping[str, int]
    guard: str | None
    guard_by_class: Mapping[str, str]
    credential_flags: Sequence[str]
    needling_default: str
    body_view: str
    status: str

    def classes(self, level: str) -> list[str]:
        """What kind of place this is at the level, such as thorax: it decides on guards, training and check-ins."""
        return list(self.region_class_by_level.get(level, (self.region_class,)))

    def needs_training(self, level: str) -> list[str]:
        """What a needling credential must name: regions, and the muscle itself where needling is off by default."""
        named = [] if self.needling_default == "on" else [self.key]
        return [one for one in self.classes(level) if one in self.credential_flags] + named

    def guards(self, level: str) -> list[str]:
        """What keeps the needle safe here: the words for this level, else those for the muscle."""
        classes = self.region_class_by_level.get(level, ())
        found = [self.guard_by_class[one] for one in classes if one in self.guard_by_class]
        return found or ([self.guard] if self.guard else [])

    def longest(self, level: str) -> int | None:
        """The longest needle in mm, where there is a limit."""
        return self.length_cap_by_level_mm.get(level, self.length_cap_mm)


@dataclass(frozen=True, slots=True)
class Technique:
    key: str
    family: str
    name: str
    what: str
    patient_text: str
    regions: Sequence[str]
    side_rule: str
    level_required: bool
    levels: Sequence[str]
    gates: Mapping[str, Any]
    modality: Sequence[str]
    dose: Sequence[Mapping[str, Any]]
    status: str


@dataclass(frozen=True, slots=True)
class LibraryExercise:
    key: str
    name: str
    purpose: str
    factors: Sequence[str]
    why_by_factor: Mapping[str, str]
    side_specific: bool
    setup: Sequence[str]
    steps: Sequence[str]
    cues: Sequence[str]
    stop_signs: Sequence[str]
    dose: Mapping[str, Any]
    alt_text: str
    pose: Mapping[str, Any]
    status: str


@dataclass(frozen=True, slots=True)
class LibraryTest:
    """`kind` is movement, orthopaedic, neurological, or asked (a number the patient gives).

    `usual` ones stand on every first assessment. `trials` says what counts of several: best, mean or first.
    `parts` are named values of one side (key, name, and words, or unit and possible), `ticks` are conditions (key,
    name). What lies outside `possible` no body can do; what lies outside `plausible` is asked about. `measure` is the
    outcome measure whose scores answer it too.
    """

    key: str
    name: str
    kind: str
    region: str
    unit: str
    sided: bool
    how: str
    line: Mapping[str, Any]
    parts: Sequence[Mapping[str, Any]]
    ticks: Sequence[Mapping[str, str]]
    usual: bool | None
    trials: str | None
    possible: Sequence[float] | None
    plausible: Sequence[float] | None
    reference: str
    population: str
    status: str
    sources: Sequence[str]
    measure: str | None


@dataclass(frozen=True, slots=True)
class Source:
    """Where a figure comes from. `quality` is "low" where the source says little for itself."""

    key: str
    title: str
    year: int | None
    url: str
    quality: str | None


@dataclass(frozen=True, slots=True)
class FactorEntry:
    """`core`: all of them normal make the factor not supported. `extra`: they count when abnormal only."""

    key: str
    name: str
    for_patient: str
    core: Sequence[str]
    extra: Sequence[str]
    withheld_by: Sequence[str]

    @property
    def tests(self) -> tuple[str, ...]:
        return (*self.core, *self.extra)


@dataclass(frozen=True, slots=True)
class Module:
    """One piece of pain education."""

    key: str
    number: int
    title: str
    aim: str
    minutes: int


@cache
def content(name: str) -> Mapping[str, Any]:
    """A whole content file."""
    found: Mapping[str, Any] = json.loads((CONTENT / f"{name}.json").read_text(encoding="utf-8"))
    return found


@cache
def muscles() -> tuple[Muscle, ...]:
    return _entries(Muscle, "muscles")


@cache
def techniques() -> tuple[Technique, ...]:
    return _entries(Technique, "techniques")


@cache
def exercises() -> tuple[LibraryExercise, ...]:
    return _entries(LibraryExercise, "exercises")


@cache
def tests() -> tuple[LibraryTest, ...]:
    return _entries(LibraryTest, "tests")


@cache
def sources() -> Mapping[str, Source]:
    return {one.key: one for one in _entries(Source, "sources")}


@cache
def factors() -> tuple[FactorEntry, ...]:
    return _entries(FactorEntry, "factors")


@cache
def modules() -> tuple[Module, ...]:
    return _entries(Module, "education")


def red_flags() -> Sequence[Mapping[str, Any]]:
    items: Sequence[Mapping[str, Any]] = content("red_flags")["items"]
    return items


def red_flag_machine() -> Mapping[str, Any]:
    machine: Mapping[str, Any] = content("red_flags")["state_machine"]
    return machine


def safety_net() -> Mapping[str, Any]:
    advice: Mapping[str, Any] = content("red_flags")["safety_net"]
    return advice


def muscle(key: str) -> Muscle:
    """KeyError for an unknown key, as in all look-ups here."""
    return _find(muscles(), key)


@cache
def known_muscle(key: str) -> Muscle | None:
    """None for what was not chosen yet, or is no longer in the list."""
    return next((entry for entry in muscles() if entry.key == key), None)


@cache
def known_technique(key: str) -> Technique | None:
    """The same of techniques."""
    return next((entry for entry in techniques() if entry.key == key), None)


def technique(key: str) -> Technique:
    return _find(techniques(), key)


def exercise(key: str) -> LibraryExercise:
    return _find(exercises(), key)


def test(key: str) -> LibraryTest:
    return _find(tests(), key)


@cache
def known_test(key: str) -> LibraryTest | None:
    """None for a row that is no longer in the library."""
    return next((entry for entry in tests() if entry.key == key), None)


def factor(key: str) -> FactorEntry:
    return _find(factors(), key)


class Keyed(Protocol):
    @property
    def key(self) -> str: ...


K = TypeVar("K", bound=Keyed)


def _find(entries: Iterable[K], key: str) -> K:
    for entry in entries:
        if entry.key == key:
            return entry
    raise KeyError(key)


def _entries(kind: type[R], name: str) -> tuple[R, ...]:
    names = [field.name for field in fields(kind)]  # type: ignore[arg-type]  # every kind is a dataclass
    return tuple(kind(**{one: item.get(one) for one in names}) for item in content(name)["items"])
