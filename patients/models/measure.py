from typing import ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from clinics.constraints import SameClinic, clinic_rules
from clinics.models import ClinicModel
from clinics.tenancy import ClinicManager, ClinicQuerySet
from patients.models.patient import Patient


class ScoreQuerySet(ClinicQuerySet["Score"]):
    def of(self, measure: str) -> Self:
        return self.filter(measure=measure).order_by("taken_on", "pk")


class Score(ClinicModel):
    """One value of an outcome measure on one day: pain 0-10, PSFS mean, an imported ODI percentage."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="scores")
    measure = models.SlugField(_("measure"), max_length=40)
    value = models.DecimalField(_("value"), max_digits=7, decimal_places=2)
    items = models.JSONField(default=list, blank=True)  # the parts, where a measure has some (PSFS activities)
    taken_on = models.DateField(_("taken on"))

    objects: ClassVar = ClinicManager.from_queryset(ScoreQuerySet)()

    class Meta(ClinicModel.Meta):
        verbose_name = _("score")
        verbose_name_plural = _("scores")
        constraints = [
            *clinic_rules(patient_column="patient_id"),
            SameClinic("patient"),
            models.UniqueConstraint(fields=["clinic", "patient", "measure", "taken_on"], name="patients_score_once"),
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.value}"
