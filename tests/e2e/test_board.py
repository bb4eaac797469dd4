"""The reasoning board in a browser: its lines meet the cards, one chain on a phone, by keyboard; and what axe says."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import WIDTHS, Person, Platform
from tests.e2e.test_calendar import violations
from tests.e2e.test_pain_map import open_chart

pytestmark = pytest.mark.browser
NEAR = 2.0  # pixels


def board(person: Person) -> Page:
    open_chart(person, "Maya Okafor")
    person.page.goto(person.page.url.replace("/pain/", "/chart/"))
    return person.page


def middle(page: Page, selector: str) -> float:
    box = page.locator(selector).first.bounding_box()
    assert box is not None
    return box["y"] + box["height"] / 2


def ends(page: Page, gutter: str) -> list[float]:
    """Where the lit lines of a gutter arrive, in pixels from the top of the page."""
    found: list[float] = page.locator(f".gutter.{gutter} path.on").evaluate_all(
        """(paths) => paths.map((path) => {
          const at = path.getPointAtLength(path.getTotalLength());
          return new DOMPoint(at.x, at.y).matrixTransform(path.getScreenCTM()).y;
        })"""
    )
    return found


def test_the_lit_lines_end_at_the_middle_of_their_cards(browser: Browser, platform: Platform) -> None:
    niamh = Person(browser, platform, "Niamh Byrne")
    page = board(niamh)
    assert ends(page, "one") == [pytest.approx(middle(page, ".factor.open"), abs=NEAR)]
    lit = page.locator(".answer.on")
    boxes = [lit.nth(at).bounding_box() for at in range(lit.count())]
    middles = sorted(box["y"] + box["height"] / 2 for box in boxes if box)
    assert sorted(ends(page, "two")) == [pytest.approx(one, abs=NEAR) for one in middles]
    niamh.leave()


def test_another_factor_is_opened_by_keyboard(browser: Browser, platform: Platform) -> None:
    niamh = Person(browser, platform, "Niamh Byrne")
    page = board(niamh)
    expect(page.locator(".factor.open h3")).to_have_text("Weak hips")
    page.get_by_role("link", name="Fear of movement").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".factor.open h3")).to_have_text("Fear of movement")
    niamh.leave()


def test_a_phone_shows_one_chain_and_leads_to_the_next(browser: Browser, platform: Platform) -> None:
    niamh = Person(browser, platform, "Niamh Byrne", width="390")
    page = board(niamh)
    expect(page.locator(".factor:visible")).to_have_count(1)
    page.get_by_role("link", name="Next factor").click()
    expect(page.locator(".chain-nav")).to_contain_text("Chain 2 of 6")
    niamh.leave()


@pytest.mark.parametrize("width", WIDTHS)
def test_on_paper_it_is_one_sheet_on_its_side(width: str, browser: Browser, platform: Platform) -> None:
    niamh = Person(browser, platform, "Niamh Byrne", width=width)
    sheets = re.findall(rb"/MediaBox \[0 0 (\d+)[.\d]* (\d+)", board(niamh).pdf(prefer_css_page_size=True))
    assert [(int(across), int(down)) for across, down in sheets] == [(841, 594)]  # A4, in points
    niamh.leave()


@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing_on_the_board_and_at_the_flags(width: str, browser: Browser, platform: Platform) -> None:
    niamh = Person(browser, platform, "Niamh Byrne", width=width)
    page = board(niamh)
    assert violations(page) == []
    page.get_by_role("link", name="Flags", exact=True).click()
    expect(page.get_by_role("heading", name="To mind at every visit")).to_be_visible()
    assert violations(page) == []
    niamh.leave()
