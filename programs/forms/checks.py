import uuid
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from programs import catalogue
from programs.models import Concern
from programs.screening import least_answers

YES, NO, UNSURE = "yes", "no", "unsure"
ANSWERS = [(YES, _("Yes")), (NO, _("No")), (UNSURE, _("Not sure"))]


FOREIGN = "foreign"
NOTHING_SAID = _("Please answer the questions that you can.")


class CheckForm(forms.Form):
    """The short form of the red-flag questions in plain words. Nothing is required: an answer is never held back.

    `owner` says whose answers a browser means to send, in a word that only this account and clinic have. A page that
    was open when somebody else signed in, or a phone that kept answers, names another one. `answered_at` comes from a
    phone that kept them; without it, now.
    """

    client_id = forms.UUIDField(widget=forms.HiddenInput, required=False)
    owner = forms.CharField(widget=forms.HiddenInput, required=False)
    answered_at = forms.DateTimeField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, owner: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.whose = owner
        self.fields["client_id"].initial = uuid.uuid4
        self.fields["owner"].initial = owner
        self.keys = _keys()
        for key in self.keys:
            self.fields[key] = forms.ChoiceField(
                label=_questions()[key], choices=ANSWERS, widget=forms.RadioSelect, required=False
            )

    def questions(self) -> Iterator[BoundField]:
        return (self[key] for key in self.keys)

    def clean_owner(self) -> str:
        named: str = self.cleaned_data["owner"]
        if named and named != self.whose:
            raise ValidationError(
                _("These answers belong to somebody else’s sign-in, so nothing was sent."), code=FOREIGN
            )
        return named

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if not self.errors and not any(given.get(key) for key in self.keys):
            raise ValidationError(NOTHING_SAID)
        return given

    @property
    def status(self) -> int:
        """Of the page that shows this form."""
        return 409 if self.has_error("owner", FOREIGN) else 422 if self.is_bound else 200

    def answers(self, said: str) -> list[str]:
        return [key for key in self.keys if self.cleaned_data.get(key) == said]

    @property
    def sender_key(self) -> uuid.UUID:
        return self.cleaned_data["client_id"] or uuid.uuid4()

    def refuse_old(self, days: int) -> None:
        self.add_error(
            None,
            _("These answers are older than %(days)d days, so they are not taken. Please answer again how you are now.")
            % {"days": days},
        )

    @property
    def asks_for_help(self) -> str:
        """Which answers do, as the page's script reads it: "a=yes b=yes+c=unsure", one alone or two together."""
        return _least(Concern.EMERGENCY)

    @property
    def asks_for_today(self) -> str:
        return _least(Concern.HIGH)


def said_in_words(positive: Sequence[str], unsure: Sequence[str]) -> list[tuple[str, str]]:
    """The questions not answered with no, as the patient read them. What is not asked any more is left out."""
    words, texts = dict(ANSWERS), _questions()
    said = [(key, YES) for key in positive] + [(key, UNSURE) for key in unsure]
    return [(texts[key], str(words[answer])) for key, answer in said if key in texts]


def _keys() -> list[str]:
    return list(catalogue.content("red_flags")["weekly_form"])


def _questions() -> dict[str, str]:
    return {one["key"]: one["text"] for item in catalogue.red_flags() for one in item["questions"]}


@cache
def _least(level: str) -> str:
    """Content of the release, so it is worked out once."""
    found = least_answers(level, keys=_keys(), items=catalogue.red_flags())
    return " ".join("+".join(sorted(f"{key}={YES if is_yes else UNSURE}" for key, is_yes in said)) for said in found)
