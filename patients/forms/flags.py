from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from clinics.models import User
from patients.models import Allergen, FlagKind, Patient, PatientFlag
from patients.models.flag import PASSING, needs_words
from patients.services.flags import end_flag, note_flag

LONGEST = timedelta(days=366)  # what passes by itself is over in a year


class FlagForm(forms.Form):
    kind = forms.ChoiceField(label=_("What"), choices=[("", _("Choose")), *FlagKind.choices])
    allergen = forms.ChoiceField(label=_("Allergic to"), choices=[("", _("Choose")), *Allergen.choices], required=False)
    note = forms.CharField(
        label=_("In words"), max_length=120, required=False,
        help_text=_("Such as the medicine, the side, or what happened."),
    )  # fmt: skip
    until = forms.DateField(
        label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Pregnancy: the day it is due. Surgery: twelve weeks after it."),
    )  # fmt: skip

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean(self) -> dict[str, Any]:
        """What belongs to another kind is dropped, so that a changed mind leaves nothing behind."""
        given = super().clean() or {}
        kind = given.get("kind", "")
        given["allergen"] = allergen = given.get("allergen", "") if kind == FlagKind.ALLERGY else ""
        given["until"] = given.get("until") if kind in PASSING else None
        if kind == FlagKind.ALLERGY and not allergen:
            self.add_error("allergen", _("Allergic to what?"))
        if needs_words(kind, allergen) and not given.get("note"):
            self.add_error("note", _("Say it in a few words."))
        if kind in PASSING and "until" not in self.errors:
            self._check_end(given["until"])
        return given

    def _check_end(self, until: date | None) -> None:
        if until is None:
            self.add_error("until", _("Until which day?"))
        elif not self.today <= until <= self.today + LONGEST:
            self.add_error("until", _("A day from today on, within a year."))

    def save(self, *, patient: Patient, by: User) -> bool:
        """False, with the reason on the form, where what stands there is against it."""
        try:
            note_flag(patient=patient, day=self.today, by=by, **self.cleaned_data)
        except ValidationError as refused:
            self.add_error(None, refused)
            return False
        return True


class EndFlagForm(forms.Form):
    reason = forms.CharField(label=_("Why it ends"), max_length=120, error_messages={"required": _("Say why it ends.")})

    def save(self, *, flag: PatientFlag, day: date, by: User) -> bool:
        try:
            end_flag(flag=flag, reason=self.cleaned_data["reason"], day=day, by=by)
        except ValidationError as refused:
            self.add_error(None, refused)
            return False
        return True
