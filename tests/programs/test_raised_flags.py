"""A finding that is a red flag closes the gate until a clinician has screened."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clinics.models import AuditEvent
from clinics.tenancy import clinic_scope
from programs.models import Concern, Episode, RaisedFlag, RedFlagScreen, Session
from programs.queries.chart import chart_of
from programs.services.assessments import Entry
from programs.services.red_flags import NeedsReason, record_screen, suggestion
from programs.services.sessions import sign
from tests.factories import NINE, Cast
from tests.programs.pages import words
from tests.programs.test_assessments import a_test, assessed
from tests.programs.test_episodes import TODAY
from tests.programs.test_sessions import shut, sign_by_hand, written

LATER = TODAY + timedelta(days=21)


def power(right: str, left: str = "5", key: str = "N04") -> list[Entry]:
    return [Entry(test=a_test(key), side=side, word=word) for side, word in (("right", right), ("left", left))]


def questions(episode: Episode) -> list[str]:
    return list(RaisedFlag.objects.filter(episode=episode).order_by("pk").values_list("question", flat=True))


def screened(cast: Cast, episode: Episode, day: date, concern: str = Concern.HIGH, note: str = "") -> RedFlagScreen:
    return record_screen(
        episode=episode, concern=concern, positive=[], note="", reason=note, screened_on=day, by=cast.therapist
    )


def test_power_that_fell_by_a_grade_raises_the_flag(in_north: Cast) -> None:
    episode = assessed(in_north, power("5"))
    assert questions(episode) == []
    assessed(in_north, power("4"), episode=episode, day=LATER)
    flag = RaisedFlag.objects.get(episode=episode)
    assert (flag.question, flag.found_on) == ("r07_rule", LATER)
    assert [one["code"] for one in flag.because] == ["fallen", "new_root"]
    event = AuditEvent.objects.get(action="raise")
    assert event.detail == {"assessment": flag.assessment_id, "questions": ["r07_rule"]}
    assert (event.patient_id, event.subject_ids) == (in_north.patient.pk, [flag.pk])


def test_power_that_holds_raises_nothing(in_north: Cast) -> None:
    episode = assessed(in_north, power("4"))
    assessed(in_north, power("4"), episode=episode, day=LATER)
    assert questions(episode) == []


def test_the_other_tests_of_a_later_day_do_not_raise_it_again(in_north: Cast) -> None:
    episode = assessed(in_north, power("3"))
    assert questions(episode) == ["r07_power3"]
    assessed(in_north, [Entry(test=a_test("O12"), word="-")], episode=episode, day=LATER)
    assert questions(episode) == ["r07_power3"]


@pytest.mark.parametrize(
    ("key", "word", "question"), [("N11", "altered", "r01_saddle"), ("N16", "extensor", "r08_umn")]
)
def test_what_was_found_makes_the_suggestion_an_emergency(in_north: Cast, key: str, word: str, question: str) -> None:
    episode = assessed(in_north, [Entry(test=a_test(key), word=word)])
    assert questions(episode) == [question]
    assert suggestion(episode=episode, positive=[], day=TODAY) == Concern.EMERGENCY


def test_only_a_screen_since_then_answers_and_a_lower_level_says_why(in_north: Cast) -> None:
    episode = assessed(in_north, power("3"), day=LATER)
    waiting = RaisedFlag.objects.filter(episode=episode).waiting(LATER)
    screened(in_north, episode, LATER - timedelta(days=1))  # asked before the finding, written down after it
    assert waiting.exists()
    with pytest.raises(NeedsReason):
        screened(in_north, episode, LATER, concern=Concern.CLEAR)
    screened(in_north, episode, LATER, concern=Concern.CLEAR, note="Old polio, as before")
    assert not waiting.exists()


def test_treatment_waits_for_the_screen(in_north: Cast) -> None:
    session = written(in_north)
    assessed(in_north, power("3"), episode=session.episode)
    assert shut(sign(session=session, by=in_north.therapist)) == ["red_flags"]
    with pytest.raises(IntegrityError, match="a finding waits for a red-flag screen"):
        sign_by_hand(session, in_north.therapist)
    screened(in_north, session.episode, TODAY)
    assert isinstance(sign(session=session, by=in_north.therapist), Session)


def test_a_visit_before_the_finding_is_signed_as_it_was(in_north: Cast) -> None:
    session = written(in_north)
    assessed(in_north, power("3"), episode=session.episode, day=TODAY + timedelta(days=1))
    assert isinstance(sign(session=session, by=in_north.therapist), Session)


def test_the_chart_says_that_a_finding_asks(in_north: Cast) -> None:
    episode = assessed(in_north, power("5"))
    screened(in_north, episode, TODAY, concern=Concern.CLEAR)
    assessed(in_north, power("3"), episode=episode)
    chart = chart_of(in_north.patient, today=TODAY, tab="chart")
    assert (chart.screen_state, [flag.kind for flag in chart.flags]) == ("raised", ["stop"])
    screened(in_north, episode, TODAY)
    assert chart_of(in_north.patient, today=TODAY, tab="chart").screen_state == Concern.HIGH


def test_the_screens_page_shows_what_was_found_and_asks_for_a_level(
    therapist: Client, north: Cast, monday_morning: None
) -> None:
    with clinic_scope(north.clinic.pk):
        episode = assessed(north, power("3"))
    page = reverse("red-flags", args=[north.patient.pk])
    shown: Any = therapist.get(page)
    assert "Right L5 power is grade 3 or less." in shown.content.decode()
    answer: Any = therapist.post(page, {"screened_on": TODAY, "asked": "on"})
    assert (answer.context["undecided"], answer.context["form"]["concern"].value()) == (True, Concern.HIGH)
    with clinic_scope(north.clinic.pk):
        assert RedFlagScreen.objects.get(episode=episode).concern == Concern.IN_PROGRESS


@pytest.mark.parametrize("page", ["chart", "assessments"])
def test_progress_of_a_deficit_is_said_where_one_lands(
    therapist: Client, north: Cast, monday_morning: None, monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    with clinic_scope(north.clinic.pk):
        episode = assessed(north, power("5"), day=TODAY - timedelta(days=7))
        assessed(north, power("4"), episode=episode)
    says = "A red-flag screen is needed now Right L5 power fell"
    assert says in words(therapist.get(reverse(page, args=[north.patient.pk])))
    monkeypatch.setattr(timezone, "now", lambda: NINE + timedelta(hours=1))
    with clinic_scope(north.clinic.pk):
        screened(north, episode, TODAY)
    assert says not in words(therapist.get(reverse(page, args=[north.patient.pk])))
