"""Two complaints of one patient: the address says which one a page is about."""

from datetime import date

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse
from hypothesis import given
from hypothesis import strategies as st

from clinics.tenancy import clinic_scope
from programs.addresses import Care, CareConverter
from programs.models import Episode, PainMap
from tests.factories import Cast
from tests.programs.pages import words
from tests.programs.test_assessments import assessed, both
from tests.programs.test_chart_pages import COMPLAINT, PAGES
from tests.programs.test_episodes import opened

pytestmark = pytest.mark.usefixtures("monday_morning")
IDS = st.integers(0, 2**63)


@pytest.fixture
def back(north: Cast) -> Episode:
    with clinic_scope(north.clinic.pk):
        return opened(north, started_on=date(2020, 12, 1))


@pytest.fixture
def ankle(north: Cast, back: Episode) -> Episode:
    """The newer one."""
    with clinic_scope(north.clinic.pk):
        return opened(north, complaint="Stiff ankle", started_on=date(2021, 2, 1), pain=None)


def page(name: str, episode: Episode) -> str:
    return reverse(name, args=[Care(episode.patient_id, episode.pk)])


@given(st.builds(Care, IDS, st.none() | IDS))
def test_an_address_is_read_as_it_was_written(care: Care) -> None:
    assert CareConverter().to_python(CareConverter().to_url(care)) == care


@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_about_the_one_that_is_named(therapist: Client, back: Episode, ankle: Episode, name: str) -> None:
    found = [therapist.get(page(name, one)).context["chart"] for one in (back, ankle)]
    assert [chart.episode for chart in found] == [back, ankle]
    assert [[one.current for one in chart.complaints] for chart in found] == [[False, True], [True, False]]
    assert {tab.url for tab in found[0].tabs} >= {page("plan", back), page("sessions", back)}


def test_without_a_name_it_is_the_newest(therapist: Client, north: Cast, ankle: Episode) -> None:
    assert therapist.get(reverse("chart", args=[north.patient.pk])).context["chart"].episode == ankle


def test_the_head_leads_to_the_same_page_of_the_other(therapist: Client, back: Episode, ankle: Episode) -> None:
    shown = therapist.get(page("plan", ankle)).content.decode()
    assert f'<a href="{page("plan", back)}" >Low back pain</a>' in shown
    assert f'<a href="{page("plan", ankle)}" aria-current="true">Stiff ankle</a>' in shown


def test_one_complaint_is_no_choice(therapist: Client, back: Episode) -> None:
    assert 'class="complaints"' not in therapist.get(page("plan", back)).content.decode()


@pytest.mark.parametrize("name", PAGES)
def test_another_patients_episode_is_not_found(therapist: Client, north: Cast, back: Episode, name: str) -> None:
    with clinic_scope(north.clinic.pk):
        theirs = opened(north, patient=north.neighbour)
    assert therapist.get(reverse(name, args=[Care(back.patient_id, theirs.pk)])).status_code == 404


def test_nor_is_another_clinics(therapist: Client, south: Cast, back: Episode) -> None:
    with clinic_scope(south.clinic.pk):
        theirs = opened(south)
    for care in (Care(back.patient_id, theirs.pk), Care(south.patient.pk, theirs.pk), Care(south.patient.pk, back.pk)):
        assert therapist.get(reverse("chart", args=[care])).status_code == 404


def test_no_address_is_made_of_anything_else() -> None:
    with pytest.raises(NoReverseMatch):
        reverse("chart", args=["7/episodes/x"])


def test_what_is_entered_belongs_to_the_one_in_view(therapist: Client, back: Episode, ankle: Episode) -> None:
    """The newer one has no map, so nothing else could have taken it."""
    answer = therapist.post(page("pain-map", back), COMPLAINT)
    assert (answer.status_code, answer["Location"]) == (302, page("pain-map", back))
    with clinic_scope(back.clinic_id):
        assert set(PainMap.objects.values_list("episode", flat=True)) == {back.pk}


def test_findings_of_one_are_not_the_others(therapist: Client, north: Cast, back: Episode, ankle: Episode) -> None:
    with clinic_scope(north.clinic.pk):
        assessed(north, both("M12", "7", "10.5"), episode=back)
    assert "Weight-bearing lunge" in words(therapist.get(page("assessments", back)))
    assert "Weight-bearing lunge" not in words(therapist.get(page("assessments", ankle)))


def test_a_second_complaint_is_opened_beside_the_first(therapist: Client, north: Cast, back: Episode) -> None:
    assert reverse("episode-new", args=[Care(back.patient_id, back.pk)]) in (
        therapist.get(page("chart", back)).content.decode()
    )
    answer = therapist.post(page("episode-new", back), {**COMPLAINT, "complaint": "Stiff ankle"})
    with clinic_scope(north.clinic.pk):
        second = Episode.objects.get(complaint="Stiff ankle")
    assert answer["Location"] == page("chart", second)
    assert therapist.get(page("chart", back)).context["chart"].episode == back
