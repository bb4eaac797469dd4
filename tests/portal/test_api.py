from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clinics.tenancy import clinic_scope
from programs.models import ExerciseLog, Prescription
from tests.factories import Cast
from tests.factories.portal import copy_for_neighbour, neighbour_client
from tests.factories.programme import make_programme

LOGS = "/api/portal/logs/"
NOON = datetime(2021, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def monday_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOON)


@pytest.fixture
def hinge(north: Cast) -> int:
    make_programme(north)
    with clinic_scope(north.clinic.pk):
        return Prescription.objects.get(exercise__key="hip_hinge").pk


def body(prescription: int, **changes: Any) -> dict[str, Any]:
    values = {
        "client_id": str(uuid4()), "prescription": prescription, "due_on": "2021-03-01",
        "done_at": "2021-03-01T11:00:00Z", "completion": "full", "sets_done": 2, "reps_done": 10, "pain": 1,
        "effort": 4,
    }  # fmt: skip
    return {**values, **changes}


def send(client: Client, data: Any) -> int:
    return client.post(LOGS, data, content_type="application/json").status_code


def test_a_log_is_created_once_however_often_it_is_sent(hinge: int, north: Cast, patient: Client) -> None:
    same = body(hinge)
    assert [send(patient, same) for _ in range(3)] == [201, 200, 200]
    with clinic_scope(north.clinic.pk):
        assert ExerciseLog.objects.count() == 1


def test_ids_in_the_body_are_ignored(hinge: int, north: Cast, patient: Client) -> None:
    assert send(patient, body(hinge, id=1, clinic=999, patient=north.neighbour.pk)) == 201
    with clinic_scope(north.clinic.pk):
        assert ExerciseLog.objects.get().patient == north.patient


def test_another_patients_prescription_or_key_is_404(hinge: int, north: Cast, patient: Client) -> None:
    assert send(neighbour_client(north), body(hinge)) == 404
    assert send(patient, body(10**12)) == 404


@pytest.mark.parametrize(
    "changes",
    [{"pain": 11}, {"sets_done": 0}, {"reps_done": 10**9}, {"client_id": "x"}, {"due_on": "2021-03-07"},
     {"completion": "all"}, {"effort": -1}],
)  # fmt: skip
def test_bad_input_is_400_and_names_the_field(changes: dict[str, Any], hinge: int, patient: Client) -> None:
    answer = patient.post(LOGS, body(hinge, **changes), content_type="application/json")
    assert answer.status_code == 400
    assert set(changes) & set(answer.json()) == set(changes)


def test_a_key_of_somebody_elses_log_is_404_and_changes_nothing(hinge: int, north: Cast, patient: Client) -> None:
    mine = body(hinge)
    send(patient, mine)
    with clinic_scope(north.clinic.pk):
        theirs = copy_for_neighbour(north)
    assert send(neighbour_client(north), body(theirs, client_id=mine["client_id"])) == 404
    with clinic_scope(north.clinic.pk):
        assert list(ExerciseLog.objects.values_list("patient", flat=True)) == [north.patient.pk]


def test_a_phone_whose_clock_runs_ahead_is_heard_all_the_same(hinge: int, north: Cast, patient: Client) -> None:
    assert send(patient, body(hinge, done_at="2028-03-01T11:00:00Z")) == 201
    with clinic_scope(north.clinic.pk):
        assert ExerciseLog.objects.get().done_at == NOON


@pytest.mark.parametrize(("done_at", "status"), [("0001-01-01T00:00:00Z", 400), ("9999-12-31T23:59:59Z", 201)])
def test_the_ends_of_the_calendar_break_nothing(done_at: str, status: int, hinge: int, patient: Client) -> None:
    assert send(patient, body(hinge, done_at=done_at)) == status
    assert patient.get(reverse("portal-today")).status_code == 200


def test_an_offline_log_that_comes_late_does_not_undo_the_newer_one(hinge: int, north: Cast, patient: Client) -> None:
    first = body(hinge, pain=1)
    newer = body(hinge, pain=5, done_at="2021-03-01T11:30:00Z")
    assert [send(patient, one) for one in (first, newer, first)] == [201, 200, 200]
    with clinic_scope(north.clinic.pk):
        assert ExerciseLog.objects.get().pain == 5


def test_a_log_that_breaks_off_leaves_nothing(hinge: int, north: Cast, patient: Client) -> None:
    assert patient.post(LOGS, "{", content_type="application/json").status_code == 400
    assert patient.post(LOGS, [1], content_type="application/json").status_code == 400
    with clinic_scope(north.clinic.pk):
        assert not ExerciseLog.objects.exists()


def test_today_tells_what_became_of_it(hinge: int, patient: Client) -> None:
    send(patient, body(hinge, completion="partial", sets_done=1, pain=3, stop_sign=True))
    answer = patient.get("/api/portal/today/").json()
    assert (answer["day"], answer["done"], answer["week"]) == (
        "2021-03-01",
        1,
        {"done": 0.5, "due": 1, "percent": 50.0},
    )
    (told,) = [one["log"] for one in answer["due"] if one["prescription"] == hinge]
    assert (told["completion"], told["sets_done"], told["pain"], told["stop_sign"]) == ("partial", 1, 3, True)


def test_today_lists_what_is_due(hinge: int, patient: Client) -> None:
    answer = patient.get("/api/portal/today/").json()
    assert [one["name"] for one in answer["due"]] == [
        "Half-kneeling glute activation",
        "Lumbar extension",
        "Hip hinge",
    ]


def test_staff_and_strangers_find_no_api(hinge: int, desk: Client) -> None:
    assert desk.get("/api/portal/today/").status_code == 404
    assert Client().get("/api/portal/today/").status_code == 302
    assert reverse("api-portal-logs") == LOGS


@pytest.mark.parametrize("nested", ["[" * 100_000, '{"a":' * 100_000])
def test_what_is_nested_without_end_is_400(nested: str, patient: Client) -> None:
    assert patient.post(LOGS, nested, content_type="application/json").status_code == 400
