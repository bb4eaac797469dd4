"""The therapist's page of the pain map, without script, and the comparison."""

import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import DjangoAssertNumQueries

from clinics.tenancy import clinic_scope
from programs.models import Episode, PainMap
from programs.pain.places import Mark
from tests.factories import Cast
from tests.programs.pages import words
from tests.programs.test_episodes import BACK, opened
from tests.programs.test_pain_maps import drawn

pytestmark = pytest.mark.usefixtures("monday_morning")
FIRST, LATER, TODAY = date(2021, 2, 1), date(2021, 2, 15), date(2021, 3, 1)
ELSEWHERE = "These levels belong to another part of the spine."
GIVEN = {"place": "back.low_back", "side": "right", "kind": "ache", "intensity": "6"}


@pytest.fixture
def episode(north: Cast) -> Episode:
    with clinic_scope(north.clinic.pk):
        return opened(north, started_on=FIRST, pain=None)


def url(cast: Cast, name: str = "pain-map") -> str:
    return reverse(name, args=[cast.patient.pk])


def today(cast: Cast) -> list[Mark]:
    with clinic_scope(cast.clinic.pk):
        return PainMap.objects.get(drawn_on=TODAY, source="therapist").shown


def test_the_list_marks_what_the_drawing_would(therapist: Client, north: Cast, episode: Episode) -> None:
    answer = therapist.post(url(north), {**GIVEN, "upper_level": "L4", "lower_level": "S1"})
    assert (answer.status_code, answer["Location"], today(north)) == (302, url(north), [BACK])
    page = therapist.get(url(north))
    assert "Low back, right, L4–S1 6/10 Aching" in words(page)
    assert 'aria-label="Body chart. Low back, right, L4–S1: aching, 6 of 10."' in page.content.decode()


def test_the_upper_backs_levels_are_in_the_spines_order(therapist: Client, north: Cast, episode: Episode) -> None:
    upper_back = {**GIVEN, "place": "back.upper_back"}
    therapist.post(url(north), {**upper_back, "upper_level": "T2", "lower_level": "T10"})
    assert [one.levels for one in today(north)] == [("T2", "T10")]
    answer = therapist.post(url(north), {**upper_back, "upper_level": "T10", "lower_level": "T2"})
    assert answer.context["form"].errors == {"lower_level": ["The upper level comes first."]}


def test_one_level_is_enough(therapist: Client, north: Cast, episode: Episode) -> None:
    therapist.post(url(north), {**GIVEN, "lower_level": "L5"})
    assert today(north) == [replace(BACK, levels=("L5", "L5"))]


def test_what_lies_on_the_middle_needs_no_side(therapist: Client, north: Cast, episode: Episode) -> None:
    therapist.post(url(north), {**GIVEN, "place": "back.tailbone", "side": "", "both_sides": "on"})
    assert today(north) == [Mark("back", "tailbone", "middle", "ache", 6)]


def test_both_sides_need_no_side_either(therapist: Client, north: Cast, episode: Episode) -> None:
    therapist.post(url(north), {**GIVEN, "place": "front.knee", "side": "", "both_sides": "on"})
    assert [one.side for one in today(north)] == ["right", "left"]


@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        ({"place": ""}, "place", "Please choose one."),
        ({"side": ""}, "side", "Which side is it?"),
        ({"place": "front.knee", "side": "middle"}, "side", "Left or right? This place has no middle."),
        ({"intensity": "11"}, "intensity", "Please choose one of the list."),
        ({"kind": ""}, "kind", "Please choose one."),
        ({"place": "back.neck", "upper_level": "L4"}, "upper_level", ELSEWHERE),
        ({"upper_level": "S1", "lower_level": "L4"}, "lower_level", "The upper level comes first."),
    ],
)  # fmt: skip
def test_what_cannot_be_is_named(
    therapist: Client, north: Cast, episode: Episode, changes: dict[str, str], field: str, says: str
) -> None:
    answer = therapist.post(url(north), {**GIVEN, **changes})
    assert (answer.status_code, answer.context["form"].errors) == (422, {field: [says]})


