"""How was it? The one form that a patient fills in every day."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from clinics.models import Clinic
from clinics.tenancy import clinic_scope
from portal.forms import efforts
from programs.models import ExerciseLog, Prescription
from tests.conftest import signed_in_client
from tests.factories import Cast
from tests.factories.portal import copy_for_neighbour, neighbour_client
from tests.factories.programme import make_programme

NOON = datetime(2021, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def monday_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock alone is replaced: nothing of ours."""
    monkeypatch.setattr(timezone, "now", lambda: NOON)


@pytest.fixture
def due(north: Cast) -> Cast:
    make_programme(north)
    return north


def pk_of(cast: Cast, key: str = "hip_hinge") -> int:
    with clinic_scope(cast.clinic.pk):
        return Prescription.objects.get(patient=cast.patient, exercise__key=key).pk


def log_url(cast: Cast, key: str = "hip_hinge") -> str:
    return reverse("portal-log", args=[pk_of(cast, key)])


def form(**changes: object) -> dict[str, object]:
    values = {"client_id": str(uuid4()), "due_on": "2021-03-01", "completion": "full", "pain": "2", "effort": "4"}
    return {**values, "sets_done": "2", "reps_done": "10", **changes}


def tap(completion: str) -> dict[str, object]:
    """What the buttons on Today send."""
    return {"client_id": str(uuid4()), "due_on": "2021-03-01", "one_tap": "on", "completion": completion}


def logs(cast: Cast) -> list[tuple[object, ...]]:
    with clinic_scope(cast.clinic.pk):
        return list(ExerciseLog.objects.values_list("completion", "sets_done", "reps_done", "pain", "effort"))


def test_one_tap_logs_the_plan_and_asks_for_nothing(due: Cast, patient: Client) -> None:
    assert patient.post(log_url(due), tap("full")).status_code == 302
    assert logs(due) == [("full", 2, 10, None, None)]
    assert "All of it" in patient.get(reverse("portal-today")).content.decode()


def test_not_today_is_one_tap_too(due: Cast, patient: Client) -> None:
    assert patient.post(log_url(due), tap("skipped")).status_code == 302
    assert logs(due) == [("skipped", 0, 0, None, None)]


def test_what_was_tapped_can_be_told_in_full_later(due: Cast, patient: Client) -> None:
    patient.post(log_url(due), tap("full"))
    patient.post(log_url(due), form(completion="partial", sets_done="1", pain="4", effort="7"))
    assert logs(due) == [("partial", 1, 10, 4, 7)]
    page = patient.get(log_url(due)).content.decode()
    assert 'value="1"' in page
    assert page.count("checked") == 3


