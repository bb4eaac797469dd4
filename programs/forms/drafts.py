"""Two versions of one draft, side by side: which of them holds, as a whole or field by field."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms

from programs.forms.sheet import Sheet
from programs.models import AssessmentDraft
from programs.services.drafts import Page

MINE, THEIRS, CHOSEN = "mine", "theirs", "chosen"


@dataclass(frozen=True, slots=True)
class Difference:
    """`pick` is "" where both wrote something and nobody has chosen yet."""

    name: str
    label: str
    mine: str
    theirs: str
    pick: str

    @property
    def key(self) -> str:
        return f"pick-{self.name}"


@dataclass(frozen=True, slots=True)
class Conflict:
    sheet: Sheet
    theirs: AssessmentDraft | None
    differences: Sequence[Difference]
    keep: str = ""
    seen: int = 0

    @classmethod
    def found(cls, sheet: Sheet, theirs: AssessmentDraft | None) -> "Conflict":
        version = theirs.version if theirs else 0
        return cls(sheet, theirs, _differences(sheet, theirs), seen=version)

    @classmethod
    def posted(cls, sheet: Sheet, data: Mapping[str, str]) -> "Conflict | None":
        """An answer to what `found` has shown. None where there was no question."""
        keep, seen = data.get("keep", ""), data.get("seen", "0")
        if keep not in {MINE, THEIRS, CHOSEN}:
            return None
        theirs = AssessmentDraft.objects.select_related("saved_by").filter(episode=sheet.episode).first()
        version = int(seen) if seen.isdecimal() and len(seen) < 10 else 0
        return cls(sheet, theirs, _differences(sheet, theirs), keep, version)

    @property
    def open(self) -> bool:
        """Some fields wait for a choice."""
        return self.keep == CHOSEN and any(not one.pick for one in self.differences)

    @property
    def page(self) -> Page:
        return Page(editor=self.sheet.page.editor, version=self.seen)

    def merged(self) -> dict[str, str]:
        mine, theirs = self.sheet.data(), dict(self.theirs.data) if self.theirs else {}
        if self.keep == MINE:
            return mine
        if self.keep == THEIRS:
            return theirs
        merged = {**mine, "tests": ",".join(dict.fromkeys([*_tests(mine), *_tests(theirs)]))}
        for one in self.differences:
            for name in (one.name, f"{one.name}-sure"):
                merged[name] = (mine if one.pick == MINE else theirs).get(name, "")
        return {name: text for name, text in merged.items() if text}


def _tests(data: Mapping[str, str]) -> list[str]:
    return data.get("tests", "").split(",")


def _differences(sheet: Sheet, draft: AssessmentDraft | None) -> list[Difference]:
    mine, theirs = sheet.data(), draft.data if draft else {}
    named = sheet.form_with(_tests(theirs)).fields
    return [
        Difference(
            name=name,
            label=str(field.label),
            mine=_shown(field, mine.get(name, "")),
            theirs=_shown(field, theirs.get(name, "")),
            pick=_pick(sheet.raw.get(f"pick-{name}", ""), mine.get(name, ""), theirs.get(name, "")),
        )
        for name, field in named.items()
        if mine.get(name, "") != theirs.get(name, "")
    ]


def _pick(said: str, mine: str, theirs: str) -> str:
    """Where one of them wrote nothing, what the other wrote is picked until somebody says otherwise."""
    if said in {MINE, THEIRS}:
        return said
    return "" if mine and theirs else MINE if mine else THEIRS


def _shown(field: Any, value: str) -> str:
    if isinstance(field, forms.BooleanField):
        return "✓" if value else "–"
    if isinstance(field, forms.ChoiceField) and value:
        flat = dict(field.choices)  # type: ignore[arg-type]  # none of ours has groups
        return str(flat.get(value, value))
    return value or "–"
