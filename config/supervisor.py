"""`make run`: local servers, migrations, demo data once, then web, worker and beat until Ctrl-C.

Every failure that a newcomer can cause or mend is one sentence; nothing here prints a traceback.
"""

import os
import re
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

import psycopg
import redis
from honcho.manager import Manager

from config import assets, local
from config.demo import ACCOUNTS

BASE_DIR = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
READY_SECONDS = 60


def main() -> int:
    port = _free(int(os.environ.get("PORT", "8000")))
    os.environ.setdefault("PLUMBLINE_DEMO", "1")
    os.environ.setdefault("BASE_URL", f"http://{HOST}:{port}")
    assets.build()
    local.provide()
    _database_answers()
    _broker_answers()
    _manage("migrate", "--verbosity", "0")
    _manage("demo")
    manager = Manager()
    for name, command in _processes(port).items():
        manager.add_process(name, command, env=_environment(name), cwd=str(BASE_DIR))
    threading.Thread(target=_announce, args=(port, manager), daemon=True).start()
    manager.loop()
    return 0 if manager.returncode in {0, 130, 143} else 1


def _free(port: int) -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            raise SystemExit(
                f"Port {port} is in use. Stop what uses it, or choose another: PORT=8010 make run"
            ) from None
    return port


def _database_answers() -> None:
    try:
        psycopg.connect(os.environ["DATABASE_URL"], connect_timeout=5).close()
    except psycopg.OperationalError as error:
        reason = str(error).strip().splitlines()[-1]
        raise SystemExit(f"The database of DATABASE_URL does not answer: {reason}") from None


def _broker_answers() -> None:
    try:
        redis.Redis.from_url(os.environ["REDIS_URL"], socket_connect_timeout=5).ping()
    except redis.RedisError as error:
        raise SystemExit(f"The broker of REDIS_URL does not answer: {type(error).__name__}.") from None


def _manage(*arguments: str) -> None:
    done = subprocess.run([sys.executable, "manage.py", *arguments], cwd=BASE_DIR, check=False)
    if done.returncode:
        raise SystemExit(f"`manage.py {arguments[0]}` did not finish; what went wrong stands above.")


def _processes(port: int) -> dict[str, str]:
    """The Procfile's commands, run with this Python's own tools. `exec` so that a signal reaches them, not a shell."""
    os.environ["PORT"] = str(port)
    lines = (BASE_DIR / "Procfile").read_text(encoding="utf-8").splitlines()
    commands = dict(re.split(r":\s+", line, maxsplit=1) for line in lines if line)
    return {name: f"exec {Path(sys.executable).parent}/{command}" for name, command in commands.items()}


def _environment(name: str) -> Mapping[str, str]:
    """The worker signs in as itself: only its login may look after all clinics. Nobody here needs the owner's."""
    kept = {key: value for key, value in os.environ.items() if key != "MIGRATION_DATABASE_URL"}
    if name != "web" and "WORKER_DATABASE_URL" in os.environ:
        kept["DATABASE_URL"] = os.environ["WORKER_DATABASE_URL"]
    return {**kept, "PYTHONUNBUFFERED": "1"}


def _announce(port: int, manager: Manager) -> None:
    address = f"http://{HOST}:{port}"
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until and manager.returncode is None:
        if _answers(f"{address}/readyz"):
            people = "\n".join(f"    {one.email:32} {one.line}" for one in ACCOUNTS)
            print(f"\n  Plumbline is ready: {address}\n  One click on the sign-in page, as:\n{people}\n", flush=True)
            return
        time.sleep(0.2)
    if manager.returncode is None:
        print(
            f"Plumbline did not get ready within {READY_SECONDS} s; {address}/readyz says what is missing.", flush=True
        )


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as response:  # noqa: S310  # our own loopback address
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


if __name__ == "__main__":
    sys.exit(main())
