"""The fields of an assessment. They take what a hand types quickly and refuse what no body can do."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from programs.limits import Range, inches_as_cm, meant, range_of
from programs.models import MOST_TRIALS, NotTested, ResultSide, Test
from programs.sentences import amount
from programs.shapes import IMPRESSION, SIGNS, Part, Shape, combined
from programs.words import ANSWERS

SIDED = (ResultSide.RIGHT, ResultSide.LEFT)  # in the order in which they stand on the page
MARKS: Mapping[str, str | Promise] = {ResultSide.RIGHT: _("R"), ResultSide.LEFT: _("L")}
JUDGED: Mapping[str, bool | None] = {"abnormal": True, "normal": False, "": None}  # as typed and as stored
MOST_DIGITS = 6
WHOLE = frozenset({"count", "reps", ""})  # units that have no halves
APART = re.compile(r"[\s;/]+")
GRADE = re.compile(r"^[0-5][+-]?$")
PLUS = frozenset({"+", "1", "pos", "positive"})
MINUS = frozenset({"-", "−", "–", "0", "neg", "negative"})
UNITS = {"deg": "°", "count": "", "": ""}


@dataclass(frozen=True, slots=True)
class Measured:
    value: Decimal
    trials: tuple[Decimal, ...] = ()


def sides_of(test: Test) -> Sequence[ResultSide]:
    return SIDED if test.sided else (ResultSide.NONE,)


def shown_unit(unit: str) -> str:
    return UNITS.get(unit, unit)


class NumberField(forms.Field):
    """One number in the test's unit, or several trials with a space between them."""

    def __init__(
        self,
        *,
        unit: str,
        possible: Range | None,
        plausible: Range | None = None,
        how: str = "first",
        better: str = "higher",
        **kwargs: Any,
    ) -> None:
        super().__init__(required=False, widget=forms.TextInput, **kwargs)
        self.unit, self.possible, self.plausible, self.how, self.better = unit, possible, plausible, how, better
        numeric = "decimal" if unit not in WHOLE else "numeric"
        self.widget.attrs |= {"inputmode": numeric, "autocomplete": "off", "class": "input", "data-value": ""}
        if possible and possible.low < 0:  # phones' number pads have no minus
            self.widget.attrs["inputmode"] = "text"

    def to_python(self, value: Any) -> Measured | None:
        text = str(value or "").strip()
        if self.unit == "cm" and (inches := inches_as_cm(text)):
            raise ValidationError(
                _("Centimetres, please. %(inches)s in is %(cm)s cm."), params={"inches": inches[0], "cm": inches[1]}
            )
        suffix = shown_unit(self.unit) or self.unit
        words = [one for one in APART.split(text.removesuffix(suffix) if suffix else text) if one]
        trials = tuple(self._number(one.rstrip(",").replace(",", ".").replace("−", "-")) for one in words)
        if len(trials) > MOST_TRIALS:
            raise ValidationError(_("Up to %(most)s trials, please."), params={"most": MOST_TRIALS})
        if not trials:
            return None
        return Measured(combined(trials, self.how, self.better), trials if len(trials) > 1 else ())

    def _number(self, text: str) -> Decimal:
        try:
            number = Decimal(text)
        except InvalidOperation:
            raise ValidationError(_("A number, please.")) from None
        if not number.is_finite():
            raise ValidationError(_("A number, please."))
        if number.adjusted() > MOST_DIGITS:  # no measure is that long, and arithmetic with it fails
            raise ValidationError(_("That number is too long."))
        if int(number.as_tuple().exponent) < -2:
            raise ValidationError(_("That number has too many decimals."))
        if self.unit in WHOLE and number != number.to_integral_value():
            raise ValidationError(_("A whole number, please."))
        return number

    def validate(self, value: Measured | None) -> None:
        for number in _all_of(value):
            if self.possible and not self.possible.holds(number):
                outside = self._within(_("Between %(low)s and %(high)s is possible."), self.possible)
                raise ValidationError([outside, *self.hint(number)])

    def hint(self, number: Decimal) -> list[ValidationError]:
        found = meant(number, self.unit, self.plausible)
        if found is None:
            return []
        value, right = (f"{one.normalize():f}" for one in (found.value, found.right))
        said = {"value": value, "other": found.unit, "right": right, "unit": self.unit}
        return [ValidationError(_("%(value)s %(other)s would be %(right)s %(unit)s."), params=said)]

    def unusual(self, value: Measured | None) -> list[ValidationError]:
        """Possible, and rare enough to ask about."""
        for number in _all_of(value):
            if self.plausible and not self.plausible.holds(number):
                asked = self._within(_("Unusual: mostly %(low)s to %(high)s. Sure?"), self.plausible)
                return [asked, *self.hint(number)]
        return []

    def _within(self, text: Any, limits: Range) -> ValidationError:
        low = f"{limits.low.normalize():f}"
        return ValidationError(text, params={"low": low, "high": amount(float(limits.high), self.unit)})


