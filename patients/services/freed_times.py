"""Time that came free goes to the waiting list: written down with the change that frees it, offered by the sweep.

So nothing is lost while the broker is away, and outside office hours it waits until the clinic opens.
"""

from datetime import datetime

from django.utils import timezone

from patients.models import Appointment, FreedTime


def time_freed(
    *, therapist_id: int, room_id: int, starts_at: datetime, ends_at: datetime, given_back_by: int | None = None
) -> None:
    """Call inside the transaction that frees it. `given_back_by`: the patient who is not asked to take it."""
    now = timezone.now()
    if ends_at > now:
        FreedTime.objects.create(
            therapist_id=therapist_id, room_id=room_id, starts_at=starts_at, ends_at=ends_at,
            given_back_by_id=given_back_by, freed_at=now,
        )  # fmt: skip


def left_by(appointment: Appointment) -> None:
    """The time of an appointment as it was. A place in a class is no time of the therapist's."""
    if appointment.group_id is None:
        time_freed(
            therapist_id=appointment.therapist_id, room_id=appointment.room_id, starts_at=appointment.starts_at,
            ends_at=appointment.ends_at, given_back_by=appointment.patient_id,
        )  # fmt: skip
