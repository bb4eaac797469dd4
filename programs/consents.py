"""From a consent's template to the exact text that somebody signs. Pure; texts of programs/content/templates.json.

Elements and expiry: domain notes 4.3 [S113, S114].
"""

import calendar
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from programs import catalogue

GENERAL, NEEDLING, THRUST, DATA = "general_treatment", "dry_needling", "thrust_manipulation", "data_and_reminders"
KINDS = (GENERAL, NEEDLING, THRUST, DATA)
# Signed as a whole. What lets somebody choose line by line is no such text: its exact words would say yes to all.
SIGNED_WHOLE = (GENERAL, NEEDLING, THRUST)
_HOLDER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Template:
    """`sections` have element, heading and text; `confirmations` are ticked one by one."""

    kind: str
    language: str
    version: int
    title: str
    sections: Sequence[Mapping[str, str]]
    confirmations: Sequence[str]
    months: int
    of_episode: bool
    withdrawal: str

    @property
    def elements(self) -> list[str]:
        return [one["element"] for one in self.sections if one["text"].strip()]


class UnknownHolder(ValueError):  # noqa: N818  # reads as what is the case
    """A placeholder that nothing fills: its name."""


def shipped(kind: str) -> Template:
    """The product's own text. KeyError for an unknown kind."""
    return _read(_entry(kind), kind, "en", 1)


def required(kind: str) -> list[str]:
    """Elements that no text of this kind does without."""
    found: list[str] = _entry(kind)["elements"]
    return found


def lacking(template: Template) -> list[str]:
    """Required elements that the template has no words for."""
    return [one for one in required(template.kind) if one not in template.elements]


def exact_text(template: Template, facts: Mapping[str, str]) -> str:
    """What is shown, signed and hashed, to the last character. Raises UnknownHolder."""
    parts = [template.title, ""]
    for one in template.sections:
        parts += [one["heading"], one["text"], ""]
    parts += [f"[x] {one}" for one in template.confirmations]
    return filled("\n".join([*parts, "", template.withdrawal]), facts)


def digest(text: str) -> str:
    """SHA-256 of the text's UTF-8, as the database reckons it."""
    return hashlib.sha256(text.encode()).hexdigest()


def expires(signed_on: date, months: int) -> date:
    """The last day on which it counts: the same day that many months on, or the month's last."""
    year, month = divmod(signed_on.month - 1 + months, 12)
    year, month = signed_on.year + year, month + 1
    return date(year, month, min(signed_on.day, calendar.monthrange(year, month)[1]))


def filled(text: str, facts: Mapping[str, str]) -> str:
    """Raises UnknownHolder."""

    def put(found: "re.Match[str]") -> str:
        if found[1] not in facts:
            raise UnknownHolder(found[1])
        return facts[found[1]]

    return _HOLDER.sub(put, text)


def _entry(kind: str) -> Mapping[str, Any]:
    groups: Sequence[Mapping[str, Any]] = catalogue.content("templates")["items"]
    entries = next(one["entries"] for one in groups if one["key"] == "consents")
    found: dict[str, Mapping[str, Any]] = {one["key"]: one for one in entries}
    return found[kind]


def _read(entry: Mapping[str, Any], kind: str, language: str, version: int) -> Template:
    return Template(
        kind=kind,
        language=language,
        version=version,
        title=entry["title"],
        sections=entry["sections"],
        confirmations=entry["confirmations"],
        months=entry["expiry"]["months"],
        of_episode=entry["expiry"]["per_episode"],
        withdrawal=entry["withdrawal"],
    )
