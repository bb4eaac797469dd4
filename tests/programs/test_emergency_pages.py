"""The emergency's page: what to do now, the hand-over, the letter, and one visit in spite of it."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clinics.models import EmergencyContact
from clinics.tenancy import clinic_scope
from patients.models import Appointment, Status
from programs.models import Concern, Episode, HandOver, LockOverride, RedFlagScreen
from programs.services.red_flags import record_screen
from tests.factories import NINE, Cast, appointment_at
from tests.patients.statements import of_the_page
from tests.programs.pages import words
from tests.programs.test_emergency_locks import handed
from tests.programs.test_episodes import TODAY, opened
from tests.programs.test_session_pages import SITE, note

pytestmark = pytest.mark.usefixtures("monday_morning")
GIVEN = {
    "to_whom": "Emergency department, Dr Keane", "how": "phone", "day": "2021-03-01", "time": "09:00",
    "patient_advised": "Go at once, do not drive.",
}  # fmt: skip
ANSWERS = ["r01_saddle", "r10_self"]


@pytest.fixture
def screen(north: Cast) -> RedFlagScreen:
    with clinic_scope(north.clinic.pk):
        return told(opened(north), north, Concern.EMERGENCY, ANSWERS, "Since Friday.")


def told(episode: Episode, cast: Cast, concern: str, answers: list[str], why: str) -> RedFlagScreen:
    return record_screen(
        episode=episode, concern=concern, positive=answers, note=why, reason=why, screened_on=TODAY, by=cast.therapist
    )


def cleared(screen: RedFlagScreen, cast: Cast) -> None:
    with clinic_scope(cast.clinic.pk):
        told(screen.episode, cast, Concern.CLEAR, [], "Seen in hospital.")


def url(name: str, cast: Cast) -> str:
    return reverse(name, args=[cast.patient.pk])


@pytest.fixture
def visit(north: Cast, screen: RedFlagScreen) -> Appointment:
    with clinic_scope(north.clinic.pk):
        return appointment_at(north, NINE, status=Status.IN_SESSION)


def test_it_says_what_raised_it_and_what_to_do(therapist: Client, north: Cast, screen: RedFlagScreen) -> None:
    shown = words(therapist.get(url("emergency", north)))
    for said in ("Saddle numbness or altered feeling", "Since Friday.", "Call 112", "They should not drive."):
        assert said in shown


@pytest.mark.parametrize("contacts", [1, 3])
def test_it_says_whom_to_call_at_the_same_cost(
    therapist: Client, north: Cast, screen: RedFlagScreen, contacts: int
) -> None:
    with clinic_scope(north.clinic.pk):
        for number in range(contacts):
            EmergencyContact.objects.create(name=f"Ward {number}", phone=f"+353 1 555 090{number}", position=9 - number)
    with CaptureQueriesContext(connection) as queries:
        page = therapist.get(url("emergency", north))
    assert [one.name for one in page.context["contacts"]] == [f"Ward {number}" for number in reversed(range(contacts))]
    assert 'href="tel:+35315550900"' in page.content.decode()
    assert len(of_the_page(queries)) == 10


@pytest.mark.parametrize("name", ["chart", "assessments", "measures", "plan", "sessions", "home-programme"])
def test_until_it_is_handed_over_the_chart_shows_nothing_else(
    therapist: Client, north: Cast, screen: RedFlagScreen, name: str
) -> None:
    answer = therapist.get(url(name, north))
    assert (answer.status_code, answer["Location"]) == (302, url("emergency", north))


def test_the_session_leads_there_too_and_keeps_what_was_typed(
    therapist: Client, north: Cast, visit: Appointment
) -> None:
    page = reverse("session", args=[visit.pk])
    assert therapist.get(page)["Location"] == url("emergency", north)
    answer = therapist.post(page, note(SITE))
    assert (answer.status_code, answer.context["forms"].note["note"].value()) == (409, "Hinge retraining.")
    assert "Not saved: an emergency stands, so nothing more is given." in words(answer)


def test_words_are_saved_while_it_stands(therapist: Client, visit: Appointment) -> None:
    page = reverse("session", args=[visit.pk])
    assert therapist.post(page, note())["Location"] == page


def test_handed_over_the_chart_opens_and_still_says_so(therapist: Client, north: Cast, screen: RedFlagScreen) -> None:
    page = url("emergency", north)
    assert therapist.post(page, GIVEN)["Location"] == page
    with clinic_scope(north.clinic.pk):
        done = HandOver.objects.select_related("screen", "handed_by").get()
    assert (done.screen, done.handed_by, done.handed_at, done.how) == (screen, north.therapist, NINE, "phone")
    shown = words(therapist.get(page))
    assert "Handed over to Emergency department, Dr Keane, by phone" in shown
    assert "Go at once, do not drive." in shown
    assert "Emergency signs, handed over" in words(therapist.get(url("chart", north)))


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"to_whom": " "}, "to_whom"), ({"how": ""}, "how"), ({"how": "pigeon"}, "how"), ({"day": ""}, "day"),
        ({"day": "2021-02-28"}, "day"), ({"time": "23:59"}, "time"), ({"patient_advised": ""}, "patient_advised"),
    ],
)  # fmt: skip
def test_a_hand_over_that_is_not_whole_comes_back(
    therapist: Client, north: Cast, screen: RedFlagScreen, changed: dict[str, str], field: str
) -> None:
    answer = therapist.post(url("emergency", north), {**GIVEN, **changed})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert answer.context["form"]["to_whom"].value() == {**GIVEN, **changed}["to_whom"]


@pytest.mark.parametrize("name", ["emergency", "referral-letter"])
def test_without_one_there_is_no_such_page(therapist: Client, north: Cast, name: str) -> None:
    with clinic_scope(north.clinic.pk):
        opened(north)
    assert therapist.get(url(name, north)).status_code == 404


@pytest.mark.parametrize("name", ["emergency", "referral-letter", "red-flags"])
@pytest.mark.parametrize("who", ["desk", "manager"])
def test_desk_and_manager_stay_out(
    request: pytest.FixtureRequest, north: Cast, screen: RedFlagScreen, who: str, name: str
) -> None:
    client: Client = request.getfixturevalue(who)
    assert client.get(url(name, north)).status_code == 403
    assert client.post(url(name, north), GIVEN).status_code == 403


def test_once_cleared_it_stays_on_file(therapist: Client, north: Cast, screen: RedFlagScreen) -> None:
    with clinic_scope(north.clinic.pk):
        handed(north, screen)
    cleared(screen, north)
    shown = words(therapist.get(url("emergency", north)))
    assert "Emergency signs, cleared since" in shown
    assert "“Seen in hospital.”" in shown
    assert "Handed over to Emergency department" in shown
    assert therapist.get(url("chart", north)).status_code == 200


# --- In spite of it.

WORD: dict[str, Any] = {"reason": "Needles had to come out."}


def override(visit: Appointment) -> str:
    return reverse("session-override", args=[visit.pk])


def test_two_names_and_a_reason_unlock_this_visit(
    therapist: Client, north: Cast, visit: Appointment, screen: RedFlagScreen
) -> None:
    with clinic_scope(north.clinic.pk):
        handed(north, screen)
    session = reverse("session", args=[visit.pk])
    assert override(visit) in therapist.get(session).content.decode()
    answer = therapist.post(override(visit), {**WORD, "clinician": north.colleague.pk})
    assert answer["Location"] == session
    shown = words(therapist.get(session))
    assert "Treated in spite of the emergency" in shown
    assert f"{north.therapist} with {north.colleague}: “Needles had to come out.”" in shown


def test_before_the_hand_over_nobody_overrides(therapist: Client, north: Cast, visit: Appointment) -> None:
    assert therapist.get(override(visit))["Location"] == url("emergency", north)
    assert therapist.post(override(visit), {**WORD, "clinician": north.colleague.pk}).status_code == 404


@pytest.mark.parametrize("who", ["therapist", "desk", "manager"])
def test_the_second_name_is_a_colleague_who_treats(
    therapist: Client, north: Cast, visit: Appointment, screen: RedFlagScreen, who: str
) -> None:
    with clinic_scope(north.clinic.pk):
        handed(north, screen)
    answer = therapist.post(override(visit), {**WORD, "clinician": getattr(north, who).pk})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["clinician"])
    with clinic_scope(north.clinic.pk):
        assert not LockOverride.objects.exists()
