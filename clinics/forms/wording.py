"""What a refused field says where it says nothing better itself. Set once for every form, the admin's included."""

from typing import Any

from django import forms
from django.core import validators
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

_CHOICE = _("Please choose one of the list.")
_ITEM = _("Please choose from the list only.")
_FIELDS: dict[type[forms.Field], dict[str, Any]] = {
    forms.Field: {"required": _("Please fill this in.")},
    forms.IntegerField: {"invalid": _("A whole number, please.")},
    forms.DecimalField: {
        "invalid": _("A number, please."),
        "max_digits": _("That number has too many digits."),
        "max_whole_digits": _("That number is too large."),
        "max_decimal_places": _("That number has too many decimals."),
    },
    forms.FloatField: {"invalid": _("A number, please.")},
    forms.DateField: {"invalid": _("A day such as 2027-03-01, please.")},
    forms.TimeField: {"invalid": _("A time such as 09:45, please.")},
    forms.ChoiceField: {"required": _("Please choose one."), "invalid_choice": _CHOICE},
    forms.TypedChoiceField: {"invalid_choice": _CHOICE},
    forms.ModelChoiceField: {"required": _("Please choose one."), "invalid_choice": _CHOICE},
    forms.MultipleChoiceField: {"required": _("Please choose at least one."), "invalid_choice": _ITEM},
    forms.ModelMultipleChoiceField: {"required": _("Please choose at least one."), "invalid_choice": _ITEM},
}


def use_our_words() -> None:
    """Django keeps these texts on its classes; called once, when the app is ready."""
    for field, words in _FIELDS.items():
        field.default_error_messages = {**field.default_error_messages, **words}
    validators.validate_email.message = _("An e-mail address such as name@example.org, please.")
    validators.MinValueValidator.message = _("%(limit_value)s or more, please.")
    validators.MaxValueValidator.message = _("%(limit_value)s or less, please.")
    validators.MaxLengthValidator.message = ngettext_lazy(
        "%(limit_value)d character at most, please; these are %(show_value)d.",
        "%(limit_value)d characters at most, please; these are %(show_value)d.",
        "limit_value",
    )
    validators.ProhibitNullCharactersValidator.message = _("There is a character in it that cannot be kept.")
