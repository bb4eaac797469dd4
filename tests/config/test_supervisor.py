"""`make run` as somebody at a terminal meets it."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from config.local import BASE_DIR
from tests.e2e.conftest import OF_THE_TESTS, free_port

pytestmark = pytest.mark.process
READY_SECONDS = 120


def start(home: Path, port: int, **environment: str) -> "subprocess.Popen[str]":
    env = {key: value for key, value in os.environ.items() if key not in OF_THE_TESTS}
    env |= {"PLUMBLINE_LOCAL": str(home), "PORT": str(port), **environment}
    command = [sys.executable, "-m", "config.supervisor"]
    return subprocess.Popen(command, cwd=BASE_DIR, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def refused(home: Path, port: int, **environment: str) -> tuple[int, str]:
    process = start(home, port, **environment)
    said, _ = process.communicate(timeout=60)
    return process.returncode, said.strip()


def belonging_to(home: Path) -> set[int]:
    """Every process whose environment or command line names this run's folder: servers, web, worker and beat."""
    found = set()
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            told = (entry / "environ").read_bytes() + (entry / "cmdline").read_bytes()
        except OSError:
            continue  # gone, or somebody else's
        if str(home).encode() in told and int(entry.name) != os.getpid():
            found.add(int(entry.name))
    return found


def test_ctrl_c_ends_every_process_that_was_started(tmp_path: Path) -> None:
    port = free_port()
    process = start(tmp_path, port)
    assert is_ready(port), "not ready in time"
    assert len(belonging_to(tmp_path)) >= 6  # the supervisor, web, worker, beat, PostgreSQL, Valkey
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    assert process.returncode == 0
    assert belonging_to(tmp_path) == set()


def is_ready(port: int) -> bool:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2):
                return True
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    return False


def test_a_busy_port_is_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        status, said = refused(tmp_path, taken.getsockname()[1])
    assert status == 1
    assert said.startswith("Port ")
    assert said.count("\n") == 0


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"DATABASE_URL": "postgresql://plumbline_web@127.0.0.1:1/none"}, "DATABASE_URL names your own PostgreSQL"),
        ({"REDIS_URL": "redis://127.0.0.1:1/0"}, "The broker of REDIS_URL does not answer"),
        ({"PORT": "eighty"}, "PORT is “eighty”. It takes a whole number."),
    ],
    ids=["logins", "broker", "port"],
)
def test_what_is_missing_is_one_sentence(environment: dict[str, str], sentence: str, tmp_path: Path) -> None:
    status, said = refused(tmp_path, free_port(), **environment)
    assert status == 1
    assert said.splitlines()[-1].startswith(sentence)
    assert "Traceback" not in said


def test_a_dead_database_is_one_sentence(tmp_path: Path) -> None:
    dead = "postgresql://plumbline_web@127.0.0.1:1/none"
    names = ("DATABASE_URL", "MIGRATION_DATABASE_URL", "WORKER_DATABASE_URL")
    status, said = refused(tmp_path, free_port(), **dict.fromkeys(names, dead))
    assert status == 1
    assert said.splitlines()[-1].startswith("The database of DATABASE_URL does not answer")
    assert "Traceback" not in said
