from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from programs.forms.pain import MarkForm
from programs.models import EndReason


class EpisodeForm(MarkForm):
    """A new complaint, and where it hurts."""

    complaint = forms.CharField(
        label=_("Complaint"), max_length=120, help_text=_("In a few words, such as: low back pain")
    )
    began_on = forms.DateField(
        label=_("Pain began about"), required=False, widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Leave empty if nobody knows."),
    )  # fmt: skip

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_began_on(self) -> date | None:
        began_on: date | None = self.cleaned_data["began_on"]
        if began_on is not None and began_on > self.today:
            raise ValidationError(_("That day is still to come."))
        return began_on


class EndCareForm(forms.Form):
    reason = forms.ChoiceField(label=_("Why it ends"), choices=[("", _("Choose")), *EndReason.choices])
    met = forms.MultipleChoiceField(
        label=_("Agreed for the end: what holds"), required=False, widget=forms.CheckboxSelectMultiple
    )
    note = forms.CharField(
        label=_("In words"), max_length=240, required=False,
        help_text=_("Such as what they can do again, and what was agreed."),
    )  # fmt: skip

    def __init__(self, *args: Any, agreed: Sequence[str], **kwargs: Any) -> None:
        """`agreed` is what the plan says of the end of care, line by line."""
        super().__init__(*args, **kwargs)
        self.agreed = agreed
        self.fields["met"].choices = list(enumerate(agreed))  # type: ignore[attr-defined]  # a ChoiceField
        if not agreed:
            del self.fields["met"]

    def clean_met(self) -> list[str]:
        return [self.agreed[int(number)] for number in self.cleaned_data["met"]]
