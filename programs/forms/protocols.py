"""Choosing a protocol for a patient, and keeping a plan as one."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from programs.models import Protocol


class ChooseProtocolForm(forms.Form):
    seen = forms.CharField(required=False, widget=forms.HiddenInput)  # CarePlan.seen_as
    protocol = forms.ModelChoiceField(label=_("Protocol"), queryset=Protocol.objects.none(), empty_label=_("Choose"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["protocol"]
        field.queryset = Protocol.objects.filter(is_active=True)
        field.label_from_instance = lambda one: f"{one.name}. {one.for_whom}".strip(". ")


class KeepProtocolForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80)
    for_whom = forms.CharField(label=_("For whom"), max_length=240, required=False)
