from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinics.constraints import SameClinic, Trigger, clinic_rules, one_of, refuse
from clinics.models import ClinicModel, CredentialKind
from clinics.tenancy import ClinicManager, ClinicQuerySet
from patients.models import Appointment, Patient, Status
from programs import catalogue
from programs.models.emergency import standing_emergency, wait_for_screens
from programs.models.episode import Episode, Side, while_care_goes_on
from programs.models.raised import HOLDS, WAITS
from programs.models.screen import KEEP_SHUT, SCREEN_DAYS, VISIT_DAY
from programs.models.signing import SIGNER

# The one up to the visit's day, or the one of all days: see ScreenQuerySet.for_visit.
LATEST_SCREEN = """
    SELECT latest.id FROM programs_redflagscreen AS latest
    WHERE latest.episode_id = NEW.episode_id AND latest.screened_on <= ({until})
    ORDER BY latest.screened_on DESC, latest.id DESC LIMIT 1
"""

# With a high level of concern these wait for another look; what is gentle may go on.
HELD_FAMILIES = ("thrust", "traction")
HELD_TECHNIQUES = tuple(one.key for one in catalogue.techniques() if one.family in HELD_FAMILIES)
# Two clinicians' word for this visit, on this very screen.
IN_SPITE = """
    EXISTS (SELECT FROM programs_lockoverride AS word
            WHERE word.screen_id = screen.id AND word.appointment_id = NEW.appointment_id)
"""
COUNTING_SCREEN = f"""
    programs_redflagscreen AS screen
    WHERE screen.episode_id = NEW.episode_id
      AND (screen.concern NOT IN ({", ".join(repr(one) for one in KEEP_SHUT)}) OR {IN_SPITE})
      AND ({VISIT_DAY}) <= screen.screened_on + {SCREEN_DAYS}
      AND screen.id IN (({LATEST_SCREEN.format(until=VISIT_DAY)}),
                        ({LATEST_SCREEN.format(until="SELECT 'infinity'::date")}))
"""


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
                IF EXISTS ({standing_emergency("SELECT NEW.patient_id, NEW.episode_id, NEW.appointment_id")}) THEN
                    {refuse("programs_session_emergency", "an emergency stands")}
                END IF;
                IF EXISTS (SELECT FROM programs_needlingsite AS site
                           WHERE site.session_id = NEW.id AND site.needles_in <> site.needles_out) THEN
                    {refuse("programs_session_needles", "needles in and out differ")}
                END IF;
                IF NOT EXISTS ({SIGNER}) THEN
                    {refuse("programs_session_signer", "only a therapist of the clinic signs")}
                END IF;
                IF EXISTS (SELECT FROM programs_needlingsite AS site WHERE site.session_id = NEW.id) AND NOT EXISTS (
                    SELECT FROM clinics_credential AS credential
                    WHERE credential.clinic_id = NEW.clinic_id AND credential.therapist_id = NEW.therapist_id
                      AND credential.kind = '{CredentialKind.NEEDLING.value}'
                      AND ({VISIT_DAY}) BETWEEN credential.issued_on AND credential.expires_on
                ) THEN {refuse("programs_session_credential", "no valid needling credential on that day")} END IF;
                IF NOT EXISTS (SELECT FROM {COUNTING_SCREEN}) THEN
                    {refuse("programs_session_red_flags", "no valid red-flag screen")}
                END IF;
                IF NOT EXISTS (
                    SELECT FROM {COUNTING_SCREEN}
                      AND (screen.screened_on >= ({VISIT_DAY}) OR {IN_SPITE} OR EXISTS (
                            SELECT FROM programs_screenconfirmation AS said
                            WHERE said.screen_id = screen.id AND said.appointment_id = NEW.appointment_id))
                ) THEN {refuse("programs_session_reconfirm", "the screen was not confirmed at this visit")} END IF;
                IF EXISTS (SELECT FROM {COUNTING_SCREEN} AND screen.concern = 'concern_high') AND (
                    EXISTS (SELECT FROM programs_needlingsite AS site WHERE site.session_id = NEW.id)
                    OR EXISTS (SELECT FROM programs_manualtreatment AS one WHERE one.session_id = NEW.id
                               AND one.technique IN ({", ".join(repr(one) for one in HELD_TECHNIQUES)}))
                ) THEN {refuse("programs_session_held", "needling, thrust and traction wait")} END IF;
                IF EXISTS (
                    SELECT FROM programs_raisedflag AS raised
                    WHERE {HOLDS} AND raised.found_on <= ({VISIT_DAY}) AND {WAITS}
                ) THEN {refuse("programs_session_raised", "a finding waits for a red-flag screen")} END IF;
                IF EXISTS (
                    SELECT FROM programs_patientcheck AS raised
                    WHERE {HOLDS} AND raised.level <> 'clear'
                      AND raised.found_on <= ({VISIT_DAY}) AND {WAITS}
                ) THEN {refuse("programs_session_answers", "the own answers wait for a screen")} END IF;
                IF NEW.note !~ '\\S'
                    AND NOT EXISTS (SELECT FROM programs_needlingsite AS site WHERE site.session_id = NEW.id)
                    AND NOT EXISTS (SELECT FROM programs_manualtreatment AS one WHERE one.session_id = NEW.id)
                THEN {refuse("programs_session_documented", "nothing is written yet")} END IF;
                IF EXISTS (
                    SELECT FROM patients_appointment AS visit
                    WHERE visit.id = NEW.appointment_id AND visit.status <> '{Status.COMPLETED.value}'
                ) THEN {refuse("programs_session_visit", "the visit did not take place")} END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.appointment_id}"

    @property
    def is_signed(self) -> bool:
        return self.signed_at is not None


