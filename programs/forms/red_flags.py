from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.forms import BoundField
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from programs.models import Concern
from programs.screening import Item, is_lower


class ScreenForm(forms.Form):
    """Ticked means yes. The level of concern is asked once something is ticked, with a suggestion to confirm."""

    asked = forms.BooleanField(
        label=_("I asked about every line today. What is not ticked was answered no."),
        error_messages={"required": _("Please confirm that everything was asked.")},
    )
    concern = forms.ChoiceField(
        label=_("Your level of concern"),
        choices=[(value, capfirst(label)) for value, label in Concern.choices],
        required=False,
        widget=forms.RadioSelect,
    )
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, items: Sequence[Item], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
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
        }

    def needs_decision(self) -> bool:
        """Something was ticked, and nobody has said yet what level of concern that makes."""
        return bool(self.positive) and not self.cleaned_data["concern"]

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
