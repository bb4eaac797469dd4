from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from clinics.constraints import SameClinic, Trigger, clinic_rules, patient_key, refuse
from clinics.models import ClinicModel, Room, Service
from clinics.tenancy import ClinicManager, ClinicQuerySet
from patients.models.patient import Patient


class Status(models.TextChoices):
    BOOKED = "booked", _("Booked")
    ARRIVED = "arrived", _("Arrived")
    IN_SESSION = "in_session", _("In session")
    COMPLETED = "completed", _("Completed")
    NO_SHOW = "no_show", _("No-show")
    CANCELLED = "cancelled", _("Cancelled")


# What may follow what. A wrong tap is put right by going one step back.
NEXT: dict[str, tuple[Status, ...]] = {
    Status.BOOKED: (Status.ARRIVED, Status.NO_SHOW, Status.CANCELLED),
    Status.ARRIVED: (Status.IN_SESSION, Status.BOOKED, Status.CANCELLED),
    Status.IN_SESSION: (Status.COMPLETED, Status.ARRIVED),
    Status.COMPLETED: (Status.IN_SESSION,),
    Status.NO_SHOW: (Status.ARRIVED, Status.BOOKED),
    Status.CANCELLED: (),
}

STEPS = ", ".join(f"('{before}', '{after.value}')" for before, allowed in NEXT.items() for after in allowed)

# Only true once the day has come; a visit is missed only once it should have begun.
HERE = (Status.ARRIVED, Status.IN_SESSION, Status.COMPLETED)
# A completed visit still occupies its time: nobody was in two places. Cancelled and missed ones free it.
LIVE = [Status.BOOKED.value, Status.ARRIVED.value, Status.IN_SESSION.value, Status.COMPLETED.value]
COMING = [Status.BOOKED.value, Status.ARRIVED.value, Status.IN_SESSION.value]
OCCUPIES = Q(status__in=LIVE, is_override=False)
# Reads find what reaches into a day by starts_at, so they must know how far an appointment can reach.
LONGEST, WIDEST_BUFFER = timedelta(hours=12), timedelta(hours=1)


def busy(field: str) -> ExclusionConstraint:
    return ExclusionConstraint(
        name=f"patients_appointment_{field}_busy",
        expressions=[(field, RangeOperators.EQUAL), ("blocked", RangeOperators.OVERLAPS)],
        condition=OCCUPIES,
        violation_error_code=f"{field}_busy",
    )


class AppointmentQuerySet(ClinicQuerySet["Appointment"]):
    def between(self, start: datetime, end: datetime) -> Self:
        """By starts_at: range operators are not leakproof, so under a policy they cannot use an index."""
        return self.filter(starts_at__gte=start, starts_at__lt=end)

    def live(self) -> Self:
        return self.filter(status__in=LIVE)

    def upcoming(self, now: datetime) -> Self:
        """What a patient still comes for, soonest first."""
        return self.filter(ends_at__gt=now, status__in=COMING).for_patient_page().order_by("starts_at", "pk")

    def past(self, now: datetime) -> Self:
        return self.exclude(ends_at__gt=now, status__in=COMING).for_patient_page().order_by("-starts_at", "-pk")

    def for_patient_page(self) -> Self:
        return self.select_related("therapist", "room__location", "service")

    def occupying(self, start: datetime, end: datetime) -> Self:
        """What may take time of [start, end), its buffers included: the same rows that the constraints guard."""
        reach = LONGEST + WIDEST_BUFFER
        return self.filter(OCCUPIES, starts_at__gte=start - reach, starts_at__lt=end + WIDEST_BUFFER)

    def for_board(self) -> Self:
        return self.select_related("patient", "therapist", "room", "service").order_by("starts_at", "pk")


