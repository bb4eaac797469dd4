import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from math import ceil, floor
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from programs.instruments.asking import asked
from programs.instruments.fhir import Imported, Item, read
from programs.instruments.matching import numbered, read_scales
from programs.instruments.reading import MOST_BYTES, Refused
from programs.instruments.registry import instrument, instruments
from programs.instruments.scoring import Scale
from programs.measures import measures
from programs.models import Questionnaire
from programs.queries.questionnaires import items_of, keys_in_use, limits_of
from programs.services.questionnaires import Licence
from programs.words import REFUSALS

Made = TypeVar("Made")
USUAL = (-9999.0, 9999.0)  # of a number that no scale counts


@dataclass(frozen=True, slots=True)
class Brought:
    imported: Imported
    scales: Sequence[Scale] = ()
    numbers: Mapping[str, str] = field(default_factory=dict)


class BringInForm(forms.Form):
    """The file is read here, whole or not at all; what is wrong is said with its place in the file."""

    file = forms.FileField(label=_("Questionnaire (FHIR JSON)"))
    title = forms.CharField(
        label=_("Title"), max_length=160, required=False, help_text=_("Empty: the title in the file.")
    )
    instrument = forms.ChoiceField(label=_("Scoring"), required=False)
    scoring = forms.FileField(
        label=_("Scoring of your own (JSON)"),
        required=False,
        help_text=_("For a questionnaire that is not in the list."),
    )
    licence = forms.CharField(
        label=_("By which right you use it"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For example who licensed it to the clinic, for how many patients, until when."),
    )  # fmt: skip
    licence_reference = forms.CharField(label=_("Number or address of the licence"), max_length=120, required=False)
    attested = forms.BooleanField(label=_("The clinic may use this questionnaire. I answer for that."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        options = [(one.key, one.name) for one in instruments()]
        self.fields["instrument"].choices = [("", _("None of these")), *options]  # type: ignore[attr-defined]  # a ChoiceField

    def clean_file(self) -> Imported:
        return _refusals_said(lambda: read(_bytes(self.cleaned_data["file"])))

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if given.get("instrument") and given.get("scoring"):
            self.add_error("scoring", _("Either a scoring from the list or one of your own, please."))
        if given.get("file") and not (given.get("title") or given["file"].title):
            self.add_error("title", _("The file has no title. Please give it one."))
        if not self.errors:
            self._match(given)
        return given

    def _match(self, given: dict[str, Any]) -> None:
        name = "instrument" if given["instrument"] else "scoring"
        try:
            self.brought = _refusals_said(lambda: _brought(given))
        except ValidationError as error:
            self.add_error(name, error)

    def values(self) -> dict[str, Any]:
        given, brought = self.cleaned_data, self.brought
        return {
            "imported": brought.imported,
            "title": given["title"] or brought.imported.title[:160],
            "licence": Licence(statement=given["licence"], reference=given["licence_reference"]),
            "instrument": given["instrument"],
            "scales": brought.scales,
            "numbers": brought.numbers,
        }


def _brought(given: Mapping[str, Any]) -> Brought:
    imported: Imported = given["file"]
    if given["instrument"]:
        known = instrument(given["instrument"])
        return Brought(imported, known.scales, numbered(imported.items, known))
    if given["scoring"]:
        scales = read_scales(_bytes(given["scoring"]), imported.items, {*measures(), *keys_in_use()})
        return Brought(imported, scales, {link: link for scale in scales for link in scale.items})
    return Brought(imported)


def _bytes(upload: UploadedFile[bytes]) -> bytes:
    """One byte more than is taken, so that a huge file is refused without being read."""
    return bytes(upload.read(MOST_BYTES + 1))


def _refusals_said(made: Callable[[], Made]) -> Made:
    try:
        return made()
    except Refused as refused:
        text = str(REFUSALS[refused.why])
        raise ValidationError(f"{refused.place}: {text}" if refused.place else text) from None


@dataclass(frozen=True, slots=True)
class Part:
    """One item of the page; groups and remarks have no field."""

    item: Item
    field: BoundField | None

    @property
    def when(self) -> str:
        """Its conditions, as the page's script reads them."""
        return json.dumps([asdict(one) for one in self.item.shown_when])


class FillInForm(forms.Form):
    """The questions of one questionnaire. What is not asked, given the other answers, is not required and not kept."""

    def __init__(self, *args: Any, questionnaire: Questionnaire, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questionnaire = questionnaire
        self.items = items_of(questionnaire)
        limits = limits_of(questionnaire)
        for number, item in enumerate(self.items):
            if item.asks:
                self.fields[f"q{number}"] = _field(item, limits.get(item.link_id, USUAL))

    def parts(self) -> Iterator[Part]:
        for number, item in enumerate(self.items):
            yield Part(item, self[f"q{number}"] if item.asks else None)

    def remarks(self) -> list[str]:
        """What became of answers that nothing asked for: without script all questions stand on the page."""
        left_out = ngettext(
            "%(number)s answer was left out: its question is not asked, given the others.",
            "%(number)s answers were left out: their questions are not asked, given the others.",
            self.left_out,
        )
        return [left_out % {"number": self.left_out}] if self.left_out else []

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        found = {item.link_id: given.get(f"q{number}") for number, item in enumerate(self.items) if item.asks}
        answers = {link: answer for link, answer in found.items() if answer is not None and answer != ""}
        heard = {item.link_id for item in asked(self.items, answers)}
        for number, item in enumerate(self.items):
            if item.required and item.asks and item.link_id in heard and item.link_id not in answers:
                self.add_error(f"q{number}", _("Please answer this one."))
        self.answers = {link: answer for link, answer in answers.items() if link in heard}
        self.left_out = len(answers) - len(self.answers)
        if not self.errors and not self.answers:
            raise ValidationError(_("Nothing is answered yet."))
        return given


def _field(item: Item, limits: tuple[float, float]) -> forms.Field:
    low, high = limits
    hint = _("Asked only where other answers call for it.") if item.shown_when else ""
    about: dict[str, Any] = {"label": item.text or item.link_id, "required": False, "help_text": hint}
    match item.kind:
        case "choice":
            choices = [(one.value, one.text) for one in item.options]
            return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **about)
        case "boolean":
            return forms.TypedChoiceField(
                choices=[("yes", _("Yes")), ("no", _("No"))], coerce=lambda word: word == "yes", empty_value=None,
                widget=forms.RadioSelect, **about,
            )  # fmt: skip
        case "integer":
            return forms.IntegerField(min_value=ceil(low), max_value=floor(high), **about)
        case "decimal":
            return forms.FloatField(min_value=low, max_value=high, **about)
        case _:
            return forms.CharField(max_length=1000, **about)
