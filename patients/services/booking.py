"""Book appointments. The constraints decide; this module asks them politely and puts their answer into words."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.db.models.constants import OnConflict
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clinics import audit
from clinics.constraints import broken_rule
from clinics.models import Membership, Room, Service, User
from clinics.tenancy import check_scope
from clinics.timekeeping import local_day
from patients.models import Appointment, Patient
from patients.queries.supply import missing_features


@dataclass(frozen=True, slots=True)
class Booked:
    appointment: Appointment


@dataclass(frozen=True, slots=True)
class Taken:
    """Somebody else was quicker. `by` is what stands there; where it is empty, the therapist is busy elsewhere."""

    by: tuple[Appointment, ...]


def book(
    *, patient: Patient, therapist: User, room: Room, service: Service, starts_at: datetime, by: User
) -> Booked | Taken:
    """One appointment as long as the service. ValidationError, by field, where it may not be at all."""
    wanted = Appointment(
        patient=patient,
        therapist=therapist,
        room=room,
        service=service,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=service.minutes),
        minutes_before=service.minutes_before,
        minutes_after=service.minutes_after,
    )
    _refuse_unfit(wanted)
    with broken_rules_in_words(wanted), transaction.atomic():
        lock_resources(wanted)
        if not _insert_unless_taken(wanted):
            return Taken(in_the_way(wanted))
        audit.record("book", subject=wanted, by=by, patient_id=patient.pk)
    return Booked(wanted)


def _refuse_unfit(wanted: Appointment) -> None:
    """What no constraint says, since it may change later and the appointment stays."""
    problems = {}
    if not wanted.patient.is_active:
        problems["patient"] = _("%(name)s is not in care here any more.") % {"name": wanted.patient.name}
    if not wanted.service.is_active:
        problems["service"] = _("%(name)s cannot be booked any more.") % {"name": wanted.service.name}
    if not wanted.room.is_active:
        problems["room"] = _("%(name)s is not in use any more.") % {"name": wanted.room.name}
    if not Membership.objects.treating().filter(user=wanted.therapist_id).exists():
        problems["therapist"] = not_treating(wanted.therapist)
    zone = wanted.room.location.zone
    if local_day(wanted.starts_at, zone) < local_day(timezone.now(), zone):
        problems["day"] = _("That day is over. Choose today or a day to come.")
    if problems:
        raise ValidationError(problems)


@contextmanager
def broken_rules_in_words(wanted: Appointment) -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        name = broken_rule(error)
        if name == "patients_appointment_credential":
            raise ValidationError({"therapist": no_credential(wanted)}) from error
        if name == "patients_appointment_treats":
            raise ValidationError({"therapist": not_treating(wanted.therapist)}) from error
        if name == "patients_appointment_room_fit":
            raise ValidationError({"room": room_lacks(wanted.room, wanted.service)}) from error
        raise


def not_treating(therapist: User) -> str:
    return _("%(name)s does not treat patients here.") % {"name": therapist.name}


def no_credential(wanted: Appointment) -> str:
    day = local_day(wanted.starts_at, wanted.room.location.zone)
    return _("%(name)s holds no credential for %(service)s that is valid on %(day)s.") % {
        "name": wanted.therapist.name,
        "service": wanted.service.name,
        "day": date_format(day, "j F Y"),
    }


def room_lacks(room: Room, service: Service) -> str:
    return _("%(room)s lacks what %(service)s needs: %(missing)s.") % {
        "room": room.name,
        "service": service.name,
        "missing": ", ".join(missing_features(room, service)),
    }


def in_the_way(wanted: Appointment) -> tuple[Appointment, ...]:
    """The clinic's own appointments that stand in this one's way."""
    start = wanted.starts_at - timedelta(minutes=wanted.minutes_before)
    end = wanted.ends_at + timedelta(minutes=wanted.minutes_after)
    shared = Q(therapist=wanted.therapist_id) | Q(room=wanted.room_id) | Q(patient=wanted.patient_id)
    near = Appointment.every.occupying(start, end).filter(shared).exclude(pk=wanted.pk).for_board()
    return tuple(one for one in near if one.blocked.lower < end and one.blocked.upper > start)


def lock_resources(appointment: Appointment) -> None:
    """Transaction locks in one order everywhere: exclusion constraints alone deadlock under contention.

    Advisory, not row locks: a therapist's other clinic must be able to take the same lock.
    """
    keys = [f"{name}:{getattr(appointment, name + '_id')}" for name in ("patient", "room", "therapist")]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(key, 0))"
            " FROM unnest(%s::text[]) WITH ORDINALITY AS keys(key, place) ORDER BY place",
            [sorted(keys)],
        )


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
