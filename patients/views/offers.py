"""Ways out of a refusal: what stands there, and the next times that work."""

from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clinics import audit
from patients.forms.booking import BookingForm
from patients.forms.changes import MoveForm
from patients.queries.free_times import next_free_times
from patients.services.claims import Taken
from patients.words import reasons


def ways_out(form: BookingForm | MoveForm, taken: Taken, today: date) -> dict[str, Any]:
    audit.seen(*(one.patient_id for one in taken.by if one.patient_id))
    several = form.supply.has_several_locations()
    options = [
        {
            "title": f"{date_format(one.starts_at, 'H:i')} {_day_word(one.starts_at, today)}, {one.therapist.name}",
            "note": f"{one.room.name}, {one.room.location.name}" if several else one.room.name,
            "name": "offer",
            "value": f"{one.therapist.pk} {one.room.pk} {one.starts_at:%Y-%m-%d %H:%M}",
        }
        for one in next_free_times(form.wish(not_before=timezone.now()), form.supply)
    ]
    return {"reasons": reasons(taken, form.cleaned_data), "options": options}


def _day_word(moment: datetime, today: date) -> str:
    ahead = (moment.date() - today).days
    return {0: _("today"), 1: _("tomorrow")}.get(ahead) or date_format(moment, "D j M")
