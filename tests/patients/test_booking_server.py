"""Sixteen browsers at one real server want the same slot."""

import os
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, timedelta
from http.client import HTTPConnection
from pathlib import Path
from threading import Barrier
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.utils import timezone
from psycopg import conninfo

from clinics.tenancy import clinic_scope
from patients.models import Appointment
from tests.conftest import signed_in_client
from tests.factories import Cast, make_cast

ROOT = Path(__file__).resolve().parents[2]
BROWSERS = 16
TOKEN = "t" * 32  # any token will do, as long as cookie and form agree


@pytest.mark.process
@pytest.mark.django_db(transaction=True)
def test_one_books_and_fifteen_are_told_who_did() -> None:
    """A deadlock, or a wait that runs out, would be an answer of another kind. How fast it is, the bench measures."""
    cast = make_cast("north", zone="Europe/Dublin")
    session = signed_in_client(cast.desk).cookies["sessionid"].value
    barrier = Barrier(BROWSERS)

    def browser(port: int) -> tuple[int, bytes]:
        barrier.wait()
        return post(port, session, form_of(cast))

    with server() as port, ThreadPoolExecutor(BROWSERS) as pool:
        answers = list(pool.map(browser, [port] * BROWSERS))
    assert Counter(status for status, _ in answers) == {303: 1, 409: BROWSERS - 1}
    losers = [page for status, page in answers if status == 409]
    assert [page for page in losers if b"Theo North has Pia North from 09:00 to 09:55" not in page] == []
    with clinic_scope(cast.clinic.pk):
        assert Appointment.objects.count() == 1


def next_monday() -> date:
    """By the real clock, which the server goes by."""
    day = timezone.now().date() + timedelta(days=7)
    return day - timedelta(days=day.weekday())


def form_of(cast: Cast) -> str:
    return urlencode(
        {
            "csrfmiddlewaretoken": TOKEN, "patient": cast.patient.pk, "service": cast.needling.pk,
            "therapist": cast.therapist.pk, "room": cast.room.pk, "day": next_monday().isoformat(), "time": "09:00",
        }
    )  # fmt: skip


def post(port: int, session: str, body: str) -> tuple[int, bytes]:
    http = HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": f"sessionid={session}; csrftoken={TOKEN}",
    }
    try:
        http.request("POST", "/appointments/new/", body, headers)
        response = http.getresponse()
        return response.status, response.read()
    finally:
        http.close()


@contextmanager
def server() -> Iterator[int]:
    """The product's own server on the test database."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "config.wsgi:application", "--port", str(port)]
    command += ["--workers", "2", "--blocking-threads", "8", "--log-level", "error"]
    environment = {**os.environ, "DATABASE_URL": address_of_the_test_database()}
    with subprocess.Popen(command, cwd=ROOT, env=environment) as process:
        try:
            wait_for(port)
            yield port
        finally:
            process.terminate()


def address_of_the_test_database() -> str:
    settings = connection.settings_dict
    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    return conninfo.make_conninfo(**{key: str(settings[name]) for key, name in names.items() if settings[name]})


def wait_for(port: int) -> None:
    """Until it answers."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        http = HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            http.request("GET", "/healthz")
            if http.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
        finally:
            http.close()
    pytest.fail("the server did not answer within 30 seconds")
