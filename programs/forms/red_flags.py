from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from programs.models import Concern
from programs.screening import Item, is_lower


@dataclass(frozen=True, slots=True)
class Days:
    """On which days a screen can have been done, and which one is meant until somebody says otherwise."""

    first: date
    last: date
    usual: date


class ScreenForm(forms.Form):
    """Ticked means yes. The level of concern is asked once something is ticked, with a suggestion to confirm."""

    screened_on = forms.DateField(
        label=_("Day on which you asked"),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": _("On which day did you ask?")},
    )
    asked = forms.BooleanField(
        label=_("I asked about every line on that day. What is not ticked was answered no."),
        error_messages={"required": _("Please confirm that everything was asked.")},
    )
    concern = forms.ChoiceField(
        label=_("Your level of concern"),
        choices=[(value, capfirst(label)) for value, label in Concern.choices],
        required=False,
        widget=forms.RadioSelect,
    )
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, items: Sequence[Item], days: Days, found: bool = False, **kwargs: Any) -> None:
        """`found`: a finding of a test asks for this screen, so a level is chosen even where nothing is ticked."""
        super().__init__(*args, **kwargs)
        self.found = found
        self.days, self.fields["screened_on"].initial = days, days.usual
        self.items = [item for item in items if item["applies"] == "always"]
        for item in self.items:
            self.fields[item["key"]] = forms.MultipleChoiceField(
                label=item["label"],
                required=False,
                widget=forms.CheckboxSelectMultiple,
                choices=[
                    (one["key"], one["clinician_label"]) for one in item["questions"] if one["kind"] != "computed"
                ],
            )

    def clean_screened_on(self) -> date:
        day: date = self.cleaned_data["screened_on"]
        if day > self.days.last:
            raise ValidationError(_("That day is still to come."))
        if day < self.days.first:
            began = date_format(self.days.first, "j M Y")
            raise ValidationError(_("Care began on %(day)s: that day or a later one."), params={"day": began})
        return day

    def groups(self) -> Iterator[BoundField]:
        for item in self.items:
            yield self[item["key"]]

    @property
    def positive(self) -> list[str]:
        return [key for item in self.items for key in self.cleaned_data.get(item["key"], [])]

    def values(self) -> dict[str, Any]:
        return {
            "concern": self.cleaned_data["concern"] or Concern.CLEAR,
            "positive": self.positive,
            "note": self.cleaned_data["note"],
            "screened_on": self.cleaned_data["screened_on"],
        }

    def needs_decision(self) -> bool:
        """Something was ticked or found, and nobody has said yet what level of concern that makes."""
        return bool(self.positive or self.found) and not self.cleaned_data["concern"]

    def suggest(self, concern: str) -> None:
        """Show the suggestion as the chosen one, to be confirmed or changed."""
        if isinstance(self.data, QueryDict):
            self.data = self.data.copy()
            self.data["concern"] = concern

    def accepts(self, suggested: str) -> bool:
        """A level below the suggestion needs a word why."""
        if (
            is_lower(self.cleaned_data["concern"] or Concern.CLEAR, than=suggested)
            and not self.cleaned_data["note"].strip()
        ):
            self.add_error("note", _("Please say why your level is lower than the answers suggest."))
            return False
        return True
