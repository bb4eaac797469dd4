import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinics.timekeeping import local_day
from patients.models import Patient
from programs import catalogue
from programs.models import Concern
from programs.screening import Item, Way, least_answers, true_at

YES, NO, UNSURE = "yes", "no", "unsure"
ANSWERS = [(YES, _("Yes")), (NO, _("No")), (UNSURE, _("Not sure"))]


FOREIGN = "foreign"
NOTHING_SAID = _("Please answer the questions that you can.")


@dataclass(frozen=True, slots=True)
class Part:
    key: str
    title: str
    questions: Sequence[BoundField]


class CheckForm(forms.Form):
    """The red-flag questions in plain words. Nothing is required: an answer is never held back.

    `patient` is who answers; the page that a phone keeps does not know, asks everybody the same and leaves it to them.
    An answer to a question that was not shown is taken all the same.

    `owner` says whose answers a browser means to send, in a word that only this account and clinic have. A page that
    was open when somebody else signed in, or a phone that kept answers, names another one. `answered_at` comes from a
    phone that kept them; without it, now.
    """

    client_id = forms.UUIDField(widget=forms.HiddenInput, required=False)
    owner = forms.CharField(widget=forms.HiddenInput, required=False)
    answered_at = forms.DateTimeField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, owner: str, patient: Patient | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.whose, self.patient = owner, patient
        self.fields["client_id"].initial = uuid.uuid4
        self.fields["owner"].initial = owner
        self.keys = _keys()
        for key in self.keys:
            self.fields[key] = forms.ChoiceField(
                label=_questions()[key]["text"], choices=ANSWERS, widget=forms.RadioSelect, required=False
            )

    def parts(self) -> Iterator[Part]:
        for part in _parts():
            asked = [self[key] for key in part["questions"] if not self._passes_by(_questions()[key])]
            yield Part(part["key"], part["title"], asked)

    def _passes_by(self, question: Item) -> bool:
        return self.patient is not None and self.patient.sex == question.get("not_asked_of")

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
        """Which answers do, as the page's script reads it: "a=yes b=yes+c=unsure", one alone or several together."""
        return _as_read_by_script(_least(Concern.EMERGENCY))

    @property
    def asks_for_today(self) -> str:
        return _as_read_by_script(_least(Concern.HIGH))

    @property
    def ages(self) -> str:
        """What of these answers' ages is true of the patient."""
        if self.patient is None:
            return ""
        age = self.patient.age_on(local_day(timezone.now(), self.patient.zone))
        return " ".join(true_at(age, [*_least(Concern.EMERGENCY), *_least(Concern.HIGH)]))


def said_in_words(positive: Sequence[str], unsure: Sequence[str]) -> list[tuple[str, str]]:
    """The questions not answered with no, as the patient read them. What is not asked any more is left out."""
    words, asked = dict(ANSWERS), _questions()
    said = [(key, YES) for key in positive] + [(key, UNSURE) for key in unsure]
    return [(asked[key]["text"], str(words[answer])) for key, answer in said if key in asked]


def _parts() -> Sequence[Item]:
    parts: Sequence[Item] = catalogue.content("red_flags")["weekly_form"]
    return parts


def _keys() -> list[str]:
    return [key for part in _parts() for key in part["questions"]]


def _questions() -> dict[str, Item]:
    return {one["key"]: one for item in catalogue.red_flags() for one in item["questions"]}


@cache
def _least(level: str) -> list[Way]:
    """Content of the release, so it is worked out once."""
    return least_answers(level, keys=_keys(), items=catalogue.red_flags())


def _as_read_by_script(ways: Sequence[Way]) -> str:
    return " ".join("+".join(sorted(way)) for way in ways)
