"""What is to be minded about the demo's patients: most were asked about allergies, a few carry something along."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from patients.models import Appointment, PatientFlag

ASKED, EVERY = 9, 10  # so many of ten were asked
FOUND: Mapping[int, Sequence[Mapping[str, Any]]] = {
    3: [{"kind": "allergy", "allergen": "latex"}],
    7: [{"kind": "anticoagulants", "note": "apixaban"}],
    11: [{"kind": "pacemaker"}],
    15: [{"kind": "allergy", "allergen": "medicine", "note": "penicillin"}, {"kind": "fainting_history"}],
    19: [{"kind": "pregnancy"}],
    23: [{"kind": "osteopenia_osteoporosis"}, {"kind": "long_term_steroids"}],
}
ROUND = 30  # of so many patients the ones above
PREGNANT = timedelta(weeks=14)


def note_flags(seen: Mapping[int, Sequence[Appointment]], today: date) -> None:
    """Inside the clinic's scope; in bulk. By turns, not by chance, so that each kind is there in every demo."""
    PatientFlag.objects.bulk_create(
        flag for number, patient_id in enumerate(sorted(seen)) for flag in _of(number, seen[patient_id][0], today)
    )


def _of(number: int, first: Appointment, today: date) -> Iterator[PatientFlag]:
    about = {"patient_id": first.patient_pk, "noted_on": first.local_start.date(), "noted_by_id": first.therapist_id}
    found = FOUND.get(number % ROUND, [])
    if number % EVERY < ASKED and not any(one["kind"] == "allergy" for one in found):
        yield PatientFlag(kind="no_allergies", **about)
    for one in found:
        until = today + PREGNANT if one["kind"] == "pregnancy" else None
        yield PatientFlag(until=until, **one, **about)
