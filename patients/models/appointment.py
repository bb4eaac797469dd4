from datetime import date, datetime, timedelta
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import DateField, DateTimeField, ExpressionWrapper, F, Func, Max, Q
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinics.clock_words import pass_note
from clinics.constraints import SameClinic, clinic_rules, known_instant, patient_key
from clinics.models import ClinicModel, Room, Service
from clinics.tenancy import ClinicManager, ClinicQuerySet
from patients.models.appointment_rules import (
    BOOKED,
    DAY,
    DOUBLE_BOOKED,
    EQUIPMENT,
    FIT,
    FREED,
    PLACES,
    SEALED,
    STEP_BY_STEP,
    VERSION,
    WITH_CLASS,
)
from patients.models.patient import Patient
from patients.models.series import Series
from patients.models.status import (
    COMING,
    FIRST_DAY,
    HERE,
    KEPT,
    LAST_DAY,
    LIVE,
    LONGEST,
    NEXT,
    OCCUPIES,
    OCCUPYING,
    WIDEST_BUFFER,
    Status,
)

# How long the clinic may take a change back before anybody hears of it.
GRACE = ExpressionWrapper(F("clinic__grace_minutes") * timedelta(minutes=1), models.DurationField())


def busy(field: str, condition: Q) -> ExclusionConstraint:
    return ExclusionConstraint(
        name=f"patients_appointment_{field}_busy",
        expressions=[(field, RangeOperators.EQUAL), ("blocked", RangeOperators.OVERLAPS)],
        condition=condition,
        violation_error_code=f"{field}_busy",
    )


class AppointmentQuerySet(ClinicQuerySet["Appointment"]):
    def between(self, start: datetime, end: datetime) -> Self:
        """By starts_at: range operators are not leakproof, so under a policy they cannot use an index."""
        return self.filter(starts_at__gte=start, starts_at__lt=end)

    def from_day(self, day: date) -> Self:
        """By the calendar of the place where each is."""
        zone = F("room__location__time_zone")
        local = Func(zone, F("starts_at"), function="timezone", output_field=DateTimeField())
        return self.annotate(local_day=Cast(local, DateField())).filter(local_day__gte=day)

    def live(self) -> Self:
        return self.filter(status__in=LIVE)

    def not_kept(self) -> Self:
        """Visits and classes, without what is only held or offered. To be asked of `Appointment.every`."""
        return self.exclude(status__in=KEPT)

    def upcoming(self, now: datetime) -> Self:
        """What a patient still comes for, soonest first."""
        return self.filter(ends_at__gt=now, status__in=COMING).for_patient_page().order_by("starts_at", "pk")

    def past(self, now: datetime) -> Self:
        return self.exclude(ends_at__gt=now, status__in=COMING).for_patient_page().order_by("-starts_at", "-pk")

    def for_patient_page(self) -> Self:
        return self.select_related("therapist", "room__location", "service")

    def occupying(self, start: datetime, end: datetime) -> Self:
        """What may take time of [start, end), its buffers included: double bookings too, for whoever comes later.

        To be asked of `Appointment.every`. Kept times that ran out are left out: they give way to a booking.
        """
        still_kept = Q(expires_at__isnull=True) | Q(expires_at__gt=timezone.now())
        return self.filter(still_kept, status__in=OCCUPYING).reaching(start, end)

    def reaching(self, start: datetime, end: datetime) -> Self:
        """A few more than overlap [start, end) with their buffers: to be compared by `blocked` once they are here."""
        return self.filter(starts_at__gte=start - LONGEST - WIDEST_BUFFER, starts_at__lt=end + WIDEST_BUFFER)

    def kept_too_long(self, now: datetime) -> Self:
        """Held or offered, and nobody said yes in time. To be asked of `Appointment.every`."""
        return self.filter(status__in=KEPT, expires_at__lte=now)

    def with_due_news(self, now: datetime) -> "models.QuerySet[Appointment, Any]":
        """One row a clinic and patient: the minutes of grace are over since the last of their changes."""
        news = self.filter(news_at__isnull=False).order_by().values("clinic_id", "patient_id")
        return news.annotate(due_at=Max(F("news_at") + GRACE)).filter(due_at__lte=now)

    def for_board(self) -> Self:
        return self.select_related("patient", "therapist", "room", "service").order_by("starts_at", "pk")


