"""All that happened in one complaint's care, newest first, however long it goes on."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from clinics.tenancy import clinic_scope
from programs.addresses import Care
from programs.models import Concern, Episode, Score
from programs.queries.timeline import PER_PAGE, RANK, Mark, timeline_of
from programs.services.factors import decide
from programs.services.plans import sign_plan
from tests.factories import NINE, Cast
from tests.programs.pages import words
from tests.programs.test_assessments import assessed, both
from tests.programs.test_episodes import opened
from tests.programs.test_plan_versions import drafted
from tests.programs.test_sessions import screened

TODAY = NINE.date()
pytestmark = pytest.mark.usefixtures("monday_morning")


@pytest.fixture
def episode(north: Cast) -> Episode:
    with clinic_scope(north.clinic.pk):
        return opened(north, started_on=date(2018, 1, 1), pain=None)


def address(episode: Episode, query: str = "") -> str:
    return reverse("timeline", args=[Care(episode.patient_id, episode.pk)]) + query


def scored(episode: Episode, days: int, measures: tuple[str, ...] = ("nprs_average",)) -> None:
    Score.objects.bulk_create(
        Score(patient=episode.patient, episode=episode, measure=one, value=3, taken_on=TODAY - timedelta(days=day))
        for day in range(days)
        for one in measures
    )


def test_each_kind_is_said_in_its_words(therapist: Client, north: Cast, episode: Episode) -> None:
    with clinic_scope(north.clinic.pk):
        assessed(north, both("M17", "18", "34"), episode=episode)
        screened(episode, north, Concern.CLEAR, TODAY)
        scored(episode, 1, ("nprs_average", "psfs"))
        sign_plan(unscreened="Asked by phone.", plan=drafted(north, episode), day=TODAY, by=north.therapist)
    shown = words(therapist.get(address(episode)))
    for line in ("Red-flag screen clear", "Plan, version 1", "Measures 2 values", "Assessment 1 Mar 2021"):
        assert line in shown
    assert "Care began on 1 Jan 2018." in shown


def test_each_line_leads_to_what_it_tells_of(therapist: Client, north: Cast, episode: Episode) -> None:
    with clinic_scope(north.clinic.pk):
        assessed(north, both("M17", "18", "34"), episode=episode)
        sitting = episode.assessments.get()
        weak = decide(
            factor=episode.factors.get(key="hip_weak"), decision="rejected", reason="Sore", by=north.therapist
        )
    page = therapist.get(address(episode)).content.decode()
    findings = therapist.get(reverse("assessments", args=[Care(episode.patient_id, episode.pk)])).content.decode()
    for place in (f"sitting-{sitting.pk}", f"factor-{weak.pk}"):
        assert (f'#{place}"' in page, f'id="{place}"' in findings) == (True, True)


def test_pages_hold_everything_once_in_order(north: Cast, episode: Episode) -> None:
    with clinic_scope(north.clinic.pk):
        scored(episode, PER_PAGE + 3)
        for day in range(5):
            screened(episode, north, Concern.CLEAR, TODAY - timedelta(days=day))
        pages, below = [], None
        while True:
            page = timeline_of(episode, north.clinic.zone, below=below)
            pages.append(page.events)
            if not page.next:
                break
            below = Mark.read(page.next)
    found = [(one.day, RANK[one.kind], one.pk) for events in pages for one in events]
    assert [len(events) for events in pages] == [PER_PAGE, 8]
    assert found == sorted(set(found), reverse=True)


def test_one_kind_alone(therapist: Client, north: Cast, episode: Episode) -> None:
    with clinic_scope(north.clinic.pk):
        scored(episode, 2)
        screened(episode, north, Concern.CLEAR, TODAY)
    page = therapist.get(address(episode, "?kind=screen")).context["page"]
    assert [one.kind for one in page.events] == ["screen"]
    assert "Nothing of this kind." in words(therapist.get(address(episode, "?kind=plan")))


@pytest.mark.parametrize("below", ["x", "2021-03-01", "2021-13-01.1.1", "2021-03-01.1.x", "2021-03-01.1." + "9" * 30])
def test_a_mark_that_no_page_wrote_is_the_first_page(below: str, therapist: Client, episode: Episode) -> None:
    assert Mark.read(below) is None
    assert therapist.get(address(episode, f"?below={below}&kind=hiccups")).status_code == 200


def test_another_complaint_is_not_in_it(north: Cast, episode: Episode) -> None:
    with clinic_scope(north.clinic.pk):
        scored(opened(north, complaint="Knee", pain=None), 3)
        assert timeline_of(episode, north.clinic.zone).events == []


@pytest.mark.parametrize("count", [1, 3, 90])
def test_it_costs_the_same_however_long_it_goes_on(
    count: int, therapist: Client, north: Cast, episode: Episode, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with clinic_scope(north.clinic.pk):
        scored(episode, count)
    with django_assert_num_queries(12):
        therapist.get(address(episode))
