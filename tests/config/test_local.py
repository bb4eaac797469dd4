"""Local servers: only what is missing, shared, and stopped by whoever leaves last."""

import signal
import socket
from pathlib import Path

import pytest

from config import local
from tests.config.fresh import ADDRESSES, finish, is_alive, next_line, start

STAY = """
import os, sys
from config import local
local.provide()
print(*(os.environ.get(name, "") for name in sys.argv[1:]), sep="|", flush=True)
sys.stdin.readline()
"""


@pytest.mark.parametrize("environment", ["production", "development"])
def test_nothing_starts_where_nothing_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, environment: str
) -> None:
    monkeypatch.setenv("PLUMBLINE_ENV", environment)
    monkeypatch.setenv("PLUMBLINE_LOCAL", str(tmp_path / "local"))
    for name in ("DATABASE_URL", "REDIS_URL"):
        monkeypatch.setenv(name, "" if environment == "production" else "named")
    local.provide()
    assert (tmp_path / "local").exists() is False


@pytest.mark.process
def test_two_processes_share_the_servers_and_the_last_stops_them(tmp_path: Path) -> None:
    first, second = (start("-c", STAY, *ADDRESSES, local=tmp_path) for _ in range(2))
    addresses = [next_line(process) for process in (first, second)]
    postmaster = int((tmp_path / "postgres" / "postmaster.pid").read_text().split()[0])
    first.kill()  # without a goodbye
    finish(first)
    mode = (tmp_path / "valkey.json").stat().st_mode & 0o777
    with_one_left = (is_alive(postmaster), listens(addresses[0]), mode)  # the password is for its owner alone
    finish(second, "\n")
    assert addresses[0] == addresses[1]
    assert (with_one_left, is_alive(postmaster), listens(addresses[0])) == ((True, True, 0o600), False, False)


@pytest.mark.process
def test_a_terminated_process_stops_them_too(tmp_path: Path) -> None:
    process = start("-c", STAY, *ADDRESSES, local=tmp_path)
    address = next_line(process)
    postmaster = int((tmp_path / "postgres" / "postmaster.pid").read_text().split()[0])
    process.send_signal(signal.SIGTERM)
    finish(process)
    assert (is_alive(postmaster), listens(address)) == (False, False)


@pytest.mark.process
def test_only_the_missing_server_is_started(tmp_path: Path) -> None:
    process = start("-c", STAY, *ADDRESSES, local=tmp_path, DATABASE_URL="named", WORKER_DATABASE_URL="worker")
    status, said = finish(process, "\n")
    assert (status, said[-1].split("|")[:3]) == (0, ["named", "worker", ""])
    assert (tmp_path / "postgres").exists() is False


@pytest.mark.process
def test_a_long_path_gets_a_short_socket(tmp_path: Path) -> None:
    deep = tmp_path / ("a long name " * 10).strip()
    status, said = finish(start("-c", STAY, "DATABASE_URL", local=deep, REDIS_URL="named"), "\n")
    assert (status, "host=/tmp/plumbline-" in said[-1]) == (0, True)


@pytest.mark.process
def test_where_nothing_can_be_written_one_sentence_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    place = tmp_path / "file" / "local"
    status, said = finish(start("-c", STAY, local=place), "\n")
    assert (status, said) == (1, [f"{place} cannot be made or written: set PLUMBLINE_LOCAL to another directory."])


def listens(addresses: str) -> bool:
    port = int(addresses.rsplit(":", 1)[1].split("/", maxsplit=1)[0])
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
