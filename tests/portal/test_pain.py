"""The patient marks where it hurts: today's map only, and only while care goes on."""

from dataclasses import replace
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from clinics.tenancy import clinic_scope
from patients.models import Patient
from programs.models import Episode, PainMap
from programs.pain.places import Mark
from tests.conftest import signed_in_client
from tests.factories import Cast
from tests.programs.pages import words
from tests.programs.test_episodes import BACK, opened
from tests.programs.test_pain_maps import drawn

pytestmark = pytest.mark.usefixtures("monday_morning")
TODAY = date(2021, 3, 1)
PAGE, COMPARE = reverse("portal-pain"), reverse("portal-pain-compare")
GIVEN = {"place": "back.low_back", "side": "right", "kind": "ache", "intensity": "6"}


@pytest.fixture
def episode(north: Cast) -> Episode:
    with clinic_scope(north.clinic.pk):
        return opened(north, started_on=date(2021, 2, 1), pain=None)


def own(cast: Cast) -> list[Mark]:
    with clinic_scope(cast.clinic.pk):
        return PainMap.objects.get(source="patient", drawn_on=TODAY, drawn_by=cast.login).shown


def test_the_last_answer_of_the_day_counts(patient: Client, north: Cast, episode: Episode) -> None:
    assert patient.post(PAGE, GIVEN)["Location"] == PAGE
    patient.post(PAGE, {**GIVEN, "intensity": "3"})
    assert own(north) == [replace(BACK, intensity=3, levels=())]
    assert "Low back, right 3/10 Aching" in words(patient.get(PAGE))


def test_levels_are_not_asked_of_patients(patient: Client, north: Cast, episode: Episode) -> None:
    assert set(patient.get(PAGE).context["form"].fields) == {"place", "side", "kind", "intensity", "both_sides"}
    patient.post(PAGE, {**GIVEN, "upper_level": "L4"})
    assert own(north) == [replace(BACK, levels=())]


def test_what_cannot_be_is_named_and_kept(patient: Client, north: Cast, episode: Episode) -> None:
    answer = patient.post(PAGE, {**GIVEN, "side": ""})
    assert (answer.status_code, answer.context["form"].errors) == (422, {"side": ["Which side is it?"]})
    assert '<option value="back.low_back" selected>' in answer.content.decode()


def test_the_therapists_map_is_a_start_but_stays_as_it_was(patient: Client, north: Cast, episode: Episode) -> None:
    with clinic_scope(north.clinic.pk):
        theirs = drawn(episode, north, BACK)
        mark = theirs.marks.get()
    patient.post(PAGE, {"do": "copy"})
    patient.post(PAGE, {**GIVEN, "intensity": "1"})
    assert patient.post(PAGE, {"do": "remove", "mark": mark.pk}).status_code == 404
    with clinic_scope(north.clinic.pk):
        assert PainMap.objects.get(source="therapist").shown == [BACK]


def test_both_days_are_shown_once_there_are_two(patient: Client, north: Cast, episode: Episode) -> None:
    assert "Nothing to compare yet" in words(patient.get(COMPARE))
    with clinic_scope(north.clinic.pk):
        drawn(episode, north, BACK, day=date(2021, 2, 1))
    patient.post(PAGE, {**GIVEN, "intensity": "2"})
    assert "4 points less: a clear change" in words(patient.get(COMPARE))


def test_today_leads_there(patient: Client, north: Cast, episode: Episode) -> None:
    assert f'href="{PAGE}"' in patient.get(reverse("portal-today")).content.decode()


@pytest.mark.parametrize("page", [PAGE, COMPARE])
def test_without_care_there_is_nothing_to_draw_on(patient: Client, north: Cast, page: str) -> None:
    assert patient.get(page).status_code == 404
    with clinic_scope(north.clinic.pk):
        opened(north, started_on=date(2021, 2, 1), pain=None)
        Patient.objects.filter(pk=north.patient.pk).update(is_active=False)
    assert patient.get(page).status_code == 404
    assert f'href="{PAGE}"' not in patient.get(reverse("portal-today")).content.decode()


def test_a_neighbours_map_is_not_found(patient: Client, north: Cast, south: Cast, episode: Episode) -> None:
    with clinic_scope(south.clinic.pk):
        theirs = drawn(opened(south, pain=None), south, BACK)
    with clinic_scope(north.clinic.pk):
        for day in (date(2021, 2, 1), date(2021, 2, 2)):
            drawn(episode, north, BACK, day=day)
    assert patient.get(COMPARE, {"now": theirs.pk}).status_code == 404


def test_staff_and_strangers_stay_out(north: Cast, episode: Episode) -> None:
    assert [signed_in_client(user).get(PAGE).status_code for user in (north.therapist, north.desk)] == [404, 404]
    assert Client().get(PAGE).status_code == 302
