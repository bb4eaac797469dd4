"""One box: a name, a birth date, or both."""

from collections.abc import Sequence
from datetime import date

from patients.birth_dates import split
from patients.models import Patient
from patients.names import searchable

MOST, SHORTEST = 20, 2


def find_patients(text: str, today: date) -> Sequence[Patient]:
    """At most twenty, those in care here first."""
    words, born = split(text.replace("\0", ""), today)
    name = searchable(words)
    found = Patient.objects.order_by("-is_active", "search_name", "pk")
    if born:
        # A day has few birthdays, so the words are looked for among those, not the other way round.
        near = found.born_on(born)[:500]
        return [one for one in near if all(word in one.search_name for word in name.split())][:MOST]
    if len(name) < SHORTEST:
        return []
    return sorted(found.named(name, limit=MOST), key=lambda one: (not one.is_active, not _begins(one, name)))


def _begins(patient: Patient, name: str) -> bool:
    """Maya before Amara, for "ma"."""
    return all(any(part.startswith(word) for part in patient.search_name.split()) for word in name.split())