def test_the_back_button_and_another_figure_is_a_correction(
    due: Cast, patient: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    same = form()
    patient.post(log_url(due), same)
    monkeypatch.setattr(timezone, "now", lambda: NOON.replace(minute=1))
    patient.post(log_url(due), {**same, "pain": "5"})
    assert logs(due) == [("full", 2, 10, 5, 4)]


@pytest.mark.parametrize(
    ("changes", "field", "kept"),
    [
        ({"pain": ""}, "pain", 'value="2"'),
        ({"pain": "11"}, "pain", 'value="2"'),
        ({"completion": "perhaps"}, "completion", 'value="10"'),
        ({"sets_done": "two"}, "sets_done", 'value="two"'),
        ({"reps_done": "1000000000"}, "reps_done", 'value="1000000000"'),
        ({"sets_done": "1"}, "sets_done", 'value="1"'),
        ({"completion": "partial"}, "sets_done", 'value="10"'),
        ({"note": "x" * 10_000}, "note", "x" * 10_000),
    ],
)
def test_a_form_that_is_not_right_names_the_field_and_keeps_the_text(
    changes: dict[str, object], field: str, kept: str, due: Cast, patient: Client
) -> None:
    answer = patient.post(log_url(due), form(**changes))
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert kept in answer.content.decode()
    assert logs(due) == []


def test_nothing_is_asked_of_what_was_not_done(due: Cast, patient: Client) -> None:
    given = form(completion="skipped", pain="", effort="", sets_done="", reps_done="", note="Visitors")
    assert patient.post(log_url(due), given).status_code == 302
    assert logs(due) == [("skipped", 0, 0, None, None)]


def test_pain_above_the_limit_is_answered_kindly_and_with_a_number(due: Cast, patient: Client) -> None:
    patient.post(log_url(due), form(pain="5"))
    page = patient.get(reverse("portal-today")).content.decode()
    assert "Thank you for telling us." in page
    assert "tel:+35315550100" in page
    assert "Please stop" not in page


@pytest.mark.parametrize("changes", [{"pain": "7"}, {"pain": "0", "stop_sign": "on"}])
def test_strong_pain_or_a_sign_to_stop_ends_the_day(changes: dict[str, object], due: Cast, patient: Client) -> None:
    patient.post(log_url(due), form(**changes))
    page = patient.get(reverse("portal-today")).content.decode()
    assert "Please stop for today and tell us" in page
    assert "tel:+35315550100" in page
    assert "Done as planned" not in page


def test_when_all_is_logged_the_day_is_done(due: Cast, patient: Client) -> None:
    for key in ("half_kneel_glute", "lumbar_extension", "hip_hinge"):
        patient.post(log_url(due, key), tap("full"))
    page = patient.get(reverse("portal-today")).content.decode()
    assert "That’s today done" in page
    assert "3 of 3 done" in page
    assert "Done as planned" not in page


def test_a_day_off_leads_from_the_form_to_the_exercise(due: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOON.replace(day=7))
    answer = signed_in_client(due.login).get(log_url(due), follow=True)
    assert answer.redirect_chain == [(reverse("portal-exercise", args=[pk_of(due)]), 302)]
    assert "Its days are: Mon, Tue, Wed, Thu, Fri." in answer.content.decode()


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "someday"])
def test_a_day_that_nobody_means_is_not_found(day: str, due: Cast, patient: Client) -> None:
    assert patient.get(log_url(due), {"day": day}).status_code == 404


def test_somebody_elses_key_is_404_and_nothing_changes(due: Cast, patient: Client) -> None:
    mine = form()
    patient.post(log_url(due), mine)
    with clinic_scope(due.clinic.pk):
        theirs = copy_for_neighbour(due)
    answer = neighbour_client(due).post(reverse("portal-log", args=[theirs]), mine)
    assert answer.status_code == 404
    assert len(logs(due)) == 1


@pytest.mark.parametrize(("target", "values"), [(0, ["0", "2", "5"]), (4, ["2", "4", "7"]), (10, ["5", "7", "10"])])
def test_just_right_is_the_prescribed_effort(target: int, values: list[str]) -> None:
    assert [value for value, _word in efforts(target)] == values


@pytest.mark.parametrize("logged", [1, 3])
def test_today_costs_the_same_for_one_and_three_logs(logged: int, due: Cast, patient: Client) -> None:
    for key in ("half_kneel_glute", "lumbar_extension", "hip_hinge")[:logged]:
        patient.post(log_url(due, key), tap("full"))
    with CaptureQueriesContext(connection) as queries:
        patient.get(reverse("portal-today"))
    assert len(queries) == 17


@pytest.mark.parametrize("pain", ["5", "7"])
def test_without_a_phone_number_there_is_no_link_to_nowhere(pain: str, due: Cast, patient: Client) -> None:
    with clinic_scope(due.clinic.pk):
        Clinic.objects.filter(pk=due.clinic.pk).update(phone="")
    patient.post(log_url(due), form(pain=pain))
    pages = [patient.get(reverse(f"portal-{name}")).content.decode() for name in ("today", "visits", "messages")]
    assert [('href="tel:"' in page, "call us:" in page, "Call us to book" in page) for page in pages] == 3 * [
        (False, False, False)
    ]
