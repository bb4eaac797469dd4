"""What may drive the pain, and every word of a clinician on it."""

import json
from hashlib import sha256
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import ForeignObject, Prefetch, Q
from django.utils.translation import gettext_lazy as _

from clinics.constraints import AppendOnly, SameClinic, Trigger, clinic_rules, one_of, refuse
from clinics.models import ClinicModel
from clinics.tenancy import ClinicManager, ClinicQuerySet
from programs.models.episode import Episode, while_care_goes_on
from programs.models.library import FactorKind


class Suggestion(models.TextChoices):
    """In the order in which they weigh."""

    SUPPORTED = "supported", _("supported")
    WITHHELD = "withheld", _("withheld: another reading first")
    POSSIBLE = "possible", _("possible")
    RESOLVED = "resolved", _("resolved")  # what spoke for it was tested again and lies inside its line
    NOT_SUPPORTED = "not_supported", _("not supported")
    NOT_ASSESSED = "not_assessed", _("not assessed")


class Decision(models.TextChoices):
    OPEN = "open", _("not decided")
    CONFIRMED = "confirmed", _("confirmed")
    REJECTED = "rejected", _("rejected")


class FactorQuerySet(ClinicQuerySet["Factor"]):
    def with_kind(self) -> Self:
        return self.select_related("kind", "decided_by")

    def with_decisions(self) -> Self:
        """All that was ever decided on each, the last one first. One statement more."""
        rows = FactorDecision.objects.newest_first()
        return self.with_kind().prefetch_related(Prefetch("decisions", rows))


class Factor(ClinicModel):
    """What may drive the pain: the engine's suggestion with its evidence, and the clinician's decision. Both stay.

    The suggestion follows every new result; what it was when the clinician decided stays with the decision.
    """

    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="factors")
    key = models.CharField(_("factor"), max_length=40)
    # The clinic's own entry with this key. A composite key: SameClinic below is its foreign key in the database.
    kind: Any = ForeignObject(
        FactorKind, models.PROTECT, from_fields=["clinic", "key"], to_fields=["clinic", "key"], related_name="+"
    )
    suggestion = models.CharField(_("suggestion"), max_length=14, choices=Suggestion)
    improving = models.BooleanField(_("improving"), default=False)  # still outside, and better beyond the test's error
    evidence = ArrayField(models.CharField(max_length=20), default=list, blank=True)  # keys of the tests
    because = models.JSONField(default=list, blank=True)  # what each test says: see programs.sentences
    decision = models.CharField(_("decision"), max_length=10, choices=Decision, default=Decision.OPEN)
    reason = models.CharField(_("reason"), max_length=240, blank=True)
    decided_on = models.CharField(_("suggestion at that time"), max_length=14, choices=Suggestion, blank=True)
    decided_because = models.JSONField(default=list, blank=True)  # as `because` was at that time
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = ClinicManager.from_queryset(FactorQuerySet)()

    class Meta(ClinicModel.Meta):
        verbose_name = _("factor")
        verbose_name_plural = _("factors")
        constraints = [
            *clinic_rules(),
            SameClinic("episode"),
            SameClinic("key", to="programs.FactorKind", to_column="key"),
            one_of("suggestion", Suggestion.values),
            one_of("decision", Decision.values),
            models.UniqueConstraint(fields=["episode", "key"], name="programs_factor_once"),
            one_of("decided_on", ["", *Suggestion.values]),
            # To agree with what two tests support takes no words; everything else does.
            models.CheckConstraint(
                condition=Q(decision="open") | Q(decision="confirmed", decided_on="supported") | Q(reason__regex=r"\S"),
                name="programs_factor_decided_why",
            ),
            models.CheckConstraint(
                condition=Q(decision="open", decided_on="", decided_by__isnull=True, decided_at__isnull=True)
                | ~Q(decision="open") & ~Q(decided_on="") & Q(decided_by__isnull=False, decided_at__isnull=False),
                name="programs_factor_decided_by_somebody",
            ),
            Trigger(
                name="programs_factor_as_decided",
                when="AFTER INSERT OR UPDATE OF"
                " decision, reason, decided_on, decided_because, decided_by_id, decided_at",
                body=f"""
                IF NOT coalesce((
                    SELECT said.decision = NEW.decision AND said.reason = NEW.reason AND (said.decision = 'open'
                        OR (said.suggestion, said.because, said.decided_by_id, said.decided_at)
                         = (NEW.decided_on, NEW.decided_because, NEW.decided_by_id, NEW.decided_at))
                    FROM programs_factordecision AS said WHERE said.factor_id = NEW.id ORDER BY said.id DESC LIMIT 1
                ), NEW.decision = 'open') THEN
                    {refuse("programs_factor_last_decision", "the factor says what was decided last")}
                END IF;
                RETURN NULL;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def name(self) -> str:
        """Ask for `with_kind` where many are shown."""
        return str(self.kind.name)

    @property
    def seen_as(self) -> str:
        """What a page sends back of the suggestion, its evidence and the decision that it showed."""
        shown = json.dumps([self.suggestion, self.because, self.decision, self.reason], sort_keys=True)
        return sha256(shown.encode()).hexdigest()[:16]

    @property
    def is_unseen(self) -> bool:
        """Nobody has looked at its tests, nor decided on it all the same."""
        return self.suggestion == Suggestion.NOT_ASSESSED and self.decision == Decision.OPEN

    @property
    def earlier(self) -> "list[FactorDecision]":
        """All but the decision that stands; where it was taken back, all of them. Ask for `with_decisions`."""
        said = list(self.decisions.all())
        return said if self.decision == Decision.OPEN else said[1:]

    @property
    def state(self) -> str:
        """The suggestion in words, and whether it gets better."""
        said = self.get_suggestion_display()
        return _("%(suggestion)s, improving") % {"suggestion": said} if self.improving else said


class DecisionQuerySet(ClinicQuerySet["FactorDecision"]):
    def newest_first(self) -> Self:
        return self.select_related("decided_by").order_by("-pk")


class FactorDecision(ClinicModel):
    """With what was suggested then, and why. To take a decision back is one too: `open`.

    The factor itself repeats the last one; a trigger there holds the two together.
    """

    factor = models.ForeignKey(Factor, on_delete=models.PROTECT, related_name="decisions")
    decision = models.CharField(_("decision"), max_length=10, choices=Decision)
    reason = models.CharField(_("reason"), max_length=240, blank=True)
    suggestion = models.CharField(_("suggestion at that time"), max_length=14, choices=Suggestion)
    because = models.JSONField(default=list, blank=True)  # as the factor's `because` was at that time
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    objects: ClassVar = ClinicManager.from_queryset(DecisionQuerySet)()

    class Meta(ClinicModel.Meta):
        verbose_name = _("decision on a factor")
        verbose_name_plural = _("decisions on factors")
        constraints = [
            *clinic_rules(),
            while_care_goes_on(
                "factordecision",
                episode="(SELECT known.episode_id FROM programs_factor AS known WHERE known.id = NEW.factor_id)",
            ),
            SameClinic("factor"),
            AppendOnly(),
            one_of("decision", Decision.values),
            one_of("suggestion", Suggestion.values),
            # To agree with what two tests support takes no words, nor does taking back; everything else does.
            models.CheckConstraint(
                condition=Q(decision="open") | Q(decision="confirmed", suggestion="supported") | Q(reason__regex=r"\S"),
                name="programs_factordecision_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.factor_id} {self.decision}"
