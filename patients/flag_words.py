"""The chips at a patient's name: what to mind, in a few words each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from patients.models.flag import Allergen, FlagKind


@dataclass(frozen=True, slots=True)
class Chip:
    """`kind`: off for what to mind, line for what is good to know."""

    kind: str
    glyph: str
    text: str


def chips_of(rows: Sequence[Mapping[str, Any]]) -> list[Chip]:
    """Of the flags that stand. Nothing about allergies means that nobody has asked, which is said too."""
    allergies = [row for row in rows if row["kind"] in (FlagKind.ALLERGY, FlagKind.NO_ALLERGIES)]
    rest = [row for row in rows if row not in allergies]
    asked = [_chip(row) for row in allergies] or [Chip("off", "circle-help", _("Allergies not asked"))]
    return [*asked, *(_chip(row) for row in rest)]


def _chip(row: Mapping[str, Any]) -> Chip:
    if row["kind"] == FlagKind.NO_ALLERGIES:
        day = date_format(_day(row["noted_on"]), "j M Y")
        return Chip("line", "check", _("No known allergies, asked %(day)s") % {"day": day})
    return Chip("off", "triangle-alert", words_of(row))


def words_of(row: Mapping[str, Any]) -> str:
    """Allergy: latex. Pregnancy until 3 Mar 2027. Blood-thinning medicine: apixaban."""
    words = str(FlagKind(row["kind"]).label)
    if row["allergen"] in (Allergen.MEDICINE, Allergen.OTHER):
        words = _("Allergy: %(note)s") % {"note": row["note"]}
    elif row["allergen"]:
        about = str(Allergen(row["allergen"]).label)
        words = _("Allergy: %(about)s") % {"about": ", ".join(filter(None, [about, row["note"]]))}
    elif row["kind"] == FlagKind.OTHER:
        words = str(row["note"])
    elif row["note"]:
        words = f"{words}: {row['note']}"
    if row["until"]:
        return _("%(words)s, until %(day)s") % {"words": words, "day": date_format(_day(row["until"]), "j M Y")}
    return words


def _day(value: date | str) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)
