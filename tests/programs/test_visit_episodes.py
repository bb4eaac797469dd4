"""Which complaint a visit is for: chosen before its note is first saved, and shown at its head from then on."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from clinics.tenancy import clinic_scope
from patients.models import Appointment, Status
from programs.models import Episode, Session
from programs.services.episodes import end_care
from tests.factories import Cast, appointment_at
from tests.programs.test_episodes import opened
from tests.programs.test_session_pages import note

pytestmark = pytest.mark.usefixtures("monday_morning")


@pytest.fixture
def back(north: Cast) -> Episode:
    with clinic_scope(north.clinic.pk):
        return opened(north, started_on=date(2020, 12, 1))


@pytest.fixture
def ankle(north: Cast, back: Episode) -> Episode:
    """The newer one."""
    with clinic_scope(north.clinic.pk):
        return opened(north, complaint="Stiff ankle", started_on=date(2021, 2, 1), pain=None)


@pytest.fixture
def page(north: Cast) -> str:
    with clinic_scope(north.clinic.pk):
        visit: Appointment = appointment_at(north, status=Status.IN_SESSION)
    return reverse("session", args=[visit.pk])


def test_the_newest_is_offered_and_the_other_can_be_chosen(
    therapist: Client, back: Episode, ankle: Episode, page: str
) -> None:
    usual, chosen = (therapist.get(page + query) for query in ("", f"?episode={back.pk}"))
    assert (usual.context["chart"].episode, chosen.context["chart"].episode) == (ankle, back)
    assert usual.context["choices"] == chosen.context["choices"] == [ankle, back]
    assert f'name="episode" value="{back.pk}"' in chosen.content.decode()


def test_a_written_note_stays_with_its_complaint(
    therapist: Client, north: Cast, back: Episode, ankle: Episode, page: str
) -> None:
    """Also where another page of it, opened before, says otherwise."""
    for version, one in enumerate((back, ankle)):
        assert therapist.post(page, note(episode=str(one.pk), version=str(version)))["Location"] == page
    with clinic_scope(north.clinic.pk):
        assert Session.objects.get().episode == back
    shown = therapist.get(page)
    assert (shown.context["chart"].episode, shown.context["choices"]) == (back, [])


def test_rows_that_come_and_go_keep_the_choice(therapist: Client, back: Episode, ankle: Episode, page: str) -> None:
    answer = therapist.post(page, {**note(episode=str(back.pk)), "change": "add-site"})
    assert answer.context["chart"].episode == back


def test_one_complaint_is_no_question(therapist: Client, back: Episode, page: str) -> None:
    assert therapist.get(page).context["choices"] == []


@pytest.mark.parametrize("named", ["x", "0", "999999999", str(2**63)])
def test_what_is_none_of_them_is_not_found(therapist: Client, back: Episode, page: str, named: str) -> None:
    assert therapist.get(f"{page}?episode={named}").status_code == 404


def test_nor_is_another_patients_or_one_that_has_ended(
    therapist: Client, north: Cast, back: Episode, ankle: Episode, page: str
) -> None:
    with clinic_scope(north.clinic.pk):
        theirs = opened(north, patient=north.neighbour)
        end_care(episode=back, day=date(2021, 3, 1), reason="other", by=north.therapist)
    for one in (theirs, back):
        assert therapist.get(f"{page}?episode={one.pk}").status_code == 404
