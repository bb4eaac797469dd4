"""The screen's page, the advice, and one tap at each visit."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from clinics.tenancy import clinic_scope
from patients.models import Appointment, Status
from programs.models import Concern, Episode, RedFlagScreen, SafetyNetAdvice, ScreenConfirmation, Session
from tests.factories import NINE, Cast, appointment_at
from tests.programs.pages import words
from tests.programs.test_episodes import TODAY, opened
from tests.programs.test_session_pages import note
from tests.programs.test_sessions import screened

pytestmark = pytest.mark.usefixtures("monday_morning")
ASKED = {"asked": "on", "screened_on": "2021-03-01"}


@pytest.fixture
def episode(north: Cast) -> Episode:
    with clinic_scope(north.clinic.pk):
        return opened(north, started_on=TODAY - timedelta(days=40))


def url(name: str, cast: Cast) -> str:
    return reverse(name, args=[cast.patient.pk])


def recorded(cast: Cast) -> list[tuple[str, list[str]]]:
    with clinic_scope(cast.clinic.pk):
        return list(RedFlagScreen.objects.order_by("pk").values_list("concern", "positive"))


def test_an_emergency_does_not_wait_for_a_level(therapist: Client, north: Cast, episode: Episode) -> None:
    answer = therapist.post(url("red-flags", north), {**ASKED, "R01": "r01_saddle"})
    assert (answer.status_code, recorded(north)) == (302, [("emergency", ["r01_saddle"])])


def test_who_has_to_stop_goes_on_where_they_were(therapist: Client, north: Cast, episode: Episode) -> None:
    page = url("red-flags", north)
    therapist.post(page, {"later": "on", "screened_on": "2021-03-01", "R08": "r08_gait"})
    assert recorded(north) == [("in_progress", ["r08_gait"])]
    form = therapist.get(page).context["form"]
    assert form["R08"].value() == ["r08_gait"]
    assert "Red-flag screen not finished" in words(therapist.get(page))


def test_who_has_to_stop_at_an_emergency_sign_has_recorded_it(therapist: Client, north: Cast, episode: Episode) -> None:
    therapist.post(url("red-flags", north), {"later": "on", "screened_on": "2021-03-01", "R01": "r01_saddle"})
    assert recorded(north) == [("emergency", ["r01_saddle"])]


def test_answers_are_kept_before_their_level_is_chosen(therapist: Client, north: Cast, episode: Episode) -> None:
    answer = therapist.post(url("red-flags", north), {**ASKED, "R08": "r08_gait", "note": "unsteady"})
    assert (answer.status_code, recorded(north)) == (200, [("in_progress", ["r08_gait"])])
    assert "The answers are kept: choose the level" in words(answer)
    therapist.post(url("red-flags", north), {**ASKED, "R08": "r08_gait", "concern": "concern_high"})
    assert recorded(north)[1:] == [("concern_high", ["r08_gait"])]


def test_the_same_answers_are_kept_once(therapist: Client, north: Cast, episode: Episode) -> None:
    for _time in range(2):
        therapist.post(url("red-flags", north), {**ASKED, "R08": "r08_gait"})
    assert recorded(north) == [("in_progress", ["r08_gait"])]


def test_a_concern_on_file_stands_until_the_next_screen_is_finished(
    therapist: Client, north: Cast, episode: Episode
) -> None:
    with clinic_scope(north.clinic.pk):
        screened(episode, north, Concern.HIGH)
    answer = therapist.post(url("red-flags", north), {**ASKED, "R08": "r08_gait"})
    assert "Not recorded yet: choose the level" in words(answer)
    assert [concern for concern, _said in recorded(north)] == ["concern_high"]


def test_a_concern_goes_on_with_the_advice(therapist: Client, north: Cast, episode: Episode) -> None:
    answer = therapist.post(url("red-flags", north), {**ASKED, "R08": "r08_gait", "concern": "concern_high"})
    assert answer["Location"] == url("safety-net", north)


def test_screening_again_shows_what_was_said_then(therapist: Client, north: Cast, episode: Episode) -> None:
    therapist.post(url("red-flags", north), {**ASKED, "R08": "r08_gait", "concern": "concern_high"})
    page = therapist.get(url("red-flags", north))
    assert page.context["said_then"] != []
    assert f"Yes to: {page.context['said_then'][0]}." in words(page)
    assert page.context["form"]["R08"].value() == []


def test_a_concern_on_file_is_not_left_half_asked(therapist: Client, north: Cast, episode: Episode) -> None:
    with clinic_scope(north.clinic.pk):
        screened(episode, north, Concern.HIGH)
    answer = therapist.post(url("red-flags", north), {"later": "on", "screened_on": "2021-03-01"})
    assert answer.status_code == 422
    assert "There is a concern on file: please finish this screen in one go." in words(answer)


def test_a_step_that_is_none_says_which_way_to_go(therapist: Client, north: Cast, episode: Episode) -> None:
    with clinic_scope(north.clinic.pk):
        screened(episode, north, Concern.EMERGENCY)
    lower = {**ASKED, "concern": "concern_low", "note": "Discharged from hospital."}
    answer = therapist.post(url("red-flags", north), lower)
    assert answer.context["form"].errors == {
        "concern": ["From “emergency” this goes by way of “high concern”, or to “clear”."]
    }


def test_advice_is_read_out_and_noted(therapist: Client, north: Cast, episode: Episode) -> None:
    page = url("safety-net", north)
    assert "call 112 or go to an emergency department at once" in words(therapist.get(page))
    given = {"how": "read_aloud", "language": "Polish", "given_on": "2021-03-01", "understood": "on"}
    assert therapist.post(page, given)["Location"] == page
    with clinic_scope(north.clinic.pk):
        noted = SafetyNetAdvice.objects.get()
    assert (noted.format, noted.language, noted.understood, noted.given_by) == (
        "read_aloud", "Polish", True, north.therapist,
    )  # fmt: skip
    assert "given 1 Mar 2021 read aloud, in Polish" in words(therapist.get(url("red-flags", north)))


@pytest.mark.parametrize(
    ("field", "value"), [("how", ""), ("how", "shouted"), ("language", ""), ("given_on", "2021-03-02")]
)
def test_advice_says_how_in_what_and_when(
    therapist: Client, north: Cast, episode: Episode, field: str, value: str
) -> None:
    given = {"how": "paper", "language": "English", "given_on": "2021-03-01", field: value}
    answer = therapist.post(url("safety-net", north), given)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])


@pytest.fixture
def visit(north: Cast, episode: Episode) -> Appointment:
    """Under way today; the screen is of a week ago."""
    with clinic_scope(north.clinic.pk):
        screened(episode, north, day=TODAY - timedelta(days=7))
        return appointment_at(north, NINE, status=Status.IN_SESSION)


def test_one_tap_says_no_change_and_keeps_what_was_typed(therapist: Client, north: Cast, visit: Appointment) -> None:
    page = reverse("session", args=[visit.pk])
    shown = words(therapist.get(page))
    assert "Red flags not asked at this visit" in shown
    assert "No change since 22 Feb 2021" in shown
    answer = therapist.post(reverse("session-confirm", args=[visit.pk]), note())
    assert answer["Location"] == page
    assert ", no change at this visit" in words(therapist.get(page))
    with clinic_scope(north.clinic.pk):
        assert ScreenConfirmation.objects.get().confirmed_by == north.therapist
        assert Session.objects.get().note == "Hinge retraining."


def test_a_wrong_note_comes_back_before_anything_is_confirmed(
    therapist: Client, north: Cast, visit: Appointment
) -> None:
    answer = therapist.post(reverse("session-confirm", args=[visit.pk]), note(pain_before="12"))
    assert answer.status_code == 422
    with clinic_scope(north.clinic.pk):
        assert not ScreenConfirmation.objects.exists()


def test_after_a_finding_a_tap_is_not_enough(therapist: Client, north: Cast, visit: Appointment) -> None:
    with clinic_scope(north.clinic.pk):
        screened(Episode.objects.get(), north, Concern.EMERGENCY)
    answer = therapist.post(reverse("session-confirm", args=[visit.pk]), note(), follow=True)
    assert "Nothing to confirm: a new screen is needed." in words(answer)
