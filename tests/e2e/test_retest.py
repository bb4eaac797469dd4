"""The re-assessment in a browser: what is outside still is repeated, with the value before beside each field."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.conftest import WIDTHS, Person, Platform
from tests.e2e.test_board import board
from tests.e2e.test_calendar import violations

pytestmark = [pytest.mark.browser, pytest.mark.process]


@pytest.mark.parametrize("width", WIDTHS)
def test_what_is_outside_is_repeated_beside_its_value_before(width: str, browser: Browser, platform: Platform) -> None:
    niamh = Person(browser, platform, "Niamh Byrne", width=width)
    page = board(niamh)
    page.get_by_role("link", name="Re-assessment", exact=True).click()
    expect(page.get_by_role("heading", name="Before and after")).to_be_visible()
    niamh.picture("retest")
    assert violations(page) == []
    # How many is not always the same: another test may have examined her, begun a draft or signed a plan today.
    page.get_by_role("link", name=re.compile(r"Repeat \d+ tests")).click()
    expect(page.get_by_role("group", name="Hip abductor strength", exact=True)).to_contain_text("Before: 165")
    niamh.picture("retest-entry")
    assert violations(page) == []
    niamh.leave()
