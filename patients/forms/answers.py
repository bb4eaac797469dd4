from decimal import Decimal
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from patients.models import Appointment, CancelReason
from patients.services.answers import Time

OF_PATIENTS = (
    CancelReason.ILL,
    CancelReason.WORK,
    CancelReason.TRAVEL,
    CancelReason.BETTER,
    CancelReason.COST,
    CancelReason.OTHER,
)


class CancelForm(forms.Form):
    """`fee` is what the page said: nobody pays more than they were told."""

    reason = forms.ChoiceField(
        label=_("Why? You need not say."),
        choices=[(one.value, one.label.capitalize()) for one in OF_PATIENTS],
        widget=forms.RadioSelect,
        required=False,
        initial=CancelReason.OTHER,
    )
    fee = forms.DecimalField(widget=forms.HiddenInput)

    def clean_reason(self) -> str:
        return self.cleaned_data["reason"] or CancelReason.OTHER.value

    def accepts(self, fee: Decimal) -> bool:
        accepted: Decimal = self.cleaned_data["fee"]
        return fee <= accepted


class OfferedTime(forms.ChoiceField):
    def valid_value(self, value: Any) -> bool:
        """What was offered a minute ago is not in the list of now. Its signature says that it was offered."""
        return True


class MoveForm(forms.Form):
    time = OfferedTime(
        label=_("Free times"), widget=forms.RadioSelect, error_messages={"required": _("Choose one of the times.")}
    )

    def __init__(self, *args: Any, visit: Appointment, times: list[Time], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        here = visit.room.location_id
        field = self.fields["time"]
        assert isinstance(field, OfferedTime)  # noqa: S101
        field.choices = [(one.value, _label(one, here)) for one in times]


def _label(time: Time, here: int) -> str:
    when = date_format(time.starts_at, "l j F, H:i")
    return when if time.room.location_id == here else f"{when}, {time.room.location.name}"