def _all_of(value: Measured | None) -> Sequence[Decimal]:
    return (value.trials or (value.value,)) if value else ()


class GradeField(forms.Field):
    """Power by hand: 0 to 5, with + or - between."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, widget=forms.TextInput, **kwargs)
        self.widget.attrs |= {"inputmode": "text", "autocomplete": "off", "class": "input", "data-value": ""}

    def to_python(self, value: Any) -> str:
        text = str(value or "").strip().replace("−", "-")
        if (text and not GRADE.match(text)) or text in {"0-", "5+"}:
            raise ValidationError(_("A grade from 0 to 5, such as 4, 4- or 4+."))
        return text


class SignField(forms.Field):
    """+ or -; also 1 and 0, which a phone's number pad has."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, widget=forms.TextInput, **kwargs)
        self.widget.attrs |= {"inputmode": "text", "autocomplete": "off", "class": "input", "data-value": ""}

    def to_python(self, value: Any) -> str:
        text = str(value or "").strip().casefold()
        if text in PLUS:
            return "+"
        if text in MINUS:
            return "-"
        if text:
            raise ValidationError(_("+ or -, please."))
        return ""


def answers(words: Sequence[str], label: str) -> forms.ChoiceField:
    choices = [("", "–"), *((word, ANSWERS.get(word, word)) for word in words)]
    select = forms.Select(attrs={"class": "input", "data-value": ""})
    return forms.ChoiceField(label=label, choices=choices, required=False, widget=select)


def fields_of(test: Test, shape: Shape) -> Iterator[tuple[str, forms.Field]]:
    """By name: `KEY-side` is the value, `KEY-side-part` a part of it, `KEY-…` what holds for both sides."""
    for side in sides_of(test):
        about = f"{test.name}, {side.label}" if test.sided else test.name
        yield from _of_side(test, shape, f"{test.key}-{side}", about)
    for tick in shape.ticks:
        yield f"{test.key}-tick-{tick['key']}", forms.BooleanField(label=tick["name"], required=False)
    yield f"{test.key}-judged", _judged(test)
    if test.key != IMPRESSION:
        yield f"{test.key}-skip", _skip(test)
    yield f"{test.key}-note", _note(test, shape)


def _of_side(test: Test, shape: Shape, name: str, about: str) -> Iterator[tuple[str, forms.Field]]:
    if shape.number:
        yield (
            name,
            NumberField(
                label=f"{about}, {test.unit}" if test.unit not in WHOLE else about,
                unit=test.unit,
                possible=range_of(test.possible),
                plausible=range_of(test.plausible),
                how=shape.trials,
                better=test.line.get("better", "higher"),
            ),
        )
    if shape.graded:
        label = _("%(test)s, grade 0 to 5") % {"test": about}
        yield (f"{name}-grade" if shape.number else name), GradeField(label=label)
    if shape.words:
        yield name, SignField(label=about) if shape.words == SIGNS else answers(shape.words, about)
    for part in shape.parts:
        yield f"{name}-{part.key}", _part(part, f"{about}, {part.name}")
    if test.key != IMPRESSION:
        label = _("%(test)s, pain during, 0 to 10") % {"test": about}
        yield f"{name}-pain", NumberField(label=label, unit="", possible=Range(Decimal(0), Decimal(10)))


def _part(part: Part, label: str) -> forms.Field:
    if part.bad:
        return forms.BooleanField(label=label, required=False)
    if part.words:
        return answers(part.words, label)
    return NumberField(label=f"{label}, {part.unit}" if part.unit else label, unit=part.unit, possible=part.possible)


def _judged(test: Test) -> forms.ChoiceField:
    choices: Mapping[str, Any] = {
        "": _("No judgement"), "abnormal": _("Abnormal by my judgement"), "normal": _("Normal by my judgement"),
    }  # fmt: skip
    return forms.ChoiceField(
        label=_("%(test)s: your judgement") % {"test": test.name},
        choices=list(choices.items()),
        required=False,
        widget=forms.Select(attrs={"class": "input"}),
    )


def _skip(test: Test) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("%(test)s: not tested, why") % {"test": test.name},
        choices=[("", _("Tested")), *NotTested.choices],
        required=False,
        widget=forms.Select(attrs={"class": "input"}),
    )


def _note(test: Test, shape: Shape) -> forms.CharField:
    label = _("%(test)s: what you see") if shape.is_empty else _("%(test)s: note")
    attrs = {"class": "input", "autocomplete": "off", **({"data-wide": ""} if shape.is_empty else {})}
    return forms.CharField(
        label=label % {"test": test.name}, max_length=240, required=False, widget=forms.TextInput(attrs=attrs)
    )
