"""The patient's own check in a browser: help shows at once, also when the connection is gone; and what axe says."""

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.conftest import Person, Platform
from tests.e2e.test_calendar import violations

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", ["1280", "390"])
def test_help_shows_at_once_without_a_connection(browser: Browser, platform: Platform, width: str) -> None:
    maya = Person(browser, platform, "Maya Okafor", width)
    maya.sign_in()
    maya.page.goto("/portal/check/")
    maya.context.set_offline(True)
    numb = maya.page.locator('input[name="r01_saddle"]')
    help_now = maya.page.get_by_role("heading", name="Please get emergency care now")
    expect(help_now).to_be_hidden()
    numb.nth(0).check(force=True)
    expect(help_now).to_be_visible()
    maya.picture("portal-check-help")
    assert violations(maya.page) == []
    numb.nth(1).check(force=True)
    expect(help_now).to_be_hidden()
    maya.context.set_offline(False)
    maya.leave()


def test_a_part_is_answered_by_keyboard_and_leads_to_the_next(browser: Browser, platform: Platform) -> None:
    maya = Person(browser, platform, "Maya Okafor", "390")
    maya.sign_in()
    maya.page.goto("/portal/check/")
    part = maya.page.get_by_role("region", name="1. Bladder, bowel and feeling")
    part.get_by_role("radio").first.focus()
    maya.page.keyboard.press("ArrowLeft")  # the last of three: not sure
    part.get_by_role("button", name="No to the rest of this part").press("Enter")
    expect(maya.page.get_by_role("heading", name="2. Legs, walking and hands")).to_be_focused()
    said = part.locator("input:checked")
    assert [one.get_attribute("value") for one in said.all()] == ["unsure", "no", "no", "no", "no"]
    maya.leave()
