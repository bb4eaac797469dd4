"""The questions of a visit as one form: yes or no to each, words where a yes is weighed, places that stay free."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from programs.contraindications import NO, YES, Question, asked_for, places_asked, unanswered, unreasoned
from programs.models import SPARED, ContraindicationCheck
from programs.words import REGIONS

YES_OR_NO = [(YES, _("yes")), (NO, _("no"))]


@dataclass(frozen=True, slots=True)
class Line:
    question: Question
    answer: forms.BoundField
    reason: forms.BoundField
    known: bool
    weighed: bool

    @property
    def asks(self) -> str:
        return self.question.asks or self.question.label

    @property
    def is_yes(self) -> bool:
        return bool(self.answer.value() == YES)


class CheckForm(forms.Form):
    """`modalities` are what is planned. What the file knows stands as yes, and last time's reasons stand beside."""

    def __init__(
        self,
        data: Any = None,
        *,
        modalities: Collection[str],
        known: Collection[str] = (),
        before: ContraindicationCheck | None = None,
    ) -> None:
        super().__init__(data)
        self.modalities, self.known = modalities, known
        self.questions: Sequence[Question] = asked_for(modalities)
        said: Mapping[str, str] = before.reasoning if before else {}
        for one in self.questions:
            self.fields[one.key] = forms.ChoiceField(
                label=one.asks or one.label, choices=YES_OR_NO, required=False, widget=forms.RadioSelect,
                initial=YES if one.key in known else None,
            )  # fmt: skip
            self.fields[f"why_{one.key}"] = forms.CharField(
                label=_("Why it may be done all the same"), max_length=240, required=False,
                initial=said.get(one.key, ""),
            )  # fmt: skip
        self.fields["spared"] = forms.MultipleChoiceField(
            label=_("Places that stay free today"), choices=spared_choices, required=False,
            widget=forms.CheckboxSelectMultiple, initial=before.spared if before else [],
        )  # fmt: skip

    @property
    def lines(self) -> list[Line]:
        return [
            Line(one, self[one.key], self[f"why_{one.key}"], one.key in self.known, one.weighs_on(self.modalities))
            for one in self.questions
        ]

    @property
    def answers(self) -> dict[str, str]:
        """With `rest=no`, no to all that was not answered: one tap after the patient has said so."""
        rest = NO if self.data.get("rest") == NO else ""
        found = {one.key: self.cleaned_data.get(one.key) or rest for one in self.questions}
        return {key: said for key, said in found.items() if said}

    @property
    def reasoning(self) -> dict[str, str]:
        return {one.key: self.cleaned_data.get(f"why_{one.key}", "") for one in self.questions}

    def clean(self) -> dict[str, Any]:
        for one in unanswered(self.answers, self.modalities):
            self.add_error(one.key, _("Yes or no?"))
        for one in unreasoned(self.answers, self.reasoning, self.modalities):
            self.add_error(f"why_{one.key}", _("Say why it may be done all the same, or take it out of the note."))
        if places_asked(self.answers, self.modalities) and not self.cleaned_data.get("spared"):
            self.add_error("spared", _("Say which place stays free today."))
        return self.cleaned_data


def spared_choices() -> list[tuple[str, str]]:
    sides = {"right": _now("right"), "left": _now("left")}
    found = []
    for key in SPARED:
        side, _colon, region = key.partition(":")
        found.append((key, f"{REGIONS[region]}, {sides[side]}"))
    return found
