from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clinics.models import User
from clinics.tenancy import clinic_scope
from portal.models import PatientLogin
from programs.models import ExerciseLog, Prescription
from tests.conftest import signed_in_client
from tests.factories import Cast
from tests.factories.programme import make_programme

LOGS = "/api/portal/logs/"


@pytest.fixture(autouse=True)
def monday_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: datetime(2027, 3, 1, 12, tzinfo=UTC))


@pytest.fixture
def hinge(north: Cast) -> int:
    make_programme(north)
    with clinic_scope(north.clinic.pk):
        return Prescription.objects.get(exercise__key="hip_hinge").pk


def body(prescription: int, **changes: Any) -> dict[str, Any]:
    values = {
        "client_id": str(uuid4()), "prescription": prescription, "due_on": "2027-03-01",
        "done_at": "2027-03-01T11:00:00Z", "completion": "full", "sets_done": 2, "reps_done": 10, "pain": 1, "effort": 4,
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
    user = User.objects.create_user("pete@north.example", name="Pete")
    with clinic_scope(north.clinic.pk):
        PatientLogin.objects.create(user=user, patient=north.neighbour)
    assert send(signed_in_client(user), body(hinge)) == 404
    assert send(patient, body(10**12)) == 404


@pytest.mark.parametrize(
    "changes",
    [{"pain": 11}, {"pain": None}, {"sets_done": 0}, {"client_id": "x"}, {"due_on": "2027-03-07"}, {"completion": "all"},
     {"done_at": "2027-03-02T11:00:00Z"}],
)  # fmt: skip
def test_bad_input_is_400_and_names_the_field(changes: dict[str, Any], hinge: int, patient: Client) -> None:
    answer = patient.post(LOGS, body(hinge, **changes), content_type="application/json")
    assert answer.status_code == 400
    assert set(changes) & set(answer.json()) == set(changes)


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
