"""What a patient agreed to, in the exact words that they signed; and that they said so again at a visit."""

from datetime import date
from typing import ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinics.constraints import AppendOnly, SameClinic, Trigger, clinic_rules, known_days, one_of, patient_key, refuse
from clinics.models import ClinicModel
from clinics.tenancy import ClinicManager, ClinicQuerySet
from patients.models import Appointment, Patient
from programs import consents
from programs.models.episode import IN_THE_PORTAL, Episode
from programs.models.screen import VISIT_DAY
from programs.models.signing import clinician
from programs.words import REGIONS


class ConsentKind(models.TextChoices):
    GENERAL = consents.GENERAL, _("assessment and treatment")
    NEEDLING = consents.NEEDLING, _("dry needling")
    THRUST = consents.THRUST, _("thrust manipulation")
    DATA = consents.DATA, _("data and reminders")


class GivenBy(models.TextChoices):
    PATIENT = "patient", _("the patient")
    GUARDIAN = "guardian", _("a guardian")


class Signature(models.TextChoices):
    TYPED = "typed", _("typed")
    DRAWN = "drawn", _("drawn")


class Place(models.TextChoices):
    TABLET = "tablet", _("at the clinic")
    PORTAL = "portal", _("in the portal")


class ConsentText(ClinicModel):
    """A clinic's own words. The newest version of a kind and language is in use; without any, the product's text."""

    kind = models.CharField(_("kind"), max_length=20, choices=ConsentKind)
    language = models.CharField(_("language"), max_length=8, default="en")
    version = models.PositiveSmallIntegerField(_("version"))
    title = models.CharField(_("title"), max_length=120)
    sections = models.JSONField(default=list)
    confirmations = ArrayField(models.CharField(max_length=240), default=list)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta(ClinicModel.Meta):
        verbose_name = _("consent text")
        verbose_name_plural = _("consent texts")
        ordering = ["-version"]
        constraints = [
            *clinic_rules(),
            SameClinic("made_by", to="clinics.Membership", to_column="user_id"),
            AppendOnly(),
            one_of("kind", ConsentKind.values),
            models.CheckConstraint(condition=Q(version__gte=2), name="programs_consenttext_after_ours"),
            models.UniqueConstraint(
                fields=["clinic", "kind", "language", "version"], name="programs_consenttext_version"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ConsentQuerySet(ClinicQuerySet["Consent"]):
    def in_force(self, kind: str, episode: Episode, day: date) -> Self:
        """The same as CONSENT of the signing rules: not taken back, not run out, of this care or of all."""
        of_care = Q(episode=episode) | Q(episode__isnull=True)
        return self.filter(
            of_care, patient=episode.patient_id, kind=kind, withdrawn_at__isnull=True, signed_on__lte=day,
            expires_on__gte=day,
        ).order_by("-signed_at", "-pk")  # fmt: skip

    def of_patient(self, patient_id: int) -> Self:
        return self.filter(patient=patient_id).select_related("taken_by", "episode").order_by("-signed_at", "-pk")


class Consent(ClinicModel):
    """`exact_text` is what was on the screen, `sha256` its seal. It changes once: when it is taken back.

    `strokes`: of a drawn signature, lists of points in thousandths of the field. `taken_by` is who asked.
    """

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="consents")
    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=ConsentKind)
    language = models.CharField(max_length=8, default="en")
    version = models.PositiveSmallIntegerField(default=1)
    exact_text = models.TextField()
    sha256 = models.CharField(max_length=64)
    regions = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    with_neck = models.BooleanField(_("the neck too"), default=False)
    given_by = models.CharField(_("given by"), max_length=8, choices=GivenBy, default=GivenBy.PATIENT)
    signer = models.CharField(_("name"), max_length=120)
    how = models.CharField(_("signature"), max_length=5, choices=Signature)
    strokes = models.JSONField(default=list, blank=True)
    place = models.CharField(_("where"), max_length=6, choices=Place)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(default=timezone.now, editable=False)
    signed_on = models.DateField(editable=False)
    expires_on = models.DateField(editable=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_why = models.CharField(_("why"), max_length=240, blank=True)

    objects: ClassVar = ClinicManager.from_queryset(ConsentQuerySet)()

    class Meta(ClinicModel.Meta):
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = [
            *clinic_rules(patient_column="patient_id", portal_writes=True),
            patient_key(),
            SameClinic("patient"),
            SameClinic("episode", patient=True),
            SameClinic("taken_by", to="clinics.Membership", to_column="user_id"),
            one_of("kind", ConsentKind.values),
            one_of("given_by", GivenBy.values),
            one_of("how", Signature.values),
            one_of("place", Place.values),
            known_days("signed_on", "expires_on"),
            models.CheckConstraint(condition=Q(regions__contained_by=list(REGIONS)), name="programs_consent_regions"),
            models.CheckConstraint(
                condition=Q(signer__regex=r"\S") & (Q(how="typed", strokes=[]) | Q(how="drawn") & ~Q(strokes=[])),
                name="programs_consent_signature",
            ),
            models.CheckConstraint(condition=Q(expires_on__gte=F("signed_on")), name="programs_consent_expires_later"),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawn_why="")
                | Q(withdrawn_at__gte=F("signed_at"), withdrawn_by__isnull=False),
                name="programs_consent_withdrawn_whole",
            ),
            Trigger(
                name="programs_consent_kept",
                when="BEFORE INSERT OR UPDATE OR DELETE",
                body=f"""
                IF TG_OP = 'DELETE' THEN
                    {refuse("programs_consent_never_lost", "a consent is taken back and kept")}
                END IF;
                IF TG_OP = 'INSERT' THEN
                    IF NEW.sha256 <> encode(sha256(convert_to(NEW.exact_text, 'UTF8')), 'hex') THEN
                        {refuse("programs_consent_seal", "the seal is of another text")}
                    END IF;
                    IF NEW.withdrawn_at IS NOT NULL THEN
                        {refuse("programs_consent_begins", "a consent begins in force")}
                    END IF;
                    IF ({IN_THE_PORTAL}) <> (NEW.place = '{Place.PORTAL.value}') THEN
                        {refuse("programs_consent_place", "where it is signed is not chosen")}
                    END IF;
                    IF NOT {IN_THE_PORTAL} AND NOT {clinician("taken_by_id")} THEN
                        {refuse("programs_consent_clinician", "a clinician takes a consent")}
                    END IF;
                    RETURN NEW;
                END IF;
                PERFORM pg_advisory_xact_lock(hashtextextended('consent:' || OLD.patient_id, 0));
                IF OLD.withdrawn_at IS NOT NULL OR NEW.withdrawn_at IS NULL
                    OR to_jsonb(NEW) - '{{withdrawn_at,withdrawn_by_id,withdrawn_why}}'::text[]
                       <> to_jsonb(OLD) - '{{withdrawn_at,withdrawn_by_id,withdrawn_why}}'::text[] THEN
                    {refuse("programs_consent_once", "a consent changes once, when it is taken back")}
                END IF;
                RETURN NEW;
                """,
            ),
        ]
        indexes = [models.Index(fields=["clinic", "patient"], name="programs_consent_of")]

    def __str__(self) -> str:
        return str(self.get_kind_display())

    def counts_on(self, day: date) -> bool:
        return self.withdrawn_at is None and self.signed_on <= day <= self.expires_on


