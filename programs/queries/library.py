"""The clinic's tests and factors with what they rest on and what the clinic changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from programs import catalogue
from programs.catalogue import Source
from programs.lines import for_everybody
from programs.models import FactorKind, Test, TestKind

FIELDS: Mapping[str, str | Promise] = {
    "name": _("name"),
    "how": _("how to measure"),
    "line": _("line"),
    "possible": _("what is possible"),
    "plausible": _("what is plausible"),
    "reference": _("reference"),
    "population": _("population"),
    "usual": _("part of every first assessment"),
    "for_patient": _("the patient's words"),
    "core": _("tests that decide"),
    "extra": _("tests that count when abnormal"),
    "withheld_by": _("what withholds it"),
}


@dataclass(frozen=True, slots=True)
class TestRow:
    """`line_of_library` only where the clinic moved the line."""

    __test__ = False  # not for pytest

    test: Test
    line: str
    line_of_library: str
    sources: Sequence[Source]

    @property
    def changed(self) -> list[str]:
        return [str(FIELDS[name]) for name in self.test.overridden]


@dataclass(frozen=True, slots=True)
class Group:
    kind: str
    name: str
    rows: Sequence[TestRow]


@dataclass(frozen=True, slots=True)
class FactorRow:
    kind: FactorKind

    @property
    def is_own(self) -> bool:
        return not self.kind.content_version

    @property
    def changed(self) -> list[str]:
        return [str(FIELDS[name]) for name in self.kind.overridden]


@dataclass(frozen=True, slots=True)
class LibraryPage:
    groups: Sequence[Group]
    factors: Sequence[FactorRow]


def library_page() -> LibraryPage:
    library = {one.key: one.line for one in catalogue.tests()}
    rows = [_row(test, library.get(test.key, {})) for test in Test.objects.all()]
    groups = [Group(kind.value, str(kind.label), [row for row in rows if row.test.kind == kind]) for kind in TestKind]
    return LibraryPage(
        groups=[group for group in groups if group.rows],
        factors=[FactorRow(kind) for kind in FactorKind.objects.all()],
    )


def _row(test: Test, line: Mapping[str, Any]) -> TestRow:
    known = catalogue.sources()
    return TestRow(
        test=test,
        line=for_everybody(test.line),
        line_of_library=for_everybody(line) if "line" in test.overridden else "",
        sources=[known[key] for key in test.sources if key in known],
    )
