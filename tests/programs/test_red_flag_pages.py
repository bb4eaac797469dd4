"""The screen's page, the advice, and one tap at each visit."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from clinics.tenancy import clinic_scope
from patients.models import Appointment, Status
from programs.models import (
    Alert,
    AlertKind,
    Concern,
    Episode,
    RedFlagScreen,
    SafetyNetAdvice,
    ScreenConfirmation,
    Session,
)
from programs.services.red_flags import record_screen
from tests.factories import NINE, Cast, appointment_at
from tests.programs.pages import words
from tests.programs.test_checks import told
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
    assert "Red flags: high concern so far, to be decided" in words(therapist.get(page))


def test_who_has_to_stop_at_an_emergency_sign_has_recorded_it(therapist: Client, north: Cast, episode: Episode) -> None:
    therapist.post(url("red-flags", north), {"later": "on", "screened_on": "2021-03-01", "R01": "r01_saddle"})
    assert recorded(north) == [("emergency", ["r01_saddle"])]


@pytest.mark.parametrize("open_step", [{}, {"asked": ""}, {"concern": "clear"}, {"later": "on"}])
def test_closing_the_tab_loses_nothing(
    therapist: Client, north: Cast, episode: Episode, open_step: dict[str, str]
) -> None:
    page = url("red-flags", north)
    therapist.post(page, {**ASKED, "R02": "r02_major", "note": "Fell off a ladder.", **open_step})
    assert recorded(north) == [("in_progress", ["r02_major"])]
    form = therapist.get(page).context["form"]
    assert [form[name].value() for name in ("R02", "concern", "note")] == [
        ["r02_major"], "concern_high", "Fell off a ladder.",
    ]  # fmt: skip
    assert "Red flags: high concern so far, to be decided" in words(therapist.get(url("chart", north)))
    with clinic_scope(north.clinic.pk):
        assert list(Alert.objects.open().values_list("kind", flat=True)) == [AlertKind.CONCERN]


def test_an_emergency_locks_whatever_is_still_open(therapist: Client, north: Cast, episode: Episode) -> None:
    answer = therapist.post(url("red-flags", north), {**ASKED, "asked": "", "R01": "r01_saddle", "concern": "clear"})
    assert sorted(answer.context["form"].errors) == ["asked"]
    assert recorded(north) == [("emergency", ["r01_saddle"])]
    assert therapist.get(url("chart", north))["Location"] == url("emergency", north)


def test_the_same_sent_twice_is_kept_once(therapist: Client, north: Cast, episode: Episode) -> None:
    for _ in range(2):
        therapist.post(url("red-flags", north), {**ASKED, "R02": "r02_major"})
    assert recorded(north) == [("in_progress", ["r02_major"])]


def test_a_concern_on_file_counts_while_a_new_screen_is_open(therapist: Client, north: Cast, episode: Episode) -> None:
    with clinic_scope(north.clinic.pk):
        screened(episode, north, Concern.HIGH)
    therapist.post(url("red-flags", north), {"later": "on", "screened_on": "2021-03-01"})
    with clinic_scope(north.clinic.pk):
        screen = RedFlagScreen.objects.latest_for(episode)
    assert (screen and screen.level) == Concern.HIGH
    answer = therapist.post(url("red-flags", north), {**ASKED, "concern": "clear"})
    assert answer.context["form"].errors == {
        "reason": ["Please say why your level is lower than the answers or the last screen suggest."]
    }


def test_an_emergency_on_file_is_not_left_half_asked(therapist: Client, north: Cast, episode: Episode) -> None:
    with clinic_scope(north.clinic.pk):
        screened(episode, north, Concern.EMERGENCY)
    answer = therapist.post(url("red-flags", north), {"later": "on", "screened_on": "2021-03-01"})
    assert answer.status_code == 422
    assert "An emergency stands here: please finish this screen in one go." in words(answer)


def test_a_new_screen_tells_the_answers_before_and_ticks_none(therapist: Client, north: Cast, episode: Episode) -> None:
    with clinic_scope(north.clinic.pk):
        record_screen(
            episode=episode, concern=Concern.LOW, positive=["r03_history"], note="", screened_on=TODAY,
            by=north.therapist,
        )  # fmt: skip
    page = therapist.get(url("red-flags", north))
    shown = words(page)
    assert "History of cancer 1 Mar 2021: yes" in shown
    assert "1 Mar 2021: no" not in shown  # what was not ticked may not have been asked
    assert page.context["form"]["R03"].value() == []


def test_a_step_that_is_none_says_which_way_to_go(therapist: Client, north: Cast, episode: Episode) -> None:
    with clinic_scope(north.clinic.pk):
        screened(episode, north, Concern.EMERGENCY)
    lower = {**ASKED, "concern": "concern_low", "reason": "Discharged from hospital."}
    answer = therapist.post(url("red-flags", north), lower)
    assert answer.context["form"].errors == {
        "concern": ["From “emergency” this goes by way of “high concern”, or to “clear”."]
    }


def test_advice_is_read_out_and_noted(therapist: Client, north: Cast, episode: Episode) -> None:
    page = url("safety-net", north)
    assert "call 112 or go to an emergency department at once" in words(therapist.get(page))
    given = {
        "said": "All signs, and 112.",
        "how": "read_aloud",
        "language": "Polish",
        "given_on": "2021-03-01",
        "understood": "on",
    }
    assert therapist.post(page, given)["Location"] == page
    with clinic_scope(north.clinic.pk):
        noted = SafetyNetAdvice.objects.get()
    assert (noted.format, noted.language, noted.understood, noted.given_by) == (
        "read_aloud", "Polish", True, north.therapist,
    )  # fmt: skip
    assert "given 1 Mar 2021 read aloud, in Polish" in words(therapist.get(url("red-flags", north)))


@pytest.mark.parametrize(
    ("field", "value"), [("said", " "), ("how", ""), ("how", "shouted"), ("language", ""), ("given_on", "2021-03-02")]
)
def test_advice_says_how_in_what_and_when(
    therapist: Client, north: Cast, episode: Episode, field: str, value: str
) -> None:
    given = {"said": "All signs.", "how": "paper", "language": "English", "given_on": "2021-03-01", field: value}
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


def test_what_came_in_while_the_page_was_open_is_judged_first(therapist: Client, north: Cast, episode: Episode) -> None:
    page, lower = url("red-flags", north), {**ASKED, "concern": "clear", "reason": "Nothing new."}
    with clinic_scope(north.clinic.pk):
        told(north, episode, "r04_fever", Concern.HIGH)
    answer = therapist.post(page, lower)
    assert (answer.status_code, recorded(north)) == (422, [("in_progress", [])])
    assert "Something came in while this page was open: it stands first. Please judge it as well." in words(answer)
    assert '<input type="hidden" name="seen" value="r04_fever">' in answer.content.decode()
    assert therapist.post(page, {**lower, "seen": "r04_fever"}).status_code == 302
    assert recorded(north) == [("in_progress", []), ("clear", [])]
