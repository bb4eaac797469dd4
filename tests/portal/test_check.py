"""The patient's own red-flag check: it raises, says what to do, and a clinician's screen answers it."""

import uuid
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from clinics.models import AuditEvent
from clinics.opaque import opaque
from clinics.tenancy import OutOfScope, clinic_scope
from patients.models import Patient
from portal.models import PatientLogin
from programs.models import Alert, AlertKind, Concern, Episode, PatientCheck
from programs.queries.nerves import waiting_flags
from programs.screening import concern_at_home
from programs.services.red_flags import record_screen, suggestion
from tests.conftest import signed_in_client
from tests.factories import NINE, Cast
from tests.factories.portal import neighbour_client
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
            episode=episode, concern=Concern.CLEAR, positive=[], note="", reason="Meant the thigh.", screened_on=TODAY,
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
    now, today = (said.split(" ") for said in (form.asks_for_help, form.asks_for_today))
    assert [one for one in now if "saddle" in one or "fever" in one or "r09" in one] == [
        "r01_saddle=unsure", "r01_saddle=yes", "r09_chest=yes", "r04_fever=yes+r04_unwell=yes",
    ]  # fmt: skip
    assert "r02_minor=yes" not in today
    assert {"r02_major=yes", "age>50+r02_minor=yes"} < set(today)


@pytest.mark.parametrize(("born", "ages"), [(1971, ""), (1970, "age>50"), (1945, "age>50 age>60 age>70")])
def test_the_page_knows_what_age_makes_of_it(
    patient: Client, north: Cast, episode: Episode, born: int, ages: str
) -> None:
    with clinic_scope(north.clinic.pk):
        Patient.objects.filter(pk=north.patient.pk).update(birth_date=date(born, 2, 1))
    assert f'data-ages="{escape(ages)}"' in patient.get(PAGE).content.decode()


@pytest.mark.parametrize(("sex", "asked"), [("female", True), ("other", True), ("unknown", True), ("male", False)])
def test_what_cannot_be_is_not_asked(patient: Client, north: Cast, episode: Episode, sex: str, asked: bool) -> None:
    with clinic_scope(north.clinic.pk):
        Patient.objects.filter(pk=north.patient.pk).update(sex=sex)
    assert ('name="r09_gyn"' in patient.get(PAGE).content.decode()) == asked
    assert patient.post(PAGE, {"r09_gyn": "yes"}).status_code == 302  # the phone's page asks everybody
    with clinic_scope(north.clinic.pk):
        assert PatientCheck.objects.get().positive == ["r09_gyn"]


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


@pytest.mark.parametrize(
    ("before", "found_on", "late"),
    [
        (timedelta(minutes=-5), TODAY, False),  # the phone's clock runs ahead
        (timedelta(minutes=10), TODAY, False),
        (timedelta(hours=10), date(2021, 2, 28), True),
        (timedelta(days=7), date(2021, 2, 22), True),
    ],
)
def test_a_phone_may_send_late(
    patient: Client, north: Cast, episode: Episode, before: timedelta, found_on: date, late: bool
) -> None:
    assert patient.post(PAGE, {"r01_saddle": "yes", "answered_at": (NINE - before).isoformat()}).status_code == 302
    with clinic_scope(north.clinic.pk):
        check = PatientCheck.objects.get()
    assert (check.answered_at, check.raised_at) == (min(NINE - before, NINE), NINE)
    assert (check.found_on, check.is_late) == (found_on, late)
    chart = words(signed_in_client(north.therapist).get(reverse("chart", args=[north.patient.pk])))
    assert ("the phone had no connection" in chart) == late
    assert ("You answered on" in words(patient.get(SENT))) == late


@pytest.mark.parametrize("moment", [(NINE - timedelta(days=7, seconds=1)).isoformat(), "0001-01-01T00:00:00Z"])
def test_what_was_kept_too_long_is_refused_in_words(
    patient: Client, north: Cast, episode: Episode, moment: str
) -> None:
    answer = patient.post(PAGE, {"r01_saddle": "yes", "answered_at": moment})
    assert (answer.status_code, "older than 7 days" in words(answer)) == (422, True)
    with clinic_scope(north.clinic.pk):
        assert not PatientCheck.objects.exists()


def test_what_came_in_time_is_known_however_late_the_answer_to_it_is_missed(
    patient: Client, north: Cast, episode: Episode, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {"client_id": str(uuid.uuid4()), "r04_fever": "yes", "answered_at": NINE.isoformat()}
    patient.post(PAGE, given)
    monkeypatch.setattr(timezone, "now", lambda: NINE + timedelta(days=9))
    assert patient.post(PAGE, given).status_code == 302
    with clinic_scope(north.clinic.pk):
        assert PatientCheck.objects.count() == 1


def test_a_time_at_the_end_of_the_calendar_counts_as_now(patient: Client, north: Cast, episode: Episode) -> None:
    patient.post(PAGE, {"r01_saddle": "yes", "answered_at": "9999-12-31T23:59:59Z"})
    with clinic_scope(north.clinic.pk):
        assert PatientCheck.objects.get().answered_at == NINE


@pytest.mark.parametrize("away", [timedelta(seconds=1), timedelta(days=-7, seconds=-1)])
def test_the_database_holds_the_bounds_too(north: Cast, episode: Episode, away: timedelta) -> None:
    with clinic_scope(north.clinic.pk), pytest.raises(IntegrityError, match="answered_before"), transaction.atomic():
        PatientCheck.objects.create(
            patient=north.patient, episode=episode, client_id=uuid.uuid4(), level="clear", found_on=TODAY,
            sent_by=north.login, raised_at=NINE, answered_at=NINE + away,
        )  # fmt: skip


def test_what_belongs_to_another_sign_in_is_not_taken(patient: Client, north: Cast, episode: Episode) -> None:
    """First there is somebody else whose answers a shared phone could hold: the neighbour."""
    theirs = neighbour_client(north)
    with clinic_scope(north.clinic.pk):
        opened(north, patient=north.neighbour, started_on=date(2021, 2, 1), pain=None)
        owner = opaque(PatientLogin.objects.get(patient=north.neighbour))
    answer = patient.post(PAGE, {"r01_saddle": "yes", "owner": owner})
    assert (answer.status_code, "belong to somebody else" in words(answer)) == (409, True)
    assert alerts(north) == []
    assert theirs.post(PAGE, {"r01_saddle": "yes", "owner": owner}).status_code == 302
    with clinic_scope(north.clinic.pk):
        assert PatientCheck.objects.get().patient == north.neighbour


def test_the_word_for_an_account_tells_nothing_of_it(
    patient: Client, north: Cast, south: Cast, episode: Episode
) -> None:
    owner = patient.get(PAGE).context["form"]["owner"].value()
    assert owner == patient.get(PAGE).context["form"]["owner"].value()
    assert len(owner) == 32
    assert {opaque(north.login), opaque(south.login), opaque(north.patient)} & {owner} == set()
