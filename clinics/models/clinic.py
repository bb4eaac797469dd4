from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, available_timezones

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clinics.constraints import SameClinic, Trigger, clinic_rules, one_of, refuse
from clinics.models.base import ClinicModel
from clinics.roles import RUNTIME

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


def validate_zone(value: str) -> None:
    if value not in available_timezones():
        raise ValidationError(_("“%(zone)s” is not a time zone, such as Europe/Dublin."), params={"zone": value})


# A call from a phone: it must work as it stands in a link.
validate_phone = RegexValidator(
    r"^\+?[0-9][0-9 ().-]*$", _("Digits, such as +353 1 555 0100. Spaces and brackets are fine.")
)
_THEIR_OWN = f"""
IF current_user IN ({", ".join(f"'{role}'" for role in RUNTIME)})
    AND OLD.id IS DISTINCT FROM nullif(current_setting('app.clinic_id', true), '')::bigint THEN
    {refuse("clinics_clinic_own", "another clinic")}
END IF;
RETURN NEW;
"""


class Clinic(models.Model):
    """The tenant. Its name is public, so the table has no row-level security; who changes it is in its scope."""

    name = models.CharField(_("name"), max_length=120)
    time_zone = models.CharField(_("time zone"), max_length=64, validators=[validate_zone])
    phone = models.CharField(
        _("phone"), max_length=40, blank=True, validators=[validate_phone], help_text=_("Patients call it.")
    )
    emergency_number = models.CharField(
        _("emergency number"),
        max_length=20,
        default="112",
        validators=[validate_phone],
        help_text=_("Where patients and staff are told to call in an emergency, such as 112 or 911."),
    )
    is_demo = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name = _("clinic")
        verbose_name_plural = _("clinics")
        constraints = [Trigger(name="clinics_clinic_own", when="BEFORE UPDATE", body=_THEIR_OWN)]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


class Location(ClinicModel):
    name = models.CharField(_("name"), max_length=120)
    time_zone = models.CharField(_("time zone"), max_length=64, validators=[validate_zone])
    address = models.CharField(_("address"), max_length=240, blank=True)

    class Meta(ClinicModel.Meta):
        verbose_name = _("location")
        verbose_name_plural = _("locations")
        constraints = [
            *clinic_rules(portal_reads=True),
            models.UniqueConstraint(fields=["clinic", "name"], name="clinics_location_name"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    def local(self, instant: datetime) -> datetime:
        """Wall time at the location, without a zone: templates would turn an aware value to another zone again."""
        return instant.astimezone(self.zone).replace(tzinfo=None)


class Feature(models.TextChoices):
    """What a room has and a service may need."""

    SHARPS = "sharps", _("sharps bin")
    PLINTH = "plinth", _("plinth")
    PRIVATE = "private", _("private")
    GYM = "gym", _("gym lane")
    TRACTION = "traction", _("traction")


def features_field(label: "StrOrPromise") -> "ArrayField[list[str], list[str]]":
    return ArrayField(models.CharField(max_length=20, choices=Feature), verbose_name=label, default=list, blank=True)


class Room(ClinicModel):
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="rooms", verbose_name=_("location"))
    name = models.CharField(_("name"), max_length=60)
    features = features_field(_("features"))
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
    room_features = features_field(_("room features needed"))
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
            one_of("credential", ["", *CredentialKind.values]),
        ]

    def __str__(self) -> str:
        return self.name


class WorkingHours(ClinicModel):
    """One weekly stretch in wall time at a location. ISO weekdays: 1 is Monday."""

    therapist = models.ForeignKey(
        "clinics.User", on_delete=models.CASCADE, related_name="+", verbose_name=_("therapist")
    )
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="+", verbose_name=_("location"))
    weekday = models.PositiveSmallIntegerField(
        _("weekday"),
        choices=[
            (1, _("Monday")), (2, _("Tuesday")), (3, _("Wednesday")), (4, _("Thursday")),
            (5, _("Friday")), (6, _("Saturday")), (7, _("Sunday")),
        ],
    )  # fmt: skip
    starts = models.TimeField(_("from"))
    ends = models.TimeField(_("to"))

    class Meta(ClinicModel.Meta):
        verbose_name = _("working hours")
        verbose_name_plural = _("working hours")
        constraints = [
            *clinic_rules(),
            SameClinic("therapist", to="clinics.Membership", to_column="user_id"),
            SameClinic("location"),
            models.CheckConstraint(
                condition=Q(ends__gt=F("starts")),
                name="clinics_workinghours_ends_later",
                violation_error_message=_("The end is later than the start."),
            ),
            models.CheckConstraint(condition=Q(weekday__gte=1, weekday__lte=7), name="clinics_workinghours_weekday"),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.starts:%H:%M}-{self.ends:%H:%M}"