def test_the_buttons_of_the_page(therapist: Client, north: Cast, episode: Episode) -> None:
    with clinic_scope(north.clinic.pk):
        drawn(episode, north, BACK, day=LATER)
    assert "As on 15 Feb" in words(therapist.get(url(north)))
    therapist.post(url(north), {"do": "copy"})
    assert today(north) == [BACK]
    with clinic_scope(north.clinic.pk):
        mark = PainMap.objects.get(drawn_on=TODAY).marks.get()
    therapist.post(url(north), {"do": "remove", "mark": mark.pk})
    therapist.post(url(north), {"do": "figure", "figure": "neutral"})
    therapist.post(url(north), {"do": "none"})
    assert "Nothing hurts today." in words(therapist.get(url(north)))
    with clinic_scope(north.clinic.pk):
        assert PainMap.objects.filter(drawn_on=TODAY).values_list("pain_free", "figure").get() == (True, "neutral")


@pytest.mark.parametrize(
    ("posted", "status"),
    [
        ({"do": "explode"}, 400),
        ({"do": "figure", "figure": "stick"}, 400),
        ({"do": "remove", "mark": "x"}, 404),
        ({"do": "remove", "mark": "99999999999999999999"}, 404),
    ],
)
def test_what_no_button_sends(
    therapist: Client, north: Cast, episode: Episode, posted: dict[str, str], status: int
) -> None:
    assert therapist.post(url(north), posted).status_code == status


def test_only_todays_marks_can_be_taken_away(therapist: Client, north: Cast, episode: Episode) -> None:
    with clinic_scope(north.clinic.pk):
        old = drawn(episode, north, BACK, day=LATER).marks.get()
    assert therapist.post(url(north), {"do": "remove", "mark": old.pk}).status_code == 404


def test_the_first_and_the_latest_map_stand_side_by_side(therapist: Client, north: Cast, episode: Episode) -> None:
    with clinic_scope(north.clinic.pk):
        drawn(episode, north, BACK, Mark("front", "knee", "left", "sharp", 4), day=FIRST)
        drawn(episode, north, replace(BACK, intensity=5), day=LATER)
        drawn(episode, north, replace(BACK, intensity=2), Mark("back", "neck", "middle", "ache", 3), day=TODAY)
    page = words(therapist.get(url(north, "pain-compare")))
    assert re.search(r"Front of the knee, left Sharp 4 – Gone", page)
    assert re.search(r"Neck, in the middle Aching – 3 New", page)
    assert re.search(r"Low back, right, L4–S1 Aching 6 2 4 points less: a clear change", page)


def test_any_two_maps_can_be_compared(therapist: Client, north: Cast, episode: Episode) -> None:
    with clinic_scope(north.clinic.pk):
        first, later = (
            drawn(episode, north, replace(BACK, intensity=n), day=day) for n, day in ((6, FIRST), (5, LATER))
        )
        drawn(episode, north, replace(BACK, intensity=2), day=TODAY)
    page = therapist.get(url(north, "pain-compare"), {"before": first.pk, "now": later.pk})
    assert "1 point less: no clear change" in words(page)


@pytest.mark.parametrize("query", [{"now": "x"}, {"before": "0"}, {"now": "99999999999999999999"}])
def test_a_map_that_is_not_there_is_not_found(
    therapist: Client, north: Cast, episode: Episode, query: dict[str, Any]
) -> None:
    with clinic_scope(north.clinic.pk):
        for day in (FIRST, LATER):
            drawn(episode, north, BACK, day=day)
    assert therapist.get(url(north, "pain-compare"), query).status_code == 404


def test_one_map_is_no_comparison(therapist: Client, north: Cast, episode: Episode) -> None:
    with clinic_scope(north.clinic.pk):
        drawn(episode, north, BACK, day=FIRST)
    assert "One map is no comparison" in words(therapist.get(url(north, "pain-compare")))


@pytest.mark.parametrize("count", [2, 4])
def test_comparing_costs_the_same_for_two_and_four_maps(
    therapist: Client, north: Cast, episode: Episode, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with clinic_scope(north.clinic.pk):
        for n in range(count):
            drawn(episode, north, BACK, day=date(2021, 2, 1 + n))
    with django_assert_num_queries(17):
        therapist.get(url(north, "pain-compare"))


def test_the_overview_says_how_it_moved(therapist: Client, north: Cast, episode: Episode) -> None:
    with clinic_scope(north.clinic.pk):
        drawn(episode, north, BACK, day=FIRST)
        drawn(episode, north, replace(BACK, intensity=2), day=TODAY)
    page = words(therapist.get(url(north, "chart")))
    assert "Low back, right, L4–S1 6 2/10 Aching · 4 points less: a clear change" in page
