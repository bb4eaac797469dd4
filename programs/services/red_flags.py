from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from clinics import audit
from clinics.models import User
from clinics.timekeeping import day_bounds
from patients.models import Appointment
from programs import catalogue
from programs.models import (
    Alert,
    AlertKind,
    Concern,
    Episode,
    PatientCheck,
    RaisedFlag,
    RedFlagScreen,
    SafetyNetAdvice,
    ScreenConfirmation,
)
from programs.models.screen import STEPS
from programs.queries.gates import visit_day
from programs.queries.nerves import waiting_flags
from programs.screening import LEVELS, is_lower, suggested_concern
from programs.services.alerts import raise_alert, resolve_alerts
from programs.services.turns import take_turn

HAND_OVER_WITHIN = timedelta(minutes=15)  # an emergency is a matter of the same hour [product rule]
# How soon somebody looks at it again.
FOLLOW_UP = {Concern.HIGH: timedelta(days=1), Concern.LOW: timedelta(days=7)}


class NeedsReason(ValueError):  # noqa: N818  # reads as what is missing
    """A level below the one that the answers suggest, or below the one before, says why."""


class NoSuchStep(ValueError):  # noqa: N818  # reads as what was tried
    """The state machine knows no way from the level before to this one: see programs/content/red_flags.json."""


class Unseen(ValueError):  # noqa: N818  # reads as what it is
    """A finding or an answer of the patient came after the page was opened: the screen would answer it unread."""


class NothingToConfirm(ValueError):  # noqa: N818  # reads as what is missing
    """No screen that still counts, or one that asks for more than a word."""


def unseen(*, episode: Episode, seen: Collection[str], day: date) -> set[str]:
    """The questions that wait for an answer on that day, without those that the page showed."""
    return {one.question for one in waiting_flags(episode, day)} - set(seen)


def suggestion(*, episode: Episode, positive: Collection[str], day: date) -> str:
    """From the answers, and from findings that answered a question with yes: nobody has to tick those again."""
    found = RaisedFlag.objects.filter(episode=episode).waiting(day)
    told = list(PatientCheck.objects.filter(episode=episode).waiting(day))
    positive = {*positive, *found.values_list("question", flat=True), *(key for one in told for key in one.positive)}
    unsure = {key for one in told for key in one.unsure}
    return suggested_concern(positive, age=episode.patient.age_on(day), items=catalogue.red_flags(), unsure=unsure)


def least_without_reason(*, episode: Episode, positive: Collection[str], day: date) -> str:
    """The higher one of what the answers suggest and what was before: going below it takes a word."""
    before = RedFlagScreen.objects.counting_on(episode, day)
    known = [before.level] if before else []
    return max([suggestion(episode=episode, positive=positive, day=day), *known], key=LEVELS.index)


@transaction.atomic
def record_screen(
    *,
    episode: Episode,
    concern: str,
    positive: Collection[str],
    note: str,
    screened_on: date,
    by: User,
    reason: str = "",
    seen: Collection[str] | None = None,
) -> RedFlagScreen:
    """Each screen is a new row. A clinician may set a lower level than suggested, but not without a word.

    `screened_on` is when the patient was asked; when that was recorded is stamped beside it. `seen` are the questions
    of waiting findings and answers that the page showed; None where no page stood between. Raises NeedsReason,
    NoSuchStep and Unseen.
    """
    now = _take_turn(episode)
    if seen is not None and concern != Concern.EMERGENCY and unseen(episode=episode, seen=seen, day=screened_on):
        raise Unseen
    before = RedFlagScreen.objects.counting_on(episode, screened_on)
    if (before.concern if before else "not_done", concern) not in STEPS:
        raise NoSuchStep(before.concern if before else "not_done", concern)
    least = least_without_reason(episode=episode, positive=positive, day=screened_on)
    if concern != Concern.IN_PROGRESS and is_lower(concern, than=least) and not reason.strip():
        raise NeedsReason(least)
    screen = RedFlagScreen.objects.create(
        episode=episode,
        concern=concern,
        found=least
        if concern == Concern.IN_PROGRESS
        else suggestion(episode=episode, positive=positive, day=screened_on),
        positive=sorted(positive),
        note=note,
        reason=reason,
        screened_on=screened_on,
        screened_by=by,
        recorded_at=now,
    )
    audit.record("screen", subject=screen, by=by, patient_id=episode.patient_id, detail={"episode": episode.pk})
    if concern != Concern.IN_PROGRESS:
        _settle_alerts(screen, by)
    _follow_up(screen, by)
    return screen


