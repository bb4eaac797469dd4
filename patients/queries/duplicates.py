"""Is somebody who is about to be registered here already?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext as _

from patients.models import Patient
from patients.names import searchable

MOST = 5
ALIKE, ALIKE_AND_SAME_BIRTHDAY = 0.6, 0.3  # shares of three-letter pieces that two names have in common
TAIL = 7  # digits that tell one phone from another, however the country and area are written


@dataclass(frozen=True, slots=True)
class Lookalike:
    patient: Patient
    because: str


def lookalikes(*, given_name: str, family_name: str, birth_date: date, phone: str, email: str) -> Sequence[Lookalike]:
    """One statement over the clinic's patients. Those who are not in care here any more come up as well."""
    name, tail = searchable(f"{given_name} {family_name}"), _tail(phone)
    digits = Func(F("phone"), Value(r"\D"), Value(""), Value("g"), function="regexp_replace")
    same = Q(likeness__gte=ALIKE) | Q(birth_date=birth_date, likeness__gte=ALIKE_AND_SAME_BIRTHDAY)
    if email:
        same |= Q(email__iexact=email)
    if tail:
        same |= Q(digits__endswith=tail)
    rows = Patient.objects.annotate(likeness=TrigramSimilarity("search_name", name), digits=digits).filter(same)
    found = sorted(rows.order_by("-likeness", "pk")[: MOST * 2], key=lambda one: one.birth_date != birth_date)
    return [Lookalike(one, _because(one, birth_date, email, tail)) for one in found[:MOST]]


def _tail(phone: str) -> str:
    digits = "".join(letter for letter in phone if letter.isdecimal())
    return digits[-TAIL:] if len(digits) >= TAIL else ""


def _because(one: Patient, birth_date: date, email: str, tail: str) -> str:
    facts = {
        _("similar name"): one.likeness >= ALIKE_AND_SAME_BIRTHDAY,  # type: ignore[attr-defined]  # annotated above
        _("same birth date"): one.birth_date == birth_date,
        _("same phone"): bool(tail) and _tail(one.phone) == tail,
        _("same e-mail"): bool(email) and one.email.casefold() == email.casefold(),
    }
    return ", ".join(words for words, holds in facts.items() if holds)
