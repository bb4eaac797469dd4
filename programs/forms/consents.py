"""What is signed, and how. The text itself is no field: the page shows it, and its seal comes back."""

import json
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from programs.models import GivenBy
from programs.services.consents import Given
from programs.words import REGIONS

MOST_STROKES, MOST_POINTS, FIELD = 80, 4000, 1000


class RegionsForm(forms.Form):
    """What the text will name, chosen by the clinician before the patient reads it."""

    regions = forms.MultipleChoiceField(
        label=_("Where"), choices=list(REGIONS.items()), required=False, widget=forms.CheckboxSelectMultiple
    )
    neck = forms.BooleanField(label=_("Thrust at the neck too"), required=False)


class SignForm(forms.Form):
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)
    strokes = forms.CharField(widget=forms.HiddenInput, required=False, max_length=200_000)
    given_by = forms.ChoiceField(
        label=_("Signed by"), choices=GivenBy.choices, initial=GivenBy.PATIENT, widget=forms.RadioSelect
    )
    signer = forms.CharField(label=_("Name"), max_length=120)

    def __init__(self, data: Any = None, *, confirmations: Sequence[str], **kwargs: Any) -> None:
        """Each is ticked: the text that is signed says so of all of them."""
        super().__init__(data, **kwargs)
        self.names = [f"confirms_{number}" for number in range(len(confirmations))]
        for name, words in zip(self.names, confirmations, strict=True):
            self.fields[name] = forms.BooleanField(
                label=words, error_messages={"required": _("Please tick this, or do not sign.")}
            )

    @property
    def confirmations(self) -> list[forms.BoundField]:
        return [self[name] for name in self.names]

    def clean_strokes(self) -> list[list[list[int]]]:
        """Lines of points in thousandths of the field; nothing else is kept of a drawing."""
        text = self.cleaned_data["strokes"]
        if not text:
            return []
        try:
            strokes = json.loads(text)
        except ValueError:
            strokes = None
        if not _are_strokes(strokes):
            raise forms.ValidationError(_("This drawing cannot be read. Sign again, or type the name."))
        return list(strokes)

    def given(self, kind: str, *, regions: list[str], with_neck: bool) -> Given:
        return Given(
            kind=kind,
            seen=self.cleaned_data["seen"],
            signer=self.cleaned_data["signer"],
            given_by=self.cleaned_data["given_by"],
            regions=regions,
            with_neck=with_neck,
            strokes=self.cleaned_data["strokes"],
        )


class WithdrawForm(forms.Form):
    why = forms.CharField(label=_("What was said, if anything"), max_length=240, required=False)


def _are_strokes(found: Any) -> bool:
    if not isinstance(found, list) or not 0 < len(found) <= MOST_STROKES:
        return False
    if not all(isinstance(stroke, list) and len(stroke) > 1 for stroke in found):
        return False
    points = [point for stroke in found for point in stroke]
    return len(points) <= MOST_POINTS and all(
        isinstance(point, list) and len(point) == 2 and all(type(one) is int and 0 <= one <= FIELD for one in point)
        for point in points
    )
