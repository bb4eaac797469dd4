"""After an emergency sign: who took over, and who answers for treating all the same."""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinics.constraints import FIRST_TO_HAVE_A_DAY, AppendOnly, SameClinic, Trigger, clinic_rules, one_of, refuse
from clinics.models import ClinicModel
from clinics.tenancy import ClinicManager, ClinicQuerySet
from patients.models import Appointment
from programs.models.screen import RedFlagScreen
from programs.models.signing import clinician


class HandedOver(models.TextChoices):
    PHONE = "phone", _("by phone")
    IN_PERSON = "in_person", _("in person")
    AMBULANCE = "ambulance", _("to the ambulance crew")
    LETTER = "letter", _("by letter with the patient")


class HandOver(ClinicModel):
    """The documented action that an emergency asks for. Until there is one, the chart shows nothing else."""

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
                IF (NEW.handed_at AT TIME ZONE '{FIRST_TO_HAVE_A_DAY}')::date < (
                    SELECT screen.screened_on FROM programs_redflagscreen AS screen WHERE screen.id = NEW.screen_id
                ) THEN {refuse("programs_handover_since_found", "signs are handed over once they were found")} END IF;
                IF NOT ({clinician("handed_by_id")}) THEN
                    {refuse("programs_handover_clinician", "a clinician hands over")}
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
    """One visit is treated in spite of an emergency: a reason of its own, and a second clinician who answers for it.

    It counts for that screen only: what is found since locks again.
    """

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
                      AND screen.concern = 'emergency'
                      AND EXISTS (SELECT FROM programs_handover AS done WHERE done.screen_id = screen.id)
                ) THEN {refuse("programs_lockoverride_screen", "an emergency is handed over first")} END IF;
                IF NOT ({clinician("clinician_id")} AND {clinician("made_by_id")}) THEN
                    {refuse("programs_lockoverride_clinician", "two clinicians answer for it")}
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.appointment_id} {self.made_at}"


def standing_emergency(of: str) -> str:
    """Whether an emergency locks what is given at a visit. `of` selects its patient_id, episode_id and appointment_id.

    One in any open episode does: it is the person who is ill. Only a clinician's lower level, or two clinicians' word
    for that visit, unlocks. What was noted after the visit's day locks none of its note: that note is wanted most of
    all. The same as ScreenQuerySet.locking.
    """
    return f"""
        SELECT FROM ({of}) AS given
        JOIN programs_episode AS care
          ON care.patient_id = given.patient_id AND (care.closed_on IS NULL OR care.id = given.episode_id)
        JOIN patients_appointment AS visit ON visit.id = given.appointment_id
        JOIN clinics_room AS room ON room.id = visit.room_id
        JOIN clinics_location AS location ON location.id = room.location_id
        JOIN LATERAL (SELECT screen.id, screen.concern, screen.screened_on FROM programs_redflagscreen AS screen
                      WHERE screen.episode_id = care.id
                      ORDER BY screen.screened_on DESC, screen.id DESC LIMIT 1) AS latest ON true
        WHERE latest.concern = 'emergency'
          AND latest.screened_on <= (visit.starts_at AT TIME ZONE location.time_zone)::date
          AND NOT EXISTS (
            SELECT FROM programs_lockoverride AS word
            WHERE word.screen_id = latest.id AND word.appointment_id = given.appointment_id)
    """


# A screen is recorded under a lock of its episode: whoever treats waits for it, and then sees it.
def wait_for_screens(patient: str) -> str:
    return f"PERFORM FROM programs_episode AS care WHERE care.patient_id = ({patient}) FOR SHARE;"
