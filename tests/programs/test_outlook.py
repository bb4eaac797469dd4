"""What a signed visit raises for its clinician, and what a sitting settles."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from programs.models import Alert, AlertKind, Assessment, Episode, Session
from programs.services.alerts import resolve_by_hand
from programs.services.assessments import correct_assessment
from programs.services.sessions import sign
from tests.factories import NINE, Cast
from tests.factories.cast import appointment_at
from tests.programs.test_asked import asked, say
from tests.programs.test_assessments import assessed, both
from tests.programs.test_episodes import TODAY, opened
from tests.programs.test_plans import planned
from tests.programs.test_sessions import screened
from tests.programs.test_standstill import felt

WEEK = timedelta(weeks=1)


def signed_in_week(cast: Cast, episode: Episode, week: int, monkeypatch: pytest.MonkeyPatch) -> None:
    start = NINE + week * WEEK
    monkeypatch.setattr(timezone, "now", lambda: start + timedelta(hours=1))
    screened(episode, cast, day=TODAY + week * WEEK)
    visit = appointment_at(cast, start)
    session = Session.objects.create(
        patient=cast.patient, episode=episode, appointment=visit, therapist=cast.therapist, note="Hinges."
    )
    assert isinstance(sign(session=session, by=cast.therapist), Session)


def waiting() -> list[str]:
    return sorted(Alert.objects.filter(resolved_at=None).values_list("kind", flat=True))


def test_a_visit_in_week_three_says_that_a_reassessment_is_due_until_it_is_done(
    in_north: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    episode = assessed(in_north, both("M12", "7.0", "10.5"))
    planned(in_north, episode)
    signed_in_week(in_north, episode, 1, monkeypatch)
    assert waiting() == []
    signed_in_week(in_north, episode, 3, monkeypatch)
    assert waiting() == [AlertKind.RETEST_DUE]
    assessed(in_north, both("M12", "8.0", "10.5"), episode=episode, day=TODAY + 3 * WEEK)
    assert waiting() == []


def settled_by_a_correction(cast: Cast, episode: Episode) -> None:
    wrong = Assessment.objects.get()
    correct_assessment(assessment=wrong, entries=both("M12", "10.0", "10.5"), reason="A slip", by=cast.therapist)


def settled_by_a_new_plan(cast: Cast, episode: Episode) -> None:
    planned(cast, episode, day=TODAY + 3 * WEEK, reason="More visits")


def settled_by_a_late_sitting(cast: Cast, episode: Episode) -> None:
    assessed(cast, both("M12", "8.0", "10.5"), episode=episode, day=TODAY + WEEK)


@pytest.mark.parametrize(
    ("settle", "left"),
    [(settled_by_a_correction, []), (settled_by_a_new_plan, []), (settled_by_a_late_sitting, [AlertKind.RETEST_DUE])],
)
def test_what_else_settles_it(
    in_north: Cast, monkeypatch: pytest.MonkeyPatch, settle: Callable[[Cast, Episode], None], left: list[str]
) -> None:
    episode = assessed(in_north, both("M12", "7.0", "10.5"))
    planned(in_north, episode)
    signed_in_week(in_north, episode, 3, monkeypatch)
    settle(in_north, episode)
    assert waiting() == left


def test_a_number_that_was_to_be_asked_for_settles_it(in_north: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    episode = asked(in_north)
    say(in_north, episode, {"fear_movement": "8"})
    planned(in_north, episode)
    signed_in_week(in_north, episode, 3, monkeypatch)
    assert waiting() == [AlertKind.RETEST_DUE]
    say(in_north, episode, {"fear_movement": "8"}, week=3)
    assert waiting() == []


def test_that_nothing_changes_is_said_once(in_north: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    episode = opened(in_north)
    felt(episode, (TODAY, 6), (TODAY + 2 * WEEK, 6))
    for week in (0, 1):
        signed_in_week(in_north, episode, week, monkeypatch)
    assert waiting() == []
    signed_in_week(in_north, episode, 2, monkeypatch)
    assert waiting() == [AlertKind.NO_CHANGE]
    assert resolve_by_hand(alert=Alert.objects.get(), by=in_north.therapist)
    signed_in_week(in_north, episode, 4, monkeypatch)
    assert waiting() == []
