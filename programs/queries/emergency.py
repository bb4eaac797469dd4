"""What a red-flag screen found, in the clinician's words, and what its level still asks for."""

from dataclasses import dataclass

from patients.models import Appointment
from programs import catalogue
from programs.models import Concern, HandOver, RaisedFlag, RedFlagScreen

PRIVATE = "private_display"  # the content's word for what is asked in confidence


@dataclass(frozen=True, slots=True)
class Sign:
    text: str
    private: bool


def signs_of(screen: RedFlagScreen) -> list[Sign]:
    """What was answered yes or found by a test, in the order of the screen. What was asked in confidence is marked."""
    found = RaisedFlag.objects.filter(
        episode=screen.episode_id, found_on__lte=screen.screened_on, raised_at__lt=screen.recorded_at
    )
    keys = {*screen.positive, *found.values_list("question", flat=True)}
    return [
        Sign(question["clinician_label"], PRIVATE in item["software"])
        for item in catalogue.red_flags()
        for question in item["questions"]
        if question["key"] in keys
    ]


def must_be_handed_over(screen: RedFlagScreen | None) -> bool:
    if screen is None or screen.concern != Concern.EMERGENCY:
        return False
    return not HandOver.objects.filter(screen=screen).exists()


def may_be_overridden(screen: RedFlagScreen, appointment: Appointment) -> bool:
    """Whether this visit is locked by the screen, and may be treated all the same by two clinicians' word."""
    if screen.overrides.filter(appointment=appointment).exists():
        return False
    return screen.concern == Concern.HIGH or (screen.concern == Concern.EMERGENCY and not must_be_handed_over(screen))
