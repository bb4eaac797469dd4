"""How a row takes its time: locks in one order, then the constraints decide; what was kept too long gives way."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.db.models.constants import OnConflict
from django.utils import timezone
from psycopg.errors import ExclusionViolation

from clinics.constraints import broken_rule
from clinics.models import EquipmentKind, EquipmentPool, User
from clinics.tenancy import check_scope
from patients.models import KEPT, Appointment, Offer, OfferState, Status

EQUIPMENT_BUSY, PLACES = "patients_appointment_equipment_busy", "patients_appointment_places"


@dataclass(frozen=True, slots=True)
class Taken:
    """Somebody else was quicker. `by` is what stands there, `devices` what is all in use.

    Where both are empty, the therapist is busy elsewhere.
    """

    by: tuple[Appointment, ...]
    devices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Full:
    """No place is left in the class."""

    group: Appointment


def lock_resources(*appointments: Appointment) -> None:
    """Transaction locks in one order everywhere: exclusion constraints alone deadlock under contention.

    Whoever writes several rows in one transaction, or moves one, locks for all of them here, in one call and before
    any row is locked. Advisory, not row locks: a therapist's other clinic must be able to take the same lock.
    """
    _lock({key for one in appointments for key in _keys(one)} | _devices(appointments))


def lock_patient(patient_id: int) -> None:
    """Nobody changes an appointment of theirs meanwhile."""
    _lock({f"patient:{patient_id}"})


def _lock(keys: set[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(key, 0))"
            " FROM unnest(%s::text[]) WITH ORDINALITY AS keys(key, place) ORDER BY place",
            [sorted(keys)],
        )


def _keys(one: Appointment) -> set[str]:
    if one.group_id:  # takes a place of the class, whose counter is a row, and the patient's time
        return {f"class:{one.group_id}", f"patient:{one.patient_id}"}
    found = {f"room:{one.room_id}", f"therapist:{one.therapist_id}"}
    if one.patient_id:
        found.add(f"patient:{one.patient_id}")
    if one.places is not None and one.pk:
        found.add(f"class:{one.pk}")
    return found


def _devices(appointments: Iterable[Appointment]) -> set[str]:
    """The locks that the trigger takes as well: it counts what is in use of each kind at a location."""
    needed = {
        (one.room.location_id, kind) for one in appointments for kind in one.service.equipment if not one.group_id
    }
    if not needed:
        return set()
    pools = EquipmentPool.objects.filter(kind__in={kind for _, kind in needed})
    return {f"equipment:{pool.pk}" for pool in pools if (pool.location_id, pool.kind) in needed}


def claim(wanted: Appointment) -> Taken | None:
    """Insert the row, its resources being locked; or say what is in the way."""
    return _unless_expired(wanted, lambda: _inserted(wanted))


def claim_past_own_holds(wanted: Appointment, by: User) -> Taken | None:
    """As `claim`; but what the same person holds, for a form that was left or answered too late, gives way."""
    taken = claim(wanted)
    own = [one for one in taken.by if one.status == Status.HELD and one.held_by_id == by.pk] if taken else []
    if taken is None or not own or len(own) < len(taken.by):
        return taken
    for one in own:
        let_go(one.pk, by)
    return claim(wanted)


def _inserted(wanted: Appointment) -> Taken | None:
    try:
        # Triggers raise (devices, double bookings), where the exclusion constraints only skip the row.
        with transaction.atomic():
            is_in = _insert_unless_taken(wanted)
    except IntegrityError as error:
        return _taken(wanted, error)
    return None if is_in else Taken(in_the_way(wanted))


def reclaim(row: Appointment, fields: Iterable[str]) -> Taken | None:
    """Change a row that takes time, its old and new resources being locked; or say what is in the way."""
    return _unless_expired(row, lambda: _changed(row, fields))


def _changed(row: Appointment, fields: Iterable[str]) -> Taken | None:
    try:
        with transaction.atomic():
            row.save(update_fields=list(fields))
    except IntegrityError as error:
        return _taken(row, error)
    row.refresh_from_db(fields=["version", "blocked"])
    return None


def _unless_expired(row: Appointment, attempt: Callable[[], Taken | None]) -> Taken | None:
    """What was kept too long is not named as being in the way: only then can that be all there is."""
    taken = attempt()
    return attempt() if taken and not taken.by and clear_expired(row) else taken


def _taken(wanted: Appointment, error: IntegrityError) -> Taken:
    if not isinstance(error.__cause__, ExclusionViolation):
        raise error
    if broken_rule(error) != EQUIPMENT_BUSY:
        return Taken(in_the_way(wanted))
    return Taken(in_the_way(wanted), tuple(str(EquipmentKind(kind).label) for kind in wanted.service.equipment))


def stretch(one: Appointment) -> tuple[datetime, datetime]:
    """What it blocks, as the database will reckon it."""
    return one.starts_at - timedelta(minutes=one.minutes_before), one.ends_at + timedelta(minutes=one.minutes_after)


def _shared(wanted: Appointment) -> Q:
    """Rows that may want the same: in a class only the patient's time, since the class has the room."""
    same = Q(patient=wanted.patient_id) if wanted.patient_id else Q(pk__in=())
    if wanted.group_id:
        return same
    return same | (Q(group__isnull=True) & (Q(therapist=wanted.therapist_id) | Q(room=wanted.room_id)))


