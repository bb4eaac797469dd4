"""The way of a reminder through a real Celery worker and a real Valkey: sweep, dispatch, mail file and inbox."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from datetime import time as wall
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from celery import Celery
from django.conf import settings
from django.db import connection
from psycopg import conninfo
from redis import Redis

from clinics.models import Message
from clinics.roles import WORKER
from clinics.tenancy import clinic_scope
from patients.models import Patient
from programs.models import Prescription
from programs.services.logs import record_log
from tests.factories import Cast
from tests.factories.programme import make_programme
from tests.programs.test_logs import entry

ROOT = Path(__file__).resolve().parents[2]
# One of them always has daylight, so that a reminder may go out at whatever hour this test runs.
ZONES = ("Europe/Dublin", "America/New_York", "Asia/Dubai", "Asia/Tokyo", "Pacific/Auckland", "Pacific/Honolulu")
SECONDS = 60

pytestmark = [pytest.mark.process, pytest.mark.django_db(transaction=True)]


def daylight_zone() -> str:
    now = datetime.now(UTC)
    return next(zone for zone in ZONES if 9 <= now.astimezone(ZoneInfo(zone)).hour <= 17)


@pytest.fixture
def due(north: Cast) -> Cast:
    """Three exercises due today, and the chosen time is over."""
    zone = daylight_zone()
    with clinic_scope(north.clinic.pk):
        Patient.objects.update(time_zone=zone)
    make_programme(north, starts_on=datetime.now(ZoneInfo(zone)).date(), reminder=wall(8))
    with clinic_scope(north.clinic.pk):
        Prescription.objects.update(weekdays=[1, 2, 3, 4, 5, 6, 7])
    return north


@contextmanager
def worker(home: Path) -> Iterator[Celery]:
    """The product's worker on the test database; what is sent through the yielded app reaches this one alone."""
    names = {"dbname": "NAME", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    address = {key: str(value) for key, name in names.items() if (value := connection.settings_dict[name])}
    number = 8 + int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:]) % 8  # apart from the product and other tests
    broker = f"{settings.REDIS_URL.rpartition('/')[0]}/{number}"
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",  # the tests' own keep mail in memory
        "DATABASE_URL": conninfo.make_conninfo(user=WORKER, **address),
        "REDIS_URL": broker,
        "PLUMBLINE_LOCAL": str(home),
    }
    command = [sys.executable, "-m", "celery", "--app", "config.celery", "worker", "--concurrency", "2"]
    command += ["--without-gossip", "--without-mingle", "--loglevel", "warning"]
    with Celery("test", broker=broker, set_as_current=False) as app:
        app.control.purge()  # whatever a test that was broken off has left
        with subprocess.Popen(command, cwd=ROOT, env=environment) as process:
            try:
                yield app
            finally:
                process.terminate()


def sweep(app: Celery) -> None:
    app.send_task("programs.tasks.sweep_reminders")


def states(cast: Cast) -> list[tuple[str, str]]:
    with clinic_scope(cast.clinic.pk):
        return sorted(Message.objects.values_list("channel", "status"))


def wait_for(check: Callable[[], bool]) -> None:
    until = time.monotonic() + SECONDS
    while not check():
        assert time.monotonic() < until, "nothing came"
        time.sleep(0.2)


def mails(home: Path) -> list[str]:
    return [path.read_text() for path in (home / "mail").glob("*.log")]


def test_a_reminder_reaches_mail_and_inbox_once(due: Cast, tmp_path: Path) -> None:
    both_sent = [("email", "sent"), ("portal", "sent")]
    with worker(tmp_path) as app:
        sweep(app)
        wait_for(lambda: states(due) == both_sent)
        sweep(app)
        sweep(app)
        app.send_task("clinics.tasks.dispatch_messages")
        settle(app)
        assert states(due) == both_sent
    (mail,) = mails(tmp_path)
    assert f"To: {due.patient.email}" in mail
    assert "Subject: You have a plan for today" in mail


def test_whoever_logged_before_hears_nothing(due: Cast, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    with clinic_scope(due.clinic.pk):
        for prescription in Prescription.objects.select_related("patient"):
            today = now.astimezone(prescription.patient.zone).date()
            record_log(prescription=prescription, entry=entry(today, done_at=now), now=now, by=due.login)
    with worker(tmp_path) as app:
        sweep(app)
        settle(app)
    assert (states(due), mails(tmp_path)) == ([], [])


def settle(app: Celery) -> None:
    """Until the queue is empty; what the worker holds by then is done within moments."""
    queue = Redis.from_url(app.conf.broker_url)
    wait_for(lambda: queue.llen("celery") == 0)
    time.sleep(2)
    wait_for(lambda: queue.llen("celery") == 0)
    queue.close()
