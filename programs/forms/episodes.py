from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from programs.models import Side
from programs.services.episodes import Pain
from programs.words import PAIN_KINDS, REGIONS


class EpisodeForm(forms.Form):
    """A new complaint, and where it hurts."""

    complaint = forms.CharField(
        label=_("Complaint"), max_length=120, help_text=_("In a few words, such as: low back pain")
    )
    began_on = forms.DateField(
        label=_("Pain began about"), required=False, widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Leave empty if nobody knows."),
    )  # fmt: skip
    region = forms.ChoiceField(label=_("Where it hurts"), choices=list(REGIONS.items()))
    side = forms.ChoiceField(label=_("Side"), choices=Side.choices)
    levels = forms.CharField(label=_("Levels"), max_length=40, required=False, help_text=_("Such as L4-S1"))
    quality = forms.ChoiceField(label=_("Kind of pain"), choices=list(PAIN_KINDS.items()))
    intensity = forms.IntegerField(label=_("Intensity now, 0 to 10"), min_value=0, max_value=10)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_began_on(self) -> date | None:
        began_on: date | None = self.cleaned_data["began_on"]
        if began_on is not None and began_on > self.today:
            raise ValidationError(_("That day is still to come."))
        return began_on

    def pain(self) -> Pain:
        given = self.cleaned_data
        return Pain(
            region=given["region"], side=given["side"], levels=given["levels"],
            quality=given["quality"], intensity=given["intensity"],
        )  # fmt: skip
