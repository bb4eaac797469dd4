"""Appointments as calendar entries. Neither title nor place says what is treated."""

from collections.abc import Sequence
from email.utils import parseaddr

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from clinics.services.messages import CalendarFile
from patients.calendar_file import Address, Entry, Method, Parties, calendar, uid_of
from patients.models import Appointment, Patient, Status


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
