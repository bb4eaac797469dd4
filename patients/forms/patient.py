from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinics.forms.fields import AddressField
from clinics.models import User
from patients.models import Patient, Sex
from patients.queries.duplicates import Lookalike, lookalikes
from patients.services.patients import correct, register


def fit_birth_date(born: date, today: date) -> date:
    if born > today:
        raise ValidationError(_("That day is still to come."))
    return born


class PatientFile(forms.ModelForm[Patient]):
    """The admin's form. Its fields are named there."""

    def clean_birth_date(self) -> date:
        return fit_birth_date(self.cleaned_data["birth_date"], timezone.localdate())


class ContactForm(forms.Form):
    """Who somebody is and how to reach them."""

    given_name = forms.CharField(label=_("Given name"), max_length=100)
    family_name = forms.CharField(label=_("Family name"), max_length=100, required=False)
    birth_date = forms.DateField(
        label=_("Birth date"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("A date such as 1984-05-17, please.")},
    )  # fmt: skip
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False, widget=forms.TextInput({"type": "tel"}))
    email = AddressField(label=_("E-mail"), required=False)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_birth_date(self) -> date:
        return fit_birth_date(self.cleaned_data["birth_date"], self.today)


class NewPatientForm(ContactForm):
    """Enough to book somebody who is on the phone."""

    def lookalikes(self) -> Sequence[Lookalike]:
        return lookalikes(**self.cleaned_data)

    def register(self, *, by: User) -> Patient:
        return register(**self.cleaned_data, by=by)


class EditPatientForm(ContactForm):
    """What is asked once somebody is here as well."""

    sex = forms.ChoiceField(
        label=_("Sex"), choices=Sex.choices, help_text=_("Some tests have other lines for women and men.")
    )
    about = forms.CharField(
        label=_("Work and life"), max_length=200, required=False, help_text=_("Such as: works at a desk")
    )

    def __init__(self, *args: Any, patient: Patient, today: date) -> None:
        super().__init__(*args, today=today, initial={name: getattr(patient, name) for name in self.base_fields})
        self.patient = patient
        for field in self.fields.values():
            field.show_hidden_initial = True  # what counts as changed is what differs from the page as it was opened

    def opened(self) -> list[tuple[str, str]]:
        """Name and value of the hidden inputs that say what the page was opened with."""
        return [(one.html_initial_name, str(self.data.get(one.html_initial_name, one.initial or ""))) for one in self]

    def save(self, *, by: User) -> None:
        """Only what was changed here: what a colleague changed in the meantime stays."""
        correct(patient=self.patient, by=by, **{name: self.cleaned_data[name] for name in self.changed_data})
