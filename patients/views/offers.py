"""Ways out of a refusal: what stands there, and the next times that work."""

from datetime import date
from typing import Any

from django.utils import timezone

from clinics import audit
from patients.forms.booking import BookingForm
from patients.forms.changes import MoveForm
from patients.forms.groups import ClassForm
from patients.queries.free_times import next_free_times
from patients.services.claims import Taken
from patients.words import free_time_options, reasons


def ways_out(
    form: BookingForm | MoveForm | ClassForm, taken: Taken, today: date, *, button: str = "offer"
) -> dict[str, Any]:
    audit.seen(*(one.patient_id for one in taken.by if one.patient_id))
    times = next_free_times(form.wish(not_before=timezone.now()))
    options = free_time_options(times, form.supply, today, button)
    return {"reasons": reasons(taken, form.cleaned_data), "options": options}
