"""A care plan's versions: a draft until it is signed, and never changed after that."""

import json
from datetime import date, timedelta
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinics.constraints import (
    FIRST_TO_HAVE_A_DAY,
    LAST_TO_HAVE_A_DAY,
    LateTrigger,
    SameClinic,
    Trigger,
    clinic_rules,
    known_days,
    patient_key,
    refuse,
)
from clinics.models import ClinicModel
from clinics.tenancy import ClinicManager, ClinicQuerySet
from patients.models import Patient
from programs.models.emergency import wait_for_screens
from programs.models.episode import Episode, while_care_goes_on
from programs.models.open_questions import ASKED, EMERGENCY
from programs.models.screen import SCREEN_DAYS
from programs.models.signing import SIGNER

MOST_VISITS = 100
MOST_WEEKS = 52


# The latest screen, done up to the day of the signature and not older than it may be: wherever on earth that day is.
_COUNTS = f"""
    SELECT FROM programs_redflagscreen AS screen
    WHERE screen.episode_id = NEW.episode_id AND screen.concern <> 'in_progress'
      AND screen.screened_on <= (NEW.signed_at AT TIME ZONE '{FIRST_TO_HAVE_A_DAY}')::date
      AND screen.screened_on + {SCREEN_DAYS} >= (NEW.signed_at AT TIME ZONE '{LAST_TO_HAVE_A_DAY}')::date
      AND NOT EXISTS (SELECT FROM programs_redflagscreen AS later
                      WHERE later.episode_id = screen.episode_id
                        AND (later.screened_on, later.id) > (screen.screened_on, screen.id)
                        AND later.screened_on <= (NEW.signed_at AT TIME ZONE '{FIRST_TO_HAVE_A_DAY}')::date)
"""


def usual_retests() -> list[int]:
    return [3, 6]


class PlanQuerySet(ClinicQuerySet["CarePlan"]):
    def signed(self) -> Self:
        return self.filter(signed_at__isnull=False)

    def current(self) -> Self:
        """What runs, or will from its first day on: a draft never does."""
        return self.signed().filter(ended_on__isnull=True)

    def drafts(self) -> Self:
        return self.filter(signed_at__isnull=True)


