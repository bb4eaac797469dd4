"""Production refuses to start with an open door, in one sentence."""

import os
import tempfile

import pytest

from tests.config.processes import run

pytestmark = pytest.mark.process
SERVER = ("-c", "import config.wsgi")
WORKER = ("-m", "celery", "-A", "config", "worker", "--concurrency=1")
BEAT = ("-m", "celery", "-A", "config", "beat", "--schedule", f"{tempfile.gettempdir()}/beat-that-never-ticks")


def test_the_server_starts_where_nothing_is_open() -> None:
    outcome = run(*SERVER)
    assert (outcome.status, "System check identified no issues" in outcome.said) == (0, True)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("SECRET_KEY", "", "SECRET_KEY must be set in production, to at least 50 random characters."),
        ("SECRET_KEY", "short", "SECRET_KEY must be set in production, to at least 50 random characters."),
        ("DEBUG", "yes", "DEBUG is on in production. Unset it."),
        ("PLUMBLINE_DEMO", "yes", "PLUMBLINE_DEMO is on in production. Unset it."),
    ],
)
def test_the_server_refuses(name: str, value: str, sentence: str) -> None:
    outcome = run(*SERVER, **{name: value})
    assert (outcome.status, sentence in outcome.said) == (1, True)


EVERY_PROCESS = pytest.mark.parametrize("process", [SERVER, WORKER, BEAT], ids=["server", "worker", "beat"])


@EVERY_PROCESS
@pytest.mark.parametrize("name", ["DATABASE_URL", "REDIS_URL"])
def test_production_guesses_no_server(name: str, process: tuple[str, ...]) -> None:
    """One sentence and no traceback."""
    outcome = run(*process, **{name: ""})
    sentence = f"{name} must be set in production: the README says to what."
    assert (outcome.status, outcome.said.strip()) == (1, sentence)


@EVERY_PROCESS
def test_no_process_runs_past_the_walls(process: tuple[str, ...]) -> None:
    """As the owner of the tables, whose policy shows it every row. Superusers: tests/clinics/test_checks.py."""
    outcome = run(*process, DATABASE_URL=os.environ["MIGRATION_DATABASE_URL"])
    sentence = "the database login “plumbline_owner” may pass row-level security; use plumbline_web"
    assert (outcome.status != 0, sentence in outcome.said) == (True, True)


@pytest.mark.parametrize("process", [WORKER, BEAT], ids=["worker", "beat"])
def test_worker_and_beat_refuse_open_doors_too(process: tuple[str, ...]) -> None:
    outcome = run(*process, PLUMBLINE_DEMO="yes")
    assert (outcome.status != 0, "PLUMBLINE_DEMO is on in production. Unset it." in outcome.said) == (True, True)


ASK = """
import django
django.setup()
from django.test import Client
browser = Client(headers={"cookie": "sessionid=" + 32 * "x"})
for path in ("/healthz", "/readyz"):
    answer = browser.get(path)
    print(answer.status_code, answer.content.decode())
"""


def test_health_is_told_with_a_session_cookie_and_without_a_database() -> None:
    gone = {"DATABASE_URL": "host=127.0.0.1 port=1 dbname=gone", "DJANGO_SETTINGS_MODULE": "config.settings"}
    outcome = run("-c", ASK, **gone, PLUMBLINE_ENV="development", ALLOWED_HOSTS="testserver")
    parts = '"database": false, "migrations": false, "broker": true, "beat": '
    alive, ready = outcome.said.splitlines()
    assert (alive, ready.startswith(f'503 {{"ready": false, {parts}')) == ("200 ok", True)


def test_the_deployment_checks_are_clean() -> None:
    outcome = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", "--database", "default")
    assert (outcome.status, outcome.said.strip()) == (0, "System check identified no issues (0 silenced).")
