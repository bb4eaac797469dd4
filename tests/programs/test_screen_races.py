"""Whatever asks for a screen, and the screen, at once: none answers what nobody could see when it was recorded."""

import uuid
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from clinics.tenancy import clinic_scope
from clinics.timekeeping import local_day
from programs.models import Alert, Concern, Episode, PatientCheck, RaisedFlag, RedFlagScreen
from programs.services.checks import CareEnded, record_check
from programs.services.episodes import end_care
from programs.services.red_flags import Unseen, record_screen
from tests.factories import Cast, make_cast
from tests.programs.test_asked import asked
from tests.programs.test_assessments import assessed
from tests.programs.test_episodes import opened
from tests.programs.test_raised_flags import power
from tests.programs.test_session_races import elsewhere

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast() -> Cast:
    return make_cast("north", zone="Europe/Dublin")


@pytest.fixture
def episode(cast: Cast) -> Episode:
    with clinic_scope(cast.clinic.pk):
        return asked(cast)


def today(cast: Cast) -> date:
    return local_day(timezone.now(), cast.clinic.zone)


def answer(cast: Cast, episode: Episode) -> PatientCheck:
    return record_check(episode=episode, client_id=uuid.uuid4(), positive=["r04_fever"], unsure=[], by=cast.login)


def clear(cast: Cast, episode: Episode, seen: list[str] | None = None) -> RedFlagScreen:
    return record_screen(
        episode=episode, concern=Concern.CLEAR, positive=[], note="", reason="Asked.", screened_on=today(cast),
        by=cast.therapist, seen=seen,
    )  # fmt: skip


def waits(running: Future[Any]) -> None:
    with pytest.raises(TimeoutError):
        running.result(timeout=0.5)


def test_answers_that_come_while_a_screen_is_recorded_wait_for_the_next_one(cast: Cast, episode: Episode) -> None:
    with ThreadPoolExecutor(1) as pool:
        with clinic_scope(cast.clinic.pk):
            clear(cast, episode)
            answering = elsewhere(pool, cast, lambda: answer(cast, episode))
            waits(answering)
        check = answering.result(timeout=5)
    with clinic_scope(cast.clinic.pk):
        assert list(PatientCheck.objects.waiting(today(cast))) == [check]


def test_a_screen_is_not_recorded_over_answers_that_its_page_did_not_show(cast: Cast, episode: Episode) -> None:
    with ThreadPoolExecutor(1) as pool:
        with clinic_scope(cast.clinic.pk):
            check = answer(cast, episode)
            screening = elsewhere(pool, cast, lambda: clear(cast, episode, seen=[]))
            waits(screening)
        with pytest.raises(Unseen):
            screening.result(timeout=5)
    with clinic_scope(cast.clinic.pk):
        assert list(PatientCheck.objects.waiting(today(cast))) == [check]
        clear(cast, episode, seen=["r04_fever"])
        assert list(PatientCheck.objects.waiting(today(cast))) == []


def test_a_screen_waits_for_the_sitting_whose_finding_asks_for_it(cast: Cast, episode: Episode) -> None:
    with ThreadPoolExecutor(1) as pool:
        with clinic_scope(cast.clinic.pk):
            assessed(cast, power("5"), episode=episode, day=today(cast) - timedelta(days=7))
            assessed(cast, power("4"), episode=episode, day=today(cast))
            (flag,) = RaisedFlag.objects.all()
            screening = elsewhere(pool, cast, lambda: clear(cast, episode, seen=[]))
            waits(screening)
        with pytest.raises(Unseen):
            screening.result(timeout=5)
    with clinic_scope(cast.clinic.pk):
        assert list(RaisedFlag.objects.waiting(today(cast))) == [flag]


@pytest.mark.parametrize("others", [0, 1])
def test_answers_that_come_while_care_ends_are_heard_in_another_complaint(
    cast: Cast, episode: Episode, others: int
) -> None:
    with ThreadPoolExecutor(1) as pool:
        with clinic_scope(cast.clinic.pk):
            ankles = [opened(cast, complaint="Stiff ankle", pain=None) for _number in range(others)]
            end_care(episode=episode, day=today(cast), reason="enough", by=cast.therapist)
            answering = elsewhere(pool, cast, lambda: answer(cast, episode))
            waits(answering)
        if not others:
            with pytest.raises(CareEnded):
                answering.result(timeout=5)
    with clinic_scope(cast.clinic.pk):
        assert list(PatientCheck.objects.values_list("episode", flat=True)) == [one.pk for one in ankles]
        assert Alert.objects.open().count() == others


def test_care_does_not_end_over_answers_that_are_on_their_way(cast: Cast, episode: Episode) -> None:
    with ThreadPoolExecutor(1) as pool:
        with clinic_scope(cast.clinic.pk):
            answer(cast, episode)
            ending = elsewhere(
                pool, cast, lambda: end_care(episode=episode, day=today(cast), reason="enough", by=cast.therapist)
            )
            waits(ending)
        with pytest.raises(ValidationError, match="A red-flag screen is needed now"):
            ending.result(timeout=5)
