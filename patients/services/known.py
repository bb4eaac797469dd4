"""What a patient goes by, of an appointment as it is now."""

from patients.models import Appointment, Status
from patients.news import Known


def known(appointment: Appointment) -> Known:
    """Needs the room."""
    return Known(
        starts_at=appointment.starts_at,
        ends_at=appointment.ends_at,
        room=appointment.room_id,
        place=appointment.room.location_id,
        therapist=appointment.therapist_id,
        is_on=appointment.status != Status.CANCELLED,
    )
