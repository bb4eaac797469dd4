"""`make run`: one sentence for each failed start, and an end that leaves nothing behind."""

import os
import re
import signal
import socket
import subprocess
import urllib.request
from pathlib import Path

import pytest

from config.local_valkey import free_port
from tests.config.fresh import finish, is_alive, next_line, start

pytestmark = pytest.mark.process
RUN = ("-m", "config.supervisor")


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Migrated by the first start."""
    return tmp_path_factory.mktemp("local")


def named(**changed: str) -> dict[str, str]:
    """The servers of the tests, as one who names their own would do it."""
    own = ("DATABASE_URL", "WORKER_DATABASE_URL", "MIGRATION_DATABASE_URL", "REDIS_URL")
    return {name: os.environ[name] for name in own} | {"PORT": str(free_port())} | changed


def test_a_busy_port(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        outcome = finish(start(*RUN, local=tmp_path, PORT=str(port)))
    sentence = f"Port {port} is in use or not allowed. Stop what uses it, or choose another: PORT=8010 make run"
    assert outcome == (1, [sentence])


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"PORT": "eight"}, "PORT is “eight”. It takes a whole number."),
        (
            {"PLUMBLINE_ENV": "production"},
            "`make run` is for development. In production, start the three commands of the Procfile.",
        ),
        (
            {"MIGRATION_DATABASE_URL": ""},
            "DATABASE_URL names your own PostgreSQL; set MIGRATION_DATABASE_URL too. The README says which is which.",
        ),
        ({"WORKER_DATABASE_URL": "nonsense"}, "WORKER_DATABASE_URL is not a PostgreSQL address."),
        ({"REDIS_URL": "nonsense"}, "REDIS_URL is not an address such as redis://127.0.0.1:6379/0."),
        ({"REDIS_URL": "redis://127.0.0.1:1/0"}, "The broker of REDIS_URL does not answer (ConnectionError)."),
    ],
)
def test_a_start_that_cannot_be(tmp_path: Path, changed: dict[str, str], sentence: str) -> None:
    assert finish(start(*RUN, local=tmp_path, **named(**changed))) == (1, [sentence])


def test_a_dead_database(tmp_path: Path) -> None:
    dead = "postgresql://web:a-password@127.0.0.1:1/clinic"
    status, said = finish(start(*RUN, local=tmp_path, **named(DATABASE_URL=dead)))
    begin = "The database of DATABASE_URL does not answer: "
    assert (status, len(said), said[0].startswith(begin), "a-password" in said[0]) == (1, 1, True, False)


@pytest.mark.parametrize("way", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_ends_all_that_it_started_and_nothing_else(local: Path, way: signal.Signals) -> None:
    with subprocess.Popen(["sleep", "600"]) as bystander:
        process = start(*RUN, local=local, PORT=str(free_port()), PLUMBLINE_DEMO="0")
        pids, address = until_ready(process)
        pids.append(int((local / "postgres" / "postmaster.pid").read_text().split()[0]))
        with urllib.request.urlopen(f"{address}/healthz") as answer:
            lived = answer.read()
        process.send_signal(way)
        status, _ = finish(process)
        left = [pid for pid in pids if is_alive(pid)]
        bystanders = bystander.poll()
        bystander.kill()
    assert (lived, status, left, (local / "valkey.json").exists(), bystanders) == (b"ok", 0, [], False, None)


@pytest.mark.parametrize("name", ["web", "worker"])
def test_one_that_is_killed_takes_its_own_and_the_others_along(local: Path, name: str) -> None:
    process = start(*RUN, local=local, PORT=str(free_port()), PLUMBLINE_DEMO="0")
    pids, _ = until_ready(process)
    killed = dict(zip(("beat", "web", "worker"), pids, strict=True))[name]
    everybody = [pid for leader in pids for pid in group_of(leader)]
    assert len(group_of(killed)) > 1, "it has workers"
    os.kill(killed, signal.SIGKILL)
    status, said = finish(process)
    assert (status, said[-1]) == (1, "One process ended by itself, so all were stopped. Its last words stand above.")
    assert [pid for pid in everybody if is_alive(pid)] == []


def group_of(leader: int) -> list[int]:
    """The process and those that it has started."""
    listed = subprocess.run(["ps", "-A", "-o", "pid=,pgid="], capture_output=True, text=True, check=True).stdout
    rows = [[int(number) for number in line.split()] for line in listed.splitlines()]
    return [pid for pid, group in rows if group == leader]


def until_ready(process: "subprocess.Popen[str]") -> tuple[list[int], str]:
    """The processes that said they started, by their names (beat, web, worker), and the address."""
    said = ""
    while not (ready := re.search(r"is ready: (\S+)", said)):
        line = next_line(process)
        assert line, f"it ended early:\n{said}"
        said += line
    started = sorted(re.findall(r"(\w+) started \(pid=(\d+)\)", said))
    return [int(pid) for _name, pid in started], ready[1]
