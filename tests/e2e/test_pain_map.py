"""The pain map in a browser: tapped on the drawing, or by keyboard without script; and what axe says of it."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import Person, Platform
from tests.e2e.test_calendar import violations

pytestmark = pytest.mark.browser


def open_chart(person: Person, name: str) -> None:
    person.sign_in()
    person.page.goto("/patients/")
    person.page.get_by_role("link", name=name).first.click()
    person.page.goto(f"{person.page.url.rstrip('/').removesuffix('/chart')}/pain/")


def tap(page: Page, place: str, side: str) -> None:
    """Where the middle of its first shape is, as a finger would."""
    box = page.locator(f'.zone[data-place="{place}"][data-side="{side}"] > :is(use, ellipse)').first.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def middle_of(page: Page, selector: str) -> float:
    box = page.locator(selector).first.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2


def test_a_tap_chooses_place_and_side_and_the_mark_is_drawn_there(browser: Browser, platform: Platform) -> None:
    niamh = Person(browser, platform, "Niamh Byrne")
    open_chart(niamh, "Maya Okafor")
    page = niamh.page
    tap(page, "front.knee", "right")
    expect(page.get_by_label("Where", exact=True)).to_have_value("front.knee")
    expect(page.get_by_label("in the middle")).to_be_hidden()  # a knee has none
    page.get_by_text("sharp", exact=True).click()
    page.locator(".scale").get_by_text("4", exact=True).click()
    page.get_by_role("button", name="Mark it").click()
    expect(page.get_by_role("listitem").filter(has_text="Front of the knee, right")).to_contain_text("4/10")
    # As drawn: the patient's right, met face to face, is at the viewer's left, on the half with the R.
    body, mark = middle_of(page, ".view-front .skin"), middle_of(page, ".view-front .mark")
    assert mark < body
    assert middle_of(page, ".view-front .side >> text=R") < body
    niamh.leave()


def test_the_list_works_by_keyboard_and_without_script(browser: Browser, platform: Platform) -> None:
    context = browser.new_context(base_url=platform.address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    page.get_by_role("button", name="Maya Okafor").click()
    page.goto("/portal/pain/")
    page.get_by_label("Where", exact=True).select_option("Shin")
    page.get_by_label("left", exact=True).focus()
    page.keyboard.press("Space")
    page.get_by_label("aching").focus()
    page.keyboard.press("ArrowLeft")  # round to the last one
    page.get_by_label("0", exact=True).focus()
    for _step in range(5):
        page.keyboard.press("ArrowRight")
    page.get_by_role("button", name="Mark it").press("Enter")
    expect(page.get_by_role("listitem").filter(has_text="Shin, left")).to_contain_text("Tingling")
    expect(page.get_by_role("listitem").filter(has_text="Shin, left")).to_contain_text("5/10")
    context.close()


@pytest.mark.parametrize("width", ["1280", "390"])
@pytest.mark.parametrize(("name", "title"), [("Niamh Byrne", "pain-map"), ("Maya Okafor", "portal-pain")])
def test_axe_finds_nothing(browser: Browser, platform: Platform, name: str, title: str, width: str) -> None:
    person = Person(browser, platform, name, width)
    if title == "portal-pain":
        person.sign_in()
        person.page.goto("/portal/pain/")
    else:
        open_chart(person, "Maya Okafor")
    for address in (person.page.url, f"{person.page.url}compare/"):
        person.page.goto(address)
        person.picture(title if address.endswith("pain/") else f"{title}-compare")
        assert violations(person.page) == []
    person.leave()
