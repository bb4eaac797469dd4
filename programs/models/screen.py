"""The red-flag screen of an episode: its levels, what may follow what, and the word for it at each visit."""

from datetime import date, timedelta, tzinfo
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinics.constraints import (
    FIRST_TO_HAVE_A_DAY,
    AppendOnly,
    SameClinic,
    Trigger,
    clinic_rules,
    known_days,
    one_of,
    refuse,
)
from clinics.models import ClinicModel
from clinics.tenancy import ClinicManager, ClinicQuerySet
from clinics.timekeeping import local_day
from patients.models import Appointment
from programs import catalogue
from programs.models.episode import Episode, while_care_goes_on
from programs.models.signing import CLINICIANS
from programs.screening import LEVELS, steps


class Concern(models.TextChoices):
    """A screen's state. `not_done` has no row: nothing was asked, or too long ago."""

    IN_PROGRESS = "in_progress", _("not finished")
    CLEAR = "clear", _("clear")
    LOW = "concern_low", _("low concern")
    HIGH = "concern_high", _("high concern")
    EMERGENCY = "emergency", _("emergency")


SCREEN_DAYS: int = catalogue.red_flag_machine()["expiry_days"]  # an older screen no longer counts
STEPS = steps(catalogue.red_flag_machine()["transitions"])
KEEP_SHUT = (Concern.IN_PROGRESS.value, Concern.EMERGENCY.value)


class ScreenQuerySet(ClinicQuerySet["RedFlagScreen"]):
    def latest_for(self, episode: Episode) -> "RedFlagScreen | None":
        return self.filter(episode=episode).order_by("-screened_on", "-pk").first()

    def counting_on(self, episode: Episode, day: date) -> "RedFlagScreen | None":
        """The latest one up to that day. Whether it is still young enough is for `counts_on` to say."""
        return self.filter(screened_on__lte=day).latest_for(episode)

    def standing(self) -> Self:
        """Emergencies that no clinician has lowered."""
        since = RedFlagScreen.objects.filter(episode=OuterRef("episode")).filter(
            Q(screened_on__gt=OuterRef("screened_on")) | Q(screened_on=OuterRef("screened_on"), pk__gt=OuterRef("pk"))
        )
        return self.filter(~Exists(since), concern=Concern.EMERGENCY).order_by("pk")

    def locking(self, episode: Episode, appointment: Appointment) -> Self:
        """What locks that visit: the same as models.emergency.standing_emergency."""
        in_care = Q(episode__closed_on__isnull=True) | Q(episode=episode)
        day = local_day(appointment.starts_at, appointment.room.location.zone)
        of_the_patient = self.standing().filter(in_care, episode__patient_id=episode.patient_id, screened_on__lte=day)
        return of_the_patient.exclude(overrides__appointment=appointment)

    def for_visit(self, episode: Episode, day: date) -> "RedFlagScreen | None":
        """What a note of that day is signed with: the latest screen up to it, else the latest one since.

        The second keeps a missed screen from leaving the note unsigned for ever; its own day says that it came late.
        """
        before = self.counting_on(episode, day)
        if before is not None and before.opens_for(day):
            return before
        return self.latest_for(episode)


def _pairs(pairs: frozenset[tuple[str, str]]) -> str:
    return ", ".join(f"('{before}', '{after}')" for before, after in sorted(pairs))


def _rank(screen: str) -> str:
    """Of what was decided, or of what the answers suggest as long as nobody has."""
    level = f"CASE WHEN {screen}.concern = 'in_progress' THEN {screen}.found ELSE {screen}.concern END"
    return f"array_position({_ORDER}, ({level})::text)"


_ORDER = f"ARRAY[{', '.join(repr(level) for level in LEVELS)}]"
# The screen up to this one's day, whose state it follows.
_BEFORE = """
    SELECT {what} FROM programs_redflagscreen AS earlier
    WHERE earlier.episode_id = NEW.episode_id AND earlier.screened_on <= NEW.screened_on
    ORDER BY earlier.screened_on DESC, earlier.id DESC LIMIT 1
"""
_STATE = f"coalesce(({_BEFORE.format(what='earlier.concern')}), 'not_done')"
_LOWERS = f"({_rank('NEW')}) < ({_BEFORE.format(what=_rank('earlier'))})"