class VisitManager(ClinicManager.from_queryset(AppointmentQuerySet)):  # type: ignore[misc]  # made at run time
    """Visits of patients. Times that are only kept, and classes as a whole, are found through `every`."""

    def get_queryset(self) -> AppointmentQuerySet:
        found: AppointmentQuerySet = super().get_queryset()
        return found.filter(patient__isnull=False).exclude(status__in=KEPT)


class Appointment(ClinicModel):
    # None only for what `objects` leaves out: a time held before somebody is chosen, and a class.
    patient: "models.ForeignKey[Patient, Patient]" = models.ForeignKey(  # type: ignore[misc]  # see above
        Patient, on_delete=models.PROTECT, related_name="appointments", verbose_name=_("patient"), null=True,
        db_index=False,
    )  # fmt: skip
    # The person, not the membership: somebody who works in two clinics cannot be booked twice.
    therapist = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("therapist"),
        db_index=False,
    )  # fmt: skip
    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="+", verbose_name=_("room"), db_index=False)
    service = models.ForeignKey(
        Service, on_delete=models.PROTECT, related_name="+", verbose_name=_("service"), db_index=False
    )
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.BOOKED)
    starts_at = models.DateTimeField(_("start"))
    ends_at = models.DateTimeField(_("end"))
    arrived_at = models.DateTimeField(_("arrived"), null=True, blank=True, editable=False)
    minutes_before = models.PositiveSmallIntegerField(default=0)
    minutes_after = models.PositiveSmallIntegerField(default=0)
    is_override = models.BooleanField(default=False)
    override_reason = models.CharField(_("reason for the double booking"), max_length=200, blank=True)
    spacing_reason = models.CharField(_("reason for needling close together"), max_length=200, blank=True)
    series = models.ForeignKey(
        Series, on_delete=models.PROTECT, related_name="appointments", null=True, blank=True, editable=False,
        db_index=False,
    )  # fmt: skip
    # A class is one row with places; each of its participants is one more, which takes nothing but the patient's time.
    group = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="participants", null=True, blank=True, editable=False,
        db_index=False,
    )  # fmt: skip
    places = models.PositiveSmallIntegerField(_("places"), null=True, blank=True)
    places_taken = models.SmallIntegerField(_("places taken"), default=0, editable=False)  # kept by a trigger
    version = models.PositiveIntegerField(default=1, editable=False)  # kept by a trigger
    expires_at = models.DateTimeField(_("kept until"), null=True, blank=True, editable=False)
    held_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True, blank=True, editable=False,
        db_index=False,
    )  # fmt: skip
    # When this time was agreed on: a reminder of what was agreed later than it would go out says nothing new.
    agreed_at = models.DateTimeField(default=timezone.now, editable=False)
    confirmed_at = models.DateTimeField(_("confirmed by the patient"), null=True, blank=True, editable=False)
    # What the patient was told last, so that a change that is taken back in time says nothing.
    told = models.JSONField(null=True, blank=True, editable=False)
    # When the last change was made that the patient is still to be told of.
    news_at = models.DateTimeField(null=True, blank=True, editable=False)
    is_documented = models.BooleanField(default=False, editable=False)  # its session is signed: it took place like this
    blocked = models.GeneratedField(
        # timestamptz +/- interval is only STABLE, so the arithmetic sits in an IMMUTABLE function.
        expression=Func(
            F("starts_at"),
            F("ends_at"),
            F("minutes_before"),
            F("minutes_after"),
            function="appointment_blocked",
        ),
        output_field=DateTimeRangeField(),
        db_persist=True,
    )

    objects: ClassVar = VisitManager()
    every: ClassVar = ClinicManager.from_queryset(AppointmentQuerySet)()

    class Meta(ClinicModel.Meta):
        base_manager_name = "every"
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        constraints = [
            *clinic_rules(patient_column="patient_id"),
            patient_key(),
            SameClinic("patient"),
            SameClinic("room"),
            SameClinic("service"),
            SameClinic("therapist", to="clinics.Membership", to_column="user_id"),
            SameClinic("held_by", to="clinics.Membership", to_column="user_id"),
            SameClinic("series", patient=True),
            SameClinic("group"),
            known_instant("starts_at", FIRST_DAY, LAST_DAY),
            # Without it a range may be empty, and an empty range overlaps nothing.
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="patients_appointment_ends_later"),
            models.CheckConstraint(
                condition=Q(ends_at__lte=F("starts_at") + LONGEST, minutes_before__lte=60, minutes_after__lte=60),
                name="patients_appointment_longest",
            ),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="patients_appointment_status"),
            models.CheckConstraint(
                condition=Q(is_documented=False) | Q(status=Status.COMPLETED.value),
                name="patients_appointment_documented_completed",
            ),
            # Who takes part in a class takes a place of it: the therapist and the room are taken by the class.
            busy("therapist", OCCUPIES & Q(group__isnull=True)),
            busy("room", OCCUPIES & Q(group__isnull=True)),
            busy("patient", OCCUPIES),
            models.CheckConstraint(
                condition=Q(patient__isnull=False) | Q(status="held") | Q(places__isnull=False),
                name="patients_appointment_has_patient",
            ),
            models.CheckConstraint(
                condition=Q(places__isnull=True, places_taken=0)
                | Q(patient__isnull=True, group__isnull=True, places_taken__gte=0, places_taken__lte=F("places")),
                name="patients_appointment_places",
                violation_error_message=_("The class is full."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=KEPT, expires_at__isnull=False)
                | (~Q(status__in=KEPT) & Q(expires_at__isnull=True)),
                name="patients_appointment_kept_until",
            ),
            models.CheckConstraint(
                condition=Q(is_override=False, override_reason="") | (Q(is_override=True) & ~Q(override_reason="")),
                name="patients_appointment_override_reason",
                violation_error_message=_("A double booking needs a reason."),
            ),
            FIT,
            DAY,
            STEP_BY_STEP,
            BOOKED,
            SEALED,
            VERSION,
            PLACES,
            WITH_CLASS,
            EQUIPMENT,
            FREED,
            DOUBLE_BOOKED,
        ]
        indexes = [
            # Reads go by starts_at: range operators are not leakproof, so they cannot use an index under a policy.
            # They serve the foreign keys too. Where a key has an index alone, the planner reads a day through all the
            # years of its rooms or services; and each index more slows every booking.
            models.Index(fields=["clinic", "starts_at"], name="patients_appt_clinic_start"),
            models.Index(fields=["patient", "starts_at"], name="patients_appt_patient_start"),
            models.Index(fields=["therapist", "starts_at"], name="patients_appt_therapist_start"),
            models.Index(fields=["room", "starts_at"], name="patients_appt_room_start"),
            *(
                models.Index(fields=[rare], condition=Q(**{f"{rare}__isnull": False}), name=f"patients_appt_{rare}")
                for rare in ("series", "group", "held_by")
            ),
            # Of all clinics, what is still to come: the sweep for reminders asks every minute.
            models.Index(fields=["starts_at"], condition=Q(status=Status.BOOKED), name="patients_appt_booked_start"),
            # A few rows: whoever books is held against them.
            models.Index(fields=["clinic", "starts_at"], condition=Q(is_override=True), name="patients_appt_override"),
            models.Index(
                fields=["clinic", "expires_at"], condition=Q(expires_at__isnull=False), name="patients_appt_kept"
            ),
            models.Index(fields=["news_at"], condition=Q(news_at__isnull=False), name="patients_appt_news"),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}"

    @property
    def patient_pk(self) -> int:
        """What `objects` finds has one."""
        assert self.patient_id is not None  # noqa: S101
        return self.patient_id

    @property
    def local_start(self) -> datetime:
        """Wall time at the location; needs room__location."""
        return self.room.location.local(self.starts_at)

    @property
    def local_end(self) -> datetime:
        return self.room.location.local(self.ends_at)

    @property
    def clock_note(self) -> str:
        """Which of two, where the clock shows the start twice."""
        return pass_note(self.starts_at, self.room.location.zone)

    @property
    def is_confirmed(self) -> bool:
        """The patient has said that they come, and nothing has become of it yet."""
        return self.status == Status.BOOKED and self.confirmed_at is not None

    @property
    def next_statuses(self) -> tuple[Status, ...]:
        return () if self.is_documented else NEXT[self.status]

    def too_early_for(self, status: str, now: datetime) -> bool:
        """Nobody is here before the day of the visit, or missing before its hour; needs room__location."""
        if status == Status.NO_SHOW:
            return self.starts_at > now
        return status in HERE and self.local_start.date() > self.room.location.local(now).date()
