"""An emergency that nobody has handed over: it waits on the day, comes before the chart, and the hand-over opens it."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import WIDTHS, Person, Platform
from tests.e2e.test_calendar import violations

pytestmark = [pytest.mark.browser, pytest.mark.process]


def look_over(page: Page) -> None:
    """At both widths: nothing beyond the edge, and nothing that axe finds."""
    for across, down in WIDTHS.values():
        page.set_viewport_size({"width": across, "height": down})
        assert violations(page) == []
        assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")
    page.set_viewport_size({"width": 1280, "height": 900})


def hand_over(page: Page) -> None:
    page.get_by_label("To whom").fill("Emergency department, Dr Keane")
    page.get_by_label("by phone").focus()
    page.keyboard.press("Space")
    page.get_by_label("What the patient was told").fill("Why it cannot wait, and where to go.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")


def test_it_is_found_on_the_day_and_handed_over_by_keyboard(browser: Browser, platform: Platform) -> None:
    niamh = Person(browser, platform, "Niamh Byrne")
    niamh.sign_in()
    page = niamh.page
    page.goto("/alerts/")
    look_over(page)
    waits = page.get_by_role("listitem").filter(has_text="nobody has noted who took over")
    waits.get_by_role("link").first.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Emergency signs: get help before anything else")
    look_over(page)
    niamh.picture("emergency")
    chart = page.url.replace("/emergency/", "/chart/")
    page.goto(chart)
    expect(page).to_have_url(re.compile("/emergency/"))  # whatever page was asked for
    hand_over(page)
    expect(page.locator(".toast").first).to_contain_text("The hand-over is on file.")
    page.get_by_role("button", name="Close").click()  # half gone, it would have too little contrast
    look_over(page)
    page.get_by_role("link", name="Referral letter").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Emergency referral")
    look_over(page)
    page.goto(chart)
    expect(page.get_by_role("heading", name="Emergency signs, handed over")).to_be_visible()
    look_over(page)
    niamh.leave()
