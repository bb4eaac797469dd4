from datetime import date, datetime, timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q, Value
from django.utils.translation import gettext_lazy as _

from clinics.constraints import SameClinic, Trigger, clinic_rules, known_days, one_of, refuse
from clinics.models import ClinicModel, Location, Room, Service
from clinics.tenancy import ClinicManager, ClinicQuerySet
from patients.models.appointment import GRACE, Appointment
from patients.models.patient import Patient
from patients.models.status import HERE, Status


class WaitStatus(models.TextChoices):
    WAITING = "waiting", _("waiting")
    BOOKED = "booked", _("booked")
    WITHDRAWN = "withdrawn", _("taken off")


class WaitlistQuerySet(ClinicQuerySet["WaitlistEntry"]):
    def waiting_on(self, day: date) -> Self:
        """In the order in which they are offered a time: urgent first, then whoever has waited longest."""
        return self.filter(status=WaitStatus.WAITING, valid_until__gte=day).order_by("-priority", "created_at", "pk")


class WaitlistEntry(ClinicModel):
    """Somebody who would come earlier: with whom, when in the week, and until which day it is of use."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+", verbose_name=_("patient"))
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+", verbose_name=_("service"))
    location = models.ForeignKey(
        Location, on_delete=models.PROTECT, related_name="+", verbose_name=_("location"), null=True, blank=True
    )
    therapists = ArrayField(models.BigIntegerField(), verbose_name=_("therapists"), default=list, blank=True)  # []: any
    weekdays = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("weekdays"), default=list, blank=True)
    not_before = models.TimeField(_("not before"), null=True, blank=True)
    not_after = models.TimeField(_("not after"), null=True, blank=True)  # the visit has ended by then
    valid_until = models.DateField(_("until"))
    priority = models.PositiveSmallIntegerField(
        _("priority"), choices=[(0, _("usual")), (1, _("soon")), (2, _("urgent"))], default=0
    )
    # The visit that an earlier one would replace. It is cancelled in the moment in which the earlier one is accepted.
    instead_of = models.ForeignKey(
        Appointment, on_delete=models.PROTECT, related_name="+", verbose_name=_("instead of"), null=True, blank=True
    )
    status = models.CharField(_("status"), max_length=10, choices=WaitStatus, default=WaitStatus.WAITING)
    created_at = models.DateTimeField(_("since"))

    objects: ClassVar = ClinicManager.from_queryset(WaitlistQuerySet)()

    class Meta(ClinicModel.Meta):
        verbose_name = _("waiting list entry")
        verbose_name_plural = _("waiting list")
        constraints = [
            *clinic_rules(),
            SameClinic("patient"),
            SameClinic("service"),
            SameClinic("location"),
            SameClinic("instead_of", patient=True),
            Trigger(
                name="patients_waitlistentry_therapists",
                when="BEFORE INSERT OR UPDATE OF therapists",
                body=f"""
                IF EXISTS (
                    SELECT FROM unnest(NEW.therapists) AS wanted(id) WHERE NOT EXISTS (
                        SELECT FROM clinics_membership AS member
                        WHERE member.clinic_id = NEW.clinic_id AND member.user_id = wanted.id)
                ) THEN {refuse("patients_waitlistentry_therapists", "a therapist of another clinic")} END IF;
                RETURN NEW;
                """,
            ),
            one_of("status", WaitStatus.values),
            known_days("valid_until"),
            models.CheckConstraint(
                condition=Q(not_before__isnull=True) | Q(not_after__isnull=True) | Q(not_after__gt=F("not_before")),
                name="patients_waitlistentry_window",
                violation_error_message=_("The end must be later than the start."),
            ),
            models.CheckConstraint(condition=Q(priority__lte=2), name="patients_waitlistentry_priority"),
            models.UniqueConstraint(
                fields=["clinic", "patient", "service"],
                condition=Q(status="waiting"),
                name="patients_waitlistentry_once",
                violation_error_message=_("This patient waits for this service already."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.patient_id} {self.service_id}"

    @property
    def later_visit(self) -> Appointment | None:
        """What an earlier one would replace, while it is still to come; needs instead_of."""
        return self.instead_of if self.instead_of and self.instead_of.status == Status.BOOKED else None

    @property
    def has_come(self) -> bool:
        """The visit that was to be earlier is under way or over; needs instead_of."""
        return self.instead_of is not None and self.instead_of.status in {*HERE, Status.NO_SHOW}


LOOK_AGAIN = timedelta(minutes=10)  # what keeps somebody from coming may have changed


class FreedTimeQuerySet(ClinicQuerySet["FreedTime"]):
    def on_offer(self, now: datetime) -> Self:
        """Not before the minutes have passed in which a cancellation may still be taken back."""
        return self.filter(closed_at__isnull=True, ends_at__gt=now, freed_at__lte=Value(now) - GRACE)

    def to_look_at(self, now: datetime) -> Self:
        return self.on_offer(now).filter(Q(looked_at__isnull=True) | Q(looked_at__lte=now - LOOK_AGAIN))


class FreedTime(ClinicModel):
    """A therapist's time that somebody gave back. It is offered to one after the other, until it is taken (a trigger of
    the appointments sees to that) or over."""

    therapist = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField(_("start"))
    ends_at = models.DateTimeField(_("end"))
    # Whoever gave it back is not asked to take it.
    given_back_by = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    freed_at = models.DateTimeField(_("came free"))
    looked_at = models.DateTimeField(null=True, blank=True)  # when nobody was found; None: somebody is to look now
    closed_at = models.DateTimeField(_("not offered any more since"), null=True, blank=True)

    objects: ClassVar = ClinicManager.from_queryset(FreedTimeQuerySet)()

    class Meta(ClinicModel.Meta):
        verbose_name = _("freed time")
        verbose_name_plural = _("freed times")
        ordering = ["-freed_at", "-pk"]
        constraints = [
            *clinic_rules(),
            SameClinic("therapist", to="clinics.Membership", to_column="user_id"),
            SameClinic("room"),
            SameClinic("given_back_by"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="patients_freedtime_ends_later"),
        ]
        indexes = [
            models.Index(fields=["ends_at"], condition=Q(closed_at__isnull=True), name="patients_freedtime_open"),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}"


class OfferState(models.TextChoices):
    OPEN = "open", _("waits for an answer")
    ACCEPTED = "accepted", _("accepted")
    DECLINED = "declined", _("declined")
    EXPIRED = "expired", _("no answer")
    WITHDRAWN = "withdrawn", _("taken back")


class Offer(ClinicModel):
    """One free time, offered to one person for some minutes. The time is a row of its own, which holds it."""

    freed = models.ForeignKey(FreedTime, on_delete=models.PROTECT, related_name="offers")
    entry = models.ForeignKey(WaitlistEntry, on_delete=models.PROTECT, related_name="offers")
    appointment = models.ForeignKey(Appointment, on_delete=models.SET_NULL, related_name="offers", null=True)
    therapist = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField(_("start"))
    offered_at = models.DateTimeField(_("offered"))
    expires_at = models.DateTimeField(_("kept until"))
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=OfferState, default=OfferState.OPEN)

    class Meta(ClinicModel.Meta):
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        ordering = ["-offered_at", "-pk"]
        constraints = [
            *clinic_rules(),
            SameClinic("freed"),
            SameClinic("entry"),
            SameClinic("appointment"),
            SameClinic("therapist", to="clinics.Membership", to_column="user_id"),
            one_of("state", OfferState.values),
            models.UniqueConstraint(
                fields=["clinic", "entry"], condition=Q(state="open"), name="patients_offer_one_open_each"
            ),
            models.UniqueConstraint(
                fields=["clinic", "appointment"], condition=Q(state__in=["open", "accepted"]),
                name="patients_offer_one_winner",
            ),
            models.UniqueConstraint(fields=["clinic", "freed", "entry"], name="patients_offer_once"),
            models.UniqueConstraint(
                fields=["clinic", "freed"], condition=Q(state__in=["open", "accepted"]),
                name="patients_offer_one_at_a_time",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.entry_id} {self.state}"

    @property
    def gives_up(self) -> Appointment | None:
        """The visit that a yes cancels: only one after the time on offer; needs the entry with instead_of."""
        later = self.entry.later_visit
        return later if later and later.starts_at > self.starts_at else None
