"""What a referral letter says: the screen's answers, the findings, and what to mind. Nothing is typed anew."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from programs import catalogue
from programs.models import Concern, Episode, HandOver, RaisedFlag, RedFlagScreen
from programs.models.raised import RaisedFlagQuerySet
from programs.queries.chart import Chart
from programs.queries.emergency import PRIVATE
from programs.queries.nerves import Waiting
from programs.screening import LEVELS
from programs.sentences import sentences


@dataclass(frozen=True, slots=True)
class Letter:
    """`level` is the higher one of what a clinician set and what findings since then suggest."""

    level: str
    episode: Episode
    screen: RedFlagScreen | None
    answers: Sequence[str]
    findings: Sequence[Waiting]
    hand_overs: Sequence[HandOver] = ()
    in_confidence: bool = False  # something was, and is left to be said in person: the note with it

    @property
    def note(self) -> str:
        return self.screen.note if self.screen and not self.in_confidence else ""


def letter_of(chart: Chart) -> Letter | None:
    """None where there is nothing to refer for. An emergency comes first, in whichever open episode it stands."""
    if chart.episode is None:
        return None
    screen = _standing(chart) or chart.screen
    episode = screen.episode if screen else chart.episode
    found = list(_since_clear(episode).filter(found_on__lte=chart.today))
    level = max([_level(screen), *(flag.level for flag in found)], key=LEVELS.index)
    if level == Concern.CLEAR:
        return None
    positive = screen.positive if screen and _level(screen) != Concern.CLEAR else []
    return Letter(
        level=level,
        episode=episode,
        screen=screen,
        answers=_labels(positive, private=False),
        findings=[Waiting(flag.question, flag.found_on, sentences(flag.because)) for flag in found],
        hand_overs=list(screen.hand_overs.select_related("handed_by").order_by("pk")) if screen else (),
        in_confidence=bool(_labels(positive, private=True)),
    )


def _standing(chart: Chart) -> RedFlagScreen | None:
    if not chart.is_emergency:
        return None
    of_the_patient = RedFlagScreen.objects.standing().filter(
        episode__patient=chart.patient, episode__closed_on__isnull=True
    )
    screen: RedFlagScreen | None = of_the_patient.select_related("episode", "screened_by").first()
    return screen


def _level(screen: RedFlagScreen | None) -> str:
    return screen.level if screen else Concern.CLEAR


def _since_clear(episode: Episode) -> RaisedFlagQuerySet:
    cleared = RedFlagScreen.objects.filter(episode=episode, concern=Concern.CLEAR).order_by("-recorded_at").first()
    found: RaisedFlagQuerySet = RaisedFlag.objects.filter(episode=episode).order_by("found_on", "pk")
    return found.filter(raised_at__gt=cleared.recorded_at) if cleared else found


def _labels(positive: Collection[str], *, private: bool) -> list[str]:
    """In the order of the screen."""
    return [
        question["clinician_label"]
        for item in catalogue.red_flags()
        if (PRIVATE in item["software"]) is private
        for question in item["questions"]
        if question["key"] in positive
    ]