def in_the_way(wanted: Appointment) -> tuple[Appointment, ...]:
    """The clinic's own appointments that stand in this one's way."""
    start, end = stretch(wanted)
    near = Appointment.every.occupying(start, end).filter(_shared(wanted)).exclude(pk=wanted.pk).for_board()
    return tuple(one for one in near if _meet(one.blocked, start, end))


def _meet(blocked: Any, start: datetime, end: datetime) -> bool:
    """The range of a row has two ends, which its type does not know."""
    return bool(blocked.lower < end and blocked.upper > start)


def clear_expired(wanted: Appointment) -> bool:
    """Times that were kept too long, where this row would stand. Call with its resources locked."""
    start, end = stretch(wanted)
    same = _shared(wanted)
    if wanted.service.equipment:
        same |= Q(room__location=wanted.room.location_id, service__equipment__overlap=wanted.service.equipment)
    expired = Appointment.every.kept_too_long(timezone.now()).reaching(start, end).filter(same).exclude(pk=wanted.pk)
    found = [pk for pk, blocked in expired.values_list("pk", "blocked") if _meet(blocked, start, end)]
    drop(found)
    return bool(found)


def drop(kept: list[int], state: OfferState = OfferState.EXPIRED) -> None:
    """Kept times that come to nothing. An offer stays in the record of its run, without the row."""
    if kept:
        open_offers = Offer.objects.filter(appointment__in=kept, state=OfferState.OPEN)
        open_offers.update(state=state, answered_at=timezone.now())
        Appointment.every.filter(pk__in=kept, status__in=KEPT).delete()


def withdraw_offers(wanted: Appointment) -> bool:
    """The desk takes a time that is kept for somebody on the waiting list. False where none is in the way."""
    offered = [one.pk for one in in_the_way(wanted) if one.status == Status.OFFERED]
    drop(offered, OfferState.WITHDRAWN)
    return bool(offered)


def let_go(hold_id: int, by: User) -> None:
    """A time that this person holds. What is gone already, or has become an appointment, is left alone."""
    mine = Appointment.every.filter(pk=hold_id, status=Status.HELD, held_by=by)
    # Nothing hangs on a held time, so nothing has to be looked for: one statement instead of seven.
    mine._raw_delete(using="default")  # noqa: SLF001


def _insert_unless_taken(appointment: Appointment) -> bool:
    """INSERT .. ON CONFLICT DO NOTHING RETURNING: one statement, no exception, no savepoint."""
    check_scope(appointment)
    meta = Appointment._meta
    fields = [field for field in meta.local_concrete_fields if not field.generated and not field.primary_key]
    returning = meta.db_returning_fields
    # The ORM's public bulk_create(ignore_conflicts=True) returns no keys; _insert is what save() itself uses.
    (row,) = Appointment.objects.all()._insert(  # noqa: SLF001
        [appointment], fields=fields, returning_fields=returning, using="default", on_conflict=OnConflict.IGNORE
    )
    if row is None:
        return False
    for field, value in zip(returning, row, strict=True):
        setattr(appointment, field.attname, value)
    appointment._state.adding, appointment._state.db = False, "default"
    return True
