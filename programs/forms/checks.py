import uuid
from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from programs import catalogue
from programs.screening import concern_at_home

YES, NO, UNSURE = "yes", "no", "unsure"
ANSWERS = [(YES, _("Yes")), (NO, _("No")), (UNSURE, _("Not sure"))]


class CheckForm(forms.Form):
    """The short form of the red-flag questions in plain words. Nothing is required: an answer is never held back."""

    client_id = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["client_id"].initial = uuid.uuid4
        questions = {one["key"]: one for item in catalogue.red_flags() for one in item["questions"]}
        self.keys = list(catalogue.content("red_flags")["weekly_form"])
        for key in self.keys:
            self.fields[key] = forms.ChoiceField(
                label=questions[key]["text"], choices=ANSWERS, widget=forms.RadioSelect, required=False
            )

    def questions(self) -> Iterator[tuple[BoundField, str]]:
        """Each with the answers that by themselves ask for help now, so that the page can say so at once."""
        for key in self.keys:
            yield self[key], " ".join(_urgent_answers(key))

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if not self.errors and not any(given.get(key) for key in self.keys):
            raise ValidationError(_("Please answer the questions that you can."))
        return given

    def answers(self, said: str) -> list[str]:
        return [key for key in self.keys if self.cleaned_data.get(key) == said]

    @property
    def sender_key(self) -> uuid.UUID:
        return self.cleaned_data["client_id"] or uuid.uuid4()


def _urgent_answers(key: str) -> Iterator[str]:
    items = catalogue.red_flags()
    if concern_at_home([key], [], age=0, items=items) == "emergency":
        yield YES
    if concern_at_home([], [key], age=0, items=items) == "emergency":
        yield UNSURE
