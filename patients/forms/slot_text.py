"""A slot as a button or a hidden field carries it: ids and an instant, so that no wall time is ambiguous."""

from datetime import UTC, date, datetime

from patients.forms.fields import is_row_id
from patients.services.fitting import in_reach
from patients.slots import Slot

_FORMAT = "%Y-%m-%dT%H:%MZ"


def text_of(slot: Slot) -> str:
    return f"{slot.therapist} {slot.location} {slot.room} {slot.start.astimezone(UTC).strftime(_FORMAT)}"


def slot_of(text: str, today: date) -> Slot | None:
    """None for what nobody wrote here, and for days out of reach: one cannot reckon with them."""
    parts = text.split(" ")
    if len(parts) != 4 or not all(is_row_id(part) for part in parts[:3]):
        return None
    try:
        start = datetime.strptime(parts[3], _FORMAT).replace(tzinfo=UTC)
    except ValueError:
        return None
    if not in_reach(start.date(), today):
        return None
    therapist, location, room = (int(part) for part in parts[:3])
    return Slot(start, therapist, location, room)
