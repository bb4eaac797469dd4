"""The sweep: one reminder for what is due today and not yet logged, at the time the patient chose.

The outbox's unique key makes it safe to sweep as often as one likes. What was queued is asked again just before it
is sent (`still_due`), so logging in between stops it.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from clinics import audit
from clinics.models import Channel, Clinic, Message, User
from clinics.services.messages import Letter, queue
from clinics.tenancy import all_clinics
from patients.models import Patient
from programs.models import Concern, Episode, HomeProgramme, RedFlagScreen, ReminderSetting
from programs.queries.home_days import Due, due_between
from programs.reminding import Slot, open_slot

RULE = "exercise_reminder"


def sweep(now: datetime) -> None:
    """Over all clinics, with the same number of statements for one patient or a thousand."""
    with all_clinics("reminder sweep"):
        slots = {
            setting: slot
            for setting in _wanted(now)
            if (slot := open_slot(now, setting.local_time, setting.patient.zone)) is not None
        }
        open_days = _open_days({setting.patient_id: slot.day for setting, slot in slots.items()})
        clinics = {clinic.pk: clinic.name for clinic in Clinic.objects.all()}
        queue(
            [
                (setting.clinic_id, _letter(setting, slot, clinics[setting.clinic_id]))
                for setting, slot in slots.items()
                if (setting.patient_id, slot.day) in open_days
            ]
        )


def still_due(message: Message) -> bool:
    """Asked inside the clinic's scope, just before a reminder is sent."""
    setting = ReminderSetting.objects.filter(patient_id=message.patient_id, paused=False).first()
    if setting is None or message.patient_id in _in_emergency([message.patient_id]):
        return False
    return (message.patient_id, message.local_date) in _open_days({message.patient_id: message.local_date})


@transaction.atomic
def change_setting(
    *, patient: Patient, local_time: time, by_email: bool, in_portal: bool, paused: bool, by: User
) -> ReminderSetting:
    values = {"local_time": local_time, "by_email": by_email, "in_portal": in_portal, "paused": paused}
    setting, _created = ReminderSetting.objects.update_or_create(patient=patient, defaults=values)
    audit.record("change_reminders", subject=setting, by=by, patient_id=patient.pk)
    return setting


def _wanted(now: datetime) -> list[ReminderSetting]:
    """Settings of patients whose programme may run today, wherever they are, and who are not in an emergency."""
    yesterday, tomorrow = now.date() - timedelta(days=1), now.date() + timedelta(days=1)
    running = HomeProgramme.objects.filter(starts_on__lte=tomorrow, ends_on__gte=yesterday, paused_on__isnull=True)
    wanted = ReminderSetting.objects.filter(
        paused=False, patient__is_active=True, patient__in=running.values("patient")
    ).select_related("patient")
    found = list(wanted.order_by("pk"))
    emergencies = _in_emergency([setting.patient_id for setting in found])
    return [setting for setting in found if setting.patient_id not in emergencies]


def _in_emergency(patient_ids: Iterable[int]) -> set[int]:
    """Patients with an open episode whose latest red-flag screen says emergency: nobody asks them to exercise."""
    latest = RedFlagScreen.objects.filter(episode=OuterRef("pk")).order_by("-screened_on", "-pk")
    episodes = Episode.objects.filter(patient_id__in=list(patient_ids), closed_on__isnull=True).annotate(
        concern=Subquery(latest.values("concern")[:1])
    )
    return set(episodes.filter(concern=Concern.EMERGENCY).values_list("patient_id", flat=True))


def _open_days(day_of: dict[int, date]) -> set[tuple[int, date]]:
    """Which of these (patient, day) still have something due that nobody logged."""
    if not day_of:
        return set()
    due = due_between(day_of, min(day_of.values()), max(day_of.values()))
    return {(patient, day) for patient, day in day_of.items() if _is_open(due.get(patient, []), day)}


def _is_open(dues: Iterable[Due], day: date) -> bool:
    return any(due.day == day and due.log is None for due in dues)


def _letter(setting: ReminderSetting, slot: Slot, clinic: str) -> Letter:
    """Title and text name no health detail: they show on lock screens and in other people's inboxes."""
    patient, addresses = setting.patient, dict[Channel, str]()
    if setting.by_email and patient.email:
        addresses[Channel.EMAIL] = patient.email
    if setting.in_portal:
        addresses[Channel.PORTAL] = ""
    return Letter(
        patient_id=patient.pk, rule=RULE, subject_id=patient.pk, local_date=slot.day, slot="daily",
        title=_("You have a plan for today"), body=_body(patient.given_name, clinic),
        due_at=slot.at, expires_at=slot.until, addresses=addresses,
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
