"""Appointments as calendar entries. Neither title nor place says what is treated."""

from collections.abc import Sequence
from dataclasses import replace
from email.utils import parseaddr

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from clinics.models import FeedNames
from clinics.services.messages import CalendarFile
from patients.calendar_file import Address, Entry, Method, Parties, calendar, uid_of
from patients.models import Appointment, CalendarFeed, Patient, Status
from patients.names import initials


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
    names = FeedNames(feed.clinic.feed_names)
    entries = [
        replace(entry_of(one, feed_title(one, names)), description=f"{settings.BASE_URL}{_page_of(one)}")
        for one in visits
    ]
    name = _("%(therapist)s, %(clinic)s") % {"therapist": feed.therapist.name, "clinic": feed.clinic.name}
    return calendar(entries, method=Method.PUBLISH, stamp=timezone.now(), name=name)


def feed_title(one: Appointment, names: FeedNames) -> str:
    """What for, or who, never both: together they would be health data in other hands."""
    return _who(one, names) or one.service.name


def _who(one: Appointment, names: FeedNames) -> str:
    if names == FeedNames.NONE or one.patient is None:  # nobody's: a class
        return ""
    return one.patient.name if names == FeedNames.FULL else initials(one.patient.name)


def _page_of(one: Appointment) -> str:
    return reverse("appointment", args=[one.pk])