class ConsentSaid(ClinicModel):
    """Asked again at a visit, and the answer was yes."""

    consent = models.ForeignKey(Consent, on_delete=models.PROTECT, related_name="said")
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    said_at = models.DateTimeField(default=timezone.now, editable=False)
    heard_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta(ClinicModel.Meta):
        constraints = [
            *clinic_rules(),
            SameClinic("consent"),
            SameClinic("appointment"),
            SameClinic("heard_by", to="clinics.Membership", to_column="user_id"),
            AppendOnly(),
            models.UniqueConstraint(fields=["consent", "appointment"], name="programs_consentsaid_once"),
            Trigger(
                name="programs_consentsaid_by",
                when="BEFORE INSERT",
                body=f"""
                IF NOT {clinician("heard_by_id")} THEN
                    {refuse("programs_consentsaid_clinician", "a clinician hears it")}
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.appointment_id}"


# For the signing rules: NEW is the session. The wait lets a withdrawal that came first be seen.
WAIT_FOR_CONSENTS = "PERFORM pg_advisory_xact_lock_shared(hashtextextended('consent:' || NEW.patient_id, 0));"


def consent_in_force(kind: str, more: str = "") -> str:
    return f"""
        EXISTS (SELECT FROM programs_consent AS given
                WHERE given.patient_id = NEW.patient_id AND given.kind = '{kind}' AND given.withdrawn_at IS NULL
                  AND (given.episode_id IS NULL OR given.episode_id = NEW.episode_id)
                  AND ({VISIT_DAY}) BETWEEN given.signed_on AND given.expires_on {more})
    """


# Signed on the very day of the visit, or said again at it.
SAID_AGAIN = f"""
    AND (given.signed_on = ({VISIT_DAY}) OR EXISTS (
        SELECT FROM programs_consentsaid AS said
        WHERE said.consent_id = given.id AND said.appointment_id = NEW.appointment_id))
"""
