"""A whole low-back assessment by keyboard in one go, as the worked example has it on its first day."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import WIDTHS, Person, Platform
from tests.e2e.test_calendar import violations

pytestmark = [pytest.mark.browser, pytest.mark.process]

COMPLAINT = "Low-back ache, entered by keyboard"

# What Tab passes in each section, in the page's order: a key for each field, "" leaves it as it is.
MOVEMENT = [
    ("M06-none", "3"),
    ("M10-right", "3"), ("M10-left", "1"), ("M10-judged", "Abnormal"),
    ("M12-right", "7.0"), ("M12-left", "10.5"),
    ("M17-right", "18"), ("M17-left", "34"),
    ("M18-none", "62"), ("M18-judged", "Abnormal"),
    ("M19-right", "38"), ("M19-left", "52"),
    ("M21-right", "1"), ("M21-left", "0"),
]  # fmt: skip
ORTHOPAEDIC = [
    ("O01-right", "8"), ("O01-left", "0"), ("O01-tick-pelvis_controlled", " "),
    ("O08-right", "165"), ("O08-left", "205"), ("O08-right-grade", "4-"), ("O08-left-grade", "4+"),
    ("O11-none-feet_down", "p"), ("O11-none-legs_lifted", "su"), ("O11-none-level", "L4"),
    ("O13-none", "normal"), ("O13-none-L4", "normal"), ("O13-none-L4_pain", "+"),
    ("O14-right", "1"), ("O14-left", "0"),
]  # fmt: skip
NEUROLOGICAL = [
    ("N12-right", "72"), ("N12-left", "74"), ("N12-right-symptom", "nothing"), ("N12-left-symptom", "nothing"),
    ("N14-right", "-"), ("N14-left", "-"),
    ("N16-right", "toe d"), ("N16-left", "toe d"),
    ("N17-right", "0"), ("N17-left", "0"),
]  # fmt: skip
SUGGESTED = {
    "Weak hips": "Supported",
    "Stiff hips": "Possible",
    "Poor core control": "Supported",
    "Low-back weakness": "Possible",
    "Limited ankle dorsiflexion": "Possible",
}


@pytest.fixture
def niamh(browser: Browser, platform: Platform) -> Iterator[Person]:
    person = Person(browser, platform, "Niamh Byrne")
    person.sign_in()
    yield person
    person.leave()


def new_episode(page: Page, patient: str = "Amara Obi") -> None:
    page.goto("/patients/")
    page.get_by_role("searchbox", name="Patient").fill(patient)
    page.get_by_role("button", name="Find", exact=True).click()
    address = page.get_by_role("link", name=patient).first.get_attribute("href") or ""
    number = re.findall(r"\d+", address)[0]
    page.goto(f"/patients/{number}/chart/")
    if page.get_by_label("Complaint").count():
        page.get_by_label("Complaint").first.fill(COMPLAINT)
        page.get_by_role("button", name=re.compile("Start|Begin|Open")).first.click()
        page.wait_for_load_state()
    page.goto(f"/patients/{number}/assessments/new/")


def focused(page: Page) -> str:
    name: str = page.evaluate("() => document.activeElement?.name ?? ''")
    return name


def tab_to(page: Page, name: str) -> None:
    """By Tab alone; a field that cannot be reached within a test's own stops fails."""
    for _stop in range(40):
        if focused(page) == name:
            return
        page.keyboard.press("Tab")
    pytest.fail(f"Tab does not lead to {name}, but to {focused(page)}")


def enter(page: Page, fields: list[tuple[str, str]]) -> None:
    for name, text in fields:
        tab_to(page, name)
        page.keyboard.type(text)


def discard(page: Page) -> None:
    """It asks before it is done."""
    page.locator("summary").filter(has_text="Discard the draft").click()
    page.get_by_role("button", name="Discard it").click()


def saved(page: Page) -> None:
    expect(page.locator("#draft-state")).to_contain_text("Draft saved")
    page.wait_for_timeout(900)  # the last stroke's own save
    expect(page.locator(".htmx-request")).to_have_count(0)


def test_a_whole_assessment_is_entered_by_keyboard_in_one_go(niamh: Person) -> None:
    page = niamh.page
    new_episode(page)
    page.locator("[name=M06-none]").focus()
    enter(page, MOVEMENT)
    enter(page, ORTHOPAEDIC)
    enter(page, NEUROLOGICAL)
    for field in ("N01-right", "N07-right", "N10-right-L1"):
        tab_to(page, field)
        page.keyboard.press("a")  # the whole grid is normal
    saved(page)
    expect(page.locator("#says-M12")).to_contain_text("R low, sides differ")
    expect(page.locator("#nerves-say")).to_contain_text("No deficit")
    for width, (across, down) in WIDTHS.items():
        page.set_viewport_size({"width": across, "height": down})
        assert violations(page) == [], width
    niamh.picture("assessment-entry")
    page.get_by_role("button", name="Save and see the findings").last.press("Enter")
    for factor, said in SUGGESTED.items():
        card = page.get_by_role("article").filter(has=page.get_by_role("heading", name=factor))
        expect(card.get_by_text(said).first).to_be_visible()


def test_keys_of_a_value_field(niamh: Person) -> None:
    """N, P and = act in a value's field, and are letters everywhere else."""
    page = niamh.page
    new_episode(page, "Maya Okafor")
    page.get_by_role("button", name="The usual first tests").click()
    page.locator("[name=M12-right]").press("=")
    expect(page.locator("[name=M12-right]")).to_have_value("9.5")
    page.locator("[name=M12-right]").press("p")
    assert focused(page) == "M12-right-pain"
    page.keyboard.type("4")
    page.locator("[name=M17-right]").press("n")
    assert focused(page) == "M17-skip"
    expect(page.locator("#says-M17")).to_contain_text("Not tested: not indicated")
    page.locator("[name=M17-note]").press_sequentially("none=pain")
    expect(page.locator("[name=M17-note]")).to_have_value("none=pain")
    page.locator("[name=M19-right]").press("Enter")
    assert focused(page) == "M19-left"
    page.locator("[name=M19-right]").fill("20 18 22")
    page.locator("[name=M19-right]").press("n")
    assert focused(page) == "M19-right"  # what was measured was tested
    saved(page)
    discard(page)


def test_the_second_of_two_editors_sees_both_versions_and_chooses(
    niamh: Person, browser: Browser, platform: Platform
) -> None:
    new_episode(niamh.page, "Maya Okafor")
    dawit = Person(browser, platform, "Niamh Byrne")  # her other window
    dawit.sign_in()
    dawit.page.goto(niamh.page.url)
    for page, value in ((niamh.page, "10"), (dawit.page, "11")):
        page.get_by_role("button", name="The usual first tests").click()
        page.locator("[name=M12-right]").press_sequentially(value)
        page.wait_for_timeout(1500)
    conflict = dawit.page.get_by_role("alert").filter(has_text="saved this draft")
    expect(conflict).to_be_visible()
    assert violations(dawit.page) == []
    conflict.get_by_label(re.compile("yours: 11")).check()
    conflict.get_by_role("button", name="Keep what is chosen").click()
    expect(dawit.page.locator("[name=M12-right]")).to_have_value("11")
    discard(dawit.page)
    dawit.leave()
