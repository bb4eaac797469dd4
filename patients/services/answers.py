"""What a patient answers by the link of a message. Nobody is signed in, so the record says by which way it came."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from clinics import audit
from clinics.models import Room
from clinics.timekeeping import instant
from clinics.tokens import Named
from patients.lateness import Charge
from patients.models import Appointment, Cancellation, Status
from patients.queries.free_times import FreeTime, Wish, next_free_times
from patients.services.cancelling import cancel, expected_charge
from patients.services.claims import lock_resources
from patients.services.moving import Changed, Moved, locked, move
from patients.services.visit_links import mark_of

BY_LINK = {"via": "link"}
SOONEST = timedelta(hours=2)  # nobody is taken by surprise at the clinic
OFFERS = 6
OFFER_SALT, OFFER_SECONDS = "plumbline.link.visit-time", 30 * 60


@dataclass(frozen=True, slots=True)
class Time:
    """A free time of the same therapist, and the signed value that asks for it."""

    starts_at: datetime  # wall time at the location
    room: Room
    value: str


def visit_of(named: Named) -> Appointment | None:
    visits = Appointment.objects.filter(pk=named.row_id)
    found: Appointment | None = visits.select_related(
        "clinic", "patient", "therapist", "room__location", "service", "cancellation"
    ).first()
    return found


def is_open(visit: Appointment) -> bool:
    """Can be answered: it is booked and still to come."""
    return visit.status == Status.BOOKED and visit.starts_at > timezone.now()


@transaction.atomic
def confirm(*, visit: Appointment, mark: int) -> bool:
    """False where the appointment is not any more what the patient saw. Saying it twice is once."""
    row = locked(visit.pk)
    if row.status != Status.BOOKED or mark_of(row) != mark:
        return False
    if row.confirmed_at is None:
        row.confirmed_at = timezone.now()
        row.save(update_fields=["confirmed_at"])
        audit.record("confirm", subject=row, by=None, patient_id=row.patient_id, detail=BY_LINK)
    return True


def charge_now(visit: Appointment) -> Charge:
    return expected_charge(visit, timezone.now(), is_exempt=False)


@transaction.atomic
def cancel_visit(*, visit: Appointment, mark: int, reason: str) -> Cancellation | None:
    """None where the appointment is not any more what the patient saw."""
    lock_resources(visit)
    row = locked(visit.pk)
    if mark_of(row) != mark or not is_open(row):
        return None
    made = cancel(appointment=row, version=row.version, reason=reason, by=None)
    if isinstance(made, Changed):
        return None
    audit.record("answer", subject=row, by=None, patient_id=row.patient_id, detail={**BY_LINK, "answer": "cancel"})
    return made


def other_times(visit: Appointment) -> list[Time]:
    """The next ones of the same therapist for the same service, at most one a day."""
    wish = Wish(
        visit.service, timezone.now() + SOONEST, visit.patient, visit.therapist, visit.room, visit.pk,
        is_therapist_fixed=True,
    )  # fmt: skip
    return [_time(visit, one) for one in next_free_times(wish, count=OFFERS)]


def _time(visit: Appointment, one: FreeTime) -> Time:
    starts_at = instant(one.starts_at.date(), one.starts_at.time(), one.room.location.zone)
    facts = [visit.pk, visit.version, one.room.pk, starts_at.isoformat()]
    return Time(one.starts_at, one.room, signing.dumps(facts, salt=OFFER_SALT))


@transaction.atomic
def move_visit(*, visit: Appointment, mark: int, time: str) -> Appointment | None:
    """None where that time, or the appointment, is not any more what the patient saw."""
    if (asked := _read(time)) is None:
        return None
    pk, version, room_id, starts = asked
    starts_at = datetime.fromisoformat(starts)
    room = Room.objects.select_related("location").filter(pk=room_id).first()
    if (pk, mark_of(visit)) != (visit.pk, mark) or room is None or not is_open(visit) or starts_at <= timezone.now():
        return None
    try:
        outcome = move(
            appointment=visit, version=version, starts_at=starts_at, therapist=visit.therapist, room=room, by=None
        )
    except ValidationError:  # the room went out of use, the therapist left, or needling came too close
        return None
    if not isinstance(outcome, Moved):
        return None
    detail = {**BY_LINK, "answer": "move"}
    audit.record("answer", subject=outcome.appointment, by=None, patient_id=visit.patient_id, detail=detail)
    return outcome.appointment


def _read(time: str) -> tuple[int, int, int, str] | None:
    """None where we did not offer it, or too long ago to hold by it."""
    try:
        pk, version, room_id, starts_at = signing.loads(time, salt=OFFER_SALT, max_age=OFFER_SECONDS)
    except signing.BadSignature:
        return None
    return pk, version, room_id, starts_at
