from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinics.constraints import SameClinic, Trigger, clinic_rules, refuse
from clinics.models import ClinicModel
from clinics.tenancy import ClinicManager, ClinicQuerySet
from patients.models import Appointment, Patient
from programs.models.emergency import wait_for_screens
from programs.models.episode import Episode, while_care_goes_on
from programs.models.signing_rules import SIGNING_RULES, refuse_each


class SessionQuerySet(ClinicQuerySet["Session"]):
    def newest_first(self) -> Self:
        return self.select_related("appointment__room__location", "therapist").order_by(
            "-appointment__starts_at", "-pk"
        )

    def with_parts(self) -> Self:
        """Everything that was done, in three statements however many sessions."""
        return self.select_related("therapist", "signed_by", "episode").prefetch_related(
            "needling_sites", "manual_treatments"
        )


class Session(ClinicModel):
    """The treatment given at one appointment. Once signed it never changes: the database refuses."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="sessions")
    appointment = models.OneToOneField(Appointment, on_delete=models.PROTECT, related_name="session")
    therapist = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=0, editable=False)  # how often it was saved
    note = models.TextField(_("note"), blank=True)
    pain_before = models.PositiveSmallIntegerField(_("pain before"), null=True, blank=True)
    pain_after = models.PositiveSmallIntegerField(_("pain after"), null=True, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects: ClassVar = ClinicManager.from_queryset(SessionQuerySet)()

    class Meta(ClinicModel.Meta):
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        constraints = [
            *clinic_rules(),
            while_care_goes_on("session"),
            SameClinic("patient"),
            SameClinic("episode", patient=True),
            SameClinic("appointment", patient=True),
            SameClinic("therapist", to="clinics.Membership", to_column="user_id"),
            models.CheckConstraint(
                condition=(Q(signed_at__isnull=True, signed_by__isnull=True))
                | Q(signed_at__isnull=False, signed_by__isnull=False),
                name="programs_session_signed_by_somebody",
            ),
            models.CheckConstraint(
                condition=(Q(pain_before__isnull=True) | Q(pain_before__lte=10))
                & (Q(pain_after__isnull=True) | Q(pain_after__lte=10)),
                name="programs_session_pain",
            ),
            # Nobody signs for somebody else.
            models.CheckConstraint(
                condition=Q(signed_by__isnull=True) | Q(signed_by=models.F("therapist")),
                name="programs_session_signed_by_therapist",
            ),
            Trigger(
                name="programs_session_sealed",
                when="BEFORE UPDATE OR DELETE",
                body=f"""
                IF OLD.signed_at IS NOT NULL THEN
                    {refuse("programs_session_signed", "a signed session is never changed")}
                END IF;
                IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                RETURN NEW;
                """,
            ),
            Trigger(
                name="programs_session_gates",
                when="BEFORE INSERT OR UPDATE OF signed_at",
                body=f"""
                IF NEW.signed_at IS NULL THEN RETURN NEW; END IF;
                {wait_for_screens("SELECT NEW.patient_id")}
                {refuse_each(SIGNING_RULES)}
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.appointment_id}"

    @property
    def is_signed(self) -> bool:
        return self.signed_at is not None
