"""An assessment's form as the page draws it: sections of lines, and the nerves as grids."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.forms import BoundField, ChoiceField
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programs.forms.assessments import AssessmentForm
from programs.forms.entry_fields import MARKS, SIDED, shown_unit, sides_of
from programs.lines import for_everybody, in_words
from programs.models import ResultSide, Test, TestKind
from programs.queries.entry import Live, Says
from programs.reasoning import applies
from programs.reasoning.nerves import MYOTOMES, REFLEXES
from programs.shapes import GRIDS, IMPRESSION, NORMAL, SIGNS, Part, Shape

TITLES: Mapping[str, str | Promise] = {
    "power": gettext_lazy("Power 0–5"),
    "reflex": gettext_lazy("Reflexes 0–4"),
    "skin": gettext_lazy("Skin 0–2"),
}
IN_GRIDS = {key: grid for grid, keys in GRIDS.items() for key in keys}


@dataclass(frozen=True, slots=True)
class Cell:
    """A field for what it is now, and what it was."""

    field: BoundField
    side: str
    was: str = ""
    unit: str = ""
    hint: str = ""
    says: str = ""
    name: str = ""  # of the part, where it is one

    @property
    def is_list(self) -> bool:
        return isinstance(self.field.field, ChoiceField)

    @property
    def widget(self) -> SafeString:
        """`data-was` lets one key repeat it. The verdict describes the field, so it is heard on coming back."""
        attrs = {"data-was": self.was, "placeholder": self.hint, "aria-describedby": f"says-{self.says}"}
        return self.field.as_widget(attrs={name: value for name, value in attrs.items() if value})


@dataclass(frozen=True, slots=True)
class Row:
    name: str  # "" is the test's own value
    cells: Sequence[Cell]

    @property
    def is_main(self) -> bool:
        return not self.name


@dataclass(frozen=True, slots=True)
class Sure:
    """A value that is possible and rare. The tick carries the value, so that another one is asked about anew."""

    name: str
    label: str
    text: str
    value: str
    ticked: bool


@dataclass(frozen=True, slots=True)
class Flags:
    asks: str  # Right: tick what failed
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Line:
    test: Test
    reference: str
    rows: Sequence[Row]
    flags: Sequence[Flags]
    trials: Sequence[str]
    strip: Sequence[Cell]
    ticks: Sequence[BoundField]
    judged: BoundField
    judged_in_sight: bool
    note: BoundField
    note_in_sight: bool
    skip: BoundField | None
    pains: Sequence[Cell]
    says: Says
    errors: Sequence[str]
    hints: Sequence[str]
    sures: Sequence[Sure]

    @property
    def is_open(self) -> bool:
        """Something stands in what is otherwise folded away."""
        folded = [*(cell.field for cell in self.pains), self.skip, None if self.note_in_sight else self.note]
        folded.append(None if self.judged_in_sight else self.judged)
        return any(field is not None and (field.value() or field.errors) for field in folded)


@dataclass(frozen=True, slots=True)
class Section:
    key: str
    name: str
    lines: Sequence[Line]

    @property
    def done(self) -> int:
        return sum(line.says.done for line in self.lines)


@dataclass(frozen=True, slots=True)
class GridRow:
    root: str
    what: str
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Grid:
    key: str
    title: str
    normal: str
    rows: Sequence[GridRow]
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class Drawn:
    sections: Sequence[Section]
    grids: Sequence[Grid]

    @property
    def lines(self) -> Iterator[Line]:
        """All of them, for what is renewed while one types."""
        for section in self.sections:
            yield from section.lines
        for grid in self.grids:
            yield from grid.lines


def draw(form: AssessmentForm, live: Live) -> Drawn:
    lines = {test.key: _line(form, test, live.says.get(test.key, Says())) for test in form.tests}
    loose = [line for key, line in lines.items() if key not in IN_GRIDS]
    sections = [_section(kind, [line for line in loose if line.test.kind == kind]) for kind in TestKind]
    grids = [_grid(form, key, [lines[one] for one in keys if one in lines]) for key, keys in GRIDS.items()]
    return Drawn([one for one in sections if one.lines], [one for one in grids if one.lines])


def _section(kind: TestKind, lines: Sequence[Line]) -> Section:
    name = _("Your impression") if kind == TestKind.ASKED else str(kind.label).capitalize()
    return Section(kind.value, name, lines)


def _line(form: AssessmentForm, test: Test, says: Says) -> Line:
    shape = form.shapes[test.key]
    named = [part for part in shape.values if part.words and not test.sided]
    is_open = not applies(test.line, form.person)
    return Line(
        test=test,
        reference=in_words(test.line, form.person) or for_everybody(test.line),
        rows=[] if test.key in GRIDS["skin"] else list(_rows(form, test, shape, named)),
        flags=[_flags(form, test, side, shape) for side in sides_of(test)] if shape.flags else [],
        trials=form.trials(test),
        strip=[_cell(form, test, ResultSide.NONE, part=part) for part in named],
        ticks=[form[f"{test.key}-tick-{tick['key']}"] for tick in shape.ticks],
        judged=form[f"{test.key}-judged"],
        judged_in_sight=is_open and (test.key == IMPRESSION or not shape.is_empty),
        note=form[f"{test.key}-note"],
        note_in_sight=shape.is_empty and test.key != IMPRESSION,
        skip=form[f"{test.key}-skip"] if test.key != IMPRESSION else None,
        pains=[_pain(form, test, side) for side in sides_of(test)] if test.key != IMPRESSION else [],
        says=says,
        errors=[text for texts in form.errors_of(test).values() for text in texts],
        hints=form.hints(test),
        sures=_sures(form, test),
    )


def _rows(form: AssessmentForm, test: Test, shape: Shape, elsewhere: Sequence[Part]) -> Iterator[Row]:
    if shape.number or shape.words:
        yield Row("", [_cell(form, test, side) for side in sides_of(test)])
    if shape.graded:
        name = _("Grade 0 to 5") if shape.number else ""
        yield Row(name, [_cell(form, test, side, grade=shape.number) for side in sides_of(test)])
    for part in shape.values:
        if part not in elsewhere:
            yield Row(part.name, [_cell(form, test, side, part=part) for side in sides_of(test)])


def _cell(form: AssessmentForm, test: Test, side: ResultSide, *, part: Part | None = None, grade: bool = False) -> Cell:
    name = f"{test.key}-{side}" + (f"-{part.key}" if part else "-grade" if grade else "")
    unit = shown_unit(part.unit if part else "" if grade else test.unit)
    words = form.shapes[test.key].words if part is None else ()
    return Cell(
        field=form[name],
        side=str(side),
        was=_was(form, test, side, part, grade),
        unit="±" if words == SIGNS else unit,
        hint=str(MARKS.get(side, "")),
        says=test.key,
        name=part.name if part else "",
    )


def _was(form: AssessmentForm, test: Test, side: ResultSide, part: Part | None, grade: bool) -> str:
    before = form.previous.get((test.key, side))
    if before is None:
        return ""
    shape = form.shapes[test.key]
    found: Any = before.parts.get(part.key) if part else before.value if shape.number and not grade else before.word
    if found is None:
        return ""
    return found if isinstance(found, str) else f"{float(found):g}"


def _pain(form: AssessmentForm, test: Test, side: ResultSide) -> Cell:
    before = form.previous.get((test.key, side))
    was = "" if before is None or before.pain is None else str(before.pain)
    return Cell(form[f"{test.key}-{side}-pain"], str(side), was, "", str(MARKS.get(side, "")), test.key)


def _flags(form: AssessmentForm, test: Test, side: ResultSide, shape: Shape) -> Flags:
    cells = [Cell(form[f"{test.key}-{side}-{part.key}"], str(side), name=part.name) for part in shape.flags]
    asks = _("tick what failed") if shape.number else _("tick what is positive")
    said = _("%(side)s: %(asks)s") % {"side": side.label, "asks": asks} if test.sided else asks
    return Flags(said.capitalize(), cells)


def _sures(form: AssessmentForm, test: Test) -> list[Sure]:
    return [
        Sure(f"{name}-sure", str(form[name].label), text, str(form.data.get(name, "")).strip(), form.is_sure(name))
        for name, text in form.asked.items()
        if name.startswith(f"{test.key}-")
    ]


def _grid(form: AssessmentForm, key: str, lines: Sequence[Line]) -> Grid:
    return Grid(key, str(TITLES[key]), NORMAL[key], list(_grid_rows(form, key, lines)), lines)


def _grid_rows(form: AssessmentForm, key: str, lines: Iterable[Line]) -> Iterator[GridRow]:
    for line in lines:
        if key == "skin":
            for part in form.shapes[line.test.key].parts:
                cells = [_cell(form, line.test, side, part=part) for side in SIDED]
                yield GridRow(part.key, part.name.removeprefix(part.key).strip(), cells)
        else:
            roots = sorted({**MYOTOMES, **REFLEXES}[line.test.key])
            what = line.test.name.partition(", ")[2] or line.test.name
            yield GridRow("–".join(roots), what, line.rows[0].cells)
