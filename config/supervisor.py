"""`make run`: local servers, migrations, demo data once, then web, worker and beat until Ctrl-C.

Every failure that a newcomer can cause or mend is one sentence; nothing here prints a traceback.
"""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import django
import psycopg
import redis
from django.core.exceptions import ImproperlyConfigured
from honcho.manager import Manager
from honcho.process import Popen

from config import assets, env, local
from config.demo import ACCOUNTS

BASE_DIR = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
READY_SECONDS = 60


class _Group(Popen):
    """A process and all that it starts. Its workers must not outlive it: they hold the pipe that is read to its end."""

    def __init__(self, command: str, **options: Any) -> None:
        super().__init__(command, **options)  # in a session of its own, so the group has its number
        threading.Thread(target=self._end_the_rest, daemon=True).start()

    def _end_the_rest(self) -> None:
        self.wait()
        with suppress(ProcessLookupError, PermissionError):  # nobody is left; macOS says so of the dead, too
            os.killpg(self.pid, signal.SIGKILL)


def main() -> int:
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that both leave the set-up through `finally`
    signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))  # the terminal was closed
    try:
        return _run(_prepare())
    except ImproperlyConfigured as error:
        raise SystemExit(str(error)) from None
    except KeyboardInterrupt:
        return 130


def _prepare() -> int:
    """Everything up to the start of the processes; answers with the port."""
    if env.text("PLUMBLINE_ENV") == "production":
        raise SystemExit("`make run` is for development. In production, start the three commands of the Procfile.")
    port = _free(env.number("PORT", 8000))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("PLUMBLINE_DEMO", "1")
    os.environ.setdefault("BASE_URL", f"http://{HOST}:{port}")
    assets.build()
    local.provide()
    local.directory().mkdir(parents=True, exist_ok=True)  # mail and the beat's clock, where both servers are elsewhere
    _three_logins_are_named()
    for name in local.ROLES:
        _database_answers(name)
    _broker_answers()
    _manage("migrate", "--verbosity", "0")
    if env.flag("PLUMBLINE_DEMO") and _has_no_clinic():
        print("Building the demo clinics ...", flush=True)
        _manage("demo")
    return port


def _free(port: int) -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except (OSError, OverflowError):
            raise SystemExit(
                f"Port {port} is in use or not allowed. Stop what uses it, or choose another: PORT=8010 make run"
            ) from None
    return port


def _three_logins_are_named() -> None:
    missing = [name for name in local.ROLES if not env.text(name)]
    if missing:
        raise SystemExit(
            f"DATABASE_URL names your own PostgreSQL; set {' and '.join(missing)} too. The README says which is which."
        )


def _database_answers(name: str) -> None:
    try:
        psycopg.connect(os.environ[name], connect_timeout=5).close()
    except psycopg.OperationalError as error:
        reason = str(error).strip().splitlines()[-1]
        raise SystemExit(f"The database of {name} does not answer: {reason}") from None
    except psycopg.ProgrammingError:  # its text may hold a password
        raise SystemExit(f"{name} is not a PostgreSQL address.") from None


def _broker_answers() -> None:
    try:
        redis.Redis.from_url(os.environ["REDIS_URL"], socket_connect_timeout=5, socket_timeout=5).ping()
    except redis.RedisError as error:
        raise SystemExit(f"The broker of REDIS_URL does not answer ({type(error).__name__}).") from None
    except ValueError:
        raise SystemExit("REDIS_URL is not an address such as redis://127.0.0.1:6379/0.") from None


def _manage(*arguments: str) -> None:
    command = [sys.executable, "manage.py", *arguments]
    # A session of its own: Ctrl-C reaches this process alone, which then ends that one without its traceback.
    done = subprocess.run(command, cwd=BASE_DIR, check=False, start_new_session=True)
    if done.returncode:
        raise SystemExit(f"`manage.py {arguments[0]}` did not finish; what went wrong stands above.")


def _has_no_clinic() -> bool:
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        return connection.execute("SELECT FROM clinics_clinic LIMIT 1").fetchone() is None


def _run(port: int) -> int:
    manager = Manager()
    for name, command in _processes().items():
        process = manager.add_process(name, command, env=_environment(name, port), cwd=str(BASE_DIR))
        process._child_ctor = _Group  # noqa: SLF001  # honcho has no public way to say it
    # Not at once: honcho forks first, and a fork while another thread works may copy a lock that is held.
    announcement = threading.Timer(0.5, _announce, (port, manager))
    announcement.daemon = True
    announcement.start()
    manager.loop()
    if manager.returncode in {130, 143}:  # honcho's numbers for SIGINT and SIGTERM: somebody asked for the end
        return 0
    print("One process ended by itself, so all were stopped. Its last words stand above.", flush=True)
    return 1


def _processes() -> dict[str, str]:
    """The Procfile's commands, run with this Python's own tools. `exec` so that a signal reaches them, not a shell."""
    lines = (BASE_DIR / "Procfile").read_text(encoding="utf-8").splitlines()
    commands = dict(re.split(r":\s+", line, maxsplit=1) for line in lines if line)
    return {name: f"exec {Path(sys.executable).parent}/{command}" for name, command in commands.items()}


def _environment(name: str, port: int) -> Mapping[str, str]:
    """The worker signs in as itself: only its login may look after all clinics. Nobody here needs the owner's."""
    kept = {key: value for key, value in os.environ.items() if key != "MIGRATION_DATABASE_URL"}
    if name != "web":
        kept["DATABASE_URL"] = os.environ["WORKER_DATABASE_URL"]
    quiet = "ignore:You're running the worker with superuser privileges"  # in a container one is
    return {**kept, "PYTHONUNBUFFERED": "1", "PYTHONWARNINGS": quiet, "WEB_HOST": HOST, "PORT": str(port)}


def _announce(port: int, manager: Manager) -> None:
    address = f"http://{HOST}:{port}"
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until and manager.returncode is None:
        if _answers(f"{address}/readyz"):
            print(f"\n  Plumbline is ready: {address}\n{_accounts()}", flush=True)
            return
        time.sleep(0.2)
    if manager.returncode is None:
        print(f"Not ready within {READY_SECONDS} s; {address}/readyz says what is missing.", flush=True)


def _accounts() -> str:
    if not env.flag("PLUMBLINE_DEMO"):
        return ""
    django.setup()  # their lines are translated
    people = "".join(f"    {one.email:32} {one.line}\n" for one in ACCOUNTS)
    return f"  One click on the sign-in page, as:\n{people}"


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as response:  # noqa: S310  # our own loopback address
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


if __name__ == "__main__":
    sys.exit(main())
