"""Appointments as calendar entries. Neither title nor place says what is treated."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from email.utils import parseaddr
from functools import partial
from hashlib import sha256
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from clinics.models import Clinic, FeedNames
from clinics.services.messages import CalendarFile
from patients import calendar_file
from patients.calendar_file import Address, Entry, method_of, uid_of
from patients.models import Appointment, CalendarFeed, Patient, Status
from patients.names import initials


def entry_of(visit: Appointment, summary: str) -> Entry:
    """Needs the room with its location."""
    location = visit.room.location
    return Entry(
        uid=uid_of(visit.pk, urlsplit(settings.BASE_URL).hostname or ""),
        sequence=visit.version,
        starts_at=visit.starts_at,
        ends_at=visit.ends_at,
        summary=summary,
        location=", ".join(part for part in (location.name, location.address) if part),
        is_on=visit.status != Status.CANCELLED,
    )


def invitations(patient: Patient, visits: Sequence[Appointment]) -> list[CalendarFile]:
    """Each appointment as an invitation, or as the end of one. They go by mail only."""
    if not patient.email:
        return []
    summary = _("Appointment, %(clinic)s") % {"clinic": patient.clinic.name}
    write = partial(
        calendar_file.invitation, stamp=timezone.now(), organizer=_sender(patient.clinic),
        attendee=Address(patient.email),
    )  # fmt: skip
    entries = [entry_of(one, summary) for one in visits]
    return [CalendarFile(method_of(one), write(one)) for one in entries]


def _sender(clinic: Clinic) -> Address:
    return Address(parseaddr(settings.DEFAULT_FROM_EMAIL)[1], clinic.name)


def feed_file(feed: CalendarFeed, visits: Sequence[Appointment], *, stamp: datetime) -> str:
    names = FeedNames(feed.clinic.feed_names)
    entries = [
        replace(entry_of(one, _title(one, names)), description=f"{settings.BASE_URL}{_page_of(one)}") for one in visits
    ]
    name = _("%(therapist)s, %(clinic)s") % {"therapist": feed.therapist.name, "clinic": feed.clinic.name}
    return calendar_file.feed(entries, stamp=stamp, organizer=_sender(feed.clinic), name=name)


def feed_tag(feed: CalendarFeed, visits: Sequence[Appointment]) -> str:
    """Another one whenever the file says anything else: of all of it but the moment at which it was written."""
    written = feed_file(feed, visits, stamp=feed.created_at)
    return f'W/"{sha256(written.encode()).hexdigest()}"'


def _title(one: Appointment, names: FeedNames) -> str:
    """What for, or who, never both: together they would be health data in other hands."""
    return _who(one, names) or one.service.name


def _who(one: Appointment, names: FeedNames) -> str:
    if names == FeedNames.NONE or one.patient is None:  # nobody's: a class
        return ""
    return one.patient.name if names == FeedNames.FULL else initials(one.patient.name)


def _page_of(one: Appointment) -> str:
    return reverse("appointment", args=[one.pk])
