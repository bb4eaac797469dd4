from collections.abc import Collection
from datetime import date
from typing import ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Max, Q, Window
from django.db.models.functions import Coalesce
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
from patients.models import Patient
from programs.models.episode import Episode, while_care_goes_on
from programs.models.library import Test

# In which order sittings of a day came: what is put right takes the place of what was written first.
TURN = Coalesce("stands_for", "pk", output_field=models.BigIntegerField())


class AssessmentQuerySet(ClinicQuerySet["Assessment"]):
    def newest_first(self) -> Self:
        return self.order_by("-done_on", TURN.desc())

    def since(self, sitting: "Assessment") -> Self:
        """Those that stand and came after it, in the order of time."""
        later = Q(done_on__gt=sitting.done_on) | Q(done_on=sitting.done_on, turn__gt=sitting.turn)
        mine = self.standing().filter(episode=sitting.episode_id).alias(turn=TURN)
        return mine.filter(later).order_by("done_on", "turn")

    def standing(self) -> Self:
        """Those that nobody has put right: of what was written twice the last word counts."""
        return self.filter(put_right__isnull=True)


class Assessment(ClinicModel):
    """The tests of one sitting. What was written wrongly stays, and the row that `corrects` it stands instead."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="assessments")
    done_on = models.DateField(_("done on"))
    assessor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    corrects = models.OneToOneField("self", on_delete=models.PROTECT, related_name="put_right", null=True, blank=True)
    stands_for = models.PositiveBigIntegerField(null=True, editable=False)  # id of what was written first
    corrected_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=240, blank=True)  # why it had to be put right

    objects: ClassVar = ClinicManager.from_queryset(AssessmentQuerySet)()

    class Meta(ClinicModel.Meta):
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        constraints = [
            *clinic_rules(),
            while_care_goes_on("assessment"),
            patient_key(),
            SameClinic("patient"),
            SameClinic("episode", patient=True),
            SameClinic("corrects", patient=True),
            AppendOnly(),
            known_days("done_on"),
            Trigger(
                name="programs_assessment_of_its_day",
                when="BEFORE INSERT",
                body=f"""
                IF NEW.done_on > (now() AT TIME ZONE '{FIRST_TO_HAVE_A_DAY}')::date THEN
                    {refuse("programs_assessment_to_come", "nobody was tested on a day that is still to come")}
                END IF;
                IF NEW.corrects_id IS NOT NULL AND NOT EXISTS (
                    SELECT FROM programs_assessment AS wrong
                    WHERE wrong.id = NEW.corrects_id AND wrong.episode_id = NEW.episode_id
                      AND wrong.done_on = NEW.done_on AND coalesce(wrong.stands_for, wrong.id) = NEW.stands_for
                ) THEN {refuse("programs_assessment_corrects", "a sitting is put right where it was")} END IF;
                RETURN NEW;
                """,
            ),
            models.CheckConstraint(
                condition=Q(corrects__isnull=True, stands_for__isnull=True, corrected_at__isnull=True, reason="")
                | Q(corrects__isnull=False, stands_for__isnull=False, corrected_at__isnull=False, reason__regex=r"\S"),
                name="programs_assessment_corrected_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.done_on}"

    @property
    def turn(self) -> int:
        return self.stands_for or self.pk


class ResultSide(models.TextChoices):
    LEFT = "left", _("left")
    RIGHT = "right", _("right")
    NONE = "none", _("no side")


class NotTested(models.TextChoices):
    NOT_INDICATED = "not_indicated", _("not indicated")
    UNABLE_PAIN = "unable_pain", _("too painful")
    UNABLE_OTHER = "unable_other", _("not able, other reason")
    DECLINED = "declined", _("declined")
    CONTRAINDICATED = "contraindicated", _("contraindicated")


MOST_TRIALS = 10


TURN_OF_RESULT = Coalesce("assessment__stands_for", "assessment_id", output_field=models.BigIntegerField())


class ResultQuerySet(ClinicQuerySet["Result"]):
    def standing(self) -> Self:
        return self.filter(assessment__put_right__isnull=True)

    def latest_of(self, episode: Episode) -> Self:
        """The newest value of each test and side. What was left out this time keeps its earlier value.

        So the sides of one test may come from two sittings; the reasoning compares only those of one.
        """
        return (
            self.standing()
            .filter(assessment__episode=episode, not_tested="")
            .select_related("test", "assessment")
            .order_by("test__key", "side", "-assessment__done_on", TURN_OF_RESULT.desc())
            .distinct("test__key", "side")
        )

    def latest_of_each(self, episodes: Collection[Episode]) -> dict[int, list["Result"]]:
        """The same for several, by the episode's id; with `tried_on`, the last day on which the test was on the form.

        There may have been a reason then why it was not tested. Two statements.
        """
        tried = self._newest_keys(episodes) if episodes else {}
        found: dict[int, list[Result]] = {}
        for one in self.filter(pk__in=tried).select_related("test", "assessment").order_by("test__key", "side"):
            one.tried_on = tried[one.pk]
            found.setdefault(one.assessment.episode_id, []).append(one)
        return found

    def _newest_keys(self, episodes: Collection[Episode]) -> dict[int, date]:
        """With the day tried last. The whole history is gone through here, so nothing but keys is read."""
        each = ["assessment__episode_id", "test_id", "side"]
        tried = Window(Max("assessment__done_on"), partition_by=["assessment__episode", "test"])
        # A value comes before every reason why there was none.
        found = self.standing().filter(assessment__episode__in=episodes)
        newest_first = found.order_by(*each, "not_tested", "-assessment__done_on", TURN_OF_RESULT.desc())
        rows = newest_first.distinct(*each)
        return {pk: day for pk, day, reason in rows.values_list("pk", tried, "not_tested") if not reason}

    def before(self, assessment: Assessment) -> Self:
        """What was known when this sitting began, also where it is put right later."""
        earlier = Q(assessment__done_on__lt=assessment.done_on)
        same_day = Q(assessment__done_on=assessment.done_on, turn__lt=assessment.turn)
        return self.latest_of(assessment.episode).alias(turn=TURN_OF_RESULT).filter(earlier | same_day)


class Result(ClinicModel):
    """One value of one test on one side. Missing is not zero: a test that was not done says why."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="results")
    test = models.ForeignKey(Test, on_delete=models.PROTECT, related_name="+")
    side = models.CharField(_("side"), max_length=5, choices=ResultSide, default=ResultSide.NONE)
    value = models.DecimalField(_("value"), max_digits=7, decimal_places=2, null=True, blank=True)
    word = models.CharField(_("answer"), max_length=40, blank=True)  # +, -, flexor, 4-
    not_tested = models.CharField(_("not tested"), max_length=20, choices=NotTested, blank=True)
    judged_abnormal = models.BooleanField(_("abnormal by judgement"), null=True, blank=True)
    conditions = models.JSONField(default=dict, blank=True)  # what the value depends on: {"pelvis_controlled": true}
    # What was read off, one after another; `value` is their best, mean or first, as the test has it.
    trials = ArrayField(models.DecimalField(max_digits=7, decimal_places=2), verbose_name=_("trials"), default=list)
    pain = models.PositiveSmallIntegerField(_("pain during"), null=True, blank=True)
    parts = models.JSONField(_("parts"), default=dict, blank=True)  # named values: {"knee0": 20, "knee90": 24}
    note = models.CharField(_("note"), max_length=240, blank=True)
    tried_on: date  # latest_of_each fills it in

    objects: ClassVar = ClinicManager.from_queryset(ResultQuerySet)()

    class Meta(ClinicModel.Meta):
        verbose_name = _("result")
        verbose_name_plural = _("results")
        constraints = [
            *clinic_rules(),
            SameClinic("assessment"),
            SameClinic("test"),
            AppendOnly(),
            one_of("side", ResultSide.values),
            one_of("not_tested", ["", *NotTested.values]),
            models.UniqueConstraint(fields=["assessment", "test", "side"], name="programs_result_once"),
            # What was only watched, such as walking, has a note for a value.
            models.CheckConstraint(
                condition=Q(not_tested="")
                & (Q(value__isnull=False) | ~Q(word="") | ~Q(parts={}) | Q(note__regex=r"\S"))
                | Q(value__isnull=True, word="", parts={}) & ~Q(not_tested=""),
                name="programs_result_value_or_reason",
            ),
            models.CheckConstraint(
                condition=Q(trials=[]) | Q(trials__len__lte=MOST_TRIALS, value__isnull=False),
                name="programs_result_trials",
            ),
            models.CheckConstraint(condition=Q(pain__isnull=True) | Q(pain__lte=10), name="programs_result_pain"),
        ]

    def __str__(self) -> str:
        return f"{self.test_id} {self.side} {self.value if self.value is not None else self.word}"


class AssessmentDraft(ClinicModel):
    """What is typed and not recorded yet: one for an episode, whoever writes. `data` is text by the form's fields.

    `version` counts what was saved. `editor` is the open page that saved last: its own saves never contradict each
    other, also where an answer was lost on the way.
    """

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    episode = models.OneToOneField(Episode, on_delete=models.PROTECT, related_name="assessment_draft")
    data = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    editor = models.UUIDField()
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()

    class Meta(ClinicModel.Meta):
        verbose_name = _("draft of an assessment")
        verbose_name_plural = _("drafts of assessments")
        constraints = [
            *clinic_rules(),
            SameClinic("patient"),
            SameClinic("episode", patient=True),
            SameClinic("saved_by", to="clinics.Membership", to_column="user_id"),
            models.CheckConstraint(condition=Q(version__gte=1), name="programs_assessmentdraft_version"),
        ]

    def __str__(self) -> str:
        return f"{self.episode_id} v{self.version}"
