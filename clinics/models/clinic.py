from datetime import datetime
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinics.constraints import Trigger, clinic_rules, one_of, refuse
from clinics.models.base import ClinicModel
from clinics.roles import RUNTIME


def validate_zone(value: str) -> None:
    if value not in available_timezones():
        raise ValidationError(_("“%(zone)s” is not a time zone, such as Europe/Dublin."), params={"zone": value})


# A call from a phone: it must work as it stands in a link.
validate_phone = RegexValidator(
    r"^\+?[0-9][0-9 ().-]*$", _("Digits, such as +353 1 555 0100. Spaces and brackets are fine.")
)
validate_currency = RegexValidator(r"^[A-Z]{3}\Z", _("Three capital letters, such as EUR."))
_THEIR_OWN = f"""
IF current_user IN ({", ".join(f"'{role}'" for role in RUNTIME)})
    AND OLD.id IS DISTINCT FROM nullif(current_setting('app.clinic_id', true), '')::bigint THEN
    {refuse("clinics_clinic_own", "another clinic")}
END IF;
RETURN NEW;
"""


class FeedNames(models.TextChoices):
    NONE = "none", _("none: each appointment is called by its service")
    INITIALS = "initials", _("initials")
    FULL = "full", _("full names")


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
    currency = models.CharField(
        _("currency"), max_length=3, default="EUR", validators=[validate_currency], help_text=_("Such as EUR or USD.")
    )
    cancel_notice_hours = models.PositiveSmallIntegerField(
        _("hours of notice for a cancellation"), default=24, validators=[MaxValueValidator(168)]
    )
    late_fee = models.DecimalField(
        _("fee for a late cancellation"), max_digits=7, decimal_places=2, default=0, validators=[MinValueValidator(0)]
    )
    offer_minutes = models.PositiveSmallIntegerField(
        _("minutes an offered time is kept"), default=15, validators=[MinValueValidator(5), MaxValueValidator(1440)]
    )
    grace_minutes = models.PositiveSmallIntegerField(
        _("minutes before a message goes out"), default=3, validators=[MaxValueValidator(60)]
    )
    tell_patients = models.BooleanField(
        _("tell patients of their appointments by message"),
        default=True,
        help_text=_("How the box in each form stands at first. Whoever fills it in decides."),
    )
    feed_names = models.CharField(
        _("patients’ names in the therapists’ calendar feeds"),
        max_length=10,
        choices=FeedNames,
        default=FeedNames.NONE,
        help_text=_("A feed lies with the maker of the calendar program. With names, it does not say what for."),
    )
    is_demo = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name = _("clinic")
        verbose_name_plural = _("clinics")
        constraints = [
            Trigger(name="clinics_clinic_own", when="BEFORE UPDATE", body=_THEIR_OWN),
            one_of("feed_names", FeedNames.values),
            models.CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="clinics_clinic_currency"),
            models.CheckConstraint(
                condition=Q(
                    cancel_notice_hours__lte=168,
                    late_fee__gte=0,
                    offer_minutes__gte=5,
                    offer_minutes__lte=1440,
                    grace_minutes__lte=60,
                ),
                name="clinics_clinic_policy",
                violation_error_message=_("A week of notice, a day of offer and an hour of grace at most."),
            ),
        ]

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


class EmergencyContact(ClinicModel):
    """Whom the clinic's people call when a patient needs help at once, beside the emergency number."""

    name = models.CharField(_("name"), max_length=80, help_text=_("Such as: Emergency department, St Brigid’s"))
    phone = models.CharField(_("phone"), max_length=40, validators=[validate_phone])
    note = models.CharField(_("note"), max_length=120, blank=True, help_text=_("Such as: day and night"))
    position = models.PositiveSmallIntegerField(_("position"), default=1, help_text=_("The lowest is listed first."))

    class Meta(ClinicModel.Meta):
        verbose_name = _("emergency contact")
        verbose_name_plural = _("emergency contacts")
        ordering = ["position", "pk"]
        constraints = [
            *clinic_rules(),
            models.CheckConstraint(
                condition=Q(name__regex=r"\S") & Q(phone__regex=r"^\+?[0-9]"), name="clinics_emergencycontact_whole"
            ),
            models.UniqueConstraint(fields=["clinic", "phone"], name="clinics_emergencycontact_once"),
        ]

    def __str__(self) -> str:
        return self.name
