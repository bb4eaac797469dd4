"""What only a clinician's screen settles, before a plan is signed and before care ends."""

from collections.abc import Sequence
from datetime import date

from programs.models import Concern, Episode, PatientCheck, RaisedFlag, RedFlagScreen
from programs.models.raised import holding

UNSCREENED = "unscreened"


def in_the_way(episode: Episode, day: date) -> str:
    """emergency, raised or unfinished; empty where nothing is. The same as the rule programs_careending_safe."""
    patients = Episode.objects.filter(patient=episode.patient_id).open()
    if RedFlagScreen.objects.standing().filter(episode__in=patients).exists():
        return "emergency"
    asked: Sequence[type[RaisedFlag | PatientCheck]] = (RaisedFlag, PatientCheck)
    if any(kind.objects.filter(holding(episode)).waiting(day).exists() for kind in asked):
        return "raised"
    latest = RedFlagScreen.objects.latest_for(episode)
    return "unfinished" if latest is not None and latest.concern == Concern.IN_PROGRESS else ""


def screen_gap(episode: Episode, day: date) -> str:
    """emergency or raised, which forbid a signature; unscreened, which asks the signer why; empty: screened."""
    way = in_the_way(episode, day)
    if way in ("emergency", "raised"):
        return way
    screen = RedFlagScreen.objects.counting_on(episode, day)
    return "" if screen and screen.counts_on(day) and not way else UNSCREENED
