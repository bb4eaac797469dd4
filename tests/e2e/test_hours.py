"""The editor of hours in a browser, by the clinic's manager: with script, by keyboard, at both widths."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import WIDTHS, Person, Platform, today
from tests.e2e.test_waiting_list import look_over

pytestmark = [pytest.mark.browser, pytest.mark.process]


@pytest.fixture(params=WIDTHS)
def kofi(browser: Browser, platform: Platform, request: pytest.FixtureRequest) -> Iterator[Person]:
    person = Person(browser, platform, "Kofi Larsen", width=request.param)
    person.sign_in()
    yield person
    person.leave()


def test_shorter_hours_are_looked_at_before_they_are_saved(kofi: Person) -> None:
    page = kofi.page
    page.goto("/hours/")
    look_over(page)
    page.get_by_role("link", name="Niamh Byrne").click()
    look_over(page)
    rows = page.locator(".hours-row")
    count = rows.count()
    page.get_by_role("button", name="Add hours").press("Enter")
    expect(rows).to_have_count(count + 1)
    expect(rows.last.get_by_label("Weekday")).to_be_focused()
    page.get_by_role("button", name=f"Remove row {count + 1}").press("Enter")
    expect(rows).to_have_count(count)
    for row in rows.all():
        row.get_by_label("To").fill("08:30")
    page.get_by_role("button", name="Preview").last.press("Enter")
    expect(page.get_by_role("heading", name="Before you save: the next four weeks")).to_be_focused()
    look_over(page)
    expect(page.get_by_role("button", name="outside the hours")).to_be_visible()
    kofi.picture("hours-preview")


def test_days_off_and_holidays_can_be_read_at_both_widths(kofi: Person) -> None:
    page = kofi.page
    page.goto("/hours/")
    page.get_by_role("link", name="Dawit Haile").click()
    page.get_by_role("link", name="Days off, extra hours").click()
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_text("On which day?")).to_be_visible()
    look_over(page)
    page.get_by_label("First day").fill(str(today() + timedelta(days=3)))
    page.get_by_label("Last day").fill(str(today() + timedelta(days=9)))
    preview(page)
    kofi.picture("exception-preview")
    page.goto("/hours/")
    page.get_by_role("link", name="Holidays").click()
    look_over(page)
    page.get_by_label("Day", exact=True).fill(str(today() + timedelta(days=3)))
    page.get_by_label("Name").fill("Founders’ day")
    preview(page)
    kofi.picture("holiday-preview")


def preview(page: Page) -> None:
    page.get_by_role("button", name="Preview").press("Enter")
    expect(page.get_by_role("heading", name="Before you save: four weeks")).to_be_visible()
    look_over(page)