def sealed_with_session(table: str) -> Trigger:
    """The parts of a signed session are as final as the session itself.

    The session's row is locked first: otherwise a needle could be added while another transaction signs.
    """
    return Trigger(
        name=f"programs_{table}_sealed",
        when="BEFORE INSERT OR UPDATE OR DELETE",
        body=f"""
        PERFORM FROM programs_session AS session
        WHERE session.id IN (CASE WHEN TG_OP <> 'INSERT' THEN OLD.session_id END,
                             CASE WHEN TG_OP <> 'DELETE' THEN NEW.session_id END)
        FOR SHARE;
        IF EXISTS (SELECT FROM programs_session AS session
                   WHERE session.signed_at IS NOT NULL
                     AND session.id IN (CASE WHEN TG_OP <> 'INSERT' THEN OLD.session_id END,
                                        CASE WHEN TG_OP <> 'DELETE' THEN NEW.session_id END)) THEN
            {refuse("programs_session_signed", "a signed session is never changed")}
        END IF;
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
        """,
    )


_OF_PART = """
    SELECT session.patient_id, session.episode_id, session.appointment_id
    FROM programs_session AS session WHERE session.id = NEW.session_id
"""


def waits_in_an_emergency(table: str, *, but: str = "{}") -> Trigger:
    """While an emergency stands nothing more is given. `but`: the columns that may still change."""
    return Trigger(
        name=f"programs_{table}_waits",
        when="BEFORE INSERT OR UPDATE",
        body=f"""
        IF TG_OP = 'UPDATE' THEN
            IF to_jsonb(NEW) - '{but}'::text[] = to_jsonb(OLD) - '{but}'::text[] THEN RETURN NEW; END IF;
        END IF;
        {wait_for_screens(f"SELECT given.patient_id FROM ({_OF_PART}) AS given")}
        IF EXISTS ({standing_emergency(_OF_PART)}) THEN
            {refuse("programs_session_emergency", "an emergency stands")}
        END IF;
        RETURN NEW;
        """,
    )


class NeedlingTechnique(models.TextChoices):
    STATIC = "static", _("static")
    PISTONING = "pistoning", _("pistoning")
    WINDING = "winding", _("winding")
    THREADING = "threading", _("threading")
    SUPERFICIAL = "superficial", _("superficial")


