"""A reminder on a phone: sent by the product's own worker, answered in a browser by its links."""

import email
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from email import policy
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect

from config.local import BASE_DIR
from tests.e2e.conftest import OF_THE_TESTS, WIDTHS, Platform

pytestmark = [pytest.mark.browser, pytest.mark.process]
AXE = BASE_DIR / "node_modules/axe-core/axe.min.js"
# One of them always has daylight, so that the reminder may go out at whatever hour this test runs.
ZONES = ("Europe/Dublin", "America/New_York", "Asia/Dubai", "Asia/Tokyo", "Pacific/Auckland", "Pacific/Honolulu")
SECONDS = 60


@pytest.fixture
def links(platform: Platform) -> dict[str, str]:
    """What the reminder says -> where it leads."""
    zone = next(zone for zone in ZONES if 9 <= datetime.now(UTC).astimezone(ZoneInfo(zone)).hour <= 17)
    address = f"{uuid4().hex}@mail.example"
    env = {key: value for key, value in os.environ.items() if key not in OF_THE_TESTS}
    command = [sys.executable, "-m", "tests.e2e.visit_tomorrow", address, zone]
    subprocess.run(command, cwd=BASE_DIR, env={**env, "PLUMBLINE_LOCAL": str(platform.local)}, check=True)
    body = mail_to(platform, address)
    return dict(re.findall(r"(?m)^(.+): (http://\S+/a/\S+)$", body))


def mail_to(platform: Platform, address: str) -> str:
    until = time.monotonic() + SECONDS
    while not (found := [mail for mail in platform.mails() if address in mail]):
        assert time.monotonic() < until, "no reminder came"
        time.sleep(0.3)
    letter = email.message_from_string(found[0].rpartition("-" * 79)[0], policy=policy.default)
    part = letter.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


@pytest.fixture(params=WIDTHS)
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    across, down = WIDTHS[request.param]
    faults: list[str] = []
    context = browser.new_context(viewport={"width": across, "height": down})
    page = context.new_page()
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    yield page
    context.close()
    assert faults == []


def headline(page: Page, words: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(words))


def look_over(page: Page) -> None:
    """Nothing beyond the edge, and nothing that axe finds against WCAG 2.2 AA."""
    assert not page.evaluate("() => document.documentElement.scrollWidth > window.innerWidth")
    page.evaluate(AXE.read_text())
    found = page.evaluate(
        "() => axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']}).then((it) => it.violations)"
    )
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []


def test_a_reminder_is_answered_with_yes(page: Page, links: dict[str, str]) -> None:
    page.goto(links["Say that you will come"])
    look_over(page)
    page.get_by_role("button", name="Yes, I will come").click()
    headline(page, "Thank you, see you then")
    look_over(page)
    page.goto(links["Say that you will come"])
    expect(page.get_by_text("You said that you will come")).to_be_visible()


def test_a_reminder_is_answered_with_another_time(page: Page, links: dict[str, str]) -> None:
    page.goto(links["Choose another time"])
    look_over(page)
    page.locator("label.pick").nth(2).click()
    page.get_by_role("button", name="Move it to this time").click()
    headline(page, "Your appointment is booked")
    page.goto(links["Say that you will come"])
    headline(page, "This appointment has changed")
    look_over(page)


def test_a_reminder_is_answered_with_no(page: Page, links: dict[str, str]) -> None:
    page.goto(links["Cancel it"])
    look_over(page)
    page.get_by_label("Work or family").check()
    page.get_by_role("button", name="Cancel the appointment").click()
    headline(page, "Your appointment is cancelled")
    look_over(page)