class Appointment(ClinicModel):
    patient = models.ForeignKey(
        Patient, on_delete=models.PROTECT, related_name="appointments", verbose_name=_("patient")
    )
    # The person, not the membership: somebody who works in two clinics cannot be booked twice.
    therapist = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("therapist")
    )
    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="+", verbose_name=_("room"))
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+", verbose_name=_("service"))
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.BOOKED)
    starts_at = models.DateTimeField(_("start"))
    ends_at = models.DateTimeField(_("end"))
    arrived_at = models.DateTimeField(_("arrived"), null=True, blank=True, editable=False)
    minutes_before = models.PositiveSmallIntegerField(default=0)
    minutes_after = models.PositiveSmallIntegerField(default=0)
    is_override = models.BooleanField(default=False)
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

    objects: ClassVar = ClinicManager.from_queryset(AppointmentQuerySet)()

    class Meta(ClinicModel.Meta):
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        constraints = [
            *clinic_rules(patient_column="patient_id"),
            patient_key(),
            SameClinic("patient"),
            SameClinic("room"),
            SameClinic("service"),
            SameClinic("therapist", to="clinics.Membership", to_column="user_id"),
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
            busy("therapist"),
            busy("room"),
            busy("patient"),
            Trigger(
                name="patients_appointment_fit",
                when="BEFORE INSERT OR UPDATE OF therapist_id, room_id, service_id, starts_at",
                body=f"""
                IF EXISTS (
                    SELECT FROM clinics_service AS service
                    WHERE service.id = NEW.service_id AND service.credential <> '' AND NOT EXISTS (
                        SELECT FROM clinics_credential AS credential
                        JOIN clinics_room AS room ON room.id = NEW.room_id
                        JOIN clinics_location AS location ON location.id = room.location_id
                        WHERE credential.clinic_id = NEW.clinic_id AND credential.therapist_id = NEW.therapist_id
                          AND credential.kind = service.credential
                          AND (NEW.starts_at AT TIME ZONE location.time_zone)::date
                              BETWEEN credential.issued_on AND credential.expires_on)
                ) THEN {refuse("patients_appointment_credential", "no valid credential on that day")} END IF;
                IF EXISTS (
                    SELECT FROM clinics_service AS service JOIN clinics_room AS room ON room.id = NEW.room_id
                    WHERE service.id = NEW.service_id AND NOT room.features @> service.room_features
                ) THEN {refuse("patients_appointment_room_fit", "the room lacks what the service needs")} END IF;
                RETURN NEW;
                """,
            ),
            Trigger(
                name="patients_appointment_day",
                when="BEFORE INSERT OR UPDATE OF status, starts_at, room_id",
                body=f"""
                IF NEW.status = '{Status.NO_SHOW.value}' AND NEW.starts_at > now() THEN
                    {refuse("patients_appointment_has_begun", "nobody has missed a visit that is still to come")}
                END IF;
                IF NEW.status IN ({", ".join(f"'{status.value}'" for status in HERE)}) AND EXISTS (
                    SELECT FROM clinics_room AS room JOIN clinics_location AS location ON location.id = room.location_id
                    WHERE room.id = NEW.room_id
                      AND (NEW.starts_at AT TIME ZONE location.time_zone)::date
                        > (now() AT TIME ZONE location.time_zone)::date
                ) THEN {refuse("patients_appointment_day_has_come", "the day of the visit is still to come")} END IF;
                RETURN NEW;
                """,
            ),
            Trigger(
                name="patients_appointment_steps",
                when="BEFORE UPDATE OF status",
                body=f"""
                IF NEW.status <> OLD.status AND (OLD.status, NEW.status) NOT IN ({STEPS}) THEN
                    {refuse("patients_appointment_step", "that status cannot follow")}
                END IF;
                RETURN NEW;
                """,
            ),
            # Whoever leaves later, and a service that is changed later, leave what is booked as it is. Who is no member
            # at all is the foreign key's to refuse, and a row out of scope the policies'.
            Trigger(
                name="patients_appointment_booked",
                when="BEFORE INSERT OR UPDATE OF therapist_id, service_id, minutes_before, minutes_after, is_override",
                body=f"""
                IF (TG_OP = 'INSERT' OR NEW.therapist_id <> OLD.therapist_id) AND EXISTS (
                    SELECT FROM clinics_membership AS member
                    WHERE member.clinic_id = NEW.clinic_id AND member.user_id = NEW.therapist_id
                      AND NOT (member.is_active AND member.treats)
                ) THEN {refuse("patients_appointment_treats", "the therapist does not treat here")} END IF;
                IF NOT NEW.is_override AND (
                    TG_OP = 'INSERT' OR OLD.is_override
                    OR (NEW.service_id, NEW.minutes_before, NEW.minutes_after)
                        <> (OLD.service_id, OLD.minutes_before, OLD.minutes_after)
                ) AND EXISTS (
                    SELECT FROM clinics_service AS service
                    WHERE service.id = NEW.service_id
                      AND (service.minutes_before, service.minutes_after) <> (NEW.minutes_before, NEW.minutes_after)
                ) THEN {refuse("patients_appointment_buffers", "the service asks for other buffers")} END IF;
                RETURN NEW;
                """,
            ),
            Trigger(
                name="patients_appointment_sealed",
                when="BEFORE UPDATE",
                body=f"""
                IF OLD.is_documented AND (
                    NOT NEW.is_documented
                    OR (NEW.status, NEW.patient_id, NEW.therapist_id, NEW.room_id, NEW.service_id, NEW.starts_at,
                        NEW.ends_at)
                    <> (OLD.status, OLD.patient_id, OLD.therapist_id, OLD.room_id, OLD.service_id, OLD.starts_at,
                        OLD.ends_at)
                ) THEN {refuse("patients_appointment_documented", "a documented visit stays as it is")} END IF;
                RETURN NEW;
                """,
            ),
        ]
        indexes = [
            # Reads go by starts_at: range operators are not leakproof, so they cannot use an index under a policy.
            models.Index(fields=["clinic", "starts_at"], name="patients_appt_clinic_start"),
            models.Index(fields=["patient", "starts_at"], name="patients_appt_patient_start"),
            models.Index(fields=["therapist", "starts_at"], name="patients_appt_therapist_start"),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}"

    @property
    def local_start(self) -> datetime:
        """Wall time at the location; needs room__location."""
        return self.room.location.local(self.starts_at)

    @property
    def local_end(self) -> datetime:
        return self.room.location.local(self.ends_at)

    @property
    def next_statuses(self) -> tuple[Status, ...]:
        return () if self.is_documented else NEXT[self.status]

    def too_early_for(self, status: str, now: datetime) -> bool:
        """Nobody is here before the day of the visit, or missing before its hour; needs room__location."""
        if status == Status.NO_SHOW:
            return self.starts_at > now
        return status in HERE and self.local_start.date() > self.room.location.local(now).date()
