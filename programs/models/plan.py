from datetime import date, timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinics.constraints import SameClinic, Trigger, clinic_rules, known_days, one_of, patient_key, refuse
from clinics.models import ClinicModel
from clinics.tenancy import ClinicManager, ClinicQuerySet
from patients.models import Patient
from programs.models.assessment import Factor
from programs.models.episode import Episode


class PlanQuerySet(ClinicQuerySet["CarePlan"]):
    def current(self) -> Self:
        return self.filter(ended_on__isnull=True)


class CarePlan(ClinicModel):
    """What we do about it, and how we will know: goals, interventions and re-tests of one episode."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="plans")
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    starts_on = models.DateField(_("from"))
    weeks = models.PositiveSmallIntegerField(_("weeks"), default=6)
    visits = models.PositiveSmallIntegerField(_("planned visits"), default=8)
    summary = models.TextField(_("in the patient's words"), blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ended_on = models.DateField(null=True, blank=True)

    objects: ClassVar = ClinicManager.from_queryset(PlanQuerySet)()

    class Meta(ClinicModel.Meta):
        verbose_name = _("care plan")
        verbose_name_plural = _("care plans")
        constraints = [
            *clinic_rules(),
            patient_key(),
            SameClinic("patient"),
            SameClinic("episode", patient=True),
            known_days("starts_on", "ended_on"),
            models.UniqueConstraint(fields=["episode", "version"], name="programs_careplan_version"),
            models.UniqueConstraint(
                fields=["episode"], condition=Q(ended_on__isnull=True), name="programs_careplan_one_current"
            ),
            models.CheckConstraint(condition=Q(weeks__gte=1, weeks__lte=52), name="programs_careplan_weeks"),
        ]

    def __str__(self) -> str:
        return f"{self.episode_id} v{self.version}"

    @property
    def ends_on(self) -> date:
        """The last day of it."""
        return self.starts_on + timedelta(weeks=self.weeks, days=-1)


class Goal(ClinicModel):
    """A measure or a test that shall reach a target."""

    plan = models.ForeignKey(CarePlan, on_delete=models.PROTECT, related_name="goals")
    measure = models.CharField(_("measure"), max_length=40)
    operator = models.CharField(max_length=2, choices=[(">=", "≥"), ("<=", "≤"), ("<", "<"), (">", ">")])
    target = models.DecimalField(_("target"), max_digits=7, decimal_places=2)
    due_on = models.DateField(_("due"))

    class Meta(ClinicModel.Meta):
        verbose_name = _("goal")
        verbose_name_plural = _("goals")
        constraints = [
            *clinic_rules(),
            SameClinic("plan"),
            one_of("operator", [">=", "<=", "<", ">"]),
            known_days("due_on"),
            models.UniqueConstraint(fields=["plan", "measure"], name="programs_goal_once"),
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.operator} {self.target}"


class InterventionKind(models.TextChoices):
    ASSESSMENT = "assessment", _("Re-test")
    EXERCISE = "exercise", _("Movement correctives")
    NEEDLING = "needling", _("Dry needling")
    MANUAL = "manual", _("Manual therapy")
    EDUCATION = "education", _("Pain neuroscience education")


class Intervention(ClinicModel):
    """One answer of the plan. It names the factors it answers; a re-test names the tests it repeats."""

    plan = models.ForeignKey(CarePlan, on_delete=models.PROTECT, related_name="interventions")
    kind = models.CharField(_("kind"), max_length=12, choices=InterventionKind)
    what = models.CharField(_("what"), max_length=160)
    frequency = models.CharField(_("how often"), max_length=80, blank=True)
    tests = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta(ClinicModel.Meta):
        verbose_name = _("intervention")
        verbose_name_plural = _("interventions")
        ordering = ["position", "pk"]
        constraints = [*clinic_rules(), SameClinic("plan"), one_of("kind", InterventionKind.values)]

    def __str__(self) -> str:
        return self.what


class Answer(ClinicModel):
    """The line from a factor to the intervention that answers it."""

    intervention = models.ForeignKey(Intervention, on_delete=models.CASCADE, related_name="answers")
    factor = models.ForeignKey(Factor, on_delete=models.PROTECT, related_name="answers")

    class Meta(ClinicModel.Meta):
        constraints = [
            *clinic_rules(),
            SameClinic("intervention"),
            SameClinic("factor"),
            models.UniqueConstraint(fields=["intervention", "factor"], name="programs_answer_once"),
            Trigger(
                name="programs_answer_episode",
                when="BEFORE INSERT OR UPDATE",
                body=f"""
                -- What is out of sight is not this rule's to refuse: row security and the keys do.
                IF EXISTS (
                    SELECT FROM programs_intervention AS step
                    JOIN programs_careplan AS plan ON plan.id = step.plan_id
                    JOIN programs_factor AS factor ON factor.id = NEW.factor_id
                    WHERE step.id = NEW.intervention_id AND factor.episode_id <> plan.episode_id
                ) THEN {refuse("programs_answer_same_episode", "a plan answers factors of its own episode")} END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.factor_id} -> {self.intervention_id}"
