"""What stands at the head of every clinical page: who it is, what to watch for, where else to go."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from patients.flag_words import Chip
from patients.models import Patient
from programs.addresses import Care
from programs.models import Concern, Episode, PatientCheck, RaisedFlag, RedFlagScreen

TABS = {
    "chart": gettext_lazy("Reasoning"),
    "assessments": gettext_lazy("Assessment"),
    "measures": gettext_lazy("Measures"),
    "plan": gettext_lazy("Care plan"),
    "sessions": gettext_lazy("Sessions"),
    "home-programme": gettext_lazy("Home programme"),
    "timeline": gettext_lazy("Timeline"),
}


@dataclass(frozen=True, slots=True)
class Tab:
    name: str | Promise
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class Complaint:
    """One of a patient's episodes, as the head lets choose among them."""

    name: str
    url: str
    current: bool
    closed_on: date | None


@dataclass(frozen=True, slots=True)
class Chart:
    """`episode` is the one in view, and `episodes` are all of the patient: open ones first."""

    patient: Patient
    today: date
    tab: str
    episode: Episode | None
    screen: RedFlagScreen | None
    asked_by_finding: bool = False
    standing: Sequence[Chip] = ()  # what to mind about the patient whatever the complaint
    episodes: Sequence[Episode] = ()

    @property
    def care(self) -> Care:
        """As the addresses of this chart's pages name it."""
        return Care(self.patient.pk, self.episode.pk if self.episode else None)

    @property
    def takes_entries(self) -> bool:
        return self.episode is not None and self.episode.closed_on is None

    @property
    def complaints(self) -> list[Complaint]:
        """The way to each is to the same page of it. Nothing to choose from while there is one, and it is in view."""
        if len(self.episodes) == 1 and self.episode is not None:
            return []
        return [
            Complaint(one.complaint, self._url(self.tab, one), one == self.episode, one.closed_on)
            for one in self.episodes
        ]

    def _url(self, page: str, episode: Episode | None) -> str:
        return reverse(page, args=[Care(self.patient.pk, episode.pk if episode else None)])

    @property
    def facts(self) -> str:
        parts = [_("%(age)s years") % {"age": self.patient.age_on(self.today)}, self.patient.about, *self._complaint()]
        return " · ".join(part for part in parts if part)

    def _complaint(self) -> list[str]:
        if self.episode is None:
            return []
        if self.episode.began_on is None:
            return [self.episode.complaint]
        weeks = (self.today - self.episode.began_on).days // 7
        return [self.episode.complaint, ngettext("%(weeks)s week", "%(weeks)s weeks", weeks) % {"weeks": weeks}]

    @property
    def screen_state(self) -> str:
        """missing, raised, expired, emergency, or the level of concern that counts today."""
        if self.is_emergency:
            return Concern.EMERGENCY
        if self.screen is None:
            return "missing"
        if self.asked_by_finding:
            return "raised"
        if self.screen.counts_on(self.today):
            return self.screen.concern
        return "expired"

    @property
    def is_emergency(self) -> bool:
        """In any open episode: it is the person who is ill."""
        return self.episode is not None and self.episode.is_emergency

    @property
    def hand_over_waits(self) -> bool:
        return self.episode is not None and self.episode.hand_over_waits

    @property
    def flags(self) -> list[Chip]:
        return [*self._red_flags(), *self.standing]

    @property
    def flags_url(self) -> str:
        return reverse("patient-flags", args=[self.patient.pk])

    def _red_flags(self) -> list[Chip]:
        if self.episode is None:
            return []
        if self.is_emergency:
            return [Chip("stop", "shield-alert", _("Red flags: emergency"))]
        if self.episode.closed_on:
            ended = date_format(self.episode.closed_on, "j M Y")
            return [Chip("off", "lock", _("Care ended %(when)s") % {"when": ended})]
        if self.screen is None:
            return [Chip("off", "shield-alert", _("Red flags not screened"))]
        until = date_format(self.screen.valid_until, "j M")
        return [
            {
                "raised": Chip("stop", "shield-alert", _("A red-flag screen is needed now")),
                "expired": Chip("off", "shield-alert", _("Red-flag screen too old")),
                Concern.IN_PROGRESS: _unfinished(self.screen),
                Concern.CLEAR: Chip("true", "shield-check", _("Red flags clear until %(until)s") % {"until": until}),
                Concern.LOW: Chip(
                    "off", "shield-alert", _("Red flags: low concern, until %(until)s") % {"until": until}
                ),
                Concern.HIGH: Chip("off", "shield-alert", _("Red flags: high concern")),
            }[self.screen_state]
        ]

    @property
    def tabs(self) -> list[Tab]:
        return [Tab(name, self._url(url, self.episode), url == self.tab) for url, name in TABS.items()]


def _unfinished(screen: RedFlagScreen) -> Chip:
    """Until somebody decides, it says what the answers so far suggest."""
    if screen.level == Concern.CLEAR:
        return Chip("off", "shield-alert", _("Red-flag screen not finished"))
    text = _("Red flags: %(level)s so far, to be decided") % {"level": screen.level_words}
    return Chip("stop" if screen.level == Concern.HIGH else "off", "shield-alert", text)


def chart_of(
    patient: Patient, *, today: date, tab: str, episode_id: int | None = None, standing: Sequence[Chip] = ()
) -> Chart:
    """The newest open episode is the one in view where none is named. Raises Episode.DoesNotExist."""
    waiting = RaisedFlag.objects.filter(episode=OuterRef("pk")).waiting(today)
    answered = PatientCheck.objects.filter(episode=OuterRef("pk")).waiting(today)
    standing_now = RedFlagScreen.objects.standing().filter(
        episode__patient=OuterRef("patient"), episode__closed_on__isnull=True
    )
    found = (
        Episode.objects.filter(patient=patient)
        .open_first()
        .annotate(  # type: ignore[no-redef]  # declared for readers
            asked_by_finding=Exists(waiting) | Exists(answered),
            is_emergency=Exists(standing_now),
            hand_over_waits=Exists(standing_now.filter(hand_overs__isnull=True)),
        )
    )
    episodes = list(found)
    episode = _in_view(episodes, episode_id)
    if episode:
        episode.patient = patient  # asked for already
    screen = RedFlagScreen.objects.counting_on(episode, today) if episode else None
    asked = episode is not None and episode.asked_by_finding
    return Chart(patient, today, tab, episode, screen, asked_by_finding=asked, standing=standing, episodes=episodes)


def _in_view(episodes: Sequence[Episode], named: int | None) -> Episode | None:
    if named is None:
        return next((one for one in episodes if one.closed_on is None), None)
    for one in episodes:
        if one.pk == named:
            return one
    raise Episode.DoesNotExist
