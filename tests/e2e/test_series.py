"""A time is found and held, and a series with conflicts is booked at a desk and looked at on a phone."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import Person, Platform
from tests.e2e.test_waiting_list import find_patient, look_over

pytestmark = [pytest.mark.browser, pytest.mark.process]
TODAY = datetime.now(UTC).astimezone(ZoneInfo("Europe/Dublin")).date()
FIRST = TODAY + timedelta(days=21 - TODAY.weekday())  # a Monday, beyond what the demo has booked
FOLLOW_UP = "Follow-up visit, 30 min"


def signed_in(browser: Browser, platform: Platform, width: str) -> Iterator[Person]:
    person = Person(browser, platform, "Dana Ross", width=width)
    person.sign_in()
    yield person
    person.leave()


@pytest.fixture
def dana(browser: Browser, platform: Platform) -> Iterator[Person]:
    yield from signed_in(browser, platform, "1280")


@pytest.fixture
def phone(browser: Browser, platform: Platform) -> Iterator[Person]:
    yield from signed_in(browser, platform, "390")


def register(page: Page, given: str, family: str, born: str) -> None:
    """Somebody without any visit."""
    page.goto("/patients/new/")
    page.get_by_label("Given name").fill(given)
    page.get_by_label("Family name").fill(family)
    page.get_by_label("Birth date").fill(born)
    page.get_by_role("button", name="Save").click()
    page.wait_for_load_state()


def show_visits(page: Page, time: str = "10:00") -> None:
    page.get_by_role("link", name="Series", exact=True).click()
    page.get_by_label("Service", exact=True).select_option(label=FOLLOW_UP)
    page.get_by_label("Therapist", exact=True).select_option(label="Niamh Byrne")
    for day in ("Mon", "Wed"):
        page.locator(".weekdays").get_by_text(day, exact=True).click()
    page.get_by_label("Around").fill(time)
    page.get_by_label("Weeks").fill("2")
    page.get_by_label("From").fill(FIRST.isoformat())
    page.get_by_role("button", name="Show the visits").click()
    page.wait_for_load_state()


def test_a_found_time_is_held_until_the_form_books_it(dana: Person) -> None:
    page = dana.page
    register(page, "Odile", "Brandt", "1990-01-01")
    page.get_by_role("link", name="Find a time").click()
    page.get_by_label("Service", exact=True).select_option(label=FOLLOW_UP)
    page.get_by_label("From").fill(FIRST.isoformat())
    page.get_by_role("button", name="Search").press("Enter")
    page.wait_for_load_state()
    look_over(page)
    dana.picture("find-time")
    page.get_by_role("button", name=re.compile("^Hold 5 min")).press("Enter")
    expect(page.get_by_text("Kept for you until")).to_be_visible()
    page.get_by_role("button", name="Book", exact=True).click()
    expect(page.locator(".toast").first).to_contain_text("Booked:")


def test_why_there_is_no_time_and_the_way_out(dana: Person) -> None:
    page = dana.page
    page.goto("/find-time/?weekdays=7")
    expect(page.get_by_text("has hours on Sunday")).to_be_visible()
    look_over(page)
    page.get_by_role("link", name="On any day of the week").click()
    expect(page.get_by_role("button", name=re.compile("^Hold 5 min"))).to_be_visible()


def test_a_series_with_conflicts_is_booked_as_chosen(dana: Person) -> None:
    page = dana.page
    register(page, "Remy", "Novak", "1971-06-30")
    show_visits(page)
    page.get_by_role("button", name=re.compile("^Book 4 visits")).click()
    expect(page.locator(".toast").first).to_contain_text("Booked: 4 visits")
    register(page, "Salma", "Idris", "1985-11-12")
    show_visits(page, "10:15")
    expect(page.get_by_text("4 need a choice")).to_be_visible()
    look_over(page)
    dana.picture("series-conflicts")
    clashes = page.locator(".series .clash")
    clashes.nth(1).locator(".pick").last.click()
    clashes.nth(3).get_by_role("button", name="Leave out").click()
    expect(page.get_by_role("button", name=re.compile("^Book 3 visits"))).to_be_visible()
    page.locator(".series li").first.get_by_role("button", name="Edit").click()
    page.get_by_label("Start").fill("12:00")
    look_over(page)
    page.get_by_role("button", name="Check it").press("Enter")
    expect(page.locator(".series li").first).to_contain_text("12:00")
    page.get_by_role("button", name=re.compile("^Book 3 visits")).click()
    expect(page.locator(".toast").first).to_contain_text("Booked: 3 visits")


def test_the_series_is_read_and_changed_on_a_phone(phone: Person) -> None:
    page = phone.page
    find_patient(page, "Salma Idris")
    page.get_by_role("link", name=re.compile(rf"{FIRST:%b} {FIRST.year}, 12:00")).click()
    page.get_by_role("link", name="part of a series of 3").click()
    look_over(page)
    phone.picture("series")
    page.get_by_text("This and those after it").first.click()
    page.get_by_label("Start").fill("12:30")
    page.get_by_role("button", name="Move", exact=True).click()
    expect(page.locator(".toast").first).to_contain_text("Moved: 3 visits.")
    page.get_by_text("Cancel visits").click()
    page.get_by_text("All that are still to come").last.click()
    page.get_by_label("Why?").select_option(label="travel or weather")
    page.get_by_role("button", name="Cancel them").click()
    expect(page.locator(".toast").first).to_contain_text("Cancelled: 3 visits.")
    expect(page.get_by_text("Nothing of it is still to come.")).to_be_visible()
