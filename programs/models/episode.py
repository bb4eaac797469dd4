from datetime import date, timedelta, tzinfo
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinics.constraints import (
    FIRST_TO_HAVE_A_DAY,
    AppendOnly,
    SameClinic,
    Trigger,
    clinic_rules,
    known_days,
    one_of,
    patient_key,
    refuse,
)
from clinics.models import ClinicModel
from clinics.tenancy import ClinicManager, ClinicQuerySet
from clinics.timekeeping import local_day
from patients.models import Patient


class Side(models.TextChoices):
    LEFT = "left", _("left")
    RIGHT = "right", _("right")
    BOTH = "both", _("both sides")
    NONE = "none", _("no side")


class EpisodeQuerySet(ClinicQuerySet["Episode"]):
    def open(self) -> Self:
        return self.filter(closed_on__isnull=True).order_by("-started_on", "-pk")


class Episode(ClinicModel):
    """One complaint of one patient, from the first visit to discharge."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="episodes")
    complaint = models.CharField(_("complaint"), max_length=120)
    began_on = models.DateField(_("pain began about"), null=True, blank=True)
    started_on = models.DateField(_("care started"))
    closed_on = models.DateField(_("care ended"), null=True, blank=True)
    asked_by_finding: bool = False  # queries.chart fills it in

    objects: ClassVar = ClinicManager.from_queryset(EpisodeQuerySet)()

    class Meta(ClinicModel.Meta):
        verbose_name = _("episode")
        verbose_name_plural = _("episodes")
        constraints = [
            *clinic_rules(patient_column="patient_id"),
            patient_key(),
            SameClinic("patient"),
            known_days("began_on", "started_on", "closed_on"),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=models.F("started_on")),
                name="programs_episode_closed_later",
            ),
        ]

    def __str__(self) -> str:
        return self.complaint


class Concern(models.TextChoices):
    CLEAR = "clear", _("clear")
    LOW = "concern_low", _("low concern")
    HIGH = "concern_high", _("high concern")
    EMERGENCY = "emergency", _("emergency")


SCREEN_DAYS = 30  # domain rule: an older screen no longer counts


class ScreenQuerySet(ClinicQuerySet["RedFlagScreen"]):
    def latest_for(self, episode: Episode) -> "RedFlagScreen | None":
        return self.filter(episode=episode).order_by("-screened_on", "-pk").first()

    def counting_on(self, episode: Episode, day: date) -> "RedFlagScreen | None":
        """The latest one up to that day. Whether it is still young enough is for `counts_on` to say."""
        return self.filter(screened_on__lte=day).latest_for(episode)

    def for_visit(self, episode: Episode, day: date) -> "RedFlagScreen | None":
        """What a note of that day is signed with: the latest screen up to it, else the latest one since.

        The second keeps a missed screen from leaving the note unsigned for ever; its own day says that it came late.
        """
        before = self.counting_on(episode, day)
        if before is not None and before.opens_for(day):
            return before
        return self.latest_for(episode)


class RedFlagScreen(ClinicModel):
    """One screening by a clinician. A new screen is a new row; the latest one counts.

    `screened_on` is the day on which the patient was asked, `recorded_at` when that was written down.
    """

    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="screens")
    concern = models.CharField(_("level of concern"), max_length=12, choices=Concern)
    positive = models.JSONField(default=list, blank=True)  # keys of the questions answered yes
    note = models.TextField(_("note"), blank=True)
    screened_on = models.DateField(_("screened on"))
    screened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar = ClinicManager.from_queryset(ScreenQuerySet)()

    class Meta(ClinicModel.Meta):
        verbose_name = _("red-flag screen")
        verbose_name_plural = _("red-flag screens")
        constraints = [
            *clinic_rules(),
            SameClinic("episode"),
            AppendOnly(),
            one_of("concern", Concern.values),
            Trigger(
                name="programs_redflagscreen_day",
                when="BEFORE INSERT",
                body=f"""
                IF NEW.screened_on > (NEW.recorded_at AT TIME ZONE '{FIRST_TO_HAVE_A_DAY}')::date THEN
                    {refuse("programs_redflagscreen_to_come", "a screen is recorded once it was done")}
                END IF;
                IF NEW.screened_on < (SELECT episode.started_on FROM programs_episode AS episode
                                      WHERE episode.id = NEW.episode_id) THEN
                    {refuse("programs_redflagscreen_before_care", "a screen belongs to the care that has begun")}
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_concern_display()} {self.screened_on}"

    @property
    def valid_until(self) -> date:
        return self.screened_on + timedelta(days=SCREEN_DAYS)

    def counts_on(self, day: date) -> bool:
        return self.screened_on <= day <= self.valid_until

    def opens_for(self, day: date) -> bool:
        """Whether a visit of that day can be signed with it."""
        return self.concern != Concern.EMERGENCY and day <= self.valid_until

    def recorded_later(self, zone: tzinfo) -> date | None:
        """The local day of writing it down, where that was not the day of asking."""
        day = local_day(self.recorded_at, zone)
        return day if day > self.screened_on else None
