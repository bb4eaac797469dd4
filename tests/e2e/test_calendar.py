"""The calendar in a real browser: by hand, by keyboard, by itself, on a phone; and what axe says of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from config.assets import MODULES
from tests.e2e.conftest import WIDTHS, Person, Platform, today

pytestmark = [pytest.mark.browser, pytest.mark.process]

AXE = (MODULES / "axe-core" / "axe.min.js").read_text()
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SLOT = 24  # pixels of a quarter of an hour


def empty_day(number: int) -> date:
    """A working day that no demo appointment reaches: each test has its own."""
    monday = today() + timedelta(weeks=5) - timedelta(today().weekday())
    return monday + timedelta(weeks=number // 5, days=number % 5)


def signed_in(browser: Browser, platform: Platform, name: str = "Dana Ross", width: str = "1280") -> Person:
    person = Person(browser, platform, name, width)
    person.sign_in()
    return person


@pytest.fixture
def dana(browser: Browser, platform: Platform) -> Iterator[Person]:
    person = signed_in(browser, platform)
    yield person
    person.leave()


@dataclass(frozen=True, slots=True)
class Booking:
    day: date
    time: str = "09:30"
    patient: str = "Amara Obi"
    therapist: str = "Dawit Haile"
    service: str = "Follow-up visit"


def book(page: Page, wish: Booking) -> None:
    page.goto(f"/appointments/new/?day={wish.day}&time={wish.time}")
    settled(page)
    page.get_by_role("searchbox", name="Patient").fill(wish.patient)
    page.get_by_role("button", name="Find", exact=True).click()
    settled(page)
    page.get_by_role("button", name=wish.patient).first.click()
    settled(page)
    option = page.get_by_label("Service", exact=True).locator("option").filter(has_text=wish.service).first
    page.get_by_label("Service", exact=True).select_option(option.get_attribute("value"))
    settled(page)
    page.get_by_label("Therapist", exact=True).select_option(label=wish.therapist)
    settled(page)
    press_book(page)
    expect(page.locator(".toast").first).to_contain_text("Booked:")


def press_book(page: Page) -> None:
    """Also where nobody works then: that takes a tick, and nothing is booked before."""
    page.get_by_role("button", name="Book", exact=True).click()
    expect(page.locator(".toast, .error").first).to_be_visible()
    if (is_outside := page.locator("[name=outside_ok]")).count():
        is_outside.check()
        page.get_by_role("button", name="Book", exact=True).click()


def settled(page: Page) -> None:
    """The form has sent what was chosen, and holds the time for it."""
    page.wait_for_timeout(400)
    expect(page.locator(".htmx-request")).to_have_count(0)


def show(page: Page, day: date, query: str = "") -> None:
    page.goto(f"/calendar/{day}/{query}")
    expect(page.locator("#calendar")).to_have_attribute("aria-busy", "false")


def visit(page: Page, text: str) -> Locator:
    return page.locator(f'.ec-event.appointment[aria-label*="{text}"]')


def box(found: Locator, *, scrolls: bool = True) -> dict[str, float]:
    if scrolls:  # into the middle: a pull near the edge of the calendar would scroll it further
        found.evaluate("(it) => it.scrollIntoView({block: 'center', behavior: 'instant'})")
    place = found.bounding_box()
    assert place is not None
    return {key: float(value) for key, value in place.items()}  # type: ignore[arg-type]  # a TypedDict of floats


def pull(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2, steps=4)
    page.mouse.move(*end, steps=4)
    page.mouse.up()


def drag(page: Page, found: Locator, *, columns: int = 0, slots: int = 0) -> None:
    place = box(found)
    at = (place["x"] + 40, place["y"] + 8)
    width = box(page.locator("#calendar .ec-body .ec-day").first, scrolls=False)["width"]
    pull(page, at, (at[0] + columns * width, at[1] + slots * SLOT))


def test_a_visit_is_dragged_to_another_therapist_and_the_drag_taken_back(dana: Person) -> None:
    page, day = dana.page, empty_day(0)
    book(page, Booking(day))
    show(page, day)
    drag(page, visit(page, "Amara Obi"), columns=1, slots=2)
    toast = page.locator(".toast")
    expect(toast).to_contain_text("Lúcia Ferreira has no weekly hours at Old Mill Studio.")
    toast.get_by_role("button", name="Move it all the same").click()
    expect(toast).to_contain_text("10:00, Lúcia Ferreira")
    expect(toast).to_contain_text("The patient is told in 3 min.")
    expect(visit(page, "10:00–10:30")).to_have_count(1)
    dana.picture("calendar-moved")
    toast.get_by_role("button", name="Undo").click()
    expect(toast).to_contain_text("09:30, Dawit Haile")
    expect(visit(page, "09:30–10:00")).to_have_count(1)
    toast.get_by_role("button", name="Close").click()
    expect(toast).to_have_count(0)


def test_the_desk_may_tell_the_patient_itself(dana: Person) -> None:
    page, day = dana.page, empty_day(1)
    book(page, Booking(day))
    show(page, day)
    drag(page, visit(page, "Amara Obi"), slots=1)
    page.locator(".toast").get_by_role("button", name="Send nothing").click()
    expect(page.locator(".toast")).to_contain_text("No message goes out.")


def test_a_visit_grows_by_its_lower_edge(dana: Person) -> None:
    page, day = dana.page, empty_day(11)  # a Tuesday: Dawit Haile works every other Wednesday or Friday
    book(page, Booking(day))
    show(page, day)
    place = box(visit(page, "Amara Obi"))
    edge = (place["x"] + 60, place["y"] + place["height"] - 3)
    pull(page, edge, (edge[0], edge[1] + SLOT))
    expect(page.locator(".toast")).to_contain_text("Now from 09:30 to 10:15, 45 minutes.")
    expect(visit(page, "09:30–10:15")).to_have_count(1)


def test_a_refused_drag_goes_back_and_says_why(dana: Person) -> None:
    page, day = dana.page, empty_day(3)
    book(page, Booking(day))
    book(page, Booking(day, time="11:00", patient="Maya Okafor"))
    show(page, day)
    drag(page, visit(page, "Amara Obi"), slots=6)
    toast = page.locator(".toast")
    expect(toast).to_contain_text("Dawit Haile has Maya Okafor from 11:00")
    expect(toast).to_contain_text("It is back where it was.")
    expect(visit(page, "09:30–10:00")).to_have_count(1)
    dana.picture("calendar-refused")
    toast.get_by_role("button", name="Other times").click()
    expect(page.get_by_role("heading", name="Move Amara Obi")).to_be_visible()
    expect(page.get_by_text("Next that work, therapist and room together")).to_be_visible()


def test_outside_the_hours_a_drag_is_asked_about_before_it_is_done(dana: Person) -> None:
    page, day = dana.page, empty_day(10)
    book(page, Booking(day, time="17:00"))
    show(page, day)
    drag(page, visit(page, "Amara Obi"), slots=3)
    toast = page.locator(".toast")
    expect(toast).to_contain_text("That is outside the hours of Dawit Haile.")
    expect(visit(page, "17:00–17:30")).to_have_count(1)
    toast.get_by_role("button", name="Move it all the same").click()
    expect(toast).to_contain_text("17:45, Dawit Haile")
    expect(visit(page, "17:45–18:15")).to_have_count(1)


def test_a_change_at_another_desk_appears_within_five_seconds(
    dana: Person, browser: Browser, platform: Platform
) -> None:
    day = empty_day(4)
    book(dana.page, Booking(day))
    show(dana.page, day)
    kofi = signed_in(browser, platform, "Kofi Larsen")
    show(kofi.page, day)
    kept = visit(dana.page, "Amara Obi").element_handle()
    drag(kofi.page, visit(kofi.page, "Amara Obi"), columns=1, slots=4)
    kofi.page.get_by_role("button", name="Move it all the same").click()
    expect(kofi.page.locator(".toast")).to_contain_text("Moved to")
    expect(visit(dana.page, "10:30–11:00")).to_have_count(1, timeout=5_000)
    assert kept is not None
    kofi.leave()


def test_a_pull_over_free_time_opens_the_form_for_it(dana: Person) -> None:
    page, day = dana.page, empty_day(5)
    show(page, day)
    column = box(page.locator("#calendar .ec-body .ec-day").first, scrolls=False)
    start = (column["x"] + 50, column["y"] + 4 * SLOT + 4)
    pull(page, start, (start[0], start[1] + 2 * SLOT))
    expect(page.get_by_label("Start", exact=True)).to_have_value("09:00")
    expect(page.locator("[name=ends]")).to_have_value("09:45")
    expect(page.get_by_role("searchbox", name="Patient")).to_be_focused()
    expect(page.get_by_label("Day", exact=True)).to_have_value(str(day))
    assert page.get_by_label("Therapist", exact=True).locator("option:checked").inner_text() == "Dawit Haile"


def press_until(page: Page, name: str, key: str = "Tab") -> None:
    """Goes on by keyboard until what has the focus bears this name."""
    script = "() => {const e = document.activeElement; return [e.ariaLabel, e.labels?.[0]?.innerText, e.innerText]}"
    for _ in range(80):
        page.keyboard.press(key)
        if any(str(said or "").strip().split("\n")[0] == name for said in page.evaluate(script)):
            return
    pytest.fail(f"{name} is not reached by {key}")


def press_enter_on(page: Page, name: str) -> None:
    press_until(page, name)
    settled(page)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_an_appointment_is_booked_by_keyboard_alone(dana: Person) -> None:
    page, day = dana.page, empty_day(6)
    show(page, day)
    page.keyboard.press("n")
    page.wait_for_url("**/appointments/new/**")
    expect(page.get_by_role("searchbox", name="Patient")).to_be_focused()
    page.keyboard.type("Amara Obi")
    press_enter_on(page, "Find")
    press_enter_on(page, "Amara Obi")
    press_until(page, "Therapist")
    page.keyboard.type("Dawit")
    press_until(page, "Start")
    page.keyboard.type("0930AM")
    press_enter_on(page, "Book")
    expect(page.locator(".toast").first).to_contain_text("Booked:")
    expect(visit(page, "Amara Obi")).to_be_focused()


def test_the_arrows_lead_from_one_to_the_next_and_enter_opens(dana: Person) -> None:
    page, day = dana.page, empty_day(7)
    book(page, Booking(day))
    book(page, Booking(day, time="11:00", patient="Maya Okafor"))
    book(page, Booking(day, time="11:00", patient="Sarah Cohen", therapist="Niamh Byrne"))
    show(page, day)
    visit(page, "Amara Obi").focus()
    for key, name in (("ArrowDown", "Maya Okafor"), ("ArrowRight", "Sarah Cohen"), ("ArrowLeft", "Maya Okafor")):
        page.keyboard.press(key)
        expect(visit(page, name)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Maya Okafor")).to_be_visible()


def test_keys_lead_through_the_days_until_they_are_switched_off(dana: Person) -> None:
    page, day = dana.page, empty_day(7)
    show(page, day)
    page.keyboard.press("ArrowRight")
    page.wait_for_url(f"**/calendar/{day + timedelta(days=1)}/**")
    expect(page.locator("#calendar")).to_have_attribute("aria-busy", "false")
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keys of the calendar")
    dialog.get_by_label("work on this device").uncheck()
    dialog.get_by_role("button", name="Close").click()
    page.keyboard.press("t")
    expect(page).to_have_url(f"{dana.platform.address}/calendar/{day + timedelta(days=1)}/?")


def test_without_a_connection_it_says_so_and_nothing_moves(dana: Person) -> None:
    page, day = dana.page, empty_day(8)
    book(page, Booking(day))
    show(page, day)
    dana.context.set_offline(True)
    drag(page, visit(page, "Amara Obi"), slots=2)
    expect(page.locator(".toast")).to_contain_text("back where it was")
    expect(page.locator("#calendar-lost")).to_be_visible(timeout=10_000)
    dana.context.set_offline(False)
    expect(page.locator("#calendar-lost")).to_be_hidden(timeout=10_000)
    expect(visit(page, "09:30–10:00")).to_have_count(1)
    dana.faults[:] = [fault for fault in dana.faults if "ERR_INTERNET_DISCONNECTED" not in fault]


def test_a_phone_shows_a_list_for_each_therapist_that_renews_itself(
    dana: Person, browser: Browser, platform: Platform
) -> None:
    day = empty_day(9)
    phone = signed_in(browser, platform, "Kofi Larsen", width="390")
    phone.page.goto(f"/calendar/{day}/")
    expect(phone.page.locator("#calendar")).to_be_hidden()
    card = phone.page.get_by_role("region", name="Dawit Haile")
    expect(card.get_by_text("Nobody booked")).to_be_visible()
    book(dana.page, Booking(day))
    expect(card.get_by_role("link", name="09:30 Amara Obi")).to_be_visible(timeout=6_000)
    phone.picture("calendar-agenda")
    phone.leave()


def violations(page: Page) -> list[Any]:
    page.evaluate(AXE)
    # In full height: what a bar covers half is scrolled clear by hand, and axe would call it too small.
    before = page.viewport_size
    assert before is not None
    height = page.evaluate("() => document.documentElement.scrollHeight")
    page.set_viewport_size({"width": before["width"], "height": height + 200})
    run = "(tags) => axe.run(document, {runOnly: {type: 'tag', values: tags}})"
    found = page.evaluate(run, WCAG)["violations"]
    page.set_viewport_size(before)
    return [(one["id"], [node["html"][:120] for node in one["nodes"]][:3]) for one in found]


@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing(browser: Browser, platform: Platform, width: str) -> None:
    person = signed_in(browser, platform, width=width)
    page, found = person.page, {}
    for view in ("?view=day", "?view=rooms", "?view=week", "?view=agenda", "print/"):
        page.goto(f"/calendar/{today()}/{view}")
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(300)
        found[view] = violations(page)
        assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth"), view
    assert found == {view: [] for view in found}
    person.picture("calendar-print")
    person.leave()
