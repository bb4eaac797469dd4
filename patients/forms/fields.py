from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from patients.services.fitting import in_reach, too_far

DAY, WHICH_DAY, LATER = _("Day"), _("On which day?"), _("The end must be later than the start.")
LONGEST_ID = 18  # digits of a bigint, one less than most: no row has more


def is_row_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= LONGEST_ID


class PickField(forms.Field):
    """One of the rows given. Offers may be fewer than what is accepted: the service says why one does not fit."""

    widget = forms.Select

    def __init__(self, rows: Iterable[Model] = (), **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.rows = {str(row.pk): row for row in rows}

    def offer(self, rows: Iterable[Any], label: Callable[[Any], str] = str, *, empty: Any = "") -> None:
        """Where one can choose among several, nothing is chosen beforehand."""
        offered = [(str(row.pk), label(row)) for row in rows]
        self.widget.choices = offered if len(offered) == 1 else [("", empty or _("Choose")), *offered]

    def to_python(self, value: Any) -> Model | None:
        if value in self.empty_values:
            return None
        try:
            return self.rows[str(value)]
        except KeyError:
            raise ValidationError(_("That is not among the choices."), code="unknown") from None


def day_field(*, label: Any = DAY, unsaid: Any = WHICH_DAY, **kwargs: Any) -> forms.DateField:
    """`unsaid`: what is asked where it is left empty."""
    return forms.DateField(
        label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": unsaid, "invalid": _("A day such as 2027-03-01, please.")}, **kwargs,
    )  # fmt: skip


def time_field(*, label: Any, **kwargs: Any) -> forms.TimeField:
    return forms.TimeField(
        label=label, widget=forms.TimeInput(attrs={"type": "time", "step": "300"}, format="%H:%M"),
        error_messages={"required": _("At what time?"), "invalid": _("A time such as 09:45, please.")}, **kwargs,
    )  # fmt: skip


def check_times(form: forms.Form, first: str, last: str, words: Any = LATER) -> None:
    start, end = form.cleaned_data.get(first), form.cleaned_data.get(last)
    if start and end and end <= start:
        form.add_error(last, words)


def in_two_years(day: date, today: date) -> date:
    """Said at the day, before anything is looked up for it. The service has the same limit."""
    if not in_reach(day, today):
        raise ValidationError(too_far())
    return day


def notify_field() -> forms.BooleanField:
    return forms.BooleanField(
        label=_("Tell the patient by message"), required=False, help_text=_("No need where you have just told them.")
    )


def reason_field() -> forms.CharField:
    return forms.CharField(
        label=_("Reason for the double booking"), required=False, max_length=200, help_text=_("Shown on the day.")
    )
