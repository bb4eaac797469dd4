from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from programs.limits import inches_as_cm, range_of
from programs.lines import in_words
from programs.models import Decision, NotTested, Result, ResultSide, Test
from programs.reasoning import Person, applies
from programs.services.assessments import Entry

SIDED = (ResultSide.RIGHT, ResultSide.LEFT)  # in the order in which they stand on the page
# Without it the value proves nothing. Test -> key of the condition and its words.
CONDITIONS = {"O01": ("pelvis_controlled", _("Pelvis controlled. Without it the angle doesn’t count."))}
Previous = Mapping[tuple[str, str], Result]


class MeasuredField(forms.DecimalField):
    """A number in the test's unit. Refuses what no body can do, and says so where inches were meant."""

    def __init__(self, *, test: Test, **kwargs: Any) -> None:
        super().__init__(max_digits=7, decimal_places=2, required=False, **kwargs)
        self.unit, self.range = test.unit, range_of(test.possible)
        self.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off", "class": "input"}

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]  # the stub says int
        if self.unit == "cm" and (inches := inches_as_cm(str(value or ""))):
            raise ValidationError(
                _("Centimetres, please. %(inches)s in is %(cm)s cm."), params={"inches": inches[0], "cm": inches[1]}
            )
        return super().to_python(value.replace(",", ".") if isinstance(value, str) else value)

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is not None and self.range and not self.range.holds(value):
            raise ValidationError(
                _("Between %(low)s and %(high)s %(unit)s is possible."),
                params={"low": self.range.low, "high": self.range.high, "unit": self.unit},
            )


@dataclass(frozen=True, slots=True)
class Cell:
    """One side of one test: what it was, and the field for what it is now."""

    name: str
    was: Result | None
    field: BoundField


@dataclass(frozen=True, slots=True)
class Line:
    test: Test
    reference: str
    cells: Sequence[Cell]
    skip: BoundField
    judged: BoundField | None
    condition: BoundField | None

    @property
    def errors(self) -> list[str]:
        return [str(error) for field in [*(cell.field for cell in self.cells), self.skip] for error in field.errors]


class AssessmentForm(forms.Form):
    """Right and left side by side. Nothing entered and no reason means: not asked about, and nothing is stored."""

    def __init__(self, *args: Any, tests: Sequence[Test], previous: Previous, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tests, self.previous, self.person = tests, previous, person
        for test in tests:
            for side in _sides(test):
                label = f"{test.name}, {side.label}" if test.sided else test.name
                self.fields[f"{test.key}-{side}"] = field = MeasuredField(
                    test=test, label=label, widget=forms.TextInput
                )
                field.widget.attrs["placeholder"] = str(side.label)[:1].upper() if test.sided else ""
            self.fields[f"{test.key}-skip"] = forms.ChoiceField(
                label=_("Not tested"),
                choices=[("", _("Tested")), *NotTested.choices],
                required=False,
                widget=forms.Select(attrs={"class": "input"}),
            )
            if not applies(test.line, person):
                self.fields[f"{test.key}-judged"] = forms.BooleanField(
                    label=_("Abnormal by my judgement"), required=False
                )
            if test.key in CONDITIONS:
                self.fields[f"{test.key}-condition"] = forms.BooleanField(label=CONDITIONS[test.key][1], required=False)

    def lines(self) -> Iterator[Line]:
        for test in self.tests:
            yield Line(
                test=test,
                reference=in_words(test.line, self.person),
                cells=[self._cell(test, side) for side in _sides(test)],
                skip=self[f"{test.key}-skip"],
                judged=self._asked(f"{test.key}-judged"),
                condition=self._asked(f"{test.key}-condition"),
            )

    def _asked(self, name: str) -> BoundField | None:
        return self[name] if name in self.fields else None

    def _cell(self, test: Test, side: ResultSide) -> Cell:
        return Cell(str(side.label), self.previous.get((test.key, side)), self[f"{test.key}-{side}"])

    def clean(self) -> dict[str, Any]:
        for test in self.tests:
            skipped = self.cleaned_data.get(f"{test.key}-skip")
            if skipped and any(self.cleaned_data.get(f"{test.key}-{side}") is not None for side in _sides(test)):
                self.add_error(f"{test.key}-skip", _("Either a value or a reason why it was not tested, please."))
        if not self.errors and not self.entries():
            raise ValidationError(_("Nothing is entered yet."))
        return self.cleaned_data

    def entries(self) -> list[Entry]:
        return [entry for test in self.tests for entry in self._entries_of(test)]

    def _entries_of(self, test: Test) -> Iterator[Entry]:
        given = self.cleaned_data
        conditions = {CONDITIONS[test.key][0]: given[f"{test.key}-condition"]} if test.key in CONDITIONS else {}
        for side in _sides(test):
            value, skipped = given.get(f"{test.key}-{side}"), given.get(f"{test.key}-skip", "")
            if value is not None or skipped:
                judged = True if given.get(f"{test.key}-judged") and value is not None else None
                yield Entry(
                    test=test, side=side, value=value, not_tested=skipped, judged_abnormal=judged, conditions=conditions
                )


def _sides(test: Test) -> Sequence[ResultSide]:
    return SIDED if test.sided else (ResultSide.NONE,)


class AddTestForm(forms.Form):
    """One more test on the page. What was typed stays."""

    add = forms.ChoiceField(label=_("Add a test"), required=False)

    def __init__(self, *args: Any, tests: Sequence[Test], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        options = [(test.key, f"{test.name} ({test.key})") for test in tests]
        self.fields["add"].choices = [("", _now("Choose a test")), *options]  # type: ignore[attr-defined]  # a ChoiceField


class DecisionForm(forms.Form):
    """Confirm or reject what the findings suggest."""

    decision = forms.ChoiceField(choices=Decision.choices, widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Reason"), max_length=240, required=False)

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if given.get("decision") == Decision.REJECTED and not given.get("reason", "").strip():
            self.add_error("reason", _("Please say why: the suggestion and your word both stay in the record."))
        return given
