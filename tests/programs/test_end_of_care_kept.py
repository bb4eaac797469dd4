"""What became of the goals is kept with the end of care, and red flags are settled before it."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client

from clinics import audit
from clinics.constraints import broken_rule
from clinics.models import AuditEvent
from clinics.tenancy import clinic_scope
from programs.models import CareEnding, Concern, Episode, GoalOutcome
from tests.factories import NINE, Cast
from tests.programs.pages import words
from tests.programs.test_assessments import assessed, both
from tests.programs.test_ending_care import address, ended
from tests.programs.test_episodes import opened
from tests.programs.test_plans import planned
from tests.programs.test_raised_flags import power
from tests.programs.test_sessions import screened

TODAY = NINE.date()
BEGAN = TODAY - timedelta(days=42)
AGREED = ["Runs again.", "Knows the plan by heart."]
pytestmark = pytest.mark.usefixtures("monday_morning")


def treated(cast: Cast, *, lunge: str = "") -> Episode:
    """Six weeks of a plan that aims at a lunge of 9 cm on the right, from 7; `lunge` is measured at the end."""
    episode = assessed(cast, both("M12", "7.0", "10.5"), episode=opened(cast, started_on=BEGAN), day=BEGAN)
    planned(cast, episode, day=BEGAN, discharge=AGREED)
    if lunge:
        assessed(cast, both("M12", lunge, "10.5"), episode=episode, day=TODAY)
    return episode


def kept(episode: Episode) -> tuple[Any, ...]:
    row = GoalOutcome.objects.get(ending__episode=episode)
    return row.measure, row.start, row.target, row.value, row.measured_on, row.outcome


@pytest.mark.parametrize(
    ("lunge", "value", "day", "outcome"),
    [
        ("9.5", Decimal("9.5"), TODAY, "reached"),
        ("8.5", Decimal("8.5"), TODAY, "missed"),
        ("", None, None, "unknown"),
    ],
)
def test_each_goal_is_kept_as_it_stood(
    lunge: str, value: Decimal | None, day: date | None, outcome: str, in_north: Cast
) -> None:
    episode = treated(in_north, lunge=lunge)
    ended(episode, in_north)
    assert kept(episode) == ("lunge_right", 7, 9, value, day, outcome)
    event = AuditEvent.objects.get(action="end_care")
    assert event.detail == {"reason": "goals", "goals": {"lunge_right": outcome}}


def test_goals_reached_needs_no_word_where_they_are(in_north: Cast) -> None:
    episode = treated(in_north, lunge="9.5")
    ended(episode, in_north, note="")
    assert CareEnding.objects.of(episode).get().ended_by == in_north.therapist


@pytest.mark.parametrize("lunge", ["", "8.5"])
def test_goals_reached_asks_why_where_one_is_not(lunge: str, in_north: Cast) -> None:
    episode = treated(in_north, lunge=lunge)
    with pytest.raises(ValidationError, match="Not every goal is known to be reached"):
        ended(episode, in_north, note=" ")
    assert not CareEnding.objects.exists()
    ended(episode, in_north, reason="enough", note="")


def test_goals_reached_asks_why_where_none_was_set(in_north: Cast) -> None:
    with pytest.raises(ValidationError, match="Not every goal is known to be reached"):
        ended(opened(in_north, started_on=BEGAN), in_north, note="")


def test_the_database_asks_too(in_north: Cast) -> None:
    made = {"episode": treated(in_north), "ended_on": TODAY, "ended_by": in_north.therapist, "reason": "goals"}
    CareEnding.objects.create(**made)
    with pytest.raises(IntegrityError) as refused, connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert broken_rule(refused.value) == "programs_careending_says_why"


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"outcome": "reached"}, "programs_goaloutcome_measured"),
        ({"outcome": "reached", "value": 8, "measured_on": TODAY}, "programs_goaloutcome_true"),
        ({"outcome": "unknown", "value": 8, "measured_on": TODAY}, "programs_goaloutcome_measured"),
        ({"outcome": "nearly", "value": 8, "measured_on": TODAY}, "programs_goaloutcome_outcome"),
    ],
)
def test_the_database_keeps_no_untrue_outcome(changes: dict[str, Any], rule: str, in_north: Cast) -> None:
    episode = opened(in_north, started_on=BEGAN)
    ending = CareEnding.objects.create(episode=episode, ended_on=TODAY, ended_by=in_north.therapist, reason="enough")
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        GoalOutcome.objects.create(**{"ending": ending, "measure": "psfs", "operator": ">=", "target": 9, **changes})
    assert broken_rule(refused.value) == rule


def test_what_was_kept_is_never_changed(in_north: Cast) -> None:
    ended(treated(in_north), in_north)
    for rows in (CareEnding.objects.all(), GoalOutcome.objects.all()):
        with pytest.raises(Exception, match="permission denied"), transaction.atomic():
            rows.update(clinic_id=in_north.clinic.pk)


def test_nothing_ends_where_the_audit_fails(in_north: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    episode = treated(in_north)
    monkeypatch.setattr(audit, "record", _broken)
    with pytest.raises(RuntimeError), transaction.atomic():
        ended(episode, in_north)
    assert not CareEnding.objects.exists()


def _broken(*_args: object, **_kwargs: object) -> None:
    raise RuntimeError


# --- Red flags first


def fell(cast: Cast, episode: Episode) -> None:
    assessed(cast, power("5"), episode=episode, day=BEGAN)
    assessed(cast, power("3"), episode=episode, day=TODAY)


def stands(cast: Cast, episode: Episode) -> None:
    screened(episode, cast, Concern.EMERGENCY, TODAY)


def stands_elsewhere(cast: Cast, episode: Episode) -> None:
    stands(cast, opened(cast, complaint="Neck", started_on=BEGAN))


def began(cast: Cast, episode: Episode) -> None:
    screened(episode, cast, Concern.IN_PROGRESS, TODAY)


OPEN_QUESTIONS = [
    (fell, "A red-flag screen is needed now"),
    (stands, "Emergency signs stand here"),
    (stands_elsewhere, "Emergency signs stand here"),
    (began, "begun and not finished"),
]


@pytest.mark.parametrize(("happens", "why"), OPEN_QUESTIONS)
def test_red_flags_are_settled_first(happens: Callable[[Cast, Episode], None], why: str, in_north: Cast) -> None:
    episode = treated(in_north, lunge="9.5")
    happens(in_north, episode)
    with pytest.raises(ValidationError, match=why):
        ended(episode, in_north)
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        CareEnding.objects.create(episode=episode, ended_on=TODAY, ended_by=in_north.therapist, reason="enough")
    assert broken_rule(refused.value) == "programs_careending_red_flags"


def test_the_page_leads_to_the_screen(therapist: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        episode = treated(north, lunge="9.5")
        fell(north, episode)
    page = therapist.get(address("episode-end", episode))
    assert "A red-flag screen is needed now." in words(page)
    assert f'href="{address("red-flags", episode)}"' in page.content.decode()
    assert 'name="reason"' not in page.content.decode()
    refused = therapist.post(address("episode-end", episode), {"reason": "enough"})
    assert refused.status_code == 422


# --- The form


def test_the_form_shows_each_goal_and_keeps_what_was_agreed(therapist: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        episode = treated(north, lunge="8.5")
    page = therapist.get(address("episode-end", episode))
    assert "Lunge, right 8.5 cm Not reached, 1 Mar 2021 ≥ 9 cm" in words(page)
    refused = therapist.post(address("episode-end", episode), {"reason": "goals", "met": ["1"]})
    assert list(refused.context["form"].errors) == ["note"]
    therapist.post(address("episode-end", episode), {"reason": "goals", "met": ["1"], "note": "Close enough for her."})
    with clinic_scope(north.clinic.pk):
        ending = CareEnding.objects.of(episode).get()
    assert (ending.met, ending.not_met, ending.note) == (AGREED[1:], AGREED[:1], "Close enough for her.")


def test_the_form_says_what_was_not_measured_since(therapist: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        episode = treated(north)
    assert "Lunge, right – Not measured since (start 7 cm) ≥ 9 cm" in words(
        therapist.get(address("episode-end", episode))
    )
