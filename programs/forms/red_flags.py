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

from programs.models import AdviceFormat, Concern
from programs.screening import LEVELS, Item, is_lower


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
    later = forms.BooleanField(required=False, widget=forms.HiddenInput)  # a button: not everything was asked yet
    asked = forms.BooleanField(
        label=_("I asked about every line on that day. What is not ticked was answered no."),
        error_messages={"required": _("Please confirm that everything was asked.")},
    )
    concern = forms.ChoiceField(
        label=_("Your level of concern"),
        choices=[(one.value, capfirst(one.label)) for one in Concern if one.value in LEVELS],
        required=False,
        widget=forms.RadioSelect,
    )
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(
        self,
        *args: Any,
        items: Sequence[Item],
        days: Days,
        found: bool = False,
        begun: Sequence[str] = (),
        **kwargs: Any,
    ) -> None:
        """`found`: a finding of a test asks for this screen, so a level is chosen even where nothing is ticked.

        `begun`: what was ticked before somebody had to stop.
        """
        super().__init__(*args, **kwargs)
        self.found = found
        self.days, self.fields["screened_on"].initial = days, days.usual
        self.items = items
        if "later" in self.data:
            self.fields["asked"].required = False
        for item in self.items:
            self.fields[item["key"]] = forms.MultipleChoiceField(
                label=_named(item),
                required=False,
                initial=list(begun),
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

    @property
    def day(self) -> date:
        day: date = self.cleaned_data["screened_on"]
        return day

    def values(self, suggested: str) -> dict[str, Any]:
        """A suggested emergency is one at once, also where somebody has to stop in the middle of the questions."""
        chosen = self.cleaned_data["concern"] or suggested
        unfinished = self.cleaned_data["later"] and suggested != Concern.EMERGENCY
        return {"concern": Concern.IN_PROGRESS if unfinished else chosen, **self.answers()}

    def answers(self) -> dict[str, Any]:
        return {"positive": self.positive, "note": self.cleaned_data["note"], "screened_on": self.day}

    def needs_decision(self, suggested: str) -> bool:
        """Something was ticked or found, and nobody has said yet what level of concern that makes.

        What suggests an emergency does not wait for that word.
        """
        if self.cleaned_data["concern"] or self.cleaned_data["later"] or suggested == Concern.EMERGENCY:
            return False
        return bool(self.positive or self.found)

    def suggest(self, concern: str) -> None:
        """Show the suggestion as the chosen one, to be confirmed or changed."""
        if isinstance(self.data, QueryDict):
            self.data = self.data.copy()
            self.data["concern"] = concern

    def accepts(self, concern: str, least: str) -> bool:
        """A level below the suggestion, or below the one before, needs a word why."""
        if concern == Concern.IN_PROGRESS or not is_lower(concern, than=least) or self.cleaned_data["note"].strip():
            return True
        self.add_error("note", _("Please say why your level is lower than the answers or the last screen suggest."))
        return False

    def refuse_step(self, before: str, after: str) -> None:
        if after == Concern.IN_PROGRESS:
            self.add_error(None, _("There is a concern on file: please finish this screen in one go."))
            return
        text = _("From “%(before)s” this goes by way of “%(high)s”, or to “%(clear)s”.")
        names = {"before": Concern(before).label, "high": Concern.HIGH.label, "clear": Concern.CLEAR.label}
        self.add_error("concern", ValidationError(text, params=names))


def _named(item: Item) -> str:
    """What is asked only where the neck is treated says so."""
    if item["applies"] == "always":
        return str(item["label"])
    return _("%(name)s, where the neck is treated") % {"name": item["label"]}


class AdviceForm(forms.Form):
    """That somebody was told when to get help quickly."""

    how = forms.ChoiceField(
        label=_("How"), choices=AdviceFormat.choices, widget=forms.RadioSelect,
        error_messages={"required": _("How was it given?")},
    )  # fmt: skip
    language = forms.CharField(
        label=_("Language"), max_length=40, initial=_("English"),
        error_messages={"required": _("In which language?")},
    )  # fmt: skip
    given_on = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}))
    understood = forms.BooleanField(label=_("They said back in their own words when to call"), required=False)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["given_on"].initial = today

    def clean_given_on(self) -> date:
        day: date = self.cleaned_data["given_on"]
        if day > self.today:
            raise ValidationError(_("That day is still to come."))
        return day
