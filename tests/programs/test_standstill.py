"""Care that stands still, from signed notes and scores to the line on the chart."""

from datetime import date, timedelta
from decimal import Decimal

from django.test import Client
from django.urls import reverse

from clinics.tenancy import clinic_scope
from patients.models import Status
from programs.models import Episode, Score, Session
from programs.queries.standstill import standstill_of
from programs.retest import Standstill
from tests.factories import Cast
from tests.factories.cast import NINE, appointment_at
from tests.programs.pages import words
from tests.programs.test_episodes import TODAY, opened
from tests.programs.test_plans import planned
from tests.programs.test_sessions import screened

WEEK = timedelta(weeks=1)


def treated(cast: Cast, visits: int) -> Episode:
    """Once a week, each visit screened and signed."""
    episode = opened(cast)
    for week in range(visits):
        screened(episode, cast, day=TODAY + week * WEEK)
        visit = appointment_at(cast, NINE + week * WEEK, status=Status.COMPLETED)
        Session.objects.create(
            patient=cast.patient, episode=episode, appointment=visit, therapist=cast.therapist, note="Hinges.",
            signed_at=visit.ends_at, signed_by=cast.therapist,
        )  # fmt: skip
    return episode


def felt(episode: Episode, *pains: tuple[date, int], measure: str = "nprs_average") -> None:
    Score.objects.bulk_create(
        Score(patient=episode.patient, episode=episode, measure=measure, value=Decimal(pain), taken_on=day)
        for day, pain in pains
    )


def test_the_same_pain_after_three_signed_visits_is_said(in_north: Cast) -> None:
    episode = treated(in_north, 3)
    felt(episode, (TODAY, 6), (TODAY + 2 * WEEK, 5))
    assert standstill_of(episode, None) == Standstill.NO_CHANGE
    felt(episode, (TODAY + 3 * WEEK, 3))
    assert standstill_of(episode, None) is None


def test_two_visits_are_too_few(in_north: Cast) -> None:
    episode = treated(in_north, 2)
    felt(episode, (TODAY, 6), (TODAY + WEEK, 6))
    assert standstill_of(episode, None) is None


def test_a_measure_without_a_known_error_claims_nothing(in_north: Cast) -> None:
    episode = treated(in_north, 4)
    felt(episode, (TODAY, 8), (TODAY + 3 * WEEK, 8), measure="ex_confidence")
    assert standstill_of(episode, None) == Standstill.NOT_ASKED


def test_visits_count_anew_from_a_new_plan(in_north: Cast) -> None:
    episode = treated(in_north, 3)
    felt(episode, (TODAY, 6), (TODAY + 2 * WEEK, 6))
    plan = planned(in_north, episode, day=TODAY + WEEK)
    assert standstill_of(episode, None) == Standstill.NO_CHANGE
    assert standstill_of(episode, plan) is None


def test_the_chart_says_so(therapist: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        felt(treated(north, 3), (TODAY, 6), (TODAY + 2 * WEEK, 6))
    page = words(therapist.get(reverse("chart", args=[north.patient.pk])))
    assert "No meaningful change Nothing that was asked has changed as much as matters." in page