class RedFlagScreen(ClinicModel):
    """One screening by a clinician. A new screen is a new row; the latest one counts.

    `screened_on` is the day on which the patient was asked, `recorded_at` when that was written down. `found` is what
    the answers suggest: it counts until a clinician has decided. `reason` says why a level is lower than that, or than
    the one before.
    """

    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="screens")
    concern = models.CharField(_("level of concern"), max_length=12, choices=Concern)
    found = models.CharField(
        max_length=12, default=Concern.CLEAR, choices=[(one.value, one.label) for one in Concern if one.value in LEVELS]
    )
    positive = models.JSONField(default=list, blank=True)  # keys of the questions answered yes
    note = models.TextField(_("note"), blank=True)
    reason = models.TextField(_("reason"), blank=True)
    screened_on = models.DateField(_("screened on"))
    screened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar = ClinicManager.from_queryset(ScreenQuerySet)()

    class Meta(ClinicModel.Meta):
        verbose_name = _("red-flag screen")
        verbose_name_plural = _("red-flag screens")
        constraints = [
            *clinic_rules(),
            while_care_goes_on("redflagscreen"),
            SameClinic("episode"),
            AppendOnly(),
            one_of("concern", Concern.values),
            one_of("found", LEVELS),
            models.CheckConstraint(
                condition=~Q(concern=Concern.IN_PROGRESS, found=Concern.EMERGENCY),
                name="programs_redflagscreen_emergency_now",
            ),
            Trigger(
                name="programs_redflagscreen_day",
                when="BEFORE INSERT",
                body=f"""
                IF NEW.screened_on > (NEW.recorded_at AT TIME ZONE '{FIRST_TO_HAVE_A_DAY}')::date THEN
                    {refuse("programs_redflagscreen_to_come", "a screen is recorded once it was done")}
                END IF;
                IF NEW.screened_on < (SELECT episode.started_on FROM programs_episode AS episode
                                      WHERE episode.id = NEW.episode_id) THEN
                    {refuse("programs_redflagscreen_before_care", "a screen belongs to the care that has begun")}
                END IF;
                RETURN NEW;
                """,
            ),
            # Without the lock two people could each find the level that both then leave.
            Trigger(
                name="programs_redflagscreen_step",
                when="BEFORE INSERT",
                body=f"""
                PERFORM FROM programs_episode AS episode WHERE episode.id = NEW.episode_id FOR NO KEY UPDATE;
                IF ({_STATE}, NEW.concern::text) NOT IN ({_pairs(STEPS)}) THEN
                    {refuse("programs_redflagscreen_path", "no such step between two levels")}
                END IF;
                IF NEW.concern = 'in_progress' AND {_LOWERS} THEN
                    {refuse("programs_redflagscreen_floor", "a screen begins at the level before it")}
                END IF;
                IF NEW.reason !~ '\\S' AND {_LOWERS} THEN
                    {refuse("programs_redflagscreen_reason", "a lower level needs a reason")}
                END IF;
                IF NOT EXISTS (
                    SELECT FROM clinics_membership AS member
                    WHERE member.clinic_id = NEW.clinic_id AND member.user_id = NEW.screened_by_id
                      AND member.is_active AND member.role IN ({CLINICIANS})
                ) THEN {refuse("programs_redflagscreen_clinician", "only a clinician sets the level")} END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_concern_display()} {self.screened_on}"

    @property
    def level(self) -> str:
        """What counts until somebody decides otherwise."""
        return self.found if self.concern == Concern.IN_PROGRESS else self.concern

    @property
    def level_words(self) -> str:
        """Such as "high concern", as long as a screen is not finished too."""
        return str(Concern(self.level).label)

    @property
    def valid_until(self) -> date:
        return self.screened_on + timedelta(days=SCREEN_DAYS)

    def counts_on(self, day: date) -> bool:
        return self.screened_on <= day <= self.valid_until

    def opens_for(self, day: date) -> bool:
        """Whether a visit of that day can be signed with it."""
        return self.concern not in KEEP_SHUT and day <= self.valid_until

    def recorded_later(self, zone: tzinfo) -> date | None:
        """The local day of writing it down, where that was not the day of asking."""
        day = local_day(self.recorded_at, zone)
        return day if day > self.screened_on else None


# The day of the visit NEW.appointment_id where it happens: credentials and screens count by date.
VISIT_DAY = """
    SELECT (visit.starts_at AT TIME ZONE location.time_zone)::date
    FROM patients_appointment AS visit
    JOIN clinics_room AS room ON room.id = visit.room_id
    JOIN clinics_location AS location ON location.id = room.location_id
    WHERE visit.id = NEW.appointment_id
"""


class ScreenConfirmation(ClinicModel):
    """At a visit: nothing has changed since that screen. What has changed is a new screen."""

    screen = models.ForeignKey(RedFlagScreen, on_delete=models.PROTECT, related_name="confirmations")
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta(ClinicModel.Meta):
        constraints = [
            *clinic_rules(),
            SameClinic("screen"),
            SameClinic("appointment"),
            AppendOnly(),
            models.UniqueConstraint(fields=["appointment", "screen"], name="programs_screenconfirmation_once"),
            Trigger(
                name="programs_screenconfirmation_fits",
                when="BEFORE INSERT",
                body=f"""
                IF NOT EXISTS (
                    SELECT FROM programs_redflagscreen AS screen
                    JOIN programs_episode AS episode ON episode.id = screen.episode_id
                    JOIN patients_appointment AS visit ON visit.id = NEW.appointment_id
                    WHERE screen.id = NEW.screen_id AND visit.patient_id = episode.patient_id
                      AND screen.concern NOT IN ({", ".join(repr(one) for one in KEEP_SHUT)})
                ) THEN {refuse("programs_screenconfirmation_screen", "nothing to confirm at this visit")} END IF;
                IF ({VISIT_DAY}) > (NEW.confirmed_at AT TIME ZONE '{FIRST_TO_HAVE_A_DAY}')::date THEN
                    {refuse("programs_screenconfirmation_to_come", "this visit is still to come")}
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.screen_id} {self.confirmed_at}"


class AdviceFormat(models.TextChoices):
    PAPER = "paper", _("on paper")
    PORTAL = "portal", _("in the portal")
    READ_ALOUD = "read_aloud", _("read aloud")
    INTERPRETER = "interpreter", _("with an interpreter")


class SafetyNetAdvice(ClinicModel):
    """When to get help quickly: that this was explained, in which language and how."""

    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="safety_net")
    given_on = models.DateField(_("day"))
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(_("language"), max_length=40)
    format = models.CharField(_("how"), max_length=12, choices=AdviceFormat)
    said = models.CharField(_("what was said"), max_length=300)
    understood = models.BooleanField(_("said back in their own words"), default=False)
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta(ClinicModel.Meta):
        ordering = ["-given_on", "-pk"]
        constraints = [
            *clinic_rules(),
            SameClinic("episode"),
            AppendOnly(),
            known_days("given_on"),
            one_of("format", AdviceFormat.values),
            models.CheckConstraint(condition=~models.Q(language=""), name="programs_safetynetadvice_language_named"),
            models.CheckConstraint(condition=Q(said__regex=r"\S"), name="programs_safetynetadvice_said"),
            Trigger(
                name="programs_safetynetadvice_day",
                when="BEFORE INSERT",
                body=f"""
                IF NEW.given_on > (NEW.recorded_at AT TIME ZONE '{FIRST_TO_HAVE_A_DAY}')::date THEN
                    {refuse("programs_safetynetadvice_to_come", "advice is recorded once it was given")}
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.given_on} {self.language}"
