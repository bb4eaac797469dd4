"""The patient's own red-flag check: it raises, says what to do, and a clinician's screen answers it."""

import uuid
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clinics.models import AuditEvent
from clinics.tenancy import OutOfScope, clinic_scope
from programs.models import Alert, AlertKind, Concern, Episode, PatientCheck
from programs.queries.nerves import waiting_flags
from programs.screening import concern_at_home
from programs.services.red_flags import record_screen, suggestion
from tests.conftest import signed_in_client
from tests.factories import NINE, Cast
from tests.programs.pages import words
from tests.programs.test_episodes import opened

pytestmark = pytest.mark.usefixtures("monday_morning")
TODAY = date(2021, 3, 1)
PAGE, SENT = reverse("portal-check"), reverse("portal-check-sent")


@pytest.fixture
def episode(north: Cast) -> Episode:
    with clinic_scope(north.clinic.pk):
        return opened(north, started_on=date(2021, 2, 1), pain=None)


def alerts(cast: Cast) -> list[str]:
    with clinic_scope(cast.clinic.pk):
        return list(Alert.objects.open().values_list("kind", flat=True))


def test_an_emergency_says_what_to_do_and_alerts_the_clinic(patient: Client, north: Cast, episode: Episode) -> None:
    assert patient.post(PAGE, {"r01_saddle": "yes", "r04_fever": "no"})["Location"] == SENT
    assert "Please get emergency care now" in words(patient.get(SENT))
    assert alerts(north) == [AlertKind.PATIENT_EMERGENCY]
    with clinic_scope(north.clinic.pk):
        check = PatientCheck.objects.get(episode=episode)
        assert (check.positive, check.unsure, check.level) == (["r01_saddle"], [], Concern.EMERGENCY)
        assert AuditEvent.objects.get(action="answer_check").subject_ids == [check.pk]
        assert [one.question for one in waiting_flags(episode, TODAY)] == ["r01_saddle"]
        assert suggestion(episode=episode, positive=[], day=TODAY) == Concern.EMERGENCY


def test_a_clinicians_screen_answers_it(
    patient: Client, north: Cast, episode: Episode, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient.post(PAGE, {"r01_saddle": "unsure"})
    assert alerts(north) == [AlertKind.PATIENT_EMERGENCY]
    monkeypatch.setattr(timezone, "now", lambda: NINE + timedelta(hours=1))
    with clinic_scope(north.clinic.pk):
        record_screen(
            episode=episode, concern=Concern.CLEAR, positive=[], note="Meant the thigh.", screened_on=TODAY,
            by=north.therapist,
        )  # fmt: skip
        assert waiting_flags(episode, TODAY) == []
    assert alerts(north) == []


@pytest.mark.parametrize(
    ("answers", "level", "title", "raised"),
    [
        ({"r04_fever": "yes"}, "concern_high", "speak with a health professional today", [AlertKind.FINDING]),
        ({"r07_foot": "unsure"}, "concern_low", "talk about this at your next visit", [AlertKind.FINDING]),
        ({"r07_foot": "no"}, "clear", "nothing urgent in your answers", []),
    ],
)
def test_calmer_answers(
    patient: Client, north: Cast, episode: Episode, answers: dict[str, str], level: str, title: str, raised: list[str]
) -> None:
    patient.post(PAGE, answers)
    assert title in words(patient.get(SENT))
    assert alerts(north) == raised
    with clinic_scope(north.clinic.pk):
        assert PatientCheck.objects.get().level == level


def test_sending_twice_is_once(patient: Client, north: Cast, episode: Episode) -> None:
    given = {"client_id": str(uuid.uuid4()), "r04_fever": "yes"}
    patient.post(PAGE, given)
    patient.post(PAGE, {**given, "r04_fever": "no"})
    with clinic_scope(north.clinic.pk):
        assert list(PatientCheck.objects.values_list("positive", flat=True)) == [["r04_fever"]]


@pytest.mark.parametrize("answers", [{}, {"r04_fever": "perhaps"}, {"client_id": "x", "r04_fever": "yes"}])
def test_what_cannot_be_read_is_named(patient: Client, north: Cast, episode: Episode, answers: dict[str, str]) -> None:
    assert patient.post(PAGE, answers).status_code == 422
    with clinic_scope(north.clinic.pk):
        assert not PatientCheck.objects.exists()


def test_the_page_knows_which_answers_ask_for_help_at_once(patient: Client, episode: Episode) -> None:
    form = patient.get(PAGE).context["form"]
    urgent = {field.name: answers for field, answers in form.questions()}
    assert urgent["r01_saddle"] == "yes unsure"
    assert urgent["r09_chest"] == "yes"
    assert urgent["r04_fever"] == ""


def test_age_alone_raises_nothing_at_home() -> None:
    assert concern_at_home([], [], age=80, items=[]) == "clear"


def test_others_see_nothing_and_write_nothing(patient: Client, north: Cast, south: Cast, episode: Episode) -> None:
    patient.post(PAGE, {"r04_fever": "yes"})
    assert signed_in_client(south.login).get(SENT).status_code == 404
    with clinic_scope(south.clinic.pk):
        assert not PatientCheck.objects.exists()
    with clinic_scope(north.clinic.pk, patient_id=south.patient.pk):
        assert not PatientCheck.objects.exists()
        with pytest.raises(OutOfScope):
            PatientCheck.objects.create(
                patient=north.patient, episode=episode, client_id=uuid.uuid4(), level="clear", found_on=TODAY,
                sent_by=south.login,
            )  # fmt: skip


def test_without_care_there_is_no_check(patient: Client) -> None:
    assert patient.get(PAGE).status_code == 404
