"""How a clinic's admin moves a line or makes a factor: numbers and lists, never the data itself."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar

from django import forms
from django.contrib.postgres.forms import SimpleArrayField
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from programs.models import FactorKind, Test

LIMITS = {
    "low": _("at least"),
    "high": _("at most"),
    "limit": _("limit"),
    "at_most": _("abnormal up to"),
    "usual": _("usual from"),
    "max_difference": _("sides differ by at most"),
    "min_ratio": _("weaker to stronger side at least"),
    "grade": _("abnormal up to grade"),
    "age_below": _("for people younger than"),
    "mdc": _("smallest real change"),
}
TABLE = "table"


class TableField(forms.CharField):
    """Rows of: from age, to age, limit for men, limit for women."""

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(" ".join(str(one) for one in row) for row in value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[list[float]]:  # type: ignore[override]  # a CharField gives a text
        rows = [line.split() for line in (super().to_python(value) or "").splitlines() if line.strip()]
        try:
            found = [[_number(Decimal(one)) for one in row] for row in rows]
        except InvalidOperation:
            raise ValidationError(_("Numbers only, please.")) from None
        if any(len(row) != 4 or row[0] > row[1] for row in found):
            raise ValidationError(_("Four numbers a line: from age, to age, limit for men, limit for women."))
        return found


class TestForm(forms.ModelForm[Test]):
    """The limits of a line stand as fields of their own. Which there are depends on the test: see `form_of_test`."""

    __test__ = False  # not for pytest
    limits: ClassVar[list[str]] = []

    class Meta:
        model = Test
        fields = ("name", "how", "possible", "plausible", "reference", "population", "usual", "is_active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.limits:
            self.fields[name].initial = self.instance.line[name.removeprefix("line_")]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        moved = {name.removeprefix("line_"): given[name] for name in self.limits if name in given}
        numbers = {key: _number(one) if isinstance(one, Decimal) else one for key, one in moved.items()}
        self.instance.line = {**self.instance.line, **numbers}
        if self.initial.get("possible") and not given.get("possible"):  # it is what makes it a test with a number
            self.add_error("possible", _("A test that is measured needs its range."))
        if "low" in numbers and "high" in numbers and numbers["low"] >= numbers["high"]:
            self.add_error("line_high", _("More than the lower one, please."))
        return given


def form_of_test(test: Test | None) -> type[TestForm]:
    line: Mapping[str, Any] = test.line if test else {}
    found: dict[str, forms.Field] = {f"line_{key}": _limit(key) for key in LIMITS if key in line}
    if TABLE in line:
        found[f"line_{TABLE}"] = TableField(
            label=_("lines by age"), widget=UnfoldAdminTextareaWidget,
            help_text=_("One a line: from age, to age, limit for men, limit for women."),
        )  # fmt: skip
    return type("TestForm", (TestForm,), {**found, **_ranges(), "limits": list(found)})


def _limit(key: str) -> forms.Field:
    return forms.DecimalField(
        label=LIMITS[key],
        max_digits=7,
        decimal_places=2,
        widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "decimal"}),
    )


def _ranges() -> dict[str, forms.Field]:
    labels = {"possible": _("possible, from and to"), "plausible": _("plausible, from and to")}
    return {
        name: SimpleArrayField(
            forms.DecimalField(max_digits=7, decimal_places=2), delimiter=";", min_length=2, max_length=2,
            label=label, required=False, widget=UnfoldAdminTextInputWidget, help_text=_("Two numbers, such as 0; 30."),
        )
        for name, label in labels.items()
    }  # fmt: skip


def _number(value: Decimal) -> float | int:
    """As JSON has it, and so that 9 stays 9."""
    return int(value) if value == value.to_integral_value() else float(value)


class FactorKindForm(forms.ModelForm[FactorKind]):
    class Meta:
        model = FactorKind
        fields = ("name", "key", "for_patient", "core", "extra", "withheld_by", "is_active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(test.key, str(test)) for test in Test.objects.all()]
        for name in ("core", "extra", "withheld_by"):
            field = self._meta.model._meta.get_field(name)
            self.fields[name] = forms.MultipleChoiceField(
                label=field.verbose_name, choices=known, required=name == "core",  # type: ignore[union-attr]  # a column
                widget=UnfoldAdminCheckboxSelectMultipleWidget,
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if both := set(given.get("core", [])) & set(given.get("extra", [])):
            self.add_error("extra", _("In one list only: %(tests)s") % {"tests": ", ".join(sorted(both))})
        return given
