"""What a phone keeps of the check: the same for everybody of the clinic, and not a word about anybody."""

import json
import re
from datetime import date
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse

from clinics.models import Clinic
from clinics.opaque import opaque
from clinics.tenancy import clinic_scope
from portal.models import PatientLogin
from tests.conftest import signed_in_client
from tests.factories import Cast
from tests.factories.portal import neighbour_client
from tests.programs.test_episodes import opened

SHELL, WORKER, PAGE = (reverse(name) for name in ("portal-check-shell", "portal-check-worker", "portal-check"))

# In one transaction the settings of the first request would stay.
ONE_AFTER_THE_OTHER = pytest.mark.django_db(transaction=True)


def call(cast: Cast, number: str) -> None:
    with clinic_scope(cast.clinic.pk):
        Clinic.objects.filter(pk=cast.clinic.pk).update(emergency_number=number)


def plan(client: Client) -> dict[str, object]:
    found = re.search(r"= (\{.*\});$", client.get(WORKER).content.decode(), re.MULTILINE)
    assert found is not None
    said: dict[str, object] = json.loads(found[1])
    return said


@ONE_AFTER_THE_OTHER
def test_the_page_is_the_same_for_all_patients_and_names_nobody(patient: Client, north: Cast) -> None:
    """First there is something to tell: a signed-in page names pia, her access and her token."""
    with clinic_scope(north.clinic.pk):
        opened(north, started_on=date(2021, 2, 1), pain=None)
        access = opaque(PatientLogin.objects.get(patient=north.patient))
    live, shell = (patient.get(path).content.decode() for path in (PAGE, SHELL))
    personal = ["Pia", opaque(north.login), access, "csrfmiddlewaretoken", "X-CSRFToken", "client_id", "data-owner"]
    assert [one for one in personal if one not in live] == []
    assert [one for one in personal if one in shell] == []
    assert neighbour_client(north).get(SHELL).content.decode() == shell
    assert patient.get(SHELL).content.decode() == shell


def test_it_asks_the_same_questions_and_knows_the_same_numbers(patient: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        opened(north, started_on=date(2021, 2, 1), pain=None)
    live, shell = (patient.get(path).content.decode() for path in (PAGE, SHELL))
    for told in (r'name="(r\d\d_\w+)"', r'href="tel:([^"]+)"', r'data-emergency="([^"]+)"', r'data-today="([^"]+)"'):
        assert set(re.findall(told, shell)) == set(re.findall(told, live)) != set()


@ONE_AFTER_THE_OTHER
def test_each_clinic_has_its_own(patient: Client, north: Cast, south: Cast) -> None:
    call(south, "911")
    here, there = patient, signed_in_client(south.login)
    told = ("North Clinic", "South Clinic", "tel:112", "tel:911")
    assert [one for one in told if one in here.get(SHELL).content.decode()] == ["North Clinic", "tel:112"]
    assert [one for one in told if one in there.get(SHELL).content.decode()] == ["South Clinic", "tel:911"]
    assert plan(here)["version"] != plan(there)["version"]


def test_the_worker_is_asked_for_anew_each_time(patient: Client) -> None:
    answer = patient.get(WORKER)
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("text/javascript; charset=utf-8", "no-store")
    assert "worker-src 'self'" in answer["Content-Security-Policy"]
    assert WORKER.rpartition("/")[0] + "/" == PAGE  # a worker may stand in for what lies beside it


def test_it_keeps_all_that_the_page_needs(patient: Client) -> None:
    shell = patient.get(SHELL).content.decode()
    needed = {one.partition("#")[0] for one in re.findall(r'(?:src|href)="(/static/[^"]+)"', shell)}
    said = plan(patient)
    assert said["pages"] == {PAGE: SHELL}
    assert set(said["files"]) == {*needed, "/static/vendor/fonts/inter-latin.woff2"}  # type: ignore[call-overload]  # json


@ONE_AFTER_THE_OTHER
def test_its_version_is_its_content(
    patient: Client, north: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = plan(patient)
    assert plan(neighbour_client(north)) == first
    call(north, "999")
    second = plan(patient)
    (tmp_path / "new.css").write_text("a {}")
    monkeypatch.setattr(finders, "find", lambda _name: str(tmp_path / "new.css"))
    assert len({one["version"] for one in (first, second, plan(patient))}) == 3


def test_whoever_has_no_business_here_gets_neither(desk: Client) -> None:
    assert [desk.get(path).status_code for path in (SHELL, WORKER)] == [404, 404]
    assert [Client().get(path).status_code for path in (SHELL, WORKER)] == [302, 302]


def test_every_page_of_the_portal_says_whose_it_is_and_the_sign_out_too(patient: Client, north: Cast) -> None:
    account = f'data-account="{opaque(north.login)}"'
    page = patient.get(reverse("portal-visits")).content.decode()
    assert (page.count(account), page.count("data-owner=")) == (2, 1)
    assert patient.get(reverse("account_logout")).content.decode().count(account) == 1
