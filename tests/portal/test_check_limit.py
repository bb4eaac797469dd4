"""How often one person may send the check: looking is free, and nobody waits for another or for the counter."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from clinics.tenancy import clinic_scope
from programs.models import Episode, PatientCheck
from tests.factories import Cast
from tests.factories.portal import neighbour_client
from tests.programs.test_episodes import opened

PAGE, SENT = reverse("portal-check"), reverse("portal-check-sent")
PER_MINUTE = 30


@pytest.fixture(autouse=True)
def episodes(north: Cast) -> list[Episode]:
    """Two patients in care, who share the clinic's address."""
    with clinic_scope(north.clinic.pk):
        return [opened(north), opened(north, patient=north.neighbour)]


def send(client: Client) -> int:
    return client.post(PAGE, {"r04_fever": "no"}).status_code


def test_too_much_that_is_sent_has_to_wait(patient: Client) -> None:
    assert [send(patient) for _ in range(PER_MINUTE + 2)] == [302] * PER_MINUTE + [429] * 2
    assert patient.get(PAGE).status_code == 200


def test_whoever_looks_is_not_counted(patient: Client) -> None:
    assert {patient.get(PAGE).status_code for _ in range(PER_MINUTE + 2)} == {200}
    assert send(patient) == 302


def test_nobody_waits_for_the_others_of_one_address(patient: Client, north: Cast) -> None:
    assert [send(patient) for _ in range(PER_MINUTE + 1)][-1] == 429
    assert send(neighbour_client(north)) == 302


def test_a_check_arrives_where_nothing_counts(
    patient: Client, north: Cast, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}}
    assert patient.get(PAGE).status_code == 200
    assert patient.post(PAGE, {"r01_saddle": "yes"})["Location"] == SENT
    assert patient.get(SENT).status_code == 200
    assert caplog.messages == ["portal-check is not counted: ConnectionError"]
    with clinic_scope(north.clinic.pk):
        assert PatientCheck.objects.get().positive == ["r01_saddle"]
