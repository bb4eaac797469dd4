"""What a red-flag screen found, in the clinician's words, and what its level still asks for."""

from collections.abc import Mapping
from dataclasses import dataclass

from programs import catalogue
from programs.models import Concern, Episode, RaisedFlag, RedFlagScreen
from programs.sentences import sentences

PRIVATE = "private_display"  # the content's word for what is asked in confidence


@dataclass(frozen=True, slots=True)
class Sign:
    text: str
    private: bool
    why: str = ""  # what a test found, where one did


def signs_of(screen: RedFlagScreen) -> list[Sign]:
    """What was answered yes or found by a test, in the order of the screen. What was asked in confidence is marked."""
    found = _found_for(screen)
    return [
        Sign(question["clinician_label"], PRIVATE in item["software"], found.get(question["key"], ""))
        for item in catalogue.red_flags()
        for question in item["questions"]
        if question["key"] in {*screen.positive, *found}
    ]


def _found_for(screen: RedFlagScreen) -> Mapping[str, str]:
    """By question: what tests found up to this screen, and no calmer screen had answered yet."""
    flags = RaisedFlag.objects.filter(
        episode=screen.episode_id, found_on__lte=screen.screened_on, raised_at__lt=screen.recorded_at
    )
    calm = RedFlagScreen.objects.filter(episode=screen.episode_id, pk__lt=screen.pk).exclude(
        concern__in=[Concern.IN_PROGRESS, Concern.EMERGENCY]
    )
    if answered := calm.order_by("-pk").first():
        flags = flags.filter(raised_at__gte=answered.recorded_at)
    return {one.question: sentences(one.because) for one in flags.order_by("pk")}


def emergency_of(patient_id: int, episode: Episode) -> RedFlagScreen | None:
    """The one that stands, in whichever open episode; else the last one of this episode, which is over."""
    screens = RedFlagScreen.objects.filter(episode__patient_id=patient_id).select_related("screened_by", "episode")
    standing: RedFlagScreen | None = screens.standing().filter(episode__closed_on__isnull=True).first()
    return standing or screens.filter(concern=Concern.EMERGENCY).latest_for(episode)


def ended_by(screen: RedFlagScreen) -> RedFlagScreen | None:
    """The clinician's screen that said otherwise, if there is one since."""
    since = RedFlagScreen.objects.filter(episode=screen.episode_id).exclude(concern=Concern.EMERGENCY)
    found: RedFlagScreen | None = (
        since.filter(screened_on__gte=screen.screened_on, pk__gt=screen.pk)
        .select_related("screened_by").order_by("screened_on", "pk").first()
    )  # fmt: skip
    return found
