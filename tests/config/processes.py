"""The product's own processes, started as an operator would."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "PLUMBLINE_ENV": "production",
    "SECRET_KEY": "a-secret-of-this-servers-own-".ljust(60, "9") + "zyxwvutsrqponm",
    "ALLOWED_HOSTS": "plumbline.example",
    "PLUMBLINE_DEMO": "",
    "DEBUG": "",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    status: int
    said: str


def run(*command: str, **environment: str) -> Outcome:
    """With production's settings and the test's servers."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", *command],
        cwd=ROOT, env={**os.environ, **PRODUCTION, **environment}, capture_output=True, text=True, timeout=60,
        check=False,
    )  # fmt: skip
    return Outcome(done.returncode, done.stdout + done.stderr)
