from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clinics.constraints import SameClinic, Trigger, clinic_rules, known_days, patient_key, refuse
from clinics.models import ClinicModel
from clinics.tenancy import ClinicManager, ClinicQuerySet
from patients.models import Patient


class Side(models.TextChoices):
    LEFT = "left", _("left")
    RIGHT = "right", _("right")
    BOTH = "both", _("both sides")
    NONE = "none", _("no side")


class EpisodeQuerySet(ClinicQuerySet["Episode"]):
    def open(self) -> Self:
        return self.filter(closed_on__isnull=True).order_by("-started_on", "-pk")

    def open_first(self) -> Self:
        return self.order_by(F("closed_on").desc(nulls_first=True), "-started_on", "-pk")


class EndReason(models.TextChoices):
    GOALS = "goals", _("goals reached")
    ENOUGH = "enough", _("enough for the patient")
    NO_PROGRESS = "no_progress", _("no further progress")
    REFERRED = "referred", _("referred on")
    STAYED_AWAY = "stayed_away", _("the patient stayed away")
    OTHER = "other", _("another reason")


def while_care_goes_on(table: str, *, episode: str = "NEW.episode_id") -> Trigger:
    """Nothing new is written about a complaint whose care has ended: it is opened again first."""
    return Trigger(
        name=f"programs_{table}_in_care",
        when="BEFORE INSERT",
        body=f"""
        IF EXISTS (SELECT FROM programs_episode AS care
                   WHERE care.id = {episode} AND care.closed_on IS NOT NULL) THEN
            {refuse("programs_episode_ended", "care has ended")}
        END IF;
        RETURN NEW;
        """,
    )


# In the portal a patient's own rows can be written; what a therapist has drawn or entered stays as it is all the same.
IN_THE_PORTAL = "nullif(current_setting('app.patient_id', true), '') IS NOT NULL"


def not_over_the_team(table: str) -> Trigger:
    """For rows whose `entered_by` is empty where the patient entered them."""
    return Trigger(
        name=f"programs_{table}_whose",
        when="BEFORE INSERT OR UPDATE OR DELETE",
        body=f"""
        IF {IN_THE_PORTAL} AND (NEW.entered_by_id IS NOT NULL OR OLD.entered_by_id IS NOT NULL) THEN
            {refuse(f"programs_{table}_not_yours", "patients change their own answers only")}
        END IF;
        RETURN coalesce(NEW, OLD);
        """,
    )


class Episode(ClinicModel):
    """One complaint of one patient, from the first visit to discharge."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="episodes")
    complaint = models.CharField(_("complaint"), max_length=120)
    began_on = models.DateField(_("pain began about"), null=True, blank=True)
    started_on = models.DateField(_("care started"))
    closed_on = models.DateField(_("care ended"), null=True, blank=True)
    end_reason = models.CharField(_("why it ended"), max_length=12, choices=EndReason, blank=True)
    end_note = models.CharField(_("how it ended, in words"), max_length=240, blank=True)
    to_weigh = models.BooleanField(default=False, editable=False)  # a line or a factor of the clinic has changed since
    asked_by_finding: bool = False  # queries.chart fills these in
    is_emergency: bool = False
    hand_over_waits: bool = False

    objects: ClassVar = ClinicManager.from_queryset(EpisodeQuerySet)()

    class Meta(ClinicModel.Meta):
        verbose_name = _("episode")
        verbose_name_plural = _("episodes")
        indexes = [models.Index(fields=["clinic"], condition=Q(to_weigh=True), name="programs_episode_to_weigh")]
        constraints = [
            *clinic_rules(patient_column="patient_id"),
            patient_key(),
            SameClinic("patient"),
            known_days("began_on", "started_on", "closed_on"),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=F("started_on")),
                name="programs_episode_closed_later",
            ),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True, end_reason="", end_note="")
                | Q(closed_on__isnull=False, end_reason__in=EndReason.values),
                name="programs_episode_ended_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.complaint
