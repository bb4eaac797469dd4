from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext_lazy as _


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
