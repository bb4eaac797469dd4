"""The end of care, as it was: kept also when care is opened again."""

from typing import ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clinics.constraints import AppendOnly, LateTrigger, SameClinic, Trigger, clinic_rules, known_days, one_of, refuse
from clinics.models import ClinicModel
from clinics.tenancy import ClinicManager, ClinicQuerySet
from programs.goals import sign_of, target_of
from programs.models.emergency import wait_for_screens
from programs.models.episode import EndReason, Episode, while_care_goes_on
from programs.models.open_questions import ASKED, EMERGENCY, LATEST
from programs.outcomes import Outcome, Reading


class EndingQuerySet(ClinicQuerySet["CareEnding"]):
    def of(self, episode: Episode) -> Self:
        """The newest first."""
        return self.filter(episode=episode).select_related("ended_by").prefetch_related("goals").order_by("-pk")


class CareEnding(ClinicModel):
    """Care of one complaint has ended: when, why, by whom, and which of what was agreed for the end was met."""

    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="endings")
    ended_on = models.DateField(_("care ended"))
    reason = models.CharField(_("why it ended"), max_length=12, choices=EndReason)
    note = models.CharField(_("how it ended, in words"), max_length=240, blank=True)
    met = ArrayField(models.CharField(max_length=200), verbose_name=_("agreed and met"), default=list, blank=True)
    not_met = ArrayField(
        models.CharField(max_length=200), verbose_name=_("agreed and not met"), default=list, blank=True
    )
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar = ClinicManager.from_queryset(EndingQuerySet)()

    class Meta(ClinicModel.Meta):
        verbose_name = _("end of care")
        verbose_name_plural = _("ends of care")
        constraints = [
            *clinic_rules(),
            while_care_goes_on("careending"),
            SameClinic("episode"),
            AppendOnly(),
            known_days("ended_on"),
            one_of("reason", EndReason.values),
            Trigger(
                name="programs_careending_safe",
                when="BEFORE INSERT",
                body=f"""
                {wait_for_screens("SELECT own.patient_id FROM programs_episode AS own WHERE own.id = NEW.episode_id")}
                IF {ASKED} OR EXISTS ({EMERGENCY}) OR ({LATEST}) = 'in_progress' THEN
                    {refuse("programs_careending_red_flags", "red flags are settled before care ends")}
                END IF;
                RETURN NEW;
                """,
            ),
            LateTrigger(
                name="programs_careending_goals",
                when="AFTER INSERT",
                body=f"""
                IF NEW.reason = 'goals' AND NEW.note !~ '\\S' AND NOT coalesce(
                    (SELECT bool_and(goal.outcome = 'reached') FROM programs_goaloutcome AS goal
                     WHERE goal.ending_id = NEW.id), false) THEN
                    {refuse("programs_careending_says_why", "goals that are not reached need a word")}
                END IF;
                RETURN NULL;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ended_on} {self.reason}"


class GoalOutcome(ClinicModel):
    """What became of one goal of the signed plan, as it was known when care ended."""

    ending = models.ForeignKey(CareEnding, on_delete=models.PROTECT, related_name="goals")
    measure = models.CharField(_("measure"), max_length=40)
    operator = models.CharField(max_length=2)
    start = models.DecimalField(_("at the start"), max_digits=7, decimal_places=2, null=True, blank=True)
    target = models.DecimalField(_("target"), max_digits=7, decimal_places=2)
    value = models.DecimalField(_("at the end"), max_digits=7, decimal_places=2, null=True, blank=True)
    measured_on = models.DateField(_("measured on"), null=True, blank=True)
    outcome = models.CharField(max_length=8, choices=[(one.value, one.value) for one in Outcome])

    class Meta(ClinicModel.Meta):
        ordering = ["pk"]
        constraints = [
            *clinic_rules(),
            SameClinic("ending"),
            AppendOnly(),
            known_days("measured_on"),
            one_of("operator", [">=", "<=", "<", ">"]),
            one_of("outcome", [one.value for one in Outcome]),
            models.UniqueConstraint(fields=["ending", "measure"], name="programs_goaloutcome_once"),
            models.CheckConstraint(
                condition=Q(outcome=Outcome.UNKNOWN.value, value__isnull=True, measured_on__isnull=True)
                | Q(value__isnull=False, measured_on__isnull=False) & ~Q(outcome=Outcome.UNKNOWN.value),
                name="programs_goaloutcome_measured",
            ),
            models.CheckConstraint(
                condition=~Q(outcome=Outcome.REACHED.value)
                | Q(operator=">=", value__gte=F("target"))
                | Q(operator=">", value__gt=F("target"))
                | Q(operator="<=", value__lte=F("target"))
                | Q(operator="<", value__lt=F("target")),
                name="programs_goaloutcome_true",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.outcome}"

    @property
    def name(self) -> str | Promise:
        return target_of(self.measure).name

    @property
    def unit(self) -> str | Promise:
        return target_of(self.measure).unit

    @property
    def sign(self) -> str:
        return sign_of(self.operator)

    @property
    def reading(self) -> Reading | None:
        return None if self.value is None or self.measured_on is None else Reading(self.value, self.measured_on)
