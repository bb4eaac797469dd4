from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinics.constraints import SameClinic, clinic_rules, one_of
from clinics.models import ClinicModel
from programs import catalogue
from programs.models.episode import Side
from programs.models.session import Session
from programs.models.session_parts import sealed_with_session, waits_in_an_emergency

GRADES = ("I", "II", "II-III", "III", "IV")
THRUSTS = tuple(one.key for one in catalogue.techniques() if one.family == "thrust")


class ManualTreatment(ClinicModel):
    """One manual therapy technique of a session. Grades I to IV; V is thrust, which is not recorded here."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="manual_treatments")
    technique = models.CharField(_("technique"), max_length=60)  # key of the technique catalogue
    region = models.CharField(_("region"), max_length=40)
    level = models.CharField(_("level"), max_length=8, blank=True)
    side = models.CharField(_("side"), max_length=5, choices=Side, default=Side.NONE)
    grade = models.CharField(
        _("grade"), max_length=7, blank=True,
        choices=[(one, one) for one in GRADES],
    )  # fmt: skip
    minutes = models.PositiveSmallIntegerField(_("minutes"))

    class Meta(ClinicModel.Meta):
        verbose_name = _("manual treatment")
        verbose_name_plural = _("manual treatments")
        ordering = ["pk"]
        constraints = [
            *clinic_rules(),
            SameClinic("session"),
            sealed_with_session("manualtreatment"),
            waits_in_an_emergency("manualtreatment"),
            one_of("side", Side.values),
            one_of("grade", ["", *GRADES]),
            models.CheckConstraint(condition=~Q(technique__in=THRUSTS), name="programs_manualtreatment_no_thrust"),
            models.CheckConstraint(
                condition=Q(minutes__gte=1, minutes__lte=120),
                name="programs_manualtreatment_minutes",
                violation_error_message=_("Between 1 and 120 minutes."),
            ),
        ]

    def __str__(self) -> str:
        return self.technique
