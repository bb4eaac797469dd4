"""What may not be booked at all, in words: looked at beforehand, and translated where the database says it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clinics.availability import GRID
from clinics.constraints import broken_rule
from clinics.models import EquipmentKind, Membership, Room, Service, User
from clinics.permissions import Permission
from clinics.timekeeping import local_day
from patients.models import Appointment
from patients.models.status import LONGEST
from patients.queries.no_time import not_in_care
from patients.queries.supply import missing_features

FURTHEST = timedelta(days=2 * 366)  # from today: nobody agrees on a later day


def may(person: User | None, permission: Permission) -> bool:
    """Asked where a request's own permission is not enough. Nobody: a patient, by a link."""
    member = Membership.objects.active().filter(user=person).first() if person else None
    return member is not None and member.can(permission)


def refuse_unfit(wanted: Appointment, *, by: User | None, before: Appointment | None = None) -> None:
    """What no constraint says, since it may change later and the appointment stays.

    With `before`, only what changes is looked at. Whether the therapist treats here is the database's to refuse; it is
    asked here only to say everything at once.
    """
    problems = {**_who_and_what(wanted), **_where(wanted, before), **_when(wanted, by, before)}
    if problems:
        raise ValidationError({**problems, **_by_whom(wanted, before)})


def _who_and_what(wanted: Appointment) -> dict[str, str]:
    problems = {}
    is_new = wanted._state.adding
    if is_new and wanted.patient_id and not wanted.patient.is_active:
        problems["patient"] = not_in_care(wanted.patient)
    if is_new and not wanted.service.is_active:
        problems["service"] = _("%(name)s cannot be booked any more.") % {"name": wanted.service.name}
    elif wanted.patient_id and wanted.service.is_class and wanted.group_id is None:
        words = _("%(name)s is a class. Choose one of its dates, and add the patient there.")
        problems["service"] = words % {"name": wanted.service.name}
    return problems


def _where(wanted: Appointment, before: Appointment | None) -> dict[str, str]:
    problems = {}
    if (before is None or before.room_id != wanted.room_id) and not wanted.room.is_active:
        problems["room"] = _("%(name)s is not in use any more.") % {"name": wanted.room.name}
    return problems


def _by_whom(wanted: Appointment, before: Appointment | None) -> dict[str, str]:
    is_other = before is None or before.therapist_id != wanted.therapist_id
    if is_other and not Membership.objects.treating().filter(user=wanted.therapist_id).exists():
        return {"therapist": not_treating(wanted.therapist)}
    return {}


def _when(wanted: Appointment, by: User | None, before: Appointment | None) -> dict[str, str]:
    problems = {}
    if wanted.ends_at <= wanted.starts_at:
        problems["ends"] = _("The end must be later than the start.")
    elif wanted.ends_at - wanted.starts_at > LONGEST:
        problems["ends"] = _("Nothing is longer than twelve hours.")
    is_other = before is None or before.starts_at != wanted.starts_at
    if is_other and not in_reach(*_days_of(wanted)):
        problems["day"] = too_far()
    elif is_other and wanted.starts_at <= timezone.now() - GRID and not may(by, Permission.BACKDATE):
        problems.update(_over(wanted))
    return problems


def _over(wanted: Appointment) -> dict[str, str]:
    """Whoever has just walked in is booked for the quarter of an hour that has begun."""
    day, today = _days_of(wanted)
    if day < today:
        return {"day": _("That day is over. Choose today or a day to come.")}
    return {"time": _("That time is over. Choose a later one.")}


def _days_of(wanted: Appointment) -> tuple[date, date]:
    """Its day, and what day it is there now."""
    zone = wanted.room.location.zone
    return local_day(wanted.starts_at, zone), local_day(timezone.now(), zone)


def in_reach(day: date, today: date) -> bool:
    return abs(day - today) <= FURTHEST


def too_far() -> str:
    return _("A day within the next two years, please.")


@contextmanager
def broken_rules_in_words(wanted: Appointment) -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        if (said := _in_words(broken_rule(error), wanted)) is None:
            raise
        raise ValidationError(said) from error


def _in_words(rule: str, wanted: Appointment) -> dict[str, str] | None:
    if rule == "patients_appointment_credential":
        return {"therapist": no_credential(wanted)}
    if rule in ("patients_appointment_treats", "patients_appointment_therapist_same_clinic"):
        return {"therapist": not_treating(wanted.therapist)}
    if rule == "patients_appointment_room_fit":
        return {"room": room_lacks(wanted.room, wanted.service)}
    if rule == "patients_appointment_no_equipment":
        return {"room": location_lacks(wanted)}
    if rule == "patients_appointment_day_has_come":
        return {"day": _("The patient is here already, so the visit stays on its day.")}
    return None


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


def location_lacks(wanted: Appointment) -> str:
    return _("%(service)s needs a device that %(location)s does not have: %(kinds)s.") % {
        "service": wanted.service.name,
        "location": wanted.room.location.name,
        "kinds": ", ".join(str(EquipmentKind(kind).label) for kind in wanted.service.equipment),
    }
