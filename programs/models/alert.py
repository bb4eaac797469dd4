from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinics.constraints import SameClinic, Trigger, clinic_rules, one_of, refuse
from clinics.models import ClinicModel, Membership
from clinics.tenancy import ClinicManager, ClinicQuerySet
from patients.models import Appointment, Patient
from programs.models.episode import IN_THE_PORTAL, Episode
from programs.models.signing import CLINICIANS


class AlertKind(models.TextChoices):
    """What asks a clinician for something. The words name the work, never the finding: the chart does that."""

    PATIENT_EMERGENCY = "patient_emergency", _("The patient’s own answers ask for help now")
    HAND_OVER = "hand_over", _("Emergency: nobody has noted who took over")
    FINDING = "finding", _("A red-flag screen is needed now")
    CONCERN = "concern", _("Follow up what the red-flag screen found")
    SCREEN_EXPIRED = "screen_expired", _("Red-flag screen too old, and a visit is near")
    RETEST_DUE = "retest_due", _("Re-assessment due")
    CONSENT_WITHDRAWN = "consent_withdrawn", _("An agreement to treatment was taken back")
    NO_CHANGE = "no_change", _("No meaningful change so far")


# Not for the patient's own therapist alone: whoever is there acts.
EMERGENCIES = (AlertKind.PATIENT_EMERGENCY, AlertKind.HAND_OVER)
FOR_ALL = (*EMERGENCIES, AlertKind.FINDING)
# Done when somebody says so; the others when their cause is gone.
BY_HAND = (AlertKind.CONCERN, AlertKind.CONSENT_WITHDRAWN, AlertKind.NO_CHANGE)


class AlertQuerySet(ClinicQuerySet["Alert"]):
    def open(self) -> Self:
        """The most urgent first: emergencies, then screens, then by when it is due. Where care has ended nothing is
        asked for any more.
        """
        rank = Case(When(kind__in=EMERGENCIES, then=Value(0)), When(kind=AlertKind.FINDING, then=Value(1)), default=2)
        return self.filter(resolved_at__isnull=True, episode__closed_on__isnull=True).order_by(rank, "due_at", "pk")

    def of_interest_to(self, member: Membership) -> Self:
        """A therapist's own patients, and what concerns everybody. Whoever does not treat watches over the clinic."""
        found = self.open().select_related("patient")
        if not member.treats:
            return found
        mine = Appointment.objects.filter(patient=OuterRef("patient"), therapist=member.user_id)
        return found.filter(Q(kind__in=FOR_ALL) | Exists(mine))


class Alert(ClinicModel):
    """Something that waits for a clinician. One is open for each kind and subject; it is resolved once and kept."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="alerts", null=True, blank=True)
    kind = models.CharField(max_length=20, choices=AlertKind)
    due_at = models.DateTimeField()
    raised_at = models.DateTimeField(default=timezone.now, editable=False)
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )  # None: the clock
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects: ClassVar = ClinicManager.from_queryset(AlertQuerySet)()

    class Meta(ClinicModel.Meta):
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        constraints = [
            *clinic_rules(patient_column="patient_id", portal_writes=True),
            SameClinic("patient"),
            SameClinic("episode", patient=True),
            one_of("kind", AlertKind.values),
            models.UniqueConstraint(
                fields=["patient", "episode", "kind"],
                condition=Q(resolved_at__isnull=True),
                nulls_distinct=False,
                name="programs_alert_one_open",
            ),
            models.CheckConstraint(
                condition=Q(resolved_at__isnull=True, resolved_by__isnull=True)
                | Q(resolved_at__gte=F("raised_at"), resolved_by__isnull=False),
                name="programs_alert_resolved_by_somebody",
            ),
            Trigger(
                name="programs_alert_kept",
                when="BEFORE INSERT OR UPDATE OR DELETE",
                body=f"""
                IF TG_OP = 'DELETE' THEN {refuse("programs_alert_kept", "an alert is resolved and kept")} END IF;
                IF TG_OP = 'INSERT' THEN
                    IF NEW.resolved_at IS NOT NULL THEN
                        {refuse("programs_alert_begins_open", "an alert begins open")}
                    END IF;
                    RETURN NEW;
                END IF;
                IF OLD.resolved_at IS NOT NULL
                    OR (OLD.patient_id, OLD.episode_id, OLD.kind, OLD.due_at, OLD.raised_at, OLD.raised_by_id)
                       IS DISTINCT FROM
                       (NEW.patient_id, NEW.episode_id, NEW.kind, NEW.due_at, NEW.raised_at, NEW.raised_by_id) THEN
                    {refuse("programs_alert_once", "an alert changes once, when it is resolved")}
                END IF;
                IF NEW.resolved_at IS NOT NULL AND ({IN_THE_PORTAL} OR NOT EXISTS (
                    SELECT FROM clinics_membership AS member
                    WHERE member.clinic_id = NEW.clinic_id AND member.user_id = NEW.resolved_by_id
                      AND member.is_active AND member.role IN ({CLINICIANS})
                )) THEN {refuse("programs_alert_clinician", "only a clinician resolves an alert")} END IF;
                RETURN NEW;
                """,
            ),
        ]
        indexes = [
            models.Index(
                fields=["clinic", "due_at"], condition=Q(resolved_at__isnull=True), name="programs_alert_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.due_at}"

    @property
    def is_emergency(self) -> bool:
        return self.kind in EMERGENCIES

    @property
    def is_to_be_called(self) -> bool:
        """Somebody who may be at home with what cannot wait."""
        return self.kind in FOR_ALL and bool(self.patient.phone)

    @property
    def is_by_hand(self) -> bool:
        return self.kind in BY_HAND
