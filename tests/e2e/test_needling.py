"""A needling session on a tablet at the plinth: six sites, everything that signing asks for, few taps."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.e2e.conftest import Person, Platform
from tests.e2e.test_calendar import violations
from tests.e2e.test_pain_map import open_chart

pytestmark = [pytest.mark.browser, pytest.mark.process]
TABLET = {"width": 820, "height": 1180}
SITES = (
    ("Gluteus medius", ""), ("Gluteus maximus", ""), ("Lumbar multifidus", "L4"), ("Lumbar multifidus", "L5"),
    ("Tensor fasciae latae", ""), ("Gluteus minimus", ""),
)  # fmt: skip


class Hand:
    """Counts what a therapist does: taps, choices and fields filled in."""

    def __init__(self, person: Person) -> None:
        self.page, self.done = person.page, 0

    def tap(self, name: str) -> None:
        self.done += 1
        self.page.get_by_role("button", name=name).first.click()
        self.page.wait_for_load_state("networkidle")

    def choose(self, where: Locator, label: str) -> None:
        self.done += 1
        where.select_option(label=label)

    def fill(self, where: Locator, text: str) -> None:
        self.done += 1
        where.fill(text)

    def tick(self, label: str) -> None:
        self.done += 1
        self.page.get_by_label(label, exact=True).check()


@pytest.fixture
def niamh(browser: Browser, platform: Platform) -> Iterator[Person]:
    person = Person(browser, platform, "Niamh Byrne")
    open_chart(person, "Maya Okafor")
    yield person
    person.leave()


def open_next_visit(person: Person) -> None:
    """Her next one: a draft can be prepared. What waits for the day itself stays open, and nothing else does."""
    page = person.page
    page.goto(re.sub(r"patients/(\d+).*", r"patients/\1/", page.url))
    page.locator("main a[href*='/appointments/']").filter(has_text="10:00").first.click()  # as all of the example's
    page.get_by_role("link", name="Session", exact=True).click()
    page.set_viewport_size({"width": TABLET["width"], "height": TABLET["height"]})


def enter_sites(hand: Hand) -> None:
    for number, (muscle, level) in enumerate(SITES):
        hand.tap("Add site")
        site = hand.page.get_by_role("group", name=f"Site {number + 1}", exact=True)
        hand.choose(site.get_by_label("Muscle"), muscle)
        if level:
            hand.choose(site.get_by_label("Level"), level)
        if number == 0:
            hand.choose(site.get_by_label("Side"), "right")
            hand.fill(site.get_by_label("Lot"), "DEMO-LOT-02")
            hand.fill(site.get_by_label("Use by"), "2031-05-31")


def test_six_sites_take_fewer_than_forty_taps(niamh: Person) -> None:
    open_next_visit(niamh)
    hand, page = Hand(niamh), niamh.page
    enter_sites(hand)
    hand.choose(page.get_by_label("Position").first, "face down")
    hand.choose(page.get_by_label("Skin cleaned with"), "alcohol, 70 %")
    for label in ("Hands cleaned", "Sharps disposed of", "after needling"):
        hand.tick(label)
    expect(page.locator(".count .left")).to_have_text("6")
    niamh.picture("needling-tablet")
    hand.tap("All needles out")
    expect(page.locator(".count .left")).to_have_text("0")
    for shut in ("The patient says yes", "Ask now", "No to all the rest, and keep it"):
        hand.tap(shut)
        expect(page.get_by_role("button", name=shut)).to_have_count(0)
    page.wait_for_url("**/session/")
    expect(page.get_by_role("region", name="Signing", exact=True).get_by_role("listitem")).to_have_text(
        ["Signing waits for", "Red flags not asked at this visit", "This visit is still to come"]
    )
    assert violations(page) == []
    assert hand.done < 40
