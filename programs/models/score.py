from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext_lazy as _

from clinics.constraints import SameClinic, clinic_rules, known_days, patient_key
from clinics.models import ClinicModel
from clinics.tenancy import ClinicManager, ClinicQuerySet
from patients.models import Patient
from programs.models.episode import Episode, not_over_the_team, while_care_goes_on


class ScoreQuerySet(ClinicQuerySet["Score"]):
    def of(self, measure: str) -> Self:
        return self.filter(measure=measure).order_by("taken_on", "pk")

    def in_order(self) -> Self:
        return self.order_by("measure", "taken_on", "pk")

    def ends(self, latest: int) -> Self:
        """Of each measure the first one and the latest ones, however many lie between."""
        return self.alias(
            from_first=Window(RowNumber(), partition_by=["episode", "measure"], order_by=["taken_on", "pk"]),
            from_last=Window(RowNumber(), partition_by=["episode", "measure"], order_by=["-taken_on", "-pk"]),
        ).filter(Q(from_first=1) | Q(from_last__lte=latest))

    def latest(self) -> Self:  # type: ignore[override]  # of each measure, not of all
        return self.order_by("measure", "-taken_on", "-pk").distinct("measure")


class Score(ClinicModel):
    """One value of an outcome measure on one day: pain 0-10, the mean of the own activities, a questionnaire's total.

    `parts` are what it is made of, where a measure has some: the activities with their numbers, or the answers' scale.
    `entered_by` is empty where the patient entered it.
    """

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="scores")
    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="scores")
    measure = models.SlugField(_("measure"), max_length=40)
    value = models.DecimalField(_("value"), max_digits=7, decimal_places=2)
    parts = models.JSONField(default=list, blank=True)
    taken_on = models.DateField(_("taken on"))
    is_news = models.BooleanField(_("not weighed yet"), default=False)  # from home: the factors have not taken it in
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects: ClassVar = ClinicManager.from_queryset(ScoreQuerySet)()

    class Meta(ClinicModel.Meta):
        verbose_name = _("score")
        verbose_name_plural = _("scores")
        indexes = [
            models.Index(fields=["clinic", "episode"], condition=models.Q(is_news=True), name="programs_score_news")
        ]
        constraints = [
            *clinic_rules(patient_column="patient_id", portal_writes=True),
            while_care_goes_on("score"),
            not_over_the_team("score"),
            patient_key(),
            SameClinic("patient"),
            SameClinic("episode", patient=True),
            known_days("taken_on"),
            models.UniqueConstraint(fields=["episode", "measure", "taken_on"], name="programs_score_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.value}"