NEEDLED_SIDES = (Side.LEFT, Side.RIGHT, Side.NONE)  # each side is a site of its own, with needles of its own


class NeedlingSite(ClinicModel):
    """One place needled in a session. Needles are counted in and counted out."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="needling_sites")
    muscle = models.CharField(_("muscle"), max_length=60)  # key of the muscle catalogue
    level = models.CharField(_("level"), max_length=4, blank=True)
    side = models.CharField(_("side"), max_length=5, choices=[(one.value, one.label) for one in NEEDLED_SIDES])
    diameter_mm = models.DecimalField(_("diameter, mm"), max_digits=3, decimal_places=2)
    length_mm = models.PositiveSmallIntegerField(_("length, mm"))
    technique = models.CharField(_("technique"), max_length=12, choices=NeedlingTechnique)
    needles_in = models.PositiveSmallIntegerField(_("needles in"))
    needles_out = models.PositiveSmallIntegerField(_("needles out"), default=0)
    lot = models.CharField(_("lot"), max_length=40, blank=True)
    response = models.CharField(_("response"), max_length=120, blank=True)  # twitch, dwell time

    class Meta(ClinicModel.Meta):
        verbose_name = _("needling site")
        verbose_name_plural = _("needling sites")
        ordering = ["pk"]
        constraints = [
            *clinic_rules(),
            SameClinic("session"),
            sealed_with_session("needlingsite"),
            waits_in_an_emergency("needlingsite", but="{needles_out,response}"),  # needles come out all the same
            one_of("side", [one.value for one in NEEDLED_SIDES]),
            one_of("technique", NeedlingTechnique.values),
            models.CheckConstraint(
                condition=Q(needles_in__gte=1, needles_in__lte=30) & Q(needles_out__lte=models.F("needles_in")),
                name="programs_needlingsite_counts",
                violation_error_message=_("No more needles can come out than went in."),
            ),
            models.CheckConstraint(
                condition=Q(diameter_mm__gte=0.12, diameter_mm__lte=0.5, length_mm__gte=10, length_mm__lte=125),
                name="programs_needlingsite_size",
                violation_error_message=_("Needles are 0.12 to 0.50 mm thick and 10 to 125 mm long."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.muscle} {self.level}".strip()


GRADES = ("I", "II", "II-III", "III", "IV")
THRUSTS = tuple(one.key for one in catalogue.techniques() if one.family == "thrust")


class ManualTreatment(ClinicModel):
    """One manual therapy technique of a session. Grades I to IV; V is thrust, which is not recorded here."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="manual_treatments")
    technique = models.CharField(_("technique"), max_length=60)  # key of the technique catalogue
    region = models.CharField(_("region"), max_length=40)
    level = models.CharField(_("level"), max_length=8, blank=True)
    side = models.CharField(_("side"), max_length=5, choices=Side, default=Side.NONE)
    grade = models.CharField(
        _("grade"), max_length=7, blank=True,
        choices=[(one, one) for one in GRADES],
    )  # fmt: skip
    minutes = models.PositiveSmallIntegerField(_("minutes"))

    class Meta(ClinicModel.Meta):
        verbose_name = _("manual treatment")
        verbose_name_plural = _("manual treatments")
        ordering = ["pk"]
        constraints = [
            *clinic_rules(),
            SameClinic("session"),
            sealed_with_session("manualtreatment"),
            waits_in_an_emergency("manualtreatment"),
            one_of("side", Side.values),
            one_of("grade", ["", *GRADES]),
            models.CheckConstraint(condition=~Q(technique__in=THRUSTS), name="programs_manualtreatment_no_thrust"),
            models.CheckConstraint(
                condition=Q(minutes__gte=1, minutes__lte=120),
                name="programs_manualtreatment_minutes",
                violation_error_message=_("Between 1 and 120 minutes."),
            ),
        ]

    def __str__(self) -> str:
        return self.technique
