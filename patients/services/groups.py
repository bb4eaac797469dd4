"""Classes: one row takes therapist and room and has places; each participant is one more row, which takes a place."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from clinics import audit
from clinics.constraints import broken_rule
from clinics.models import Room, Service, User
from patients.models import Appointment, Patient, Status
from patients.services.booking import Booked, marks, row_for
from patients.services.claims import PLACES, Full, Taken, claim, lock_resources
from patients.services.fitting import broken_rules_in_words, refuse_unfit
from patients.services.moving import change, locked, place_of
from patients.services.notices import mark


def open_class(
    *, therapist: User, room: Room, service: Service, starts_at: datetime, by: User, ends_at: datetime | None = None
) -> Booked | Taken:
    """A class with the places of its service, and nobody in it yet. ValidationError, by field, as in booking."""
    if not service.is_class:
        words = _("%(name)s is for one patient. A class needs a service with several places.")
        raise ValidationError({"service": words % {"name": service.name}})
    wanted = row_for(therapist, room, service, starts_at, ends_at)
    wanted.places = service.capacity
    refuse_unfit(wanted, by=by)
    with broken_rules_in_words(wanted), transaction.atomic():
        lock_resources(wanted)
        if taken := claim(wanted):
            transaction.set_rollback(True)
            return taken
        audit.record("open_class", subject=wanted, by=by, detail={"places": wanted.places})
    return Booked(wanted)


def join(*, group: Appointment, patient: Patient, by: User, notify: bool = True) -> Booked | Full | Taken:
    """A place for a patient. ValidationError where the class is over or cancelled, or the patient not in care."""
    wanted = _place_in(group, patient)
    refuse_unfit(wanted, by=by)
    try:
        with broken_rules_in_words(wanted), transaction.atomic():
            lock_resources(wanted)
            now = locked(group.pk)
            _refuse_gone(now)
            change(wanted, **place_of(now))
            mark(wanted, notify=notify)
            if taken := claim(wanted):
                transaction.set_rollback(True)
                return taken
            detail = {"class": group.pk, **marks(wanted, notify=notify)}
            audit.record("join", subject=wanted, by=by, patient_id=patient.pk, detail=detail)
    except IntegrityError as error:
        if broken_rule(error) != PLACES:
            raise
        return Full(Appointment.every.for_board().get(pk=group.pk))
    return Booked(wanted)


def _place_in(group: Appointment, patient: Patient) -> Appointment:
    wanted = row_for(group.therapist, group.room, group.service, group.starts_at, group.ends_at)
    wanted.minutes_before, wanted.minutes_after = group.minutes_before, group.minutes_after
    wanted.patient, wanted.group = patient, group
    return wanted


def _refuse_gone(group: Appointment) -> None:
    if group.places is None or group.status != Status.BOOKED:
        raise ValidationError(_("This class does not take place."), code="wrong_step")
