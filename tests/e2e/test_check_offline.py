"""The patient's check on a phone without a connection: opened, answered, kept, sent once; and on a shared phone."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.e2e.conftest import Person, Platform
from tests.e2e.test_calendar import violations

pytestmark = pytest.mark.browser
AMARA, MAYA = "amara.obi@mail.example", "maya.okafor@mail.example"
KEPT, ADVICE = "Kept on this phone, not sent yet", "Please get emergency care now"
READY = """async () => {
  await navigator.serviceWorker.ready;
  return (await caches.keys()).filter((name) => name.startsWith("plumbline-check-")).length;
}"""
WAITING = """() => new Promise((found) => {
  const opening = indexedDB.open("plumbline", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("outbox", { keyPath: "id" });
  opening.onsuccess = () => {
    const asked = opening.result.transaction("outbox").objectStore("outbox").getAll();
    asked.onsuccess = () => { opening.result.close(); found(asked.result.length); };
  };
})"""


@pytest.fixture
def amara(browser: Browser, platform: Platform) -> Iterator[Person]:
    """Not Maya: what is sent here stays with the clinic, and other tests treat her."""
    person = Person(browser, platform, "Amara Obi", "390")
    sign_in(person, AMARA)
    person.page.goto("/portal/check/")
    assert person.page.evaluate(READY) == 1
    yield person
    person.leave()


def offline(person: Person) -> Page:
    person.context.set_offline(True)
    person.page.goto("/portal/check/")
    expect(person.page.get_by_text("No connection.")).to_be_visible()
    return person.page


def answer(page: Page, **answers: int) -> None:
    """0 is yes, 1 no, 2 not sure."""
    for question, said in answers.items():
        page.locator(f'input[name="{question}"]').nth(said).check(force=True)
    page.get_by_role("button", name=re.compile("^(Send|Keep and send later)$")).click()


def sign_in(person: Person, email: str) -> Page:
    """Somebody else on the same phone, who does not find the first one signed out."""
    person.context.clear_cookies()
    page = person.page
    page.goto("/accounts/login/")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill("plumbline-demo")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_load_state()
    return page


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Your account").click()
    page.get_by_role("button", name="Sign out", exact=True).click()


def another_network(route: Route) -> None:
    """A hotel's page in between, before anybody has agreed to its terms."""
    if route.request.resource_type == "fetch":
        route.fulfill(body="<p>Welcome to our network</p>", content_type="text/html")
    else:
        route.fallback()


def posts(person: Person) -> list[str]:
    sent: list[str] = []
    person.context.on("request", lambda one: sent.append(one.url) if one.method == "POST" else None)
    return sent


def test_an_emergency_is_answered_without_a_connection_and_sent_once(amara: Person) -> None:
    page, sent = offline(amara), posts(amara)
    answer(page, r01_saddle=0, r04_fever=1)
    expect(page.get_by_role("heading", name=ADVICE)).to_be_visible()
    expect(page.get_by_role("heading", name=KEPT)).to_be_focused()
    expect(page.get_by_role("link", name="Call 112")).to_have_attribute("href", "tel:112")
    assert violations(page) == []
    amara.picture("portal-check-kept")
    page.reload()
    expect(page.get_by_text("The clinic does not know of this yet")).to_be_visible()
    second = amara.context.new_page()
    second.goto("/portal/check/")
    expect(second.get_by_role("heading", name=KEPT)).to_be_visible()
    amara.context.set_offline(False)
    expect(page.get_by_text("Sent at")).to_be_visible()
    expect(second.get_by_text("Sent at")).to_be_visible()
    expect(page.get_by_role("heading", name=ADVICE)).to_be_visible()
    page.goto("/portal/check/sent/")
    expect(page.get_by_text("Is there numbness or a strange feeling")).to_be_visible()
    assert (page.evaluate(WAITING), len(sent)) == (0, 1)


def test_two_answers_together_ask_for_help_at_once(amara: Person) -> None:
    page = offline(amara)
    page.locator('input[name="r04_fever"]').nth(0).check(force=True)
    expect(page.get_by_role("heading", name="Please speak with a health professional today")).to_be_visible()
    page.locator('input[name="r04_unwell"]').nth(0).check(force=True)
    expect(page.get_by_role("heading", name=ADVICE)).to_be_visible()
    amara.context.set_offline(False)


def test_age_counts_without_a_connection_too(amara: Person) -> None:
    ages = amara.page.locator("form[data-ages]").get_attribute("data-ages")
    page = offline(amara)
    assert page.evaluate("window.outbox.ages.join(' ')") == ages
    page.evaluate("""() => {
        const who = JSON.parse(localStorage.getItem("plumbline-owner"));
        localStorage.setItem("plumbline-owner", JSON.stringify({ ...who, ages: "age>50" }));
    }""")
    page.reload()
    page.locator('input[name="r02_minor"]').nth(0).check(force=True)
    expect(page.get_by_role("heading", name="Please speak with a health professional today")).to_be_visible()
    amara.context.set_offline(False)


def test_another_person_on_the_same_phone_neither_sees_nor_sends_it(amara: Person) -> None:
    answer(offline(amara), r07_foot=2)
    expect(amara.page.get_by_role("heading", name=KEPT)).to_be_visible()
    amara.context.clear_cookies()
    amara.context.set_offline(False)
    expect(amara.page.get_by_text("Please sign in to send it.")).to_be_visible()
    page = sign_in(amara, MAYA)
    sent = posts(amara)
    page.goto("/portal/check/")
    expect(page.get_by_role("button", name="Send", exact=True)).to_be_visible()
    expect(page.get_by_role("heading", name=KEPT)).to_have_count(0)
    assert (page.evaluate(WAITING), sent) == (1, [])
    sign_out(page)
    expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    assert (page.evaluate(WAITING), page.evaluate("() => caches.keys()")) == (1, [])
    page = sign_in(amara, AMARA)
    expect(page.get_by_text("Sent at")).to_be_visible()
    assert page.evaluate(WAITING) == 0


def test_whoever_signs_out_is_asked_about_what_is_not_sent_and_leaves_nothing(amara: Person) -> None:
    page = amara.page
    amara.context.route("**/portal/check/", another_network)
    answer(page, r07_foot=0)
    expect(page.get_by_role("heading", name=KEPT)).to_be_visible()
    sign_out(page)
    expect(page.get_by_role("heading", name="Not everything is sent yet")).to_be_visible()
    amara.picture("portal-sign-out-unsent")
    page.keyboard.press("Escape")
    assert page.evaluate(WAITING) == 1
    sign_out(page)
    page.get_by_role("button", name="Sign out and remove").click()
    expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    assert (page.evaluate(WAITING), page.evaluate("() => caches.keys()")) == (0, [])
    assert page.evaluate("async () => (await navigator.serviceWorker.getRegistrations()).length") == 0


def test_what_the_clinic_refuses_is_said_and_stays(amara: Person) -> None:
    page = offline(amara)
    answer(page, r07_growing=0)
    page.evaluate("""async () => {
      const [one] = await outbox.mine();
      await outbox.remove(one.id);
      await outbox.keep({ ...one, id: one.id, at: Date.now() - 8 * 24 * 60 * 60 * 1000 });
    }""")
    amara.context.set_offline(False)
    expect(page.get_by_text("older than 7 days")).to_be_visible()
    page.goto("/portal/")
    expect(page.get_by_text("older than 7 days")).to_be_visible()
    amara.picture("portal-check-refused")
    page.get_by_role("button", name="Remove from this phone").click()
    expect(page.get_by_text("older than 7 days")).to_have_count(0)
    assert page.evaluate(WAITING) == 0


def test_a_new_release_takes_over_and_what_is_kept_stays(amara: Person) -> None:
    page = offline(amara)
    answer(page, r07_foot=2)
    expect(page.get_by_role("heading", name=KEPT)).to_be_visible()
    page.evaluate("() => caches.open('plumbline-check-of-an-older-release')")
    page.evaluate("async () => (await navigator.serviceWorker.getRegistrations())[0].unregister()")
    amara.context.set_offline(False)
    page.goto("/portal/")
    page.wait_for_function("async () => (await caches.keys()).length === 1")
    expect(page.get_by_text("Sent at")).to_be_visible()
