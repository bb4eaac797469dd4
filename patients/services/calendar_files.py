"""Appointments as calendar entries. Neither title nor place says what is treated."""

from collections.abc import Sequence
from dataclasses import replace
from email.utils import parseaddr

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from clinics.services.messages import CalendarFile
from patients.calendar_file import Address, Entry, Method, Parties, calendar, uid_of
from patients.models import Appointment, CalendarFeed, Patient, Status


def entry_of(visit: Appointment, summary: str) -> Entry:
    """Needs the room with its location."""
    location = visit.room.location
    return Entry(
        uid=uid_of(visit.pk),
        sequence=visit.version,
        starts_at=visit.starts_at,
        ends_at=visit.ends_at,
        summary=summary,
        location=", ".join(part for part in (location.name, location.address) if part),
        is_on=visit.status != Status.CANCELLED,
    )


def invitation(patient: Patient, visits: Sequence[Appointment]) -> CalendarFile | None:
    """One appointment as an invitation, or as the end of one; several as a file to import. It goes by mail only."""
    if not patient.email:
        return None
    clinic = patient.clinic
    summary = _("Appointment, %(clinic)s") % {"clinic": clinic.name}
    entries = [entry_of(one, summary) for one in visits]
    method = Method.PUBLISH
    if len(entries) == 1:
        method = Method.REQUEST if entries[0].is_on else Method.CANCEL
    sender = Address(parseaddr(settings.DEFAULT_FROM_EMAIL)[1], clinic.name)
    parties = None if method == Method.PUBLISH else Parties(sender, Address(patient.email))
    return CalendarFile(method, calendar(entries, method=method, stamp=timezone.now(), parties=parties))


def feed_file(feed: CalendarFeed, visits: Sequence[Appointment]) -> str:
    """Without names it says what for, with names only who: together they would be health data in other hands."""
    names = feed.clinic.feed_names
    entries = [
        replace(entry_of(one, _title(one, names=names)), description=f"{settings.BASE_URL}{_page_of(one)}")
        for one in visits
    ]
    name = _("%(therapist)s, %(clinic)s") % {"therapist": feed.therapist.name, "clinic": feed.clinic.name}
    return calendar(entries, method=Method.PUBLISH, stamp=timezone.now(), name=name)


def _title(one: Appointment, *, names: bool) -> str:
    return one.patient.name if names and one.patient_id else one.service.name


def _page_of(one: Appointment) -> str:
    return reverse("appointment", args=[one.pk])
