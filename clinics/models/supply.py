"""What a clinic can offer: services, the rooms they need, and equipment that several rooms share."""

from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinics.constraints import SameClinic, clinic_rules, one_of
from clinics.models.base import ClinicModel
from clinics.models.clinic import Location

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class Feature(models.TextChoices):
    """What a room has and a service may need."""

    SHARPS = "sharps", _("sharps bin")
    PLINTH = "plinth", _("plinth")
    PRIVATE = "private", _("private")
    GYM = "gym", _("gym lane")
    TRACTION = "traction", _("traction")


class EquipmentKind(models.TextChoices):
    """What a service uses and a location has only so many of."""

    SHOCKWAVE = "shockwave", _("shockwave device")
    TRACTION_TABLE = "traction_table", _("traction table")
    TREADMILL = "treadmill", _("treadmill")
    ULTRASOUND = "ultrasound", _("ultrasound device")
    STIMULATOR = "stimulator", _("muscle stimulator")


class Content(models.TextChoices):
    """What a service contains. Spacing rules and the plan's visits go by it."""

    ASSESSMENT = "assessment", _("assessment")
    NEEDLING = "needling", _("dry needling")
    MANUAL = "manual", _("manual therapy")
    EXERCISE = "exercise", _("movement correctives")
    EDUCATION = "education", _("pain neuroscience education")


class Colour(models.TextChoices):
    """Names of the palette, light and dark (clinics/static/clinics/css/tokens.css)."""

    CHALK = "chalk", _("blue")
    TEAL = "teal", _("teal")
    PLUM = "plum", _("plum")
    BRASS = "brass", _("brass")
    MOSS = "moss", _("moss")
    SLATE = "slate", _("grey")


def several(choices: type[models.TextChoices], label: "StrOrPromise") -> "ArrayField[list[str], list[str]]":
    return ArrayField(models.CharField(max_length=20, choices=choices), verbose_name=label, default=list, blank=True)


class Room(ClinicModel):
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="rooms", verbose_name=_("location"))
    name = models.CharField(_("name"), max_length=60)
    features = several(Feature, _("features"))
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta(ClinicModel.Meta):
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        constraints = [
            *clinic_rules(portal_reads=True),
            SameClinic("location"),
            models.UniqueConstraint(fields=["clinic", "location", "name"], name="clinics_room_name"),
        ]

    def __str__(self) -> str:
        return self.name


class CredentialKind(models.TextChoices):
    NEEDLING = "needling", _("dry needling")
    THRUST = "thrust", _("thrust manipulation")


class Service(ClinicModel):
    """What can be booked."""

    key = models.SlugField(_("key"), max_length=40)
    name = models.CharField(_("name"), max_length=120)
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    minutes_before = models.PositiveSmallIntegerField(_("minutes to prepare"), default=0)
    minutes_after = models.PositiveSmallIntegerField(_("minutes to clear up"), default=0)
    credential = models.CharField(_("credential needed"), max_length=20, choices=CredentialKind, blank=True, default="")
    room_features = several(Feature, _("room features needed"))
    equipment = several(EquipmentKind, _("equipment used"))
    contains = several(Content, _("contains"))
    capacity = models.PositiveSmallIntegerField(_("places"), default=1, help_text=_("More than one makes it a class."))
    price = models.DecimalField(_("price"), max_digits=7, decimal_places=2, null=True, blank=True)
    is_online = models.BooleanField(_("patients may book it themselves"), default=False)
    colour = models.CharField(_("colour"), max_length=10, choices=Colour, default=Colour.CHALK)
    is_active = models.BooleanField(_("can be booked"), default=True)

    class Meta(ClinicModel.Meta):
        verbose_name = _("service")
        verbose_name_plural = _("services")
        ordering = ["name"]
        constraints = [
            *clinic_rules(portal_reads=True),
            models.UniqueConstraint(fields=["clinic", "key"], name="clinics_service_key"),
            models.CheckConstraint(
                condition=Q(minutes__gte=5, minutes__lte=240),
                name="clinics_service_minutes",
                violation_error_message=_("A service takes 5 to 240 minutes."),
            ),
            models.CheckConstraint(
                condition=Q(minutes_before__lte=60, minutes_after__lte=60), name="clinics_service_buffers"
            ),
            models.CheckConstraint(
                condition=Q(capacity__gte=1, capacity__lte=40),
                name="clinics_service_capacity",
                violation_error_message=_("A service has 1 to 40 places."),
            ),
            models.CheckConstraint(
                condition=Q(price__isnull=True) | Q(price__gte=0),
                name="clinics_service_price",
                violation_error_message=_("A price is not below zero."),
            ),
            one_of("credential", ["", *CredentialKind.values]),
            one_of("colour", Colour.values),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_class(self) -> bool:
        return self.capacity > 1


class EquipmentPool(ClinicModel):
    """How many of a kind a location has. What is used at the same time never exceeds it: the database counts."""

    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="+", verbose_name=_("location"))
    kind = models.CharField(_("kind"), max_length=20, choices=EquipmentKind)
    units = models.PositiveSmallIntegerField(_("how many"))

    class Meta(ClinicModel.Meta):
        verbose_name = _("equipment")
        verbose_name_plural = _("equipment")
        constraints = [
            *clinic_rules(),
            SameClinic("location"),
            models.UniqueConstraint(fields=["clinic", "location", "kind"], name="clinics_equipmentpool_once"),
            one_of("kind", EquipmentKind.values),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.units}"
