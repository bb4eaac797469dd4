"""What a care plan is made of. With the plan's signature all of it is sealed."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinics.constraints import LateTrigger, SameClinic, Trigger, clinic_rules, known_days, one_of, refuse
from clinics.models import ClinicModel
from programs.models.factor import Factor
from programs.models.home import DoseFields, dose_rules
from programs.models.plan import MOST_WEEKS, CarePlan


def sealed_with_plan(table: str, plan: str) -> Trigger:
    """`plan` is SQL for the plan's id of a row, written with {row}.

    The plan's row is locked first: otherwise a goal could be added while another transaction signs.
    """
    old, new = plan.format(row="OLD"), plan.format(row="NEW")
    ids = f"(CASE WHEN TG_OP <> 'INSERT' THEN {old} END, CASE WHEN TG_OP <> 'DELETE' THEN {new} END)"
    return Trigger(
        name=f"programs_{table}_sealed",
        when="BEFORE INSERT OR UPDATE OR DELETE",
        body=f"""
        PERFORM FROM programs_careplan AS plan WHERE plan.id IN {ids} FOR SHARE;
        IF EXISTS (SELECT FROM programs_careplan AS plan WHERE plan.signed_at IS NOT NULL AND plan.id IN {ids}) THEN
            {refuse("programs_careplan_signed", "a signed plan is never changed")}
        END IF;
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
        """,
    )


class Goal(ClinicModel):
    """A measure or a test that shall reach a target. `baseline` is its value when the goal was set."""

    plan = models.ForeignKey(CarePlan, on_delete=models.CASCADE, related_name="goals")
    measure = models.CharField(_("measure"), max_length=40)
    operator = models.CharField(max_length=2, choices=[(">=", "≥"), ("<=", "≤"), ("<", "<"), (">", ">")])
    baseline = models.DecimalField(_("at the start"), max_digits=7, decimal_places=2, null=True, blank=True)
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
            sealed_with_plan("goal", "{row}.plan_id"),
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

    plan = models.ForeignKey(CarePlan, on_delete=models.CASCADE, related_name="interventions")
    kind = models.CharField(_("kind"), max_length=12, choices=InterventionKind)
    what = models.CharField(_("what"), max_length=160)
    frequency = models.CharField(_("how often"), max_length=80, blank=True)
    weeks = models.PositiveSmallIntegerField(_("for weeks"), null=True, blank=True)  # none: as long as the plan
    tests = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta(ClinicModel.Meta):
        verbose_name = _("intervention")
        verbose_name_plural = _("interventions")
        ordering = ["position", "pk"]
        constraints = [
            *clinic_rules(),
            SameClinic("plan"),
            one_of("kind", InterventionKind.values),
            models.CheckConstraint(
                condition=Q(weeks__isnull=True) | Q(weeks__gte=1, weeks__lte=MOST_WEEKS),
                name="programs_intervention_weeks",
            ),
            sealed_with_plan("intervention", "{row}.plan_id"),
            LateTrigger(
                name="programs_intervention_not_the_last",
                when="AFTER UPDATE OF plan_id OR DELETE",
                body=f"""
                IF EXISTS (SELECT FROM programs_careplan AS plan WHERE plan.id = OLD.plan_id)
                   AND NOT EXISTS (SELECT FROM programs_intervention AS step WHERE step.plan_id = OLD.plan_id) THEN
                    {refuse("programs_careplan_empty", "a plan has at least one intervention")}
                END IF;
                RETURN NULL;
                """,
            ),
        ]

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
            sealed_with_plan(
                "answer",
                "(SELECT step.plan_id FROM programs_intervention AS step WHERE step.id = {row}.intervention_id)",
            ),
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


class PlannedDose(DoseFields):
    """What shall be done at home from the plan's first day on. The signature makes prescriptions of it."""

    intervention = models.OneToOneField(Intervention, on_delete=models.CASCADE, related_name="dose")

    class Meta(ClinicModel.Meta):
        verbose_name = _("planned dose")
        verbose_name_plural = _("planned doses")
        constraints = [
            *clinic_rules(),
            SameClinic("intervention"),
            *dose_rules(),
            sealed_with_plan(
                "planneddose",
                "(SELECT step.plan_id FROM programs_intervention AS step WHERE step.id = {row}.intervention_id)",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.exercise_id} {self.sets}x{self.reps}"
