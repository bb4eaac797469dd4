"""Outside of the therapist's hours is said before anything is saved, and takes a tick."""

from functools import cached_property
from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from patients.models import Appointment
from patients.words import outside_hours

NOT_TICKED = _("Tick this if it is right, or choose another time.")


def outside_field() -> forms.BooleanField:
    return forms.BooleanField(label=_("It is right like this, outside the hours"), required=False)


class OutsideForm(forms.Form):
    outside_ok = outside_field()

    NEEDED: ClassVar[tuple[str, ...]] = ("therapist", "room", "day", "time")
    # May still be wrong or missing.
    LATER: ClassVar[frozenset[str]] = frozenset({"outside_ok", "close_ok", "spacing_reason", "override_reason"})

    @property
    def is_complete(self) -> bool:
        """Enough is known to say whether it is outside of the hours."""
        given = {} if self.errors.keys() - self.LATER else self.cleaned_data
        return all(given.get(name) is not None for name in self.NEEDED)

    def wanted(self) -> Appointment:
        """As it would be, not saved."""
        raise NotImplementedError

    def instead_of(self) -> Appointment | None:
        """What stands already: of what stays as it is nothing is said again."""
        return None

    @cached_property
    def outside(self) -> str:
        """Why it would be outside of the hours; empty where it is inside."""
        wanted = self.wanted() if self.is_complete else None
        if wanted is None or wanted.ends_at <= wanted.starts_at:
            return ""
        return outside_hours(wanted, before=self.instead_of())

    def is_unasked(self) -> bool:
        """Outside, and nobody said that it is right. The tick then stands in the form with its error."""
        if not self.outside or self.cleaned_data["outside_ok"]:
            return False
        self.add_error("outside_ok", NOT_TICKED)
        return True
