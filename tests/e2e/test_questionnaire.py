"""A questionnaire with conditional questions in a browser."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import Person, Platform
from tests.e2e.test_calendar import violations
from tests.e2e.test_pain_map import open_chart
from tests.programs.test_fhir_questionnaires import choice, file_of, when, yes_no

pytestmark = pytest.mark.browser
FORM = file_of(
    yes_no("one", text="Made-up question one"),
    {
        "linkId": "more", "type": "group", "text": "Made-up part", "enableWhen": [when("one")],
        "item": [choice("two"), yes_no("three", enableWhen=[when("two", answerCoding={"code": "often"})])],
    },
    title="Made-up conditions",
)  # fmt: skip


def brought_in(browser: Browser, platform: Platform) -> None:
    kofi = Person(browser, platform, "Kofi Larsen")
    kofi.sign_in()
    page = kofi.page
    page.goto("/questionnaires/new/")
    page.get_by_label("Questionnaire (FHIR JSON)").set_input_files(
        {"name": "form.json", "mimeType": "application/json", "buffer": FORM}
    )
    page.get_by_label("By which right you use it").fill("Made up for this test.")
    page.get_by_label("The clinic may use this questionnaire. I answer for that.").check()
    page.get_by_role("button", name="Bring in").click()
    expect(page.get_by_role("heading", name="Questionnaires", exact=True)).to_be_visible()
    kofi.leave()


def fill_in(person: Person) -> Page:
    open_chart(person, "Maya Okafor")
    person.page.goto(person.page.url.replace("/pain/", "/measures/"))
    person.page.get_by_role("link", name="Made-up conditions").click()
    return person.page


def test_questions_come_and_go_with_the_answers_that_ask_for_them(browser: Browser, platform: Platform) -> None:
    brought_in(browser, platform)
    niamh = Person(browser, platform, "Niamh Byrne")
    page = fill_in(niamh)
    second, third = page.locator('[data-item="two"]'), page.locator('[data-item="three"]')
    expect(second).to_be_hidden()
    page.locator('[data-item="one"]').get_by_label("Yes").check()
    second.get_by_label("Often").check()
    third.get_by_label("Yes").check()
    assert violations(page) == []
    page.locator('[data-item="one"]').get_by_label("No").check()
    expect(second).to_be_hidden()
    expect(third).to_be_hidden()
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Made-up conditions, ").click()
    expect(page.locator(".answers dt")).to_have_text(["Made-up question one"])
    expect(page.locator(".answers dd")).to_have_text(["No"])
    assert violations(page) == []
    niamh.leave()
