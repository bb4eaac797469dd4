"""From a protocol to a signed plan, and to what the patient reads of it."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import WIDTHS, Person, Platform
from tests.e2e.test_board import board
from tests.e2e.test_calendar import violations

pytestmark = [pytest.mark.browser, pytest.mark.process]


def fits(page: Page) -> bool:
    return bool(page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth"))


def answer_every_factor(page: Page) -> None:
    manual = page.get_by_role("region", name="Manual therapy", exact=True)
    manual.locator("input[name$=include]").check()
    for n in range(manual.locator("input[name$=factors]").count()):
        manual.locator("input[name$=factors]").nth(n).check(force=True)


@pytest.mark.parametrize("width", WIDTHS)
def test_a_protocol_is_filled_in_signed_and_read_by_the_patient(
    width: str, browser: Browser, platform: Platform
) -> None:
    niamh = Person(browser, platform, "Niamh Byrne", width=width)
    page = board(niamh)
    page.get_by_role("link", name="Care plan", exact=True).click()
    page.get_by_role("link", name="New version").click()
    choice = page.get_by_label("Protocol", exact=True)
    choice.select_option(choice.locator("option", has_text="Low back, hip-driven").first.get_attribute("value"))
    page.get_by_role("button", name="Fill in the draft").click()
    expect(page.locator(".toast").first).to_contain_text("The draft is filled in.")
    expect(page.get_by_role("region", name="Movement correctives 2").get_by_label("What")).to_have_value(
        "Hip hinge retraining"
    )
    assert (violations(page), fits(page)) == ([], True)
    niamh.picture("plan-from-protocol")
    answer_every_factor(page)
    page.get_by_role("button", name="Sign and start").click()
    expect(page.get_by_role("heading", name="What answers what")).to_be_visible()
    assert (violations(page), fits(page)) == ([], True)
    page.get_by_role("link", name="Maya", exact=True).click()
    expect(page.get_by_role("heading", name="What you do at home")).to_be_visible()
    assert (violations(page), fits(page)) == ([], True)
    niamh.picture("plan-patient")
    niamh.leave()
