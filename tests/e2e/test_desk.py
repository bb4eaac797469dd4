"""The desk's forms in a real browser: a time held and let go, a cancellation taken back, a class, the waiting area."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import WIDTHS, Person, Platform, today
from tests.e2e.test_calendar import Booking, book, settled, signed_in, violations

pytestmark = [pytest.mark.browser, pytest.mark.process]


def empty_day(number: int) -> date:
    """A working day beyond the demo's appointments, and beyond those of the calendar's tests."""
    monday = today() + timedelta(weeks=9) - timedelta(today().weekday())
    return monday + timedelta(weeks=number // 5, days=number % 5)


@pytest.fixture
def dana(browser: Browser, platform: Platform) -> Iterator[Person]:
    person = signed_in(browser, platform)
    yield person
    person.leave()


def choose(page: Page, day: date) -> None:
    page.goto(f"/appointments/new/?day={day}&time=10:15")
    settled(page)
    page.get_by_label("Therapist", exact=True).select_option(label="Niamh Byrne")
    settled(page)


def test_a_time_is_kept_while_the_form_is_open_and_free_when_it_is_left(
    browser: Browser, platform: Platform, dana: Person
) -> None:
    day, kofi = empty_day(0), signed_in(browser, platform, "Kofi Larsen")
    choose(dana.page, day)
    expect(dana.page.locator("#hold")).to_contain_text("Kept for you until")
    choose(kofi.page, day)
    expect(kofi.page.locator("#hold")).to_contain_text("being kept for somebody else")
    dana.page.goto("/patients/")
    kofi.page.get_by_label("Start").fill("10:30")
    kofi.page.get_by_label("Start").blur()
    expect(kofi.page.locator("#hold")).to_contain_text("Kept for you until")
    kofi.leave()


def test_a_visit_is_moved_by_form_and_by_keyboard_alone(dana: Person) -> None:
    page, day = dana.page, empty_day(1)
    book(page, Booking(day))
    page.goto(f"/calendar/{day}/?view=agenda")
    page.get_by_role("link", name="09:30 Amara Obi").first.focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Move").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Start").focus()
    page.keyboard.type("0215PM")
    page.get_by_label("End").focus()
    page.keyboard.type("0245PM")
    page.keyboard.press("Enter")
    expect(page.locator(".toast").first).to_contain_text("14:15")


def test_a_cancellation_is_taken_back_in_the_toast(dana: Person) -> None:
    page, day = dana.page, empty_day(2)
    book(page, Booking(day))
    page.goto(f"/calendar/{day}/?view=agenda")
    page.get_by_role("link", name="09:30 Amara Obi").first.click()
    page.get_by_role("link", name="Cancel", exact=True).click()
    page.get_by_text("work or family").click()
    page.get_by_role("button", name="Cancel it").click()
    expect(page.locator(".toast").first).to_contain_text("Cancelled. The time is free.")
    dana.picture("desk-cancelled")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".toast").first).to_contain_text("Taken back")


def read_by_key(page: Page) -> None:
    """Half an hour has no room for a reason; whoever comes to it by Tab and arrows reads all of it."""
    double = page.locator(".ec-event.double").first
    double.focus()
    reason, block = double.locator(".mark").bounding_box(), double.bounding_box()
    assert reason is not None
    assert block is not None
    assert reason["y"] + reason["height"] <= block["y"] + block["height"] < block["y"] + 150


def test_two_at_the_same_time_need_a_reason_that_everybody_reads(dana: Person) -> None:
    page, day = dana.page, empty_day(3)
    book(page, Booking(day))
    page.goto(f"/appointments/new/?day={day}&time=09:30")
    settled(page)
    page.get_by_role("searchbox", name="Patient").fill("Maya Okafor")
    page.get_by_role("button", name="Find", exact=True).click()
    page.get_by_role("button", name="Maya Okafor").first.click()
    option = page.get_by_label("Service", exact=True).locator("option").filter(has_text="Follow-up visit").first
    page.get_by_label("Service", exact=True).select_option(option.get_attribute("value"))
    settled(page)
    page.get_by_label("Therapist", exact=True).select_option(label="Dawit Haile")
    settled(page)
    page.get_by_role("button", name="Book", exact=True).click()
    page.get_by_text("Book both at the same time").click()
    page.get_by_label("Reason for the double booking").fill("Sisters, one after the other")
    dana.picture("desk-taken")
    page.get_by_role("button", name="Book both").click()
    expect(page.get_by_text("Double booked: Sisters, one after the other").first).to_be_visible()
    dana.picture("desk-calendar-double")
    read_by_key(page)
    dana.picture("desk-calendar-double-focus")
    page.goto(f"/day/{day}/")
    expect(page.get_by_text("Double booked: Sisters, one after the other")).to_be_visible()
    dana.picture("desk-double")


def test_another_desk_sees_who_arrived_without_loading_the_page(
    browser: Browser, platform: Platform, dana: Person
) -> None:
    other = signed_in(browser, platform, "Kofi Larsen")
    book(dana.page, Booking(today(), time="23:00", patient="Chidinma Eze"))
    other.page.goto("/waiting-area/")
    dana.page.goto("/waiting-area/")
    expected = dana.page.locator(".card", has_text="Chidinma Eze").filter(has_text="23:00")
    expected.get_by_role("button", name="Arrived").click()
    expect(expected).to_be_focused()
    expect(dana.page.locator(".toast").first).to_contain_text("Arrived: 23:00")
    card = other.page.locator(".card", has_text="Chidinma Eze").filter(has_text="23:00")
    expect(card.get_by_text("waiting for")).to_be_visible(timeout=7_000)
    other.picture("desk-waiting-area")
    card.get_by_role("button", name="In session").click()
    expect(other.page.locator(".card", has_text="23:00").get_by_text("until 23:30")).to_be_visible()
    other.leave()


@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing(browser: Browser, platform: Platform, width: str) -> None:
    person = signed_in(browser, platform, width=width)
    page, day, found = person.page, empty_day(4 + list(WIDTHS).index(width)), {}
    book(page, Booking(day))
    page.goto(f"/calendar/{day}/?view=agenda")
    page.get_by_role("link", name="09:30 Amara Obi").first.click()
    own = page.url
    for path in (own, f"{own}move/", f"{own}cancel/", "/waiting-area/", "/classes/new/", "/patients/new/", "/my-feed/"):
        page.goto(path)
        found[path] = violations(page)
        assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth"), path
    assert found == {path: [] for path in found}
    person.leave()


def test_a_class_is_opened_and_filled(dana: Person) -> None:
    page = dana.page
    page.goto("/classes/new/")
    page.get_by_label("Class", exact=True).select_option(index=0)
    page.get_by_label("Day").fill(str(empty_day(6)))
    page.get_by_label("Start").fill("10:00")
    page.get_by_label("Therapist", exact=True).select_option(label="Dawit Haile")
    settled(page)
    rooms = page.get_by_label("Room", exact=True)
    rooms.select_option(rooms.locator("option").last.get_attribute("value"))
    page.get_by_role("button", name="Open the class").click()
    page.get_by_role("searchbox", name="Patient").fill("Amara Obi")
    page.get_by_role("button", name="Amara Obi").first.click()
    expect(page.get_by_text("1 of", exact=False).first).to_contain_text("places taken")
    assert violations(page) == []
    dana.picture("desk-class")
