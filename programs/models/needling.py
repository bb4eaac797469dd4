from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clinics.constraints import SameClinic, Trigger, clinic_rules, known_days, one_of
from clinics.models import ClinicModel
from clinics.tenancy import ClinicManager, ClinicQuerySet
from programs.models.episode import Side
from programs.models.needling_rules import NEEDLED_PLACE
from programs.models.session import Session
from programs.models.session_parts import sealed_with_session, waits_in_an_emergency
from programs.pain.places import VIEWS


class NeedlingTechnique(models.TextChoices):
    STATIC = "static", _("static")
    PISTONING = "pistoning", _("pistoning")
    WINDING = "winding", _("winding")
    THREADING = "threading", _("threading")
    SUPERFICIAL = "superficial", _("superficial")


class Depth(models.TextChoices):
    SUPERFICIAL = "superficial", _("under the skin")
    MUSCLE = "muscle", _("into the muscle")
    BONE = "bone", _("to bone")


class Twitch(models.TextChoices):
    NONE = "none", _("none")
    ONE = "one", _("one")
    MULTIPLE = "multiple", _("several")


NEEDLED_SIDES = (Side.LEFT, Side.RIGHT, Side.NONE)  # each side is a site of its own, with needles of its own
LONGEST_DWELL = 60 * 60  # s


class NeedlingSiteQuerySet(ClinicQuerySet["NeedlingSite"]):
    def of_lot(self, lot: str) -> Self:
        """Where needles of a lot were used, newest first. The lot as it is printed, whatever the case."""
        found = self.filter(lot=lot.strip().upper()).select_related(
            "session__patient", "session__therapist", "session__appointment__room__location"
        )
        return found.order_by("-pk")


class NeedlingSite(ClinicModel):
    """One place needled in a session. Needles are counted in and counted out.

    `region` and `classes` are the database's own: what the muscle catalogue says of the muscle at that level. `x` and
    `y` are thousandths of one view of the body chart, from its left and its top.
    """

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="needling_sites")
    muscle = models.CharField(_("muscle"), max_length=60)  # key of the muscle catalogue
    level = models.CharField(_("level"), max_length=4, blank=True)
    side = models.CharField(_("side"), max_length=5, choices=[(one.value, one.label) for one in NEEDLED_SIDES])
    region = models.CharField(max_length=20, editable=False, default="")
    classes = ArrayField(models.CharField(max_length=20), editable=False, default=list)
    diameter_mm = models.DecimalField(_("diameter, mm"), max_digits=3, decimal_places=2)
    length_mm = models.PositiveSmallIntegerField(_("length, mm"))
    brand = models.CharField(_("brand"), max_length=40, blank=True)
    lot = models.CharField(_("lot"), max_length=40, blank=True)
    expires_on = models.DateField(_("use by"), null=True, blank=True)
    technique = models.CharField(_("technique"), max_length=12, choices=NeedlingTechnique)
    depth = models.CharField(_("depth"), max_length=12, choices=Depth, blank=True)
    depth_mm = models.PositiveSmallIntegerField(_("depth, mm"), null=True, blank=True)
    dwell_s = models.PositiveSmallIntegerField(_("left in, seconds"), null=True, blank=True)
    with_current = models.BooleanField(_("with current"), default=False)
    needles_in = models.PositiveSmallIntegerField(_("needles in"))
    needles_out = models.PositiveSmallIntegerField(_("needles out"), default=0)
    twitch = models.CharField(_("twitch"), max_length=8, choices=Twitch, blank=True)
    referred = models.BooleanField(_("pain felt elsewhere"), default=False)
    pain = models.PositiveSmallIntegerField(_("pain during"), null=True, blank=True)
    safety = models.CharField(_("how it was kept safe"), max_length=160, blank=True)  # direction, bony backdrop, lift
    response = models.CharField(_("response"), max_length=120, blank=True)
    view = models.CharField(max_length=5, choices=[(one, one) for one in VIEWS], blank=True)
    x = models.PositiveSmallIntegerField(null=True, blank=True)
    y = models.PositiveSmallIntegerField(null=True, blank=True)

    objects: ClassVar = ClinicManager.from_queryset(NeedlingSiteQuerySet)()

    class Meta(ClinicModel.Meta):
        verbose_name = _("needling site")
        verbose_name_plural = _("needling sites")
        ordering = ["pk"]
        constraints = [
            *clinic_rules(),
            SameClinic("session"),
            sealed_with_session("needlingsite"),
            # Needles come out all the same, and what they did is told.
            waits_in_an_emergency("needlingsite", but="{needles_out,response,twitch,referred,pain,dwell_s}"),
            Trigger(name="programs_needlingsite_place", when="BEFORE INSERT OR UPDATE", body=NEEDLED_PLACE),
            one_of("side", [one.value for one in NEEDLED_SIDES]),
            one_of("technique", NeedlingTechnique.values),
            one_of("depth", ["", *Depth.values]),
            one_of("twitch", ["", *Twitch.values]),
            known_days("expires_on"),
            models.CheckConstraint(
                condition=Q(needles_in__gte=1, needles_in__lte=30) & Q(needles_out__lte=F("needles_in")),
                name="programs_needlingsite_counts",
                violation_error_message=_("No more needles can come out than went in."),
            ),
            models.CheckConstraint(
                condition=Q(diameter_mm__gte=0.12, diameter_mm__lte=0.5, length_mm__gte=10, length_mm__lte=125),
                name="programs_needlingsite_size",
                violation_error_message=_("Needles are 0.12 to 0.50 mm thick and 10 to 125 mm long."),
            ),
            models.CheckConstraint(
                condition=(Q(depth_mm__isnull=True) | Q(depth_mm__gte=1, depth_mm__lte=F("length_mm")))
                & (Q(dwell_s__isnull=True) | Q(dwell_s__lte=LONGEST_DWELL))
                & (Q(pain__isnull=True) | Q(pain__lte=10)),
                name="programs_needlingsite_figures",
                violation_error_message=_("No deeper than the needle is long, an hour at most, pain from 0 to 10."),
            ),
            models.CheckConstraint(
                condition=Q(view="", x__isnull=True, y__isnull=True) | Q(view__in=VIEWS, x__lte=1000, y__lte=1000),
                name="programs_needlingsite_point",
                violation_error_message=_("This point lies outside the figure."),
            ),
        ]
        indexes = [models.Index(F("clinic"), F("lot"), condition=~Q(lot=""), name="programs_needlingsite_lot")]

    def __str__(self) -> str:
        return f"{self.muscle} {self.level}".strip()


