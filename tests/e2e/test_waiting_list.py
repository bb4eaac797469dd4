"""A time comes free at the desk, is offered by mail, and taken on a phone."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect

from config.local import BASE_DIR
from tests.e2e.conftest import OF_THE_TESTS, WIDTHS, Person, Platform

pytestmark = [pytest.mark.browser, pytest.mark.process]
AXE = BASE_DIR / "node_modules/axe-core/axe.min.js"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SECONDS = 60
TOMORROW = datetime.now(UTC).astimezone(ZoneInfo("Europe/Dublin")).date() + timedelta(days=1)
BEFORE_DAWN = "04:30"  # nobody of the demo is there


@pytest.fixture
def dana(browser: Browser, platform: Platform) -> Iterator[Person]:
    env = {key: value for key, value in os.environ.items() if key not in OF_THE_TESTS}
    command = [sys.executable, "-m", "tests.e2e.long_hours", "una@mail.example", "wilma@mail.example"]
    subprocess.run(command, cwd=BASE_DIR, env={**env, "PLUMBLINE_LOCAL": str(platform.local)}, check=True)
    person = Person(browser, platform, "Dana Ross")
    person.sign_in()
    yield person
    person.leave()


@pytest.fixture
def phone(browser: Browser, platform: Platform) -> Iterator[Person]:
    """Wilma's. She signs in nowhere."""
    person = Person(browser, platform, "Wilma", width="390")
    yield person
    person.leave()


def look_over(page: Page) -> None:
    """At both widths: nothing beyond the edge, and nothing that axe finds against WCAG 2.2 AA."""
    before = page.viewport_size
    assert before is not None
    for across, down in WIDTHS.values():
        page.set_viewport_size({"width": across, "height": down})
        assert not page.evaluate("() => document.documentElement.scrollWidth > window.innerWidth")
        # In full height: what the bar below covers half is scrolled clear by hand, and axe would call it too small.
        height = page.evaluate("() => document.documentElement.scrollHeight")
        page.set_viewport_size({"width": across, "height": height + 200})
        page.evaluate(AXE.read_text())
        found = page.evaluate(f"() => axe.run({{runOnly: {WCAG}}}).then((it) => it.violations)")
        assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
    page.set_viewport_size(before)


def find_patient(page: Page, name: str) -> None:
    page.goto("/patients/")
    page.get_by_role("searchbox").fill(name)
    page.get_by_role("button", name="Find", exact=True).click()
    page.get_by_role("link", name=name).first.click()


def book(page: Page, name: str) -> None:
    find_patient(page, name)
    page.get_by_role("link", name="Appointment", exact=True).click()
    page.get_by_label("Service", exact=True).select_option(label="Follow-up visit, 30 min")
    page.wait_for_load_state("networkidle")
    page.get_by_label("Therapist", exact=True).select_option(label="Niamh Byrne")
    page.get_by_label("Day", exact=True).fill(TOMORROW.isoformat())
    page.wait_for_load_state("networkidle")
    page.get_by_label("Start", exact=True).fill(BEFORE_DAWN)
    page.get_by_role("button", name="Book", exact=True).click()
    expect(page.locator(".toast").first).to_contain_text("Booked:")


def let_wait(dana: Person, name: str) -> None:
    page = dana.page
    find_patient(page, name)
    page.get_by_role("link", name="Waiting list").last.click()
    page.get_by_label("Service", exact=True).select_option(label="Follow-up visit, 30 min")
    page.get_by_text("Niamh Byrne", exact=True).click()
    page.get_by_text("urgent", exact=True).click()
    look_over(page)
    dana.picture("waiting-list-new")
    page.get_by_role("button", name="Put on the list").click()
    expect(page.get_by_role("link", name=name, exact=True)).to_be_visible()


def cancel(page: Page, name: str) -> None:
    page.goto(f"/day/{TOMORROW}/")
    page.get_by_role("link", name=f"{BEFORE_DAWN} {name}").click()
    page.get_by_role("link", name="Cancel").click()
    page.get_by_text("ill", exact=True).click()
    page.get_by_role("button", name="Cancel it").click()
    expect(page.locator(".toast").first).to_contain_text("Cancelled.")


def link_to(platform: Platform, address: str) -> str:
    until = time.monotonic() + SECONDS
    while not (found := [mail for mail in platform.mails() if f"To: {address}" in mail and "come free" in mail]):
        assert time.monotonic() < until, "no offer came"
        time.sleep(0.3)
    return str(re.findall(r"http://\S+/offer/\S+", found[0])[0])


def test_what_is_cancelled_is_offered_and_taken_on_a_phone(dana: Person, phone: Person, platform: Platform) -> None:
    book(dana.page, "Una")
    let_wait(dana, "Wilma")
    cancel(dana.page, "Una")
    phone.page.goto(link_to(platform, "wilma@mail.example"))
    expect(phone.page.get_by_text("04:30–05:00")).to_be_visible()
    look_over(phone.page)
    phone.picture("offer")
    dana.page.goto("/waiting-list/")
    expect(dana.page.locator("#runs")).to_contain_text("s left")
    look_over(dana.page)
    dana.picture("waiting-list")
    phone.page.get_by_role("button", name="Yes, I take it").click()
    expect(phone.page.get_by_role("heading", level=1)).to_have_text("It is yours")
    look_over(phone.page)
    expect(dana.page.locator("#runs")).to_contain_text("Filled", timeout=30_000)  # by itself
    dana.page.goto(f"/day/{TOMORROW}/")
    expect(dana.page.get_by_role("link", name=f"{BEFORE_DAWN} Wilma")).to_be_visible()
