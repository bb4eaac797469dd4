from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinics.constraints import SameClinic, clinic_rules, one_of
from clinics.models import ClinicModel
from programs import catalogue
from programs.models.episode import Side
from programs.models.session import Position, Session
from programs.models.session_parts import sealed_with_session, waits_in_an_emergency

GRADES = ("I", "II", "II-III", "III", "IV")
KNOWN = tuple(one.key for one in catalogue.techniques())
MOBILISATIONS = tuple(one.key for one in catalogue.techniques() if one.family == "joint_mob")


class ManualTreatment(ClinicModel):
    """One manual therapy technique of a session. Grades I to IV; V is thrust, a technique of its own.

    `dose` has the technique's own fields, as the catalogue names them: bouts, seconds, load, pattern.
    """

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
    position = models.CharField(_("position"), max_length=10, choices=Position, blank=True)
    muscle = models.CharField(_("muscle"), max_length=60, blank=True)  # key of the muscle catalogue
    dose = models.JSONField(_("dose"), default=dict, blank=True)
    response = models.CharField(_("response"), max_length=160, blank=True)

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
            one_of("position", ["", *Position.values]),
            one_of("technique", KNOWN),
            models.CheckConstraint(
                condition=Q(grade="") | Q(technique__in=MOBILISATIONS), name="programs_manualtreatment_graded"
            ),
            models.CheckConstraint(
                condition=Q(minutes__gte=1, minutes__lte=120),
                name="programs_manualtreatment_minutes",
                violation_error_message=_("Between 1 and 120 minutes."),
            ),
        ]

    def __str__(self) -> str:
        return self.technique