@transaction.atomic
def keep_screen(
    *, episode: Episode, positive: Collection[str], note: str, screened_on: date, by: User
) -> RedFlagScreen | None:
    """What was answered before anybody has said what level of concern it makes: it counts from now on at the level
    that the answers suggest, and never below the one before. An emergency is one at once; where one stands already
    there is nothing to keep it from.
    """
    _take_turn(episode)
    before = RedFlagScreen.objects.counting_on(episode, screened_on)
    if before and before.concern == Concern.EMERGENCY:
        return None
    found = least_without_reason(episode=episode, positive=positive, day=screened_on)
    said = (Concern.IN_PROGRESS, found, sorted(positive), note, screened_on)
    if before and said == (before.concern, before.found, before.positive, before.note, before.screened_on):
        return before
    concern = Concern.EMERGENCY if found == Concern.EMERGENCY else Concern.IN_PROGRESS
    return record_screen(episode=episode, concern=concern, positive=positive, note=note, screened_on=screened_on, by=by)


def _take_turn(episode: Episode) -> datetime:
    """One level follows the other, and each knows what was raised before it."""
    Episode.objects.select_for_update(no_key=True).get(pk=episode.pk)
    return take_turn(episode.pk)


def _settle_alerts(screen: RedFlagScreen, by: User) -> None:
    """A finished screen is the answer to whoever asked for one."""
    episode = screen.episode
    # Asked on an earlier day and written down now, it knows nothing of what has come up since.
    _start, end = day_bounds(screen.screened_on, screen.clinic.zone)
    resolve_alerts(kinds=[AlertKind.PATIENT_EMERGENCY], episode=episode, by=by, raised_before=end)
    if not _asks(episode, date.max):
        resolve_alerts(kinds=[AlertKind.FINDING], episode=episode, by=by)
    if RedFlagScreen.objects.standing().filter(episode=episode, hand_overs__isnull=True).exists():
        raise_alert(kind=AlertKind.HAND_OVER, episode=episode, due_at=screen.recorded_at + HAND_OVER_WITHIN, by=by)
    else:
        resolve_alerts(kinds=[AlertKind.HAND_OVER], episode=episode, by=by)


def _follow_up(screen: RedFlagScreen, by: User) -> None:
    """A concern asks for another look, also one that nobody has confirmed yet. A screen of an earlier day leaves alone
    what has been asked for since.
    """
    if RedFlagScreen.objects.latest_for(screen.episode) != screen:
        return
    if screen.concern != Concern.IN_PROGRESS:
        answered = [AlertKind.CONCERN, AlertKind.SCREEN_EXPIRED]
        resolve_alerts(kinds=answered, episode=screen.episode, by=by)
    if wait := FOLLOW_UP.get(Concern(screen.level)):
        due_at = screen.recorded_at + wait
        if Alert.objects.filter(episode=screen.episode, kind=AlertKind.CONCERN, due_at__gt=due_at).open().exists():
            resolve_alerts(kinds=[AlertKind.CONCERN], episode=screen.episode, by=by)  # the concern has risen
        raise_alert(kind=AlertKind.CONCERN, episode=screen.episode, due_at=due_at, by=by)


def _asks(episode: Episode, day: date) -> bool:
    """Whether a finding or the patient's own answers wait for a screen."""
    return any(one.objects.filter(episode=episode).waiting(day).exists() for one in (RaisedFlag, PatientCheck))


@transaction.atomic
def confirm_screen(*, appointment: Appointment, episode: Episode, by: User) -> ScreenConfirmation:
    """At this visit nothing has changed. Saying it twice is saying it once."""
    day = visit_day(appointment)
    screen = RedFlagScreen.objects.for_visit(episode, day)
    asked = _asks(episode, day)
    to_come = day > appointment.room.location.local(timezone.now()).date()
    if screen is None or not screen.opens_for(day) or asked or to_come:
        raise NothingToConfirm
    said, is_new = ScreenConfirmation.objects.get_or_create(
        appointment=appointment, screen=screen, defaults={"confirmed_by": by, "confirmed_at": timezone.now()}
    )
    if is_new:
        audit.record("confirm_screen", subject=said, by=by, patient_id=episode.patient_id, detail={"screen": screen.pk})
    return said


@transaction.atomic
def record_advice(
    *, episode: Episode, given_on: date, language: str, how: str, said: str, understood: bool, by: User
) -> SafetyNetAdvice:
    advice = SafetyNetAdvice.objects.create(
        episode=episode, given_on=given_on, given_by=by, language=language, format=how, said=said, understood=understood
    )
    audit.record("give_advice", subject=advice, by=by, patient_id=episode.patient_id, detail={"format": how})
    return advice
