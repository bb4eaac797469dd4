"""What to mind about a patient, in the statement that fetches the patient or the appointment."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject

from patients.flag_words import Chip, chips_of
from patients.models import Appointment, Patient, PatientFlag

FIELDS = ("kind", "allergen", "note", "noted_on", "until")


def flag_rows(patient: str, day: date) -> ArraySubquery:
    """`patient` names the row's way to its patient: "pk" from the patient itself."""
    standing = PatientFlag.objects.filter(patient=OuterRef(patient)).current(day)
    return ArraySubquery(standing.values_list(JSONObject(**{name: name for name in FIELDS})))


def with_flags(day: date) -> QuerySet[Patient, Patient]:
    found: QuerySet[Patient, Patient] = Patient.objects.annotate(flag_rows=flag_rows("pk", day))
    return found


def chips_at(row: Patient | Appointment) -> list[Chip]:
    """Of a row that was fetched with its `flag_rows`."""
    rows: list[Mapping[str, Any]] = row.flag_rows  # type: ignore[union-attr]  # annotated
    return chips_of(rows)
