from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinics.constraints import SameClinic, clinic_rules, one_of
from clinics.models import ClinicModel
from programs.models.episode import Side
from programs.models.session import Session
from programs.models.session_parts import sealed_with_session, waits_in_an_emergency


class NeedlingTechnique(models.TextChoices):
    STATIC = "static", _("static")
    PISTONING = "pistoning", _("pistoning")
    WINDING = "winding", _("winding")
    THREADING = "threading", _("threading")
    SUPERFICIAL = "superficial", _("superficial")


NEEDLED_SIDES = (Side.LEFT, Side.RIGHT, Side.NONE)  # each side is a site of its own, with needles of its own


class NeedlingSite(ClinicModel):
    """One place needled in a session. Needles are counted in and counted out."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="needling_sites")
    muscle = models.CharField(_("muscle"), max_length=60)  # key of the muscle catalogue
    level = models.CharField(_("level"), max_length=4, blank=True)
    side = models.CharField(_("side"), max_length=5, choices=[(one.value, one.label) for one in NEEDLED_SIDES])
    diameter_mm = models.DecimalField(_("diameter, mm"), max_digits=3, decimal_places=2)
    length_mm = models.PositiveSmallIntegerField(_("length, mm"))
    technique = models.CharField(_("technique"), max_length=12, choices=NeedlingTechnique)
    needles_in = models.PositiveSmallIntegerField(_("needles in"))
    needles_out = models.PositiveSmallIntegerField(_("needles out"), default=0)
    lot = models.CharField(_("lot"), max_length=40, blank=True)
    response = models.CharField(_("response"), max_length=120, blank=True)  # twitch, dwell time

    class Meta(ClinicModel.Meta):
        verbose_name = _("needling site")
        verbose_name_plural = _("needling sites")
        ordering = ["pk"]
        constraints = [
            *clinic_rules(),
            SameClinic("session"),
            sealed_with_session("needlingsite"),
            waits_in_an_emergency("needlingsite", but="{needles_out,response}"),  # needles come out all the same
            one_of("side", [one.value for one in NEEDLED_SIDES]),
            one_of("technique", NeedlingTechnique.values),
            models.CheckConstraint(
                condition=Q(needles_in__gte=1, needles_in__lte=30) & Q(needles_out__lte=models.F("needles_in")),
                name="programs_needlingsite_counts",
                violation_error_message=_("No more needles can come out than went in."),
            ),
            models.CheckConstraint(
                condition=Q(diameter_mm__gte=0.12, diameter_mm__lte=0.5, length_mm__gte=10, length_mm__lte=125),
                name="programs_needlingsite_size",
                violation_error_message=_("Needles are 0.12 to 0.50 mm thick and 10 to 125 mm long."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.muscle} {self.level}".strip()
