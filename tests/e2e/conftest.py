"""The whole product as `make run` starts it: web, worker and beat on servers of their own, with the demo data."""

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from config.local import BASE_DIR
from config.local_valkey import free_port

ARTEFACTS = BASE_DIR / "test-artefacts"
WIDTHS = {"1280": (1280, 900), "390": (390, 844)}
START_SECONDS = 180
LONGEST = timedelta(minutes=25)  # of all browser tests together
# The tests' own servers and settings, which a product that starts by itself must not inherit.
OF_THE_TESTS = {
    "BASE_URL", "DATABASE_URL", "DJANGO_SETTINGS_MODULE", "MIGRATION_DATABASE_URL", "REDIS_URL", "WORKER_DATABASE_URL",
}  # fmt: skip
# Without these flags Chromium asks its maker's hosts at every start.
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WATCH_POLICY = """
window.addEventListener("securitypolicyviolation", (event) =>
  console.error("policy: " + event.violatedDirective + " " + event.blockedURI));
"""


@dataclass(frozen=True, slots=True)
class Platform:
    address: str
    local: Path  # where this run keeps its servers' data and its mail

    def mails(self) -> list[str]:
        return [path.read_text() for path in sorted((self.local / "mail").glob("*.log"))]


def today() -> date:
    """The day for which the demo is built."""
    return datetime.now(UTC).date()


def _let_midnight_pass() -> None:
    """No test sees the day end on which its demo was built: a run that begins shortly before waits for the next one."""
    tomorrow = datetime.combine(today() + timedelta(days=1), datetime.min.time(), UTC)
    if (left := tomorrow - datetime.now(UTC)) < LONGEST:
        time.sleep(left.total_seconds() + 1)


@pytest.fixture(scope="session")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    _let_midnight_pass()
    local, port = tmp_path_factory.mktemp("run"), free_port()
    env = {key: value for key, value in os.environ.items() if key not in OF_THE_TESTS}
    env |= {"PLUMBLINE_LOCAL": str(local), "PORT": str(port), "REMINDER_SWEEP_SECONDS": "2", "DISPATCH_SECONDS": "2"}
    env |= {"WAITING_LIST_SWEEP_SECONDS": "2"}
    with (local / "run.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "config.supervisor"], cwd=BASE_DIR, env=env, stdout=log, stderr=log
        )
    try:
        _wait_until_ready(process, f"http://127.0.0.1:{port}", local / "run.log")
        yield Platform(f"http://127.0.0.1:{port}", local)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


def _wait_until_ready(process: "subprocess.Popen[bytes]", address: str, log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/readyz", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    pytest.fail(f"the product did not start:\n{log.read_text()[-3000:]}")


def chromium() -> str:
    found = next(
        (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
    )
    assert found is not None, "Chromium is missing: apt-get install chromium"
    return found


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=QUIET)
        yield browser
        browser.close()


class Person:
    """Somebody at a browser. Any error in the console or breach of the content security policy fails their test."""

    def __init__(self, browser: Browser, platform: Platform, name: str, width: str = "1280") -> None:
        self.platform, self.name, self.faults = platform, name, list[str]()
        across, down = WIDTHS[width]
        self.context: BrowserContext = browser.new_context(
            viewport={"width": across, "height": down}, base_url=platform.address
        )
        self.context.add_init_script(WATCH_POLICY)
        self.page: Page = self.context.new_page()
        self.page.on("console", lambda said: self.faults.append(said.text) if said.type == "error" else None)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.set_default_timeout(15_000)

    def sign_in(self) -> None:
        self.page.goto("/")
        self.page.get_by_role("button", name=self.name).click()
        self.page.wait_for_load_state()

    def picture(self, title: str) -> None:
        """Keeps the page at both widths."""
        ARTEFACTS.mkdir(exist_ok=True)
        before = self.page.viewport_size
        for width, (across, down) in WIDTHS.items():
            self.page.set_viewport_size({"width": across, "height": down})
            self.page.screenshot(path=ARTEFACTS / f"{title}-{width}.png")
            sideways = self.page.evaluate("() => document.documentElement.scrollWidth > window.innerWidth")
            assert not sideways, f"{title} scrolls sideways at {width} px"
        assert before is not None
        self.page.set_viewport_size(before)

    def leave(self) -> None:
        self.context.close()
        # The browser reports refused forms as well, and some editions of it what a test without a connection asks for.
        expected = ("status of 409", "status of 422", "ERR_INTERNET_DISCONNECTED")
        unexpected = [fault for fault in self.faults if not any(known in fault for known in expected)]
        assert unexpected == []
