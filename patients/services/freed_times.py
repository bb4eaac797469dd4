"""Time that came free goes to the waiting list: written down with the change that frees it, offered by the sweep.

So nothing is lost while the broker is away, and outside office hours it waits until the clinic opens.
"""

from datetime import datetime

from django.db import transaction
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


def close(freed_id: int) -> None:
    """It is offered to nobody any more, though not all of it is taken."""
    FreedTime.objects.filter(pk=freed_id, closed_at=None).update(closed_at=timezone.now())


def look_again() -> None:
    """Somebody waits anew. What another transaction is about to change is left to it, so none waits for another."""
    with transaction.atomic():
        rows = FreedTime.objects.on_offer(timezone.now()).filter(looked_at__isnull=False)
        found = list(rows.select_for_update(skip_locked=True, of=("self",)).values_list("pk", flat=True))
        FreedTime.objects.filter(pk__in=found).update(looked_at=None)
