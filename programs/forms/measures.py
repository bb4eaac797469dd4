from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from programs.measures import PSFS, Measure
from programs.services.measures import FEWEST, MOST, Activity

PAIN_ORDER = ("nprs_best", "nprs_average", "nprs_worst")
TENTHS = [(str(number), str(number)) for number in range(11)]


@dataclass(frozen=True, slots=True)
class Asked:
    """A measure with its field; the activities have one for each, and at first one for each text too."""

    measure: Measure
    field: BoundField | None
    activities: Sequence[tuple[BoundField | None, str, BoundField]] = ()


class MeasuresForm(forms.Form):
    """Everything may stay empty but not all of it. `for_patient`: scales to tap instead of numbers to type.

    `initial` is what was given today already: only what differs is recorded, and what is emptied is taken back.
    """

    def __init__(
        self, *args: Any, measures: Sequence[Measure], activities: Sequence[str], for_patient: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.measures, self.known = measures, activities
        for measure in measures:
            if measure.key == PSFS:
                self._add_activities(for_patient)
            else:
                taps = for_patient and _is_tenths(measure)
                self.fields[measure.key] = _tenths(measure.prompt) if taps else _number(measure)
        if set(PAIN_ORDER) <= self.fields.keys():
            self.fields["sure"] = forms.BooleanField(label=_("The numbers are as meant"), required=False)

    def _add_activities(self, for_patient: bool) -> None:
        for number in range(len(self.known) or MOST):
            if not self.known:
                self.fields[f"what-{number}"] = forms.CharField(
                    label=_("Activity %(number)s") % {"number": number + 1}, max_length=120, required=False
                )
            name = self.known[number] if self.known else _("How well it goes today, 0 to 10")
            self.fields[f"score-{number}"] = _tenths(name) if for_patient else _zero_to_ten(name)

    def asked(self) -> Iterator[Asked]:
        for measure in self.measures:
            if measure.key == PSFS:
                yield Asked(measure, None, list(self._activities()))
            else:
                yield Asked(measure, self[measure.key])

    def _activities(self) -> Iterator[tuple[BoundField | None, str, BoundField]]:
        for number in range(len(self.known) or MOST):
            text = self[f"what-{number}"] if not self.known else None
            yield text, self.known[number] if self.known else "", self[f"score-{number}"]

    @property
    def asks_whether_sure(self) -> bool:
        return "sure" in self.fields and self.has_error("sure")

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        pains = [given[key] for key in PAIN_ORDER if given.get(key) is not None]
        if pains != sorted(pains) and "sure" in self.fields and not given.get("sure"):
            self.add_error("sure", _("The least pain is above the average, or that above the worst. Is this as meant?"))
        if any(measure.key == PSFS for measure in self.measures):
            self._check_activities(given)
        if not self.errors and not self.values() and not self.activities() and not self.withdrawn():
            raise ValidationError(_("Nothing has changed.") if self.initial else _("Nothing is entered yet."))
        return given

    def _check_activities(self, given: dict[str, Any]) -> None:
        for number in range(len(self.known) or MOST):
            text, score = given.get(f"what-{number}"), given.get(f"score-{number}")
            if not self.known and text and score is None and not self.has_error(f"score-{number}"):
                self.add_error(f"score-{number}", _("How well does it go today? 0 is not at all."))
            if not self.known and score is not None and not text:
                self.add_error(f"what-{number}", _("Which activity is this?"))
        found = self.activities()
        fewest = len(self.known) or max(len(found), FEWEST)
        if found and not self.errors and len({one.text for one in found}) < fewest:
            few = _("Three to five activities, each once, please.")
            self.add_error("what-0" if not self.known else "score-0", few if not self.known else _RATE_ALL)

    def found(self) -> dict[str, Any]:
        """As services.measures.record_scores takes it."""
        return {"values": self.values(), "activities": self.activities(), "withdrawn": self.withdrawn()}

    @property
    def count(self) -> int:
        """Measures with an answer."""
        return len(self.values()) + bool(self.activities())

    def values(self) -> dict[str, Decimal]:
        given = self.cleaned_data
        numbers = {one.key: given.get(one.key) for one in self.measures if one.key != PSFS}
        return {
            key: Decimal(str(number))
            for key, number in numbers.items()
            if number is not None and key in self.changed_data
        }

    def withdrawn(self) -> list[str]:
        """What was given today and is empty now."""
        emptied = [name for name in self.initial if name in self.fields and self.cleaned_data.get(name) is None]
        return sorted({PSFS if name.startswith("score-") else name for name in emptied})

    def activities(self) -> list[Activity]:
        """Those with a number, if one has changed. All or none where they are known: a mean of fewer would be another
        number."""
        if not any(name.startswith(("what-", "score-")) for name in self.changed_data):
            return []
        given, count = self.cleaned_data, len(self.known) or MOST
        texts = self.known or [given.get(f"what-{number}", "") for number in range(count)]
        pairs = [(text, given.get(f"score-{number}")) for number, text in enumerate(texts)]
        return [Activity(text, score) for text, score in pairs if text and score is not None]


_RATE_ALL = _("All of them or none: a mean of fewer would be another number.")


def _is_tenths(measure: Measure) -> bool:
    return (measure.low, measure.high, measure.step) == (0, 10, 1)


def _number(measure: Measure) -> forms.Field:
    attrs = {"inputmode": "decimal" if measure.low >= 0 else "text", "autocomplete": "off"}
    words = {
        name: _("Between %(low)s and %(high)s, please.") % {"low": f"{measure.low:g}", "high": f"{measure.high:g}"}
        for name in ("min_value", "max_value")
    }
    return forms.DecimalField(
        label=measure.name, min_value=Decimal(str(measure.low)), max_value=Decimal(str(measure.high)),
        max_digits=7, decimal_places=0 if measure.step == 1 else 1, required=False, help_text=measure.prompt,
        widget=forms.TextInput(attrs=attrs), error_messages=words,
    )  # fmt: skip


def _tenths(label: Any) -> forms.Field:
    """Eleven buttons: for a thumb."""
    return forms.TypedChoiceField(
        label=label, choices=TENTHS, coerce=int, required=False, empty_value=None, widget=forms.RadioSelect
    )


def _zero_to_ten(label: Any) -> forms.Field:
    return forms.IntegerField(label=label, min_value=0, max_value=10, required=False)
