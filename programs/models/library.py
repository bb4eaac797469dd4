"""A clinic's copy of the clinical library: tests and factors. What the clinic changed stays as it made it."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clinics.constraints import clinic_rules, one_of
from clinics.models import ClinicModel


class TestKind(models.TextChoices):
    MOVEMENT = "movement", _("movement")
    ORTHOPAEDIC = "orthopaedic", _("orthopaedic")
    NEUROLOGICAL = "neurological", _("neurological")
    ASKED = "asked", _("asked")  # a number that the patient gives, or an imported total


class LibraryCopy(ClinicModel):
    """A row that came from the library in `content_version`; "" is the clinic's own.

    `overridden` names the fields that the clinic changed: a new version of the library leaves them alone.
    """

    key = models.SlugField(_("key"), max_length=40)
    content_version = models.CharField(_("version of the library"), max_length=20, blank=True)
    overridden = ArrayField(models.CharField(max_length=20), verbose_name=_("changed here"), default=list, blank=True)

    class Meta(ClinicModel.Meta):
        abstract = True


def _range(name: Any) -> Any:
    return ArrayField(
        models.DecimalField(max_digits=7, decimal_places=2), verbose_name=name, null=True, blank=True, size=2
    )


class Test(LibraryCopy):
    """A clinic's copy of one test of the catalogue: what is measured and where the line lies.

    `line` holds the limits as programs.reasoning reads them; a clinic may move them. `status` and `reference` say
    what the figure rests on, `population` for whom it was found, `sources` where (keys of content/sources.json).
    A value outside `possible` is a slip of the pen, one outside `plausible` is asked about.
    """

    name = models.CharField(_("name"), max_length=160)
    kind = models.CharField(_("kind"), max_length=12, choices=TestKind)
    region = models.CharField(_("region"), max_length=40, blank=True)
    unit = models.CharField(_("unit"), max_length=30, blank=True)
    sided = models.BooleanField(_("left and right"), default=False)
    how = models.TextField(_("how to measure"), blank=True)
    line = models.JSONField(_("line"), default=dict, blank=True)
    possible = _range(_("possible, from and to"))
    plausible = _range(_("plausible, from and to"))
    reference = models.TextField(_("reference"), blank=True)
    population = models.CharField(_("population"), max_length=200, blank=True)
    sources = ArrayField(models.CharField(max_length=6), verbose_name=_("sources"), default=list, blank=True)
    status = models.CharField(_("status of the reference"), max_length=20, default="to_be_confirmed")
    usual = models.BooleanField(_("part of every first assessment"), default=False)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta(LibraryCopy.Meta):
        verbose_name = _("test")
        verbose_name_plural = _("tests")
        ordering = ["key"]
        constraints = [
            *clinic_rules(),
            one_of("kind", TestKind.values),
            models.UniqueConstraint(fields=["clinic", "key"], name="programs_test_key"),
            models.CheckConstraint(
                condition=Q(possible__isnull=True) | Q(possible__len=2, possible__0__lt=F("possible__1")),
                name="programs_test_possible",
                violation_error_message=_("Two numbers, the lower one first."),
            ),
            models.CheckConstraint(
                condition=Q(plausible__isnull=True)
                | Q(
                    plausible__len=2,
                    plausible__0__lt=F("plausible__1"),
                    plausible__0__gte=F("possible__0"),
                    plausible__1__lte=F("possible__1"),
                ),
                name="programs_test_plausible",
                violation_error_message=_("What is plausible lies within what is possible."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.name}"


class Protocol(LibraryCopy):
    """A usual plan for a usual picture: it becomes one patient's draft in one step. `body`: see programs.protocols."""

    name = models.CharField(_("name"), max_length=80)
    for_whom = models.CharField(_("for whom"), max_length=240, blank=True)
    body = models.JSONField(_("content"))
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta(LibraryCopy.Meta):
        verbose_name = _("protocol")
        verbose_name_plural = _("protocols")
        ordering = ["name"]
        constraints = [
            *clinic_rules(),
            models.UniqueConstraint(fields=["clinic", "key"], name="programs_protocol_key"),
            models.UniqueConstraint(
                fields=["clinic", "name"],
                condition=Q(is_active=True),
                name="programs_protocol_name",
                violation_error_message=_("Another protocol in use has that name."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class FactorKind(LibraryCopy):
    """Something that may drive the pain, and the tests that speak for it. A clinic may add its own.

    `core`: all of them normal make it not supported. `extra`: they count when abnormal only. `withheld_by`: while one
    of these is abnormal, another reading comes first.
    """

    name = models.CharField(_("name"), max_length=80)
    for_patient = models.CharField(_("in the patient's words"), max_length=120)
    core = ArrayField(models.CharField(max_length=20), verbose_name=_("tests that decide"), default=list)
    extra = ArrayField(
        models.CharField(max_length=20), verbose_name=_("tests that count when abnormal"), default=list, blank=True
    )
    withheld_by = ArrayField(
        models.CharField(max_length=20), verbose_name=_("withheld while abnormal"), default=list, blank=True
    )
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta(LibraryCopy.Meta):
        verbose_name = _("factor of the catalogue")
        verbose_name_plural = _("factors of the catalogue")
        ordering = ["pk"]
        constraints = [
            *clinic_rules(portal_reads=True),
            models.UniqueConstraint(fields=["clinic", "key"], name="programs_factorkind_key"),
            models.CheckConstraint(
                condition=Q(core__len__gte=1),
                name="programs_factorkind_tests",
                violation_error_message=_("At least one test has to speak for it."),
            ),
            models.CheckConstraint(
                condition=~Q(core__overlap=F("extra")),
                name="programs_factorkind_once",
                violation_error_message=_("A test stands in one of the two lists."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
