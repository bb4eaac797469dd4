"""PostgreSQL and Valkey for development and tests, where DATABASE_URL and REDIS_URL name none (ADR 5).

`provide()` puts the addresses into the environment, so that every child process inherits them and none starts a
second server. Several processes share the servers: the last one to leave stops them.
"""

import atexit
import fcntl
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import conninfo

from config import local_postgres, local_valkey

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
    missing = {name for name in ("DATABASE_URL", "REDIS_URL") if not os.environ.get(name)}
    if not missing or os.environ.get("PLUMBLINE_ENV") == "production":
        return
    home = directory()
    with _alone(home):
        _stay(home)
        if "DATABASE_URL" in missing:
            address = _prepared(local_postgres.start(home))
            _set_missing({name: conninfo.make_conninfo(address, user=role) for name, role in ROLES.items()})
        if "REDIS_URL" in missing:
            _set_missing({"REDIS_URL": local_valkey.start(home)})


def _prepared(superuser: str) -> str:
    """Address of a database `plumbline` that has our roles, without a user."""
    with psycopg.connect(superuser, autocommit=True) as connection:
        connection.execute((BASE_DIR / "clinics/sql/roles.sql").read_bytes())
        connection.execute("ALTER ROLE plumbline_owner CREATEDB")  # for test databases
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = 'plumbline'").fetchone():
            connection.execute("CREATE DATABASE plumbline OWNER plumbline_owner")
    return conninfo.make_conninfo(superuser, dbname="plumbline")


def _set_missing(values: dict[str, str]) -> None:
    for name, value in values.items():
        os.environ[name] = os.environ.get(name) or value


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """One process at a time starts or stops servers."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        lock = (home / "lock").open("w")
    except OSError:
        raise SystemExit(f"{home} cannot be made or written: set PLUMBLINE_LOCAL to another directory.") from None
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _stay(home: Path) -> None:
    """A user is whoever holds this lock; the kernel lets go of it however a process ends, so nobody is forgotten."""
    presence = os.open(home / "users.lock", os.O_RDWR | os.O_CREAT, 0o600)  # open until the process ends
    fcntl.flock(presence, fcntl.LOCK_SH)
    atexit.register(_leave, home, presence, os.getpid())
    if threading.current_thread() is threading.main_thread() and signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # by default Python ends without its exit handlers


def _leave(home: Path, presence: int, pid: int) -> None:
    if os.getpid() != pid:
        return  # a forked child is not the one who came
    with _alone(home):
        try:
            fcntl.flock(presence, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return  # others are still here
        local_valkey.stop(home)
        local_postgres.stop(home)
