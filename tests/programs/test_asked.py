"""Own fear of movement and the totals of questionnaires speak for a factor like any test of a sitting."""

from datetime import timedelta
from decimal import Decimal

import pytest

from clinics.tenancy import clinic_scope
from programs.models import Episode, Factor, Score
from programs.queries.asked import latest_known
from programs.queries.evidence import evidence_of
from programs.queries.findings import person_of
from programs.queries.retest import retest_of
from programs.services import weighing
from programs.services.assessments import Entry
from programs.services.measures import record_scores
from tests.factories import NINE, Cast
from tests.factories.library import factor_kinds
from tests.factories.worker import as_worker
from tests.programs.test_assessments import a_test, assessed
from tests.programs.test_episodes import TODAY, opened

LATER = TODAY + timedelta(weeks=3)
TESTS = ("FEAR", "FABQ_PA", "TSK17", "STARTBACK_DISTRESS")


def asked(cast: Cast) -> Episode:
    """An episode in a clinic that has these tests."""
    factor_kinds()
    for key in TESTS:
        a_test(key)
    return opened(cast)


def say(cast: Cast, episode: Episode, values: dict[str, str], *, week: int = 0, at_home: bool = False) -> None:
    numbers = {measure: Decimal(value) for measure, value in values.items()}
    day = TODAY + timedelta(weeks=week)
    by = cast.therapist
    record_scores(episode=episode, taken_on=day, values=numbers, by=by, from_patient=at_home)


def fear(episode: Episode) -> tuple[str, bool, list[str]] | None:
    found = Factor.objects.filter(episode=episode, key="fear_avoidance").first()
    return (found.suggestion, found.improving, sorted(found.evidence)) if found else None


@pytest.mark.parametrize(
    ("values", "suggestion", "evidence"),
    [
        ({"fear_movement": "5"}, "not_supported", []),
        ({"fear_movement": "6"}, "possible", ["FEAR"]),
        ({"fear_movement": "7", "fabq_pa": "15"}, "supported", ["FABQ_PA", "FEAR"]),
        ({"fear_movement": "7", "fabq_pa": "14"}, "possible", ["FEAR"]),
        ({"fear_movement": "8", "tsk17": "44"}, "supported", ["FEAR", "TSK17"]),
        ({"fear_movement": "2", "startback_distress": "3"}, "not_supported", []),
        ({"nprs_average": "9"}, None, None),
    ],
)
def test_scores_move_the_factor_at_once(
    in_north: Cast, values: dict[str, str], suggestion: str | None, evidence: list[str] | None
) -> None:
    episode = asked(in_north)
    say(in_north, episode, values)
    assert fear(episode) == (None if suggestion is None else (suggestion, False, evidence))


def test_the_latest_word_counts_whoever_wrote_it_down(in_north: Cast) -> None:
    episode = asked(in_north)
    say(in_north, episode, {"fear_movement": "8"})
    assessed(in_north, [Entry(test=a_test("FEAR"), value=Decimal(3))], episode=episode, day=LATER)
    assert [(one.test.key, one.value) for one in latest_known(episode)] == [("FEAR", Decimal(3))]
    assert fear(episode) == ("resolved", False, [])
    say(in_north, episode, {"fear_movement": "9"}, week=3)  # of the same day the sitting's counts
    assert [(one.test.key, one.value) for one in latest_known(episode)] == [("FEAR", Decimal(3))]
    say(in_north, episode, {"fear_movement": "7"}, week=4)
    assert [(one.test.key, one.value) for one in latest_known(episode)] == [("FEAR", Decimal(7))]


def test_the_board_and_the_reassessment_show_how_it_went(in_north: Cast) -> None:
    episode = asked(in_north)
    for week, value in enumerate(("8", "8", "7", "4")):
        say(in_north, episode, {"fear_movement": value}, week=week)
    factors = list(Factor.objects.with_kind().filter(episode=episode, key="fear_avoidance"))
    [shown] = evidence_of(episode, factors, person_of(episode, LATER))[factors[0].pk]
    assert (shown.test.key, list(shown.series), shown.abnormal) == ("FEAR", [8, 8, 7, 4], False)
    [row] = retest_of(episode, LATER).rows
    assert (row.test.key, [(side.first.text, side.now.text) for side in row.sides]) == ("FEAR", [("8", "4")])


def test_a_clinic_without_the_test_is_told_nothing(in_north: Cast) -> None:
    factor_kinds()
    episode = opened(in_north)
    say(in_north, episode, {"fear_movement": "9"})
    assert latest_known(episode) == []


@pytest.mark.django_db(transaction=True)
def test_from_home_it_is_news_until_the_worker_has_weighed_it(north: Cast, south: Cast) -> None:
    with clinic_scope(south.clinic.pk):
        theirs = asked(south)
        say(south, theirs, {"fear_movement": "9"}, at_home=True)
    with clinic_scope(north.clinic.pk):
        episode = asked(north)
        say(north, episode, {"fear_movement": "7", "nprs_average": "5"}, at_home=True)
        assert fear(episode) is None
    with as_worker():
        assert weighing.clinics_with_news() == [north.clinic.pk, south.clinic.pk]
        with clinic_scope(north.clinic.pk):
            weighing.weigh_news(clinic_id=north.clinic.pk, now=NINE)
        assert weighing.clinics_with_news() == [south.clinic.pk]
    with clinic_scope(north.clinic.pk):
        assert fear(episode) == ("possible", False, ["FEAR"])
        assert Score.objects.filter(is_news=True).count() == 0


def test_given_at_a_sitting_and_asked_on_the_same_day_it_was_given_once(in_north: Cast) -> None:
    episode = asked(in_north)
    say(in_north, episode, {"fear_movement": "7"})
    assessed(in_north, [Entry(test=a_test("FEAR"), value=Decimal(7))], episode=episode, day=TODAY)
    (row,) = retest_of(episode, TODAY).rows
    assert ([side.repeated for side in row.sides], row.repeated) == ([False], False)