class CarePlan(ClinicModel):
    """What we do about it, and how we will know: one version of the plan of one episode.

    `content` is all of it as it was signed, in one text, and `content_hash` that text's SHA-256: the database refuses a
    signature whose hash is not true. A change is a new version, with its reason.
    """

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="plans")
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    reason = models.CharField(_("why it changes"), max_length=240, blank=True)
    template = models.CharField(_("protocol"), max_length=40, blank=True)  # its key, where the plan began as one
    starts_on = models.DateField(_("from"))
    weeks = models.PositiveSmallIntegerField(_("weeks"), default=6)
    visits = models.PositiveSmallIntegerField(_("planned visits"), default=8)
    authorised_visits = models.PositiveSmallIntegerField(_("authorised visits"), null=True, blank=True)
    authorised_until = models.DateField(_("authorised until"), null=True, blank=True)
    summary = models.TextField(_("in the patient's words"), blank=True)
    for_patient = models.TextField(_("what we think is going on"), blank=True)
    modules = ArrayField(models.CharField(max_length=40), verbose_name=_("pain education"), default=list, blank=True)
    discharge = ArrayField(models.CharField(max_length=200), verbose_name=_("care ends when"), default=list, blank=True)
    retest_weeks = ArrayField(
        models.PositiveSmallIntegerField(), verbose_name=_("re-test in weeks"), default=usual_retests, blank=True
    )
    # What a protocol names and this patient's draft does not hold, each line with its reason.
    left_out = ArrayField(models.TextField(), verbose_name=_("left out"), default=list, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    content = models.TextField(blank=True)
    content_hash = models.CharField(max_length=64, blank=True)
    # Signed without a red-flag screen that counts: the signer's own reason. Empty where there was one.
    unscreened = models.CharField(_("why it is signed without a current red-flag screen"), max_length=240, blank=True)
    ended_on = models.DateField(null=True, blank=True)

    objects: ClassVar = ClinicManager.from_queryset(PlanQuerySet)()

    class Meta(ClinicModel.Meta):
        verbose_name = _("care plan")
        verbose_name_plural = _("care plans")
        constraints = [
            *clinic_rules(patient_column="patient_id", portal_when="signed_at IS NOT NULL"),
            while_care_goes_on("careplan"),
            patient_key(),
            SameClinic("patient"),
            SameClinic("episode", patient=True),
            known_days("starts_on", "ended_on", "authorised_until"),
            models.UniqueConstraint(fields=["episode", "version"], name="programs_careplan_version"),
            models.UniqueConstraint(
                fields=["episode"],
                condition=Q(ended_on__isnull=True, signed_at__isnull=False),
                name="programs_careplan_one_current",
            ),
            models.UniqueConstraint(
                fields=["episode"], condition=Q(signed_at__isnull=True), name="programs_careplan_one_draft"
            ),
            models.CheckConstraint(
                condition=Q(weeks__gte=1, weeks__lte=MOST_WEEKS, visits__gte=1, visits__lte=MOST_VISITS),
                name="programs_careplan_amount",
            ),
            models.CheckConstraint(
                condition=Q(version=1) | Q(reason__regex=r"\S"), name="programs_careplan_changed_why"
            ),
            models.CheckConstraint(
                condition=Q(authorised_visits__isnull=True, authorised_until__isnull=True)
                | Q(authorised_visits__isnull=False, authorised_visits__gte=1, authorised_visits__lte=MOST_VISITS),
                name="programs_careplan_authorised",
            ),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True, signed_by__isnull=True, content="", content_hash="")
                & Q(ended_on__isnull=True)
                | Q(signed_at__isnull=False, signed_by__isnull=False) & ~Q(content=""),
                name="programs_careplan_signed_whole",
            ),
            Trigger(
                name="programs_careplan_sealed",
                when="BEFORE UPDATE OR DELETE",
                body=f"""
                IF OLD.signed_at IS NOT NULL AND (
                    TG_OP = 'DELETE' OR to_jsonb(NEW) - 'ended_on' IS DISTINCT FROM to_jsonb(OLD) - 'ended_on'
                ) THEN {refuse("programs_careplan_signed", "a signed plan is never changed")} END IF;
                IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                RETURN NEW;
                """,
            ),
            Trigger(
                name="programs_careplan_signing",
                when="BEFORE INSERT OR UPDATE OF signed_at",
                body=f"""
                IF NEW.signed_at IS NULL THEN RETURN NEW; END IF;
                IF NOT EXISTS ({SIGNER}) THEN
                    {refuse("programs_careplan_signer", "only a therapist of the clinic signs")}
                END IF;
                IF NEW.content_hash <> encode(sha256(convert_to(NEW.content, 'UTF8')), 'hex') THEN
                    {refuse("programs_careplan_hash", "the hash is not that of the content")}
                END IF;
                {wait_for_screens("NEW.patient_id")}
                IF {ASKED} OR EXISTS ({EMERGENCY}) THEN
                    {refuse("programs_careplan_red_flags", "red flags are settled before a plan is signed")}
                END IF;
                IF NEW.unscreened !~ '\\S' AND NOT EXISTS ({_COUNTS}) THEN
                    {refuse("programs_careplan_unscreened", "without a screen that counts a signature says why")}
                END IF;
                IF EXISTS (
                    SELECT FROM programs_intervention AS step
                    WHERE step.plan_id = NEW.id
                      AND NOT EXISTS (SELECT FROM programs_answer AS answer WHERE answer.intervention_id = step.id)
                ) THEN {refuse("programs_careplan_answers", "every intervention answers a factor")} END IF;
                RETURN NEW;
                """,
            ),
            LateTrigger(
                name="programs_careplan_does_something",
                when="AFTER INSERT OR UPDATE",
                body=f"""
                IF EXISTS (SELECT FROM programs_careplan AS plan WHERE plan.id = NEW.id)
                   AND NOT EXISTS (SELECT FROM programs_intervention AS step WHERE step.plan_id = NEW.id) THEN
                    {refuse("programs_careplan_empty", "a plan has at least one intervention")}
                END IF;
                RETURN NULL;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.episode_id} v{self.version}"

    @property
    def is_draft(self) -> bool:
        return self.signed_at is None

    @property
    def ends_on(self) -> date:
        """The last day of it."""
        return self.starts_on + timedelta(weeks=self.weeks, days=-1)

    @property
    def visits_allowed(self) -> int:
        """What is authorised counts where that is less than what is planned."""
        return self.visits if self.authorised_visits is None else min(self.visits, self.authorised_visits)

    @property
    def visits_until(self) -> date:
        return self.ends_on if self.authorised_until is None else min(self.ends_on, self.authorised_until)

    @property
    def seen_as(self) -> str:
        """What a page that began from this one sends back. A draft that is saved again is another row."""
        return f"{self.pk} {'draft' if self.is_draft else 'signed'}"

    @property
    def signed_content(self) -> dict[str, Any]:
        """As it was signed."""
        found: dict[str, Any] = json.loads(self.content)
        return found

    @property
    def fingerprint(self) -> str:
        """Enough of the hash to compare a print with the screen."""
        return self.content_hash[:12]
