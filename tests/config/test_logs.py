"""What may be read in the logs: what happened, never what stands in a patient's file."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from config.logs import LOGGING, Discreet
from patients.models import Patient
from tests.config.fresh import finish, start
from tests.factories import Cast

CANARY = "Canary Patientsson"


@pytest.fixture
def written(caplog: pytest.LogCaptureFixture) -> Callable[[], str]:
    plain: dict[str, Any] = LOGGING["formatters"]["plain"]
    form = Discreet(plain["format"], style=plain["style"])
    return lambda: "\n".join(form.format(record) for record in caplog.records)


def test_what_was_refused_is_one_line(therapist: Client, written: Callable[[], str]) -> None:
    assert therapist.get(reverse("admin:index")).status_code == 403
    assert written() == "WARNING django.request: Forbidden (Permission denied): /admin/"


def test_a_senseless_host_is_one_line(db: None, written: Callable[[], str]) -> None:
    assert Client().get("/", headers={"host": "somewhere.example"}).status_code == 400
    assert len(written().splitlines()) == 1


def test_an_address_that_lets_in_whoever_knows_it_is_not_written(db: None, written: Callable[[], str]) -> None:
    for path in ("/a/secret/", "/offer/secret/x", "/feed/secret.ics", "/a//secret/", "/x/offer/%2fsecret/"):
        assert Client().get(path).status_code == 404
    assert written().splitlines() == [
        f"WARNING django.request: Not Found: {path}..." for path in ("/a/", "/offer/", "/feed/", "/a/", "/x/offer/")
    ]


@pytest.mark.parametrize("secret", ["1-23-4.", "1-23.", "1-"])
def test_what_opens_such_an_address_is_not_written_under_another(
    db: None, written: Callable[[], str], secret: str
) -> None:
    Client().get(f"/b/{secret}{'xY-_0' * 9}"[:-2])
    assert written() == "WARNING django.request: Not Found: /b/..."


def test_an_error_of_the_database_is_told_without_the_row(in_north: Cast, written: Callable[[], str]) -> None:
    try:
        with transaction.atomic():
            Patient.objects.create(given_name=CANARY, birth_date="1700-01-01", time_zone="UTC")
    except IntegrityError:
        logging.getLogger("django.request").exception("it broke")
    text = written()
    assert (CANARY in text, "IntegrityError: 23514 patients_patient_birth_date" in text) == (False, True)
    assert ("CheckViolation: 23514" in text, "test_logs.py" in text) == (True, True)


def test_a_failed_task_is_told_by_its_name(written: Callable[[], str]) -> None:
    context = {"name": "programs.tasks.sweep", "exc": CANARY, "traceback": CANARY}
    try:
        raise ConnectionError("no answer")
    except ConnectionError:
        logging.getLogger("celery.app.trace").exception("%(name)s %(exc)s", context, extra={"data": context})
    first, *_, last = written().splitlines()
    assert (first, last) == ("ERROR celery.app.trace: programs.tasks.sweep failed", "ConnectionError: no answer")


def test_values_travel_apart_from_the_statement(db: None) -> None:
    """So that no statement which the server refuses, or finds slow, holds one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT query FROM pg_stat_activity WHERE pid = pg_backend_pid() AND %s <> ''", [CANARY])
        assert CANARY not in cursor.fetchone()[0]


REFUSED = """
import os
from config import local
local.provide()
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
os.environ["DATABASE_URL"] = os.environ["MIGRATION_DATABASE_URL"]
import django
django.setup()
from django.db import DatabaseError, connection
with connection.cursor() as cursor:
    cursor.execute("CREATE TABLE note (word text UNIQUE CHECK (word <> 'Canary Patientsson'), day date)")
    cursor.execute("INSERT INTO note VALUES ('Canary Double')")
    for insert, values in (
        ("INSERT INTO note VALUES (%s)", ["Canary Patientsson"]),
        ("INSERT INTO note VALUES (%s)", ["Canary Double"]),
        ("INSERT INTO note VALUES ('Canary Typed'), (1 / 0)", None),
    ):
        try:
            cursor.execute(insert, values)
        except DatabaseError as error:
            print(type(error).__name__)
"""


@pytest.mark.process
def test_the_local_servers_log_does_not_hold_what_was_refused(tmp_path: Path) -> None:
    status, said = finish(start("-c", REFUSED, local=tmp_path))
    log = (tmp_path / "postgres.log").read_text()
    assert (status, said[:2], len(said)) == (0, ["IntegrityError", "IntegrityError"], 3)
    assert ("ERROR:" in log, "Canary" in log) == (True, False)
