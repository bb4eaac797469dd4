"""Python processes that know no server, with a local directory of their own."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ADDRESSES = ("DATABASE_URL", "WORKER_DATABASE_URL", "MIGRATION_DATABASE_URL", "REDIS_URL")
OURS = (*ADDRESSES, "DJANGO_SETTINGS_MODULE", "PLUMBLINE_ENV", "PLUMBLINE_DEMO", "BASE_URL", "PORT")


def start(*arguments: str, local: Path, **environment: str) -> "subprocess.Popen[str]":
    inherited = {name: value for name, value in os.environ.items() if name not in OURS}
    return subprocess.Popen(
        [sys.executable, *arguments], cwd=ROOT, env={**inherited, "PLUMBLINE_LOCAL": str(local), **environment},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip


def finish(process: "subprocess.Popen[str]", say: str = "") -> tuple[int, list[str]]:
    """Its exit status and what it said."""
    said, _ = process.communicate(say, timeout=120)
    return process.returncode, said.splitlines()


def is_alive(pid: int) -> bool:
    """One that has ended and waits to be reaped is not."""
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return state.strip() != "" and not state.startswith("Z")


def next_line(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline()