class Waveform(models.TextChoices):
    BIPHASIC = "biphasic", _("biphasic")
    MONOPHASIC = "monophasic", _("monophasic")
    BURST = "burst", _("burst")
    DENSE_DISPERSE = "dense_disperse", _("dense and disperse")


class Felt(models.TextChoices):
    """How strong the current was, by what it did: mA say little without the needle and the tissue."""

    SUB = "sub", _("not felt")
    SENSORY = "sensory", _("felt")
    MOTOR = "motor", _("muscle twitches")


class Stimulation(ClinicModel):
    """Electrical stimulation of a session's needles. Hz, microseconds, mA, minutes.

    Range of frequency: domain notes 4.1; studies used 3 to 100 Hz [S104, S105].
    """

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="stimulations")
    waveform = models.CharField(_("waveform"), max_length=14, choices=Waveform)
    frequency_hz = models.PositiveSmallIntegerField(_("frequency, Hz"))
    pulse_us = models.PositiveSmallIntegerField(_("pulse, µs"), null=True, blank=True)
    felt = models.CharField(_("intensity"), max_length=8, choices=Felt)
    current_ma = models.DecimalField(_("current, mA"), max_digits=4, decimal_places=1, null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    pairs = models.CharField(_("needles joined"), max_length=80, blank=True)  # "1-2, 3-4"

    class Meta(ClinicModel.Meta):
        verbose_name = _("electrical stimulation")
        verbose_name_plural = _("electrical stimulations")
        ordering = ["pk"]
        constraints = [
            *clinic_rules(),
            SameClinic("session"),
            sealed_with_session("stimulation"),
            waits_in_an_emergency("stimulation"),
            one_of("waveform", Waveform.values),
            one_of("felt", Felt.values),
            models.CheckConstraint(
                condition=Q(frequency_hz__gte=1, frequency_hz__lte=150, minutes__gte=1, minutes__lte=60)
                & (Q(pulse_us__isnull=True) | Q(pulse_us__gte=20, pulse_us__lte=1000))
                & (Q(current_ma__isnull=True) | Q(current_ma__gt=0, current_ma__lte=100)),
                name="programs_stimulation_figures",
                violation_error_message=_("1 to 150 Hz, 20 to 1000 µs, up to 100 mA and 60 minutes."),
            ),
            models.UniqueConstraint(fields=["session"], name="programs_stimulation_once"),
        ]

    def __str__(self) -> str:
        return f"{self.frequency_hz} Hz"
