"""One manual technique of a session's page, with the fields of its dose as the catalogue names them."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from programs import catalogue
from programs.dose_words import DOSE_FIELDS, DOSE_OPTIONS
from programs.forms.session_sites import LEVELS, NO_CHOICE, NO_LEVEL, muscle_choices
from programs.models import ManualTreatment, Position, Side
from programs.models.manual import GRADES
from programs.session_draft import Treatment
from programs.words import REGIONS

OWN_COLUMNS = {"grade", "minutes", "muscle_key"}  # not of the dose: the row has them


def technique_choices() -> list[Any]:
    return [NO_CHOICE, *((one.key, one.name) for one in catalogue.techniques())]


def every_dose_field() -> list[str]:
    """Of all techniques: a row that is added or dropped brings back what was typed."""
    return sorted({f"dose_{one['name']}" for each in catalogue.techniques() for one in each.dose})


class TreatmentForm(forms.Form):
    technique = forms.ChoiceField(label=_("Technique"))
    region = forms.ChoiceField(label=_("Region"), choices=[NO_CHOICE, *REGIONS.items()])
    level = forms.ChoiceField(label=_("Level"), choices=[NO_LEVEL, *((one, one) for one in LEVELS)], required=False)
    side = forms.ChoiceField(label=_("Side"), choices=Side.choices, initial=Side.NONE)
    position = forms.ChoiceField(label=_("Position"), choices=[NO_LEVEL, *Position.choices], required=False)
    muscle = forms.ChoiceField(label=_("Muscle"), required=False)
    grade = forms.ChoiceField(
        label=_("Grade"), required=False, choices=[NO_LEVEL, *((one, one) for one in GRADES)]
    )  # fmt: skip
    minutes = forms.IntegerField(label=_("Minutes"), min_value=1, max_value=120, initial=10)
    response = forms.CharField(label=_("Response"), max_length=160, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["technique"].choices = technique_choices()  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["muscle"].choices = muscle_choices()  # type: ignore[attr-defined]  # a ChoiceField
        self.dose_names: list[str] = []
        if self.chosen:
            self._fit(self.chosen)

    @property
    def chosen(self) -> catalogue.Technique | None:
        return catalogue.known_technique(str(self["technique"].value() or ""))

    def _fit(self, technique: catalogue.Technique) -> None:
        """Only what this technique has: its levels, its dose."""
        if not technique.levels:
            self.fields["level"].widget = forms.HiddenInput()
        if technique.family != "joint_mob":
            self.fields["grade"].widget = forms.HiddenInput()
        if not any(one["name"] == "muscle_key" for one in technique.dose):
            self.fields["muscle"].widget = forms.HiddenInput()
        for one in technique.dose:
            if one["name"] not in OWN_COLUMNS:
                name = f"dose_{one['name']}"
                self.fields[name] = _dose_field(one)
                self.dose_names.append(name)

    @property
    def doses(self) -> list[forms.BoundField]:
        return [self[name] for name in self.dose_names]

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        technique = catalogue.technique(given["technique"]) if "technique" in given else None
        if technique is None:
            return given
        if technique.family == "joint_mob" and not given.get("grade"):
            self.add_error("grade", _("A joint mobilisation has a grade."))
        if technique.family != "joint_mob":
            given["grade"] = ""
        if technique.level_required and given.get("level") not in technique.levels:
            self.add_error(
                "level", _("This technique needs a level: %(levels)s.") % {"levels": ", ".join(technique.levels)}
            )
        return given

    def row(self) -> ManualTreatment:
        """As it stands on the page."""
        return ManualTreatment(technique=str(self["technique"].value() or ""))

    def treatment(self) -> Treatment:
        given = {name: value for name, value in self.cleaned_data.items() if not name.startswith("dose_")}
        return Treatment(**given, dose=self._dose())

    def _dose(self) -> dict[str, Any]:
        said = {name.removeprefix("dose_"): self.cleaned_data.get(name) for name in self.dose_names}
        return {name: value for name, value in said.items() if value not in (None, "")}


def as_row(treatment: ManualTreatment) -> dict[str, Any]:
    """What the form begins from."""
    names = list(TreatmentForm.base_fields)
    dose = {f"dose_{name}": value for name, value in treatment.dose.items()}
    return {**{name: getattr(treatment, name) for name in names}, **dose}


def _dose_field(asked: Mapping[str, Any]) -> forms.Field:
    label = DOSE_FIELDS[asked["name"]]
    initial = asked.get("default")
    if asked["type"] == "choice":
        choices = [NO_LEVEL, *((one, DOSE_OPTIONS.get(one, one)) for one in asked["options"])]
        return forms.ChoiceField(label=label, choices=choices, required=False, initial=initial)
    if asked["type"] == "number":
        low, high = asked.get("min"), asked.get("max")
        return forms.FloatField(label=label, min_value=low, max_value=high, required=False, initial=initial)
    if asked["type"] == "boolean":
        return forms.BooleanField(label=label, required=False, initial=bool(initial))
    return forms.CharField(label=label, max_length=120, required=False, initial=initial)
