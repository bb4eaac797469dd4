"""Every kind of admin page in a real browser, wide and narrow: nothing breaks the content security policy."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import WIDTHS, Person, Platform

pytestmark = [pytest.mark.browser, pytest.mark.process]

PLACES = "#nav-sidebar a[href*='/admin/']"
CLOSED = "status of 403"  # records and tests have no page to add one


@pytest.fixture(params=WIDTHS)
def kofi(request: pytest.FixtureRequest, browser: Browser, platform: Platform) -> Iterator[Person]:
    person = Person(browser, platform, "Kofi Larsen", width=request.param)
    person.sign_in()
    yield person
    person.faults[:] = [fault for fault in person.faults if CLOSED not in fault]
    person.leave()


def pages_of(page: Page, place: str) -> list[str]:
    """A list, its empty form, and its first row's own pages."""
    page.goto(place)
    rows = page.locator("#result_list a[href$='/change/'], #result_list a[href*='/change/?']")
    first = (rows.first.get_attribute("href") or "").split("?")[0] if rows.count() else ""
    return [
        f"{place}add/",
        *(first.replace("/change/", f"/{view}/") for view in ("change", "history", "delete") if first),
    ]


def test_no_admin_page_breaks_the_policy_or_scrolls_sideways(kofi: Person) -> None:
    page = kofi.page
    page.goto("/admin/")
    places = sorted({str(link.get_attribute("href")) for link in page.locator(PLACES).all()} - {"/admin/"})
    assert len(places) == 19
    for place in places:
        for url in (place, *pages_of(page, place)):
            page.goto(url)
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), url


def test_dark_is_the_devices_or_the_persons_choice(kofi: Person) -> None:
    page = kofi.page
    page.goto("/admin/clinics/service/")
    dark = page.locator("html.dark")
    expect(dark).to_have_count(0)
    page.emulate_media(color_scheme="dark")
    expect(dark).to_have_count(1)
    page.evaluate("localStorage.setItem('theme', 'light')")  # what the product's own switch writes
    page.reload()
    expect(dark).to_have_count(0)


def test_the_menu_and_the_filters_work_by_keyboard(kofi: Person) -> None:
    page = kofi.page
    page.goto("/admin/clinics/workinghours/")
    menu, sidebar = page.get_by_role("button", name="Menu"), page.locator("#nav-sidebar")
    was_open = sidebar.is_visible()
    menu.focus()
    page.keyboard.press("Enter")
    expect(sidebar).to_be_visible(visible=not was_open)
    page.reload()  # the wide one is remembered, the narrow one covers the page and is not
    expect(sidebar).to_be_visible(visible=False)
    filters = page.get_by_role("button", name="Filters")
    filters.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#changelist-filter")).to_be_visible()
