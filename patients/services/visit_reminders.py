"""The sweep: reminders three days and one day before a visit, with links to confirm, move or cancel it.

The outbox's unique key makes it safe to sweep as often as one likes. The text is made when it is sent, so nobody is
reminded of what was moved or cancelled in between.
"""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from clinics.models import Message
from clinics.services.messages import Letter, Text, queue
from clinics.tenancy import all_clinics
from clinics.timekeeping import local_day
from patients.models import Appointment, Patient, Status
from patients.queries.readers import Reader, readers
from patients.queries.visit_reminders import VISIT_REMINDER, due_in, zones_in
from patients.services import letters
from patients.visit_reminding import Lead, Window, is_due, slot_of, useful_until, windows, zones_by_day

RULE = VISIT_REMINDER


def sweep(now: datetime) -> None:
    """Over all clinics, with the same number of statements for one visit or a thousand."""
    near = windows(now)
    with all_clinics("visit reminder sweep"):
        zones = zones_by_day(now, zones_in(near))
        visits = list(due_in(near, zones))
        known = {one.patient_id: one for one in readers({visit.patient_pk for visit in visits})}
        queue([(visit.clinic_id, letter) for visit in visits for letter in _letters(visit, known, near, now)])


def _letters(visit: Appointment, known: dict[int, Reader], near: list[Window], now: datetime) -> list[Letter]:
    reader = known.get(visit.patient_pk)
    if reader is None:
        return []
    leads = [window.lead for window in near]
    due = [lead for lead in leads if is_due(lead, now, visit.starts_at, visit.agreed_at, reader.zone)]
    return [_letter(visit, reader, lead, now) for lead in due]


def _letter(visit: Appointment, reader: Reader, lead: Lead, now: datetime) -> Letter:
    return Letter(
        patient_id=reader.patient_id, rule=RULE, subject_id=visit.pk,
        local_date=local_day(visit.starts_at, reader.zone), slot=slot_of(lead.name, visit.starts_at),
        title=_("Reminder of your appointment"), body="", due_at=now,
        expires_at=useful_until(lead, now, visit.starts_at, reader.zone), addresses=reader.addresses,
    )  # fmt: skip


def write(message: Message) -> Text | None:
    """Asked inside the clinic's scope, when the message is due."""
    visits = Appointment.objects.filter(pk=message.subject_id, patient=message.patient_id, status=Status.BOOKED)
    visit = visits.select_related("therapist", "room__location").first()
    lead = message.slot.partition(" ")[0]
    if visit is None or visit.starts_at <= timezone.now() or message.slot != slot_of(lead, visit.starts_at):
        return None
    return letters.reminder(Patient.objects.select_related("clinic").get(pk=visit.patient_pk), visit)
