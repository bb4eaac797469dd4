"""The sweep: one reminder for what is due today and not yet logged, at the time the patient chose.

The outbox's unique key makes it safe to sweep as often as one likes. What was queued is asked again just before it
is sent (`still_due`), so logging in between stops it.
"""

from datetime import datetime, time

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from clinics import audit
from clinics.models import Channel, Message, User
from clinics.services.messages import Letter, queue
from clinics.tenancy import all_clinics
from patients.models import Patient
from programs.models import ReminderSetting
from programs.queries.reminders import EXERCISE_REMINDER, due_in, wanted_on
from programs.reminding import Slot, open_slot, open_windows

RULE = EXERCISE_REMINDER


def sweep(now: datetime) -> None:
    """Over all clinics, with the same number of statements for one patient or a thousand."""
    with all_clinics("reminder sweep"):
        zones = ReminderSetting.objects.order_by().values_list("patient__time_zone", flat=True).distinct()
        found = [(one, open_slot(now, one.local_time, one.patient.zone)) for one in due_in(open_windows(now, zones))]
        queue([(setting.clinic_id, _letter(setting, slot)) for setting, slot in found if slot is not None])


def still_due(message: Message) -> bool:
    """Asked inside the clinic's scope, just before a reminder is sent."""
    if message.patient_id is None:
        return False  # to a colleague, so no reminder
    setting = wanted_on(message.local_date).filter(patient_id=message.patient_id).first()
    return setting is not None and addresses_of(setting).get(Channel(message.channel)) == message.address


@transaction.atomic
def change_setting(
    *, patient: Patient, local_time: time, by_email: bool, in_portal: bool, paused: bool, by: User
) -> ReminderSetting:
    values = {"local_time": local_time, "by_email": by_email, "in_portal": in_portal, "paused": paused}
    setting, _created = ReminderSetting.objects.update_or_create(patient=patient, defaults=values)
    audit.record("change_reminders", subject=setting, by=by, patient_id=patient.pk)
    return setting


def addresses_of(setting: ReminderSetting) -> dict[Channel, str]:
    addresses: dict[Channel, str] = {}
    if setting.by_email and setting.patient.email:
        addresses[Channel.EMAIL] = setting.patient.email
    if setting.in_portal:
        addresses[Channel.PORTAL] = ""
    return addresses


def _letter(setting: ReminderSetting, slot: Slot) -> Letter:
    """Title and text name no health detail: they show on lock screens and in other people's inboxes."""
    patient = setting.patient
    return Letter(
        patient_id=patient.pk, rule=RULE, subject_id=patient.pk, local_date=slot.day, slot="daily",
        title=_("You have a plan for today"), body=_body(patient.given_name, setting.clinic.name),
        due_at=slot.at, expires_at=slot.until, addresses=addresses_of(setting),
    )  # fmt: skip


def _body(name: str, clinic: str) -> str:
    return _(
        "Hello %(name)s,\n\nyour plan for today is ready whenever it suits you:\n%(link)s\n\n"
        "Another time, or no reminders? You choose here:\n%(settings)s\n\n%(clinic)s"
    ) % {
        "name": name,
        "clinic": clinic,
        "link": f"{settings.BASE_URL}/portal/",
        "settings": f"{settings.BASE_URL}/portal/settings/",
    }
