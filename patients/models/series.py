from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinics.constraints import SameClinic, clinic_rules, known_days, patient_key
from clinics.models import ClinicModel, Service
from patients.models.patient import Patient

MOST_WEEKS = 26


class Series(ClinicModel):
    """What was asked for: so many weeks, these weekdays, this wall time. Its appointments are rows of their own."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+", verbose_name=_("patient"))
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+", verbose_name=_("service"))
    therapist = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("therapist")
    )
    weekdays = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("weekdays"))  # ISO, 1 is Monday
    wall_time = models.TimeField(_("around"))
    starts_on = models.DateField(_("from"))
    weeks = models.PositiveSmallIntegerField(_("weeks"))
    spacing_reason = models.CharField(_("reason for needling visits close together"), max_length=200, blank=True)

    class Meta(ClinicModel.Meta):
        verbose_name = _("series")
        verbose_name_plural = _("series")
        constraints = [
            *clinic_rules(),
            patient_key(),
            SameClinic("patient"),
            SameClinic("service"),
            known_days("starts_on"),
            SameClinic("therapist", to="clinics.Membership", to_column="user_id"),
            models.CheckConstraint(
                condition=Q(weeks__gte=1, weeks__lte=MOST_WEEKS, weekdays__len__gte=1)
                & Q(weekdays__contained_by=[1, 2, 3, 4, 5, 6, 7]),
                name="patients_series_pattern",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts_on} {self.wall_time:%H:%M}"
