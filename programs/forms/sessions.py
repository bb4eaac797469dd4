"""The session's note: its own fields, the needling sites and the manual techniques."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self

from django import forms
from django.forms import BaseFormSet, formset_factory, model_to_dict
from django.http import QueryDict
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from clinics.forms.rows import Row, drop, posted, row_of, whole
from programs import catalogue
from programs.models import ManualTreatment, NeedlingSite, NeedlingTechnique, Session, Side
from programs.services.sessions import Draft, Site, Treatment
from programs.words import REGIONS

MOST_ROWS, MOST_NEEDLES = 40, 30
DIAMETERS = ("0.16", "0.18", "0.20", "0.22", "0.25", "0.30", "0.35")  # mm; content: 0.16 to 0.35
LENGTHS = (13, 15, 25, 30, 40, 50, 60, 75, 100)  # mm; content: 13 to 100
NO_CHOICE = ("", _("Choose"))
NO_LEVEL = ("", "–")
LEVELS = tuple(f"{part}{n}" for part, last in (("C", 7), ("T", 12), ("L", 5), ("S", 1)) for n in range(1, last + 1))


def muscle_choices() -> list[Any]:
    grouped: dict[str, list[tuple[str, str]]] = {}
    for muscle in catalogue.muscles():
        grouped.setdefault(muscle.region, []).append((muscle.key, muscle.name))
    return [NO_CHOICE, *((REGIONS.get(region, region), names) for region, names in grouped.items())]


def technique_choices() -> list[Any]:
    """Thrust has gates of its own and isn't offered here."""
    return [NO_CHOICE, *((one.key, one.name) for one in catalogue.techniques() if one.family != "thrust")]


class SiteForm(forms.Form):
    muscle = forms.ChoiceField(label=_("Muscle"))
    level = forms.ChoiceField(label=_("Level"), choices=[NO_LEVEL, *((one, one) for one in LEVELS)], required=False)
    side = forms.ChoiceField(label=_("Side"), choices=[NO_CHOICE, *Side.choices[:2]])
    diameter_mm = forms.TypedChoiceField(
        label=_("Diameter, mm"), choices=[(one, one) for one in DIAMETERS], coerce=Decimal, initial="0.30"
    )
    length_mm = forms.TypedChoiceField(
        label=_("Length, mm"), choices=[(one, str(one)) for one in LENGTHS], coerce=int, initial=50
    )
    technique = forms.ChoiceField(
        label=_("Technique"), choices=NeedlingTechnique.choices, initial=NeedlingTechnique.STATIC
    )
    needles_in = forms.IntegerField(label=_("In"), min_value=1, max_value=30, initial=1)
    needles_out = forms.IntegerField(label=_("Out"), min_value=0, max_value=30, initial=0)
    lot = forms.CharField(label=_("Lot"), max_length=40, required=False)
    response = forms.CharField(label=_("Response"), max_length=120, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["muscle"].choices = muscle_choices()  # type: ignore[attr-defined]  # a ChoiceField

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        muscle = catalogue.muscle(given["muscle"]) if "muscle" in given else None
        if muscle and muscle.level_required and given.get("level") not in muscle.levels:
            self.add_error("level", _("This muscle needs a level: %(levels)s.") % {"levels": ", ".join(muscle.levels)})
        if muscle and not muscle.level_required:
            given["level"] = ""
        if given.get("needles_out", 0) > given.get("needles_in", 30):
            self.add_error("needles_out", _("No more needles can come out than went in."))
        return given

    @property
    def still_in(self) -> bool:
        """Also where the counts cannot be right: only a site counted in and out in full is out."""
        counted = _whole(self, "needles_in")
        return counted < 1 or counted != _whole(self, "needles_out")

    def guards(self) -> list[str]:
        """What to mind at the place that stands in the row, saved or not."""
        key, level = str(self["muscle"].value() or ""), str(self["level"].value() or "")
        muscle = next((one for one in catalogue.muscles() if one.key == key), None)
        if muscle is None:
            return []
        longest = muscle.longest(level)
        return [*muscle.guards(level), *([_now("At most %(mm)s mm long here.") % {"mm": longest}] if longest else [])]

    def site(self) -> Site:
        return Site(**self.cleaned_data)


class TreatmentForm(forms.Form):
    technique = forms.ChoiceField(label=_("Technique"))
    region = forms.ChoiceField(label=_("Region"), choices=[NO_CHOICE, *REGIONS.items()])
    level = forms.ChoiceField(label=_("Level"), choices=[NO_LEVEL, *((one, one) for one in LEVELS)], required=False)
    side = forms.ChoiceField(label=_("Side"), choices=Side.choices, initial=Side.NONE)
    grade = forms.ChoiceField(
        label=_("Grade"), required=False,
        choices=[NO_LEVEL, *((one, one) for one in ("I", "II", "II-III", "III", "IV"))],
    )  # fmt: skip
    minutes = forms.IntegerField(label=_("Minutes"), min_value=1, max_value=120, initial=10)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["technique"].choices = technique_choices()  # type: ignore[attr-defined]  # a ChoiceField

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

    def treatment(self) -> Treatment:
        return Treatment(**self.cleaned_data)


ROWS: Any = {"extra": 0, "max_num": MOST_ROWS, "absolute_max": MOST_ROWS + 1, "validate_max": True}
SiteFormSet = formset_factory(SiteForm, **ROWS)
TreatmentFormSet = formset_factory(TreatmentForm, **ROWS)


class NoteForm(forms.Form):
    version = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)
    pain_before = forms.IntegerField(label=_("Pain before, 0 to 10"), min_value=0, max_value=10, required=False)
    pain_after = forms.IntegerField(label=_("Pain after, 0 to 10"), min_value=0, max_value=10, required=False)
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 4}), max_length=20000)

    def clean_version(self) -> int:
        return self.cleaned_data["version"] or 0


