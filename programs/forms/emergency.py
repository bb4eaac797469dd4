from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from clinics.models import Membership, User
from clinics.permissions import Permission
from clinics.timekeeping import instant
from programs.models import HandedOver


class HandOverForm(forms.Form):
    """Who took over, when and how, and what the patient was told. Who hands over is who signs in."""

    to_whom = forms.CharField(
        label=_("To whom"), max_length=120, error_messages={"required": _("Who took over?")},
        help_text=_("Such as: Emergency department, Dr Keane"),
    )  # fmt: skip
    how = forms.ChoiceField(
        label=_("How"), choices=HandedOver.choices, widget=forms.RadioSelect,
        error_messages={"required": _("How was it handed over?")},
    )  # fmt: skip
    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}))
    time = forms.TimeField(label=_("Time"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    patient_advised = forms.CharField(
        label=_("What the patient was told"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("What was the patient told?")},
    )  # fmt: skip

    def __init__(self, *args: Any, since: date, now: datetime, zone: ZoneInfo, **kwargs: Any) -> None:
        local = now.astimezone(zone)
        kwargs["initial"] = {"day": local.date(), "time": local.time()}
        super().__init__(*args, **kwargs)
        self.since, self.now, self.zone = since, now, zone

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if {"day", "time"} <= set(given) and self.handed_at > self.now:
            self.add_error("time", _("That time is still to come."))
        return given

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if day < self.since:
            found = date_format(self.since, "j M Y")
            raise ValidationError(_("The signs were found on %(day)s: that day or a later one."), params={"day": found})
        return day

    @property
    def handed_at(self) -> datetime:
        return instant(self.cleaned_data["day"], self.cleaned_data["time"], self.zone)

    def values(self) -> dict[str, Any]:
        names = ("to_whom", "how", "patient_advised")
        return {"handed_at": self.handed_at, **{name: self.cleaned_data[name] for name in names}}


class OverrideForm(forms.Form):
    reason = forms.CharField(
        label=_("Why treat at this visit all the same"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Please say why.")},
    )  # fmt: skip
    clinician = forms.ModelChoiceField(
        label=_("The clinician who agrees"), queryset=User.objects.none(), empty_label=_("Choose a colleague"),
        error_messages={"required": _("Name a colleague who answers for it with you.")},
    )  # fmt: skip

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        treating = [one.user_id for one in Membership.objects.treating() if one.can(Permission.DOCUMENT)]
        colleagues = User.objects.filter(pk__in=treating).exclude(pk=by.pk).order_by("name", "pk")
        self.fields["clinician"].queryset = colleagues  # type: ignore[attr-defined]  # a ModelChoiceField
