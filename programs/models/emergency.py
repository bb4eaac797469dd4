"""After an emergency sign: who took over, and who answers for treating all the same."""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinics.constraints import AppendOnly, SameClinic, Trigger, clinic_rules, one_of, refuse
from clinics.models import ClinicModel
from clinics.tenancy import ClinicManager, ClinicQuerySet
from patients.models import Appointment
from programs.models.screen import RedFlagScreen
from programs.models.signing import CLINICIANS


class HandedOver(models.TextChoices):
    PHONE = "phone", _("by phone")
    IN_PERSON = "in_person", _("in person")
    AMBULANCE = "ambulance", _("to the ambulance crew")
    LETTER = "letter", _("by letter with the patient")


class HandOver(ClinicModel):
    """The documented action that an emergency asks for. Without one the chart does not let go."""

    screen = models.ForeignKey(RedFlagScreen, on_delete=models.PROTECT, related_name="hand_overs")
    handed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    handed_at = models.DateTimeField(_("when"))
    to_whom = models.CharField(_("to whom"), max_length=120)
    how = models.CharField(_("how"), max_length=10, choices=HandedOver)
    patient_advised = models.CharField(_("what the patient was told"), max_length=300)
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta(ClinicModel.Meta):
        constraints = [
            *clinic_rules(),
            SameClinic("screen"),
            AppendOnly(),
            one_of("how", HandedOver.values),
            models.CheckConstraint(
                condition=Q(to_whom__regex=r"\S") & Q(patient_advised__regex=r"\S"), name="programs_handover_complete"
            ),
            models.CheckConstraint(
                condition=Q(handed_at__lte=models.F("recorded_at")), name="programs_handover_took_place"
            ),
            Trigger(
                name="programs_handover_emergency",
                when="BEFORE INSERT",
                body=f"""
                IF NOT EXISTS (SELECT FROM programs_redflagscreen AS screen
                               WHERE screen.id = NEW.screen_id AND screen.concern = 'emergency') THEN
                    {refuse("programs_handover_of_emergency", "only an emergency is handed over")}
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.to_whom} {self.handed_at}"


class OverrideQuerySet(ClinicQuerySet["LockOverride"]):
    def at(self, appointment: Appointment) -> Self:
        return self.filter(appointment=appointment).select_related("clinician", "made_by")


class LockOverride(ClinicModel):
    """One visit is treated in spite of a lock: a reason of its own, and a second clinician who answers for it."""

    screen = models.ForeignKey(RedFlagScreen, on_delete=models.PROTECT, related_name="overrides")
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(_("reason"), max_length=300)
    clinician = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar = ClinicManager.from_queryset(OverrideQuerySet)()

    class Meta(ClinicModel.Meta):
        constraints = [
            *clinic_rules(),
            SameClinic("screen"),
            SameClinic("appointment"),
            SameClinic("clinician", to="clinics.Membership", to_column="user_id"),
            AppendOnly(),
            models.UniqueConstraint(fields=["appointment", "screen"], name="programs_lockoverride_once"),
            models.CheckConstraint(condition=Q(reason__regex=r"\S"), name="programs_lockoverride_reason"),
            models.CheckConstraint(condition=~Q(clinician=models.F("made_by")), name="programs_lockoverride_two"),
            Trigger(
                name="programs_lockoverride_fits",
                when="BEFORE INSERT",
                body=f"""
                IF NOT EXISTS (
                    SELECT FROM programs_redflagscreen AS screen
                    JOIN programs_episode AS episode ON episode.id = screen.episode_id
                    JOIN patients_appointment AS visit ON visit.id = NEW.appointment_id
                    WHERE screen.id = NEW.screen_id AND visit.patient_id = episode.patient_id
                      AND (screen.concern = 'concern_high' OR screen.concern = 'emergency' AND EXISTS (
                            SELECT FROM programs_handover AS done WHERE done.screen_id = screen.id))
                ) THEN {refuse("programs_lockoverride_screen", "an emergency is handed over first")} END IF;
                IF NOT EXISTS (
                    SELECT FROM clinics_membership AS member
                    WHERE member.clinic_id = NEW.clinic_id AND member.user_id = NEW.clinician_id
                      AND member.is_active AND member.treats AND member.role IN ({CLINICIANS})
                ) THEN {refuse("programs_lockoverride_clinician", "a clinician of the clinic is named")} END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.appointment_id} {self.made_at}"