@dataclass(frozen=True, slots=True)
class Typed:
    note: str
    pain_before: int | None
    pain_after: int | None
    sites: list[NeedlingSite]
    treatments: list[ManualTreatment]


class SessionForms:
    """The three forms of the page as one: what is saved, what was posted, or that with a row more or less."""

    def __init__(
        self, data: Any = None, *, note: Row | None = None, sites: Sequence[Row] = (), treatments: Sequence[Row] = ()
    ) -> None:
        self.is_behind = False  # the note was saved in another window meanwhile
        self.start_at = ""  # the button where the keyboard goes on, once no row is left
        self.note = NoteForm(data, initial=note)
        self.sites: BaseFormSet[SiteForm] = SiteFormSet(data, prefix="sites", initial=sites)
        self.treatments: BaseFormSet[TreatmentForm] = TreatmentFormSet(data, prefix="treatments", initial=treatments)

    @classmethod
    def saved(cls, session: Session | None) -> Self:
        if session is None:
            return cls()
        return cls(
            note=model_to_dict(session, fields=list(NoteForm.base_fields)),
            sites=[model_to_dict(site, fields=list(SiteForm.base_fields)) for site in session.needling_sites.all()],
            treatments=[
                model_to_dict(one, fields=list(TreatmentForm.base_fields)) for one in session.manual_treatments.all()
            ],
        )

    @classmethod
    def changed(cls, data: QueryDict, change: str) -> Self:
        """What was typed so far with one row added, removed, or its needles all out. Nothing is judged yet."""
        sites, treatments = (
            posted(data, "sites", SiteForm, MOST_ROWS),
            posted(data, "treatments", TreatmentForm, MOST_ROWS),
        )
        what, _dash, which = change.partition("-")
        match what, which:
            case "add", "site":
                sites.append(_like(sites[-1:], "diameter_mm", "length_mm", "technique", "side", "lot"))
            case "add", "treatment":
                treatments.append({})
            case "drop", _:
                drop(sites if which.startswith("site") else treatments, which)
            case "out", _:
                _pull(sites, which)
        note = {name: data.get(name) for name in NoteForm.base_fields}
        forms = cls(note=note, sites=sites, treatments=treatments)
        if which:
            forms._lead_to(what, which)
        return forms

    def _lead_to(self, what: str, which: str) -> None:
        """The keyboard goes on where the change was made: in the new row, or the one that took its place."""
        kind = which.partition("-")[0]
        rows: list[forms.Form] = [*(self.sites if kind == "site" else self.treatments)]
        if not rows:
            self.start_at = f"add-{kind}"
            return
        number = row_of(which, rows) if what != "add" else None
        names = {"out": "needles_out", "site": "muscle", "treatment": "technique"}
        field = names.get(what) or names.get(kind)
        if field:
            rows[-1 if number is None else number].fields[field].widget.attrs["autofocus"] = True

    def go_on_from(self, session: Session) -> None:
        """What is typed stays; saved again it stands in place of this version."""
        self.note.data = {**self.note.data.dict(), "version": session.version}  # type: ignore[attr-defined]  # posted

    def read(self) -> "Typed":
        """What was typed, to be read where it can no longer be saved. Rows that are not right yet are left out."""
        self.is_valid()
        given = self.note.cleaned_data
        return Typed(
            note=given.get("note", ""),
            pain_before=given.get("pain_before"),
            pain_after=given.get("pain_after"),
            sites=[NeedlingSite(**row) for row in _right(self.sites)],
            treatments=[ManualTreatment(**row) for row in _right(self.treatments)],
        )

    def is_valid(self) -> bool:
        return all([self.note.is_valid(), self.sites.is_valid(), self.treatments.is_valid()])

    @property
    def problems(self) -> int:
        return sum(len(form.errors) for form in [self.note, *self.sites, *self.treatments])

    def draft(self) -> Draft:
        """A row in which nothing was chosen is no row."""
        return Draft(
            sites=[form.site() for form in self.sites if form.cleaned_data],
            treatments=[form.treatment() for form in self.treatments if form.cleaned_data],
            **self.note.cleaned_data,
        )

    def counted(self) -> list[NeedlingSite]:
        """The needles of the rows as they stand on the page, saved or not."""
        return [
            NeedlingSite(needles_in=_whole(form, "needles_in"), needles_out=_whole(form, "needles_out"))
            for form in self.sites
        ]

    def techniques(self) -> list[str]:
        """Of the rows as they stand on the page."""
        return [form["technique"].value() or "" for form in self.treatments]

    def says_something(self) -> bool:
        parts = [(form, "muscle") for form in self.sites] + [(form, "technique") for form in self.treatments]
        chosen = [form[name].value() for form, name in parts]
        return any(chosen) or bool((self.note["note"].value() or "").strip())


def _right(rows: Iterable[forms.Form]) -> list[Row]:
    return [form.cleaned_data for form in rows if form.is_valid() and form.cleaned_data]


def _like(last: Sequence[Row], *names: str) -> Row:
    """A further site is mostly needled like the one before."""
    return {name: row[name] for row in last for name in names}


def _pull(rows: list[Row], which: str) -> None:
    row = row_of(which, rows)
    if row is not None:
        rows[row]["needles_out"] = rows[row]["needles_in"]


def _whole(form: forms.Form, name: str) -> int:
    return whole(str(form[name].value() or ""), MOST_NEEDLES)
