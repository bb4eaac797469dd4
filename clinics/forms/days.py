"""A day that somebody types is one that can be reckoned with. Set once for every form, the admin's included."""

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from clinics.timekeeping import FIRST_DAY, LAST_DAY

_WORDS = _("A day between 1900 and 2199, please.")


def hold_days_to_the_calendar() -> None:
    """Django keeps these on its classes; called once, when the app is ready."""
    forms.DateField.default_validators = [MinValueValidator(FIRST_DAY, _WORDS), MaxValueValidator(LAST_DAY, _WORDS)]
