from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinics.constraints import SameClinic, Trigger, clinic_rules, one_of, refuse
from clinics.models import ClinicModel
from clinics.tenancy import ClinicManager, ClinicQuerySet
from patients.models import LIVE, Appointment, Patient
from programs.models.consent import WAIT_FOR_CONSENTS
from programs.models.emergency import wait_for_screens
from programs.models.episode import Episode, while_care_goes_on
from programs.models.signing import CO_SIGNER, SUPERVISED
from programs.models.signing_rules import SIGNING_RULES, refuse_each


class Position(models.TextChoices):
    PRONE = "prone", _("face down")
    SUPINE = "supine", _("on the back")
    SIDE = "side", _("on the side")
    SEATED = "seated", _("sitting")
    STANDING = "standing", _("standing")
    OTHER = "other", _("another way")


class SkinPrep(models.TextChoices):
    ALCOHOL = "alcohol_70", _("alcohol, 70 %")
    OTHER = "other", _("another agent")
    NONE = "none_per_policy", _("none, by the clinic’s policy")


class Aftercare(models.TextChoices):
    """Which of the clinic's texts the patient was given."""

    NEEDLING = "dry_needling", _("after needling")
    MANUAL = "manual", _("after hands-on treatment")
    EXERCISE = "exercise", _("after exercise")


class SessionQuerySet(ClinicQuerySet["Session"]):
    def newest_first(self) -> Self:
        return self.select_related("appointment__room__location", "therapist").order_by(
            "-appointment__starts_at", "-pk"
        )

    def before(self, appointment: Appointment) -> Self:
        return self.filter(appointment__starts_at__lt=appointment.starts_at).order_by("-appointment__starts_at", "-pk")

    def for_lists(self) -> Self:
        return self.select_related("patient", "therapist", "appointment__room__location", "appointment__service")

    def with_parts(self) -> Self:
        """Everything that was done, in five statements however many sessions."""
        people = ("therapist", "signed_by", "cosigned_by", "second_count_by")
        parts = ("needling_sites", "manual_treatments", "stimulations", "addenda__written_by")
        return self.select_related(*people, "episode").prefetch_related(*parts)

    def unsigned_since(self, instant: datetime) -> Self:
        """Begun at a visit that was over by then, and signed by nobody. Of a visit that did not take place nothing is
        signed.
        """
        return self.filter(
            signed_at__isnull=True, appointment__ends_at__lte=instant, appointment__status__in=LIVE
        ).order_by("appointment__ends_at", "pk")

    def to_cosign(self) -> Self:
        """Signed by somebody who works under supervision, and not yet by a colleague."""
        return self.filter(needs_cosigning=True, signed_at__isnull=False, cosigned_at__isnull=True).order_by(
            "signed_at", "pk"
        )


class Session(ClinicModel):
    """The treatment given at one appointment. Once signed it never changes: the database refuses.

    `sha256` is the database's own, of all that was signed. A supervised therapist's note is signed by a colleague too.
    """

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="sessions")
    appointment = models.OneToOneField(Appointment, on_delete=models.PROTECT, related_name="session")
    therapist = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=0, editable=False)  # how often it was saved
    saved_from = models.CharField(max_length=36, blank=True, editable=False, default="")  # by itself, last
    subjective = models.TextField(_("what the patient says"), blank=True)
    note = models.TextField(_("note"), blank=True)
    sign_name = models.CharField(_("comparable sign"), max_length=120, blank=True)  # one movement, tried again after
    sign_before = models.CharField(_("before"), max_length=60, blank=True)
    sign_after = models.CharField(_("after"), max_length=60, blank=True)
    pain_before = models.PositiveSmallIntegerField(_("pain before"), null=True, blank=True)
    pain_after = models.PositiveSmallIntegerField(_("pain after"), null=True, blank=True)
    next_time = models.TextField(_("next time"), blank=True)
    position = models.CharField(_("position"), max_length=10, choices=Position, blank=True)
    skin_prep = models.CharField(_("skin preparation"), max_length=16, choices=SkinPrep, blank=True)
    gloves = models.BooleanField(_("gloves worn"), default=False)
    hands_clean = models.BooleanField(_("hands cleaned"), default=False)
    sharps_disposed = models.BooleanField(_("sharps disposed of"), default=False)
    second_count_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("needles also counted by"),
    )  # fmt: skip
    early_why = models.CharField(_("why so soon again"), max_length=240, blank=True)  # the same muscle within 48 h
    aftercare = ArrayField(models.CharField(max_length=14, choices=Aftercare), default=list, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    sha256 = models.CharField(max_length=64, blank=True, editable=False, default="")
    needs_cosigning = models.BooleanField(default=False, editable=False)  # the database's own, at the signature
    cosigned_at = models.DateTimeField(null=True, blank=True)
    cosigned_by = models.ForeignKey(
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
            SameClinic("second_count_by", to="clinics.Membership", to_column="user_id"),
            SameClinic("cosigned_by", to="clinics.Membership", to_column="user_id"),
            one_of("position", ["", *Position.values]),
            one_of("skin_prep", ["", *SkinPrep.values]),
            models.CheckConstraint(
                condition=Q(aftercare__contained_by=Aftercare.values), name="programs_session_aftercare"
            ),
            models.CheckConstraint(
                condition=Q(second_count_by__isnull=True) | ~Q(second_count_by=models.F("therapist")),
                name="programs_session_second_count",
                violation_error_message=_("The second count is somebody else’s."),
            ),
            models.CheckConstraint(
                condition=Q(cosigned_at__isnull=True, cosigned_by__isnull=True)
                | Q(cosigned_at__gte=models.F("signed_at"), cosigned_by__isnull=False, needs_cosigning=True),
                name="programs_session_cosigned_whole",
            ),
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
                IF OLD.signed_at IS NULL THEN
                    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                    RETURN NEW;
                END IF;
                IF TG_OP = 'DELETE' OR OLD.cosigned_at IS NOT NULL OR NEW.cosigned_at IS NULL
                    OR to_jsonb(NEW) - '{{cosigned_at,cosigned_by_id}}'::text[]
                       <> to_jsonb(OLD) - '{{cosigned_at,cosigned_by_id}}'::text[] THEN
                    {refuse("programs_session_signed", "a signed session is never changed")}
                END IF;
                IF NOT EXISTS ({CO_SIGNER}) THEN
                    {refuse("programs_session_cosigner", "a colleague who works on their own signs too")}
                END IF;
                RETURN NEW;
                """,
            ),
            Trigger(
                name="programs_session_gates",
                when="BEFORE INSERT OR UPDATE OF signed_at",
                body=f"""
                IF NEW.signed_at IS NULL THEN RETURN NEW; END IF;
                {wait_for_screens("SELECT NEW.patient_id")}
                {WAIT_FOR_CONSENTS}
                {refuse_each(SIGNING_RULES)}
                NEW.needs_cosigning := EXISTS ({SUPERVISED});
                NEW.sha256 := session_digest(NEW);
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.appointment_id}"

    @property
    def is_signed(self) -> bool:
        return self.signed_at is not None

    @property
    def waits_for_cosigning(self) -> bool:
        return self.needs_cosigning and self.cosigned_at is None
