"""The session's page as one: its own fields, the needling sites, the current and the manual techniques."""

from collections.abc import Iterable, Sequence
from typing import Any, Self
from uuid import uuid4

from django import forms
from django.forms import BaseFormSet, formset_factory, model_to_dict
from django.http import QueryDict

from clinics.forms.rows import Row, drop, posted, row_of
from programs import catalogue
from programs.forms.session_hands import TreatmentForm, as_row, every_dose_field
from programs.forms.session_note import CurrentForm, NoteForm
from programs.forms.session_sites import COPIED, SiteForm
from programs.models import ManualTreatment, NeedlingSite, Session, Stimulation
from programs.queries.noted import Noted
from programs.session_draft import Draft

MOST_ROWS = 40
ROWS: Any = {"extra": 0, "max_num": MOST_ROWS, "absolute_max": MOST_ROWS + 1, "validate_max": True}
SiteFormSet = formset_factory(SiteForm, **ROWS)
TreatmentFormSet = formset_factory(TreatmentForm, **ROWS)
# What the next visit mostly begins with. How it went is told anew each time.
CARRIED = ("sign_name", "position", "skin_prep", "gloves", "hands_clean")
NOT_CARRIED = ("needles_out", "twitch", "referred", "pain", "response")


class SessionForms:
    """The forms of the page as one: what is saved, what was posted, or that with a row more or less."""

    def __init__(
        self,
        data: Any = None,
        *,
        note: Row | None = None,
        sites: Sequence[Row] = (),
        treatments: Sequence[Row] = (),
        current: Row | None = None,
    ) -> None:
        self.is_behind = False  # the note was saved in another window meanwhile
        self.start_at = ""  # the button where the keyboard goes on, once no row is left
        self.note = NoteForm(data, initial=note)
        self.sites: BaseFormSet[SiteForm] = SiteFormSet(data, prefix="sites", initial=sites)
        self.treatments: BaseFormSet[TreatmentForm] = TreatmentFormSet(data, prefix="treatments", initial=treatments)
        self.current = CurrentForm(data, prefix="current", initial=current)

    @classmethod
    def saved(cls, session: Session | None) -> Self:
        if session is None:
            return cls(note={"page": uuid4()})
        current = next(iter(session.stimulations.all()), None)
        return cls(
            note={name: getattr(session, name) for name in NoteForm.base_fields if name != "page"} | {"page": uuid4()},
            sites=[model_to_dict(site, fields=list(SiteForm.base_fields)) for site in session.needling_sites.all()],
            treatments=[as_row(one) for one in session.manual_treatments.all()],
            current=model_to_dict(current, fields=list(CurrentForm.base_fields)) if current else None,
        )

    @classmethod
    def carried(cls, last: Session, data: QueryDict) -> Self:
        """What was done last time stands ready to be done again; words of today stay, and no needle is out yet."""
        then = cls.saved(last)
        note = {name: data.get(name) for name in NoteForm.base_fields} | {
            name: then.note.initial[name] for name in CARRIED
        }
        note["aftercare"] = data.getlist("aftercare")
        sites: Any = then.sites.initial
        kept = [{name: value for name, value in row.items() if name not in NOT_CARRIED} for row in sites]
        treatments: Any = then.treatments.initial
        return cls(note=note, sites=kept, treatments=[{**row, "response": ""} for row in treatments])

    @classmethod
    def changed(cls, data: QueryDict, change: str, phrase: str = "") -> Self:
        """What was typed so far with one row added, removed, or its needles all out. Nothing is judged yet.

        `phrase`: words that go to the end of the note.
        """
        sites = posted(data, "sites", SiteForm, MOST_ROWS)
        treatments = posted(data, "treatments", TreatmentForm, MOST_ROWS, every_dose_field())
        what, _dash, which = change.partition("-")
        match what, which:
            case "add", "site":
                sites.append({name: row[name] for row in sites[-1:] for name in COPIED})
            case "add", "treatment":
                treatments.append(_new_treatment(data.get("new_technique", "")))
            case "drop", _:
                drop(sites if which.startswith("site") else treatments, which)
            case "out", "all":
                sites = [{**row, "needles_out": row["needles_in"]} for row in sites]
            case "out", _:
                _pull(sites, which)
        note: Row = {name: data.get(name) for name in NoteForm.base_fields}
        note["aftercare"] = data.getlist("aftercare")
        note["note"] = " ".join(filter(None, [(note["note"] or "").rstrip(), phrase]))
        current = {name: data.get(f"current-{name}") for name in CurrentForm.base_fields}
        forms = cls(note=note, sites=sites, treatments=treatments, current=current)
        if phrase:
            forms.note.fields["note"].widget.attrs["autofocus"] = True
        elif which:
            forms._lead_to(what, which)
        return forms

    def _lead_to(self, what: str, which: str) -> None:
        """The keyboard goes on where the change was made: in the new row, or the one that took its place."""
        kind = which.partition("-")[0]
        rows: list[forms.Form] = [*(self.treatments if kind == "treatment" else self.sites)]
        if not rows or which == "all":
            self.start_at = f"add-{kind if not rows else 'site'}"
            return
        number = row_of(which, rows) if what != "add" else None
        new = "minutes" if kind == "treatment" and rows[-1]["technique"].value() else "technique"
        names = {"out": "needles_out", "site": "muscle", "treatment": new}
        field = names.get(what) or names.get(kind)
        if field:
            rows[-1 if number is None else number].fields[field].widget.attrs["autofocus"] = True

    def go_on_from(self, session: Session) -> None:
        """What is typed stays; saved again it stands in place of this version."""
        data = self.note.data.copy()  # type: ignore[attr-defined]  # posted; a plain dict would keep one tick of several
        data["version"] = str(session.version)
        self.note.data = data

    def read(self) -> Noted:
        """What was typed, to be read where it can no longer be saved. Rows that are not right yet are left out."""
        self.is_valid()
        given = {name: value for name, value in self.note.cleaned_data.items() if name not in {"version", "page"}}
        current = self.current.current() if self.current.is_valid() else None
        return Noted(
            session=Session(**given),
            sites=[NeedlingSite(**row) for row in _right(self.sites)],
            treatments=[ManualTreatment(**_columns(one)) for one in self.treatments if one.is_valid()],
            current=Stimulation(**self.current.cleaned_data) if current else None,
        )

    @property
    def parts(self) -> list[forms.Form]:
        return [self.note, *self.sites, *self.treatments, self.current]

    def is_valid(self) -> bool:
        return all([self.note.is_valid(), self.sites.is_valid(), self.treatments.is_valid(), self.current.is_valid()])

    @property
    def problems(self) -> int:
        return sum(len(form.errors) for form in self.parts)

    def draft(self, *, by_itself: bool = False) -> Draft:
        """A row in which nothing was chosen is no row."""
        return Draft(
            by_itself=by_itself,
            sites=[form.site() for form in self.sites if form.cleaned_data],
            treatments=[form.treatment() for form in self.treatments if form.cleaned_data],
            current=self.current.current(),
            **self.note.cleaned_data,
        )

    def noted(self) -> Noted:
        """The page as it stands, saved or not."""
        return Noted(
            session=self.note.session(),
            sites=[form.row() for form in self.sites],
            treatments=[form.row() for form in self.treatments],
            current=Stimulation() if self.current.is_used else None,
        )


def _new_treatment(key: str) -> Row:
    """Chosen beside the button. Where it belongs to one region only, that one stands."""
    known = catalogue.known_technique(key)
    if known is None:
        return {"technique": key}
    dose = {f"dose_{one['name']}": one["default"] for one in known.dose if one.get("default") is not None}
    row: Row = {"technique": key, "region": known.regions[0], **dose}
    return row | ({"minutes": row["dose_minutes"]} if "dose_minutes" in row else {})


def _right(rows: Iterable[forms.Form]) -> list[Row]:
    return [form.cleaned_data for form in rows if form.is_valid() and form.cleaned_data]


def _columns(form: TreatmentForm) -> Row:
    treatment = form.treatment()
    return {name: getattr(treatment, name) for name in treatment.__slots__}


def _pull(rows: list[Row], which: str) -> None:
    row = row_of(which, rows)
    if row is not None:
        rows[row]["needles_out"] = rows[row]["needles_in"]
