"""When therapists work: weekly hours in wall time, and the days on which they do not hold."""

from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clinics.constraints import SameClinic, clinic_rules, known_days, one_of
from clinics.models.base import ClinicModel
from clinics.models.clinic import Location
from clinics.tenancy import ClinicManager, ClinicQuerySet

WEEKDAYS = [
    (1, _("Monday")), (2, _("Tuesday")), (3, _("Wednesday")), (4, _("Thursday")),
    (5, _("Friday")), (6, _("Saturday")), (7, _("Sunday")),
]  # fmt: skip
HOW_OFTEN = [(1, _("every week")), (2, _("every other week"))]


class WorkingHoursQuerySet(ClinicQuerySet["WorkingHours"]):
    def holding(self, first: date, last: date) -> Self:
        """What may hold on some of these days."""
        since, until = Q(valid_from__isnull=True), Q(valid_until__isnull=True)
        return self.filter(since | Q(valid_from__lte=last), until | Q(valid_until__gte=first))

    def not_over(self, today: date) -> Self:
        """What holds now or will: what can still be changed."""
        found = self.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=today))
        return found.order_by("weekday", "starts", "valid_from", "pk")


class WorkingHours(ClinicModel):
    """One weekly stretch in wall time at a location. ISO weekdays: 1 is Monday."""

    therapist = models.ForeignKey(
        "clinics.User", on_delete=models.CASCADE, related_name="+", verbose_name=_("therapist")
    )
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="+", verbose_name=_("location"))
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=WEEKDAYS)
    starts = models.TimeField(_("from"))
    ends = models.TimeField(_("to"))
    valid_from = models.DateField(_("first day"), null=True, blank=True)
    valid_until = models.DateField(_("last day"), null=True, blank=True)
    # Of alternate weeks the one with valid_from is the first: an ISO week's number would skip at the turn of a year.
    every_weeks = models.PositiveSmallIntegerField(_("how often"), choices=HOW_OFTEN, default=1)

    objects: ClassVar = ClinicManager.from_queryset(WorkingHoursQuerySet)()

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
                violation_error_message=_("The end must be later than the start."),
            ),
            models.CheckConstraint(condition=Q(weekday__gte=1, weekday__lte=7), name="clinics_workinghours_weekday"),
            known_days("valid_from", "valid_until"),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_until__isnull=True)
                | Q(valid_until__gte=F("valid_from")),
                name="clinics_workinghours_valid",
                violation_error_message=_("The last day is not before the first."),
            ),
            models.CheckConstraint(
                condition=Q(every_weeks=1) | Q(every_weeks=2, valid_from__isnull=False),
                name="clinics_workinghours_alternate",
                violation_error_message=_("Every other week needs a first day, which says which weeks are meant."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.starts:%H:%M}-{self.ends:%H:%M}"


class ExceptionKind(models.TextChoices):
    OFF = "off", _("off")
    EXTRA = "extra", _("extra hours")


class HoursExceptionQuerySet(ClinicQuerySet["HoursException"]):
    def touching(self, first: date, last: date) -> Self:
        return self.filter(first_day__lte=last, last_day__gte=first)

    def not_over(self, today: date) -> Self:
        return self.filter(last_day__gte=today).select_related("location").order_by("first_day", "starts", "pk")


class HoursException(ClinicModel):
    """Days on which the weekly hours do not hold, in wall time: off (no times: all day), or more than usual."""

    therapist = models.ForeignKey(
        "clinics.User", on_delete=models.CASCADE, related_name="+", verbose_name=_("therapist")
    )
    kind = models.CharField(_("kind"), max_length=5, choices=ExceptionKind)
    location = models.ForeignKey(
        Location, on_delete=models.PROTECT, related_name="+", verbose_name=_("location"), null=True, blank=True,
    )  # fmt: skip
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    starts = models.TimeField(_("from"), null=True, blank=True)
    ends = models.TimeField(_("to"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=120, blank=True)

    objects: ClassVar = ClinicManager.from_queryset(HoursExceptionQuerySet)()

    class Meta(ClinicModel.Meta):
        verbose_name = _("exception")
        verbose_name_plural = _("exceptions")
        ordering = ["first_day", "starts", "pk"]
        constraints = [
            *clinic_rules(),
            SameClinic("therapist", to="clinics.Membership", to_column="user_id"),
            SameClinic("location"),
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")),
                name="clinics_hoursexception_days",
                violation_error_message=_("The last day is not before the first."),
            ),
            models.CheckConstraint(
                condition=Q(starts__isnull=True, ends__isnull=True) | Q(ends__gt=F("starts")),
                name="clinics_hoursexception_times",
                violation_error_message=_("The end must be later than the start; without times it is the whole day."),
            ),
            one_of("kind", ExceptionKind.values),
            known_days("first_day", "last_day"),
            models.CheckConstraint(
                condition=Q(kind="off") | Q(kind="extra", location__isnull=False, starts__isnull=False),
                name="clinics_hoursexception_extra",
                violation_error_message=_("Extra hours have a location and times."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.first_day}"


class HolidayQuerySet(ClinicQuerySet["Holiday"]):
    def between(self, first: date, last: date) -> Self:
        return self.filter(day__gte=first, day__lte=last)


class Holiday(ClinicModel):
    """A day on which a location is closed; without a location the whole clinic is."""

    location = models.ForeignKey(
        Location, on_delete=models.PROTECT, related_name="+", verbose_name=_("location"), null=True, blank=True,
    )  # fmt: skip
    day = models.DateField(_("day"))
    name = models.CharField(_("name"), max_length=80)

    objects: ClassVar = ClinicManager.from_queryset(HolidayQuerySet)()

    class Meta(ClinicModel.Meta):
        verbose_name = _("holiday")
        verbose_name_plural = _("holidays")
        ordering = ["day", "pk"]
        constraints = [
            *clinic_rules(portal_reads=True),
            SameClinic("location"),
            known_days("day"),
            models.UniqueConstraint(
                fields=["clinic", "day", "location"], name="clinics_holiday_once", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"
