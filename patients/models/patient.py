from collections.abc import Iterable
from datetime import date
from typing import ClassVar, Self
from zoneinfo import ZoneInfo

from django.db import connection, models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinics.constraints import FIRST_TO_HAVE_A_DAY, Trigger, clinic_rules, refuse
from clinics.models import ClinicModel
from clinics.models.clinic import validate_zone
from clinics.tenancy import ClinicManager, ClinicQuerySet, current_scope
from patients.names import name_patterns, searchable


class Sex(models.TextChoices):
    """As far as a test's reference depends on it."""

    FEMALE = "female", _("female")
    MALE = "male", _("male")
    OTHER = "other", _("other")
    UNKNOWN = "unknown", _("not recorded")


class PatientQuerySet(ClinicQuerySet["Patient"]):
    def active(self) -> Self:
        return self.filter(is_active=True)

    def named(self, text: str, *, limit: int = 20) -> Self:
        """Patients whose name holds every word of the text, accents and case aside.

        Through a database function: under row-level security LIKE may not use an index (it is not leakproof).
        """
        current_scope()  # raises without one, like every other read
        with connection.cursor() as cursor:
            cursor.execute("SELECT id FROM search_patients(%s, %s)", [name_patterns(text), limit])
            ids = [row[0] for row in cursor.fetchall()]
        return self.filter(pk__in=ids)

    def born_on(self, day: date) -> Self:
        return self.filter(birth_date=day)

    def by_name(self) -> Self:
        return self.order_by("search_name", "pk")


class Patient(ClinicModel):
    given_name = models.CharField(_("given name"), max_length=100)
    family_name = models.CharField(_("family name"), max_length=100, blank=True)
    search_name = models.TextField(editable=False)  # without accents a name gets longer: ß becomes ss
    birth_date = models.DateField(_("birth date"))
    sex = models.CharField(_("sex"), max_length=10, choices=Sex, default=Sex.UNKNOWN)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    about = models.CharField(_("work and life"), max_length=200, blank=True, help_text=_("Such as: works at a desk"))
    time_zone = models.CharField(_("time zone"), max_length=64, validators=[validate_zone])
    is_active = models.BooleanField(_("in care here"), default=True)

    objects: ClassVar = ClinicManager.from_queryset(PatientQuerySet)()

    class Meta(ClinicModel.Meta):
        verbose_name = _("patient")
        verbose_name_plural = _("patients")
        constraints = [
            *clinic_rules(patient_column="id"),
            models.CheckConstraint(condition=~Q(given_name=""), name="patients_patient_has_name"),
            models.CheckConstraint(
                condition=Q(birth_date__gte=date(1900, 1, 1)),
                name="patients_patient_birth_date",
                violation_error_message=_("A birth date after 1900, please."),
            ),
            Trigger(
                name="patients_patient_born",
                when="BEFORE INSERT OR UPDATE OF birth_date",
                body=f"""
                IF NEW.birth_date > (now() AT TIME ZONE '{FIRST_TO_HAVE_A_DAY}')::date THEN
                    {refuse("patients_patient_to_come", "nobody is born on a day that is still to come")}
                END IF;
                RETURN NEW;
                """,
            ),
        ]
        indexes = [models.Index(fields=["clinic", "birth_date"], name="patients_patient_born")]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def initials(self) -> str:
        return f"{self.given_name[:1]}{self.family_name[:1]}".upper()

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    def age_on(self, day: date) -> int:
        before_birthday = (day.month, day.day) < (self.birth_date.month, self.birth_date.day)
        return day.year - self.birth_date.year - before_birthday

    def save(self, *args: object, update_fields: Iterable[str] | None = None, **kwargs: object) -> None:
        self.search_name = searchable(self.name)
        if update_fields is not None:
            update_fields = {*update_fields, "search_name"}
        super().save(*args, update_fields=update_fields, **kwargs)
