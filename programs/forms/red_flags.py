from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from programs.models import AdviceFormat, Concern, RedFlagScreen
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
        label=_("I asked about every line on that day. What is not ticked was answered no."), required=False
    )
    concern = forms.ChoiceField(
        label=_("Your level of concern"),
        choices=[(one.value, capfirst(one.label)) for one in Concern if one.value in LEVELS],
        required=False,
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Reason for a lower level"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Needed where your level is below what the answers or the last screen suggest."),
    )  # fmt: skip
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(
        self,
        *args: Any,
        items: Sequence[Item],
        days: Days,
        found: bool = False,
        before: RedFlagScreen | None = None,
        **kwargs: Any,
    ) -> None:
        """`found`: a finding of a test asks for this screen, so a level is chosen even where nothing is ticked.

        `before`: the screen before. What was begun goes on where it was; what was finished is told beside each line.
        """
        super().__init__(*args, **kwargs)
        self.found, self.before = found, before
        begun = before if before and before.concern == Concern.IN_PROGRESS else None
        if before and (self.stands or (begun and begun.found != Concern.CLEAR)):
            self.fields["concern"].initial = before.level
        if begun:
            self.fields["note"].initial = begun.note
        self.days, self.fields["screened_on"].initial = days, days.usual
        self.items = items
        for item in self.items:
            self.fields[item["key"]] = forms.MultipleChoiceField(
                label=_named(item),
                required=False,
                initial=begun.positive if begun else [],
                widget=forms.CheckboxSelectMultiple,
                choices=[(one["key"], self._line(one)) for one in item["questions"] if one["kind"] != "computed"],
            )

    def clean_screened_on(self) -> date:
        day: date = self.cleaned_data["screened_on"]
        if day > self.days.last:
            raise ValidationError(_("That day is still to come."))
        if day < self.days.first:
            began = date_format(self.days.first, "j M Y")
            raise ValidationError(_("Care began on %(day)s: that day or a later one."), params={"day": began})
        return day

    def _line(self, question: Item) -> str:
        """With the yes of the screen before, which is never ticked by itself. What was not ticked may not have been
        asked: an emergency is recorded before everything was.
        """
        before, label = self.before, question["clinician_label"]
        if before is None or before.concern == Concern.IN_PROGRESS or question["key"] not in before.positive:
            return str(label)
        said = _("%(day)s: yes") % {"day": date_format(before.screened_on, "j M Y")}
        return format_html('{} <small class="said-yes">{}</small>', label, said)

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
        """What a screen that is finished says."""
        return {
            "concern": self.cleaned_data["concern"] or suggested,
            "reason": self.cleaned_data["reason"],
            "seen": self.data.getlist("seen") if isinstance(self.data, QueryDict) else [],
            **self.answers,
        }

    @property
    def answers(self) -> dict[str, Any]:
        return {"positive": self.positive, "note": self.cleaned_data["note"], "screened_on": self.day}

    @property
    def is_paused(self) -> bool:
        return bool(self.cleaned_data["later"])

    @property
    def needs_decision(self) -> bool:
        """Something was ticked or found, and nobody has said yet what level of concern that makes."""
        return not self.cleaned_data.get("concern") and bool(self.positive or self.found or self.stands)

    @property
    def stands(self) -> bool:
        """An emergency is lowered by a word only, so its screen asks for the level from the beginning."""
        return self.before is not None and self.before.concern == Concern.EMERGENCY

    @property
    def has_answers(self) -> bool:
        return bool(self.is_paused or self.positive or self.found)

    def is_urgent(self, suggested: str) -> bool:
        """What suggests an emergency waits for no word, also where somebody has to stop in the middle."""
        return suggested == Concern.EMERGENCY and not self.cleaned_data.get("concern")

    def is_complete(self) -> bool:
        if self.is_paused:
            return False
        if not self.cleaned_data["asked"]:
            self.add_error("asked", _("Please confirm that everything was asked."))
        return bool(self.cleaned_data.get("asked")) and not self.needs_decision

    def refuse_pause(self) -> None:
        self.add_error(None, _("An emergency stands here: please finish this screen in one go."))

    def refuse_unseen(self) -> None:
        self.add_error(None, _("Something came in while this page was open: it stands first. Please judge it as well."))

    def suggest(self, concern: str) -> None:
        """Show the suggestion as the chosen one, to be confirmed or changed."""
        if isinstance(self.data, QueryDict) and not self.data.get("concern"):
            self.data = self.data.copy()
            self.data["concern"] = concern

    def accepts(self, concern: str, least: str) -> bool:
        """A level below the suggestion, or below the one before, needs a word why."""
        if not is_lower(concern, than=least) or self.cleaned_data["reason"].strip():
            return True
        self.add_error("reason", _("Please say why your level is lower than the answers or the last screen suggest."))
        return False

    def refuse_step(self, before: str, after: str) -> None:
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

    said = forms.CharField(
        label=_("What was said"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}),
        initial=_("All of the signs on this page, and whom to call for them."),
        error_messages={"required": _("What was said?")},
    )  # fmt: skip
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
