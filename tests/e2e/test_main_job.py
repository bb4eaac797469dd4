"""The main job, played in order by the four people whose job it is, against web, worker and beat."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.conftest import Person, Platform
from tests.e2e.test_calendar import press_book

pytestmark = [pytest.mark.browser, pytest.mark.process]

# One of them always has daylight, so that the reminder may go out at whatever hour this test runs.
ZONES = ("Europe/Dublin", "America/New_York", "Asia/Dubai", "Asia/Tokyo", "Pacific/Auckland")


def daylight_zone() -> str:
    now = datetime.now(UTC)
    return next(zone for zone in ZONES if 9 <= now.astimezone(ZoneInfo(zone)).hour <= 16)


LATE = "23:00"  # after everybody's hours: free on whatever day this test runs, and still to come


def signed_in(person: Person) -> Iterator[Person]:
    person.sign_in()
    yield person
    person.leave()


@pytest.fixture
def dana(browser: Browser, platform: Platform) -> Iterator[Person]:
    yield from signed_in(Person(browser, platform, "Dana Ross"))


@pytest.fixture
def niamh(browser: Browser, platform: Platform) -> Iterator[Person]:
    yield from signed_in(Person(browser, platform, "Niamh Byrne"))


@pytest.fixture
def maya(browser: Browser, platform: Platform) -> Iterator[Person]:
    yield from signed_in(Person(browser, platform, "Maya Okafor", width="390"))


@pytest.fixture
def kofi(browser: Browser, platform: Platform) -> Iterator[Person]:
    yield from signed_in(Person(browser, platform, "Kofi Larsen"))


@pytest.fixture(scope="module", autouse=True)
def daylight(browser: Browser, platform: Platform) -> None:
    """Maya lives where it is day now, so that her reminder may go out at whatever hour this test runs."""
    kofi = Person(browser, platform, "Kofi Larsen")
    kofi.sign_in()
    edit_maya(kofi)
    kofi.page.get_by_label("Time zone").fill(daylight_zone())
    kofi.page.get_by_role("button", name="Save", exact=True).first.click()
    expect(kofi.page.get_by_text("was changed successfully").first).to_be_visible()
    kofi.leave()


def edit_maya(kofi: Person) -> None:
    """From the admin by way of the product's own search: names stay out of addresses."""
    page = kofi.page
    page.goto("/admin/patients/patient/")
    page.get_by_role("link", name="Find a patient by name or birth date").click()
    page.get_by_role("searchbox", name="Patient").fill("Okafor")
    page.get_by_role("button", name="Find", exact=True).click()
    page.get_by_role("link", name="Maya Okafor").first.click()
    page.get_by_role("link", name="All that is on file, in the admin").click()


def ask_for(desk: Person, patient: str) -> None:
    """From today's board to the booking form, sent for eleven in the evening."""
    page = desk.page
    page.goto("/day/")
    page.get_by_role("link", name="Appointment", exact=True).click()
    page.get_by_role("searchbox", name="Patient").fill(patient)
    page.get_by_role("button", name="Find", exact=True).click()
    page.get_by_role("button", name=patient).first.click()
    page.get_by_label("Therapist", exact=True).select_option(label="Niamh Byrne")
    page.get_by_label("Start", exact=True).fill(LATE)
    press_book(page)


def test_the_front_desk_books_a_needling_session_and_checks_in(dana: Person) -> None:
    page = dana.page
    dana.picture("desk-day")
    ask_for(dana, "Maya Okafor")
    expect(page.locator(".toast").first).to_contain_text("Booked:")
    dana.picture("desk-booked")
    open_visit(dana)
    for status in ("Arrived", "In session"):
        page.get_by_role("button", name=status, exact=True).click()
        page.wait_for_load_state()
    expect(page.get_by_text("In session").first).to_be_visible()
    dana.picture("desk-appointment")


def test_the_same_hour_again_is_taken_and_one_click_books_another(dana: Person) -> None:
    page = dana.page
    ask_for(dana, "Amara Obi")
    expect(page.locator("#taken")).to_contain_text("Niamh Byrne has Maya Okafor from 23:00")
    dana.picture("desk-taken")
    page.locator(".choices .choice").first.click()
    expect(page.locator(".toast").first).to_contain_text("Booked:")


def open_visit(person: Person) -> None:
    person.page.goto("/day/")
    person.page.get_by_role("link", name=f"{LATE} Maya Okafor").click()


def test_the_therapist_measures_reasons_plans_and_signs(niamh: Person) -> None:
    open_visit(niamh)
    page = niamh.page
    page.get_by_role("link", name="Chart").click()
    page.wait_for_load_state()
    niamh.picture("chart-overview")
    _screen_red_flags(niamh)
    _measure(niamh)
    _plan(niamh)
    _document_and_sign(niamh)


def _screen_red_flags(niamh: Person) -> None:
    page = niamh.page
    page.goto(page.url.replace("/chart/", "/red-flags/"))
    page.get_by_label("I asked about every line").check()
    page.get_by_role("button", name="Record the screen").click()
    expect(page.get_by_text("Red flags clear").first).to_be_visible()


def _measure(niamh: Person) -> None:
    page = niamh.page
    page.get_by_role("link", name="Assessment", exact=True).click()
    page.get_by_role("link", name="Assess", exact=True).click()
    page.get_by_role("button", name="The usual first tests").click()
    for name, right, left in (("Weight-bearing lunge", "7.0", "10.5"), ("Single-leg bridge", "18", "34")):
        line = page.get_by_role("group", name=name)
        line.locator(".main").get_by_label("right").fill(right)
        line.locator(".main").get_by_label("left").fill(left)
    niamh.picture("assessment-entry")
    page.get_by_role("button", name="Save and see the findings").last.click()
    expect(page.get_by_text("Right 7 cm is under 9 cm.").first).to_be_visible()
    expect(page.get_by_text("Sides differ by 16 s, more than 10 s.").first).to_be_visible()
    niamh.picture("assessment-findings")
    for factor in ("Weak hips", "Limited ankle dorsiflexion"):
        card = page.get_by_role("article").filter(has=page.get_by_role("heading", name=factor))
        confirm = card.get_by_role("button", name="Confirm")
        if confirm.count():
            confirm.click()
            page.wait_for_load_state()
        expect(card.get_by_text("Confirmed").first).to_be_visible()


def _plan(niamh: Person) -> None:
    page = niamh.page
    page.get_by_role("link", name="Care plan", exact=True).click()
    page.get_by_role("link", name="New version").click()
    for title in ("Dry needling", "Manual therapy", "Half-kneeling glute activation", "Lumbar extension", "Hip hinge"):
        card = page.get_by_role("region", name=title, exact=True)
        card.locator("input[name$=include]").check()
        days = card.locator("input[name$=weekdays]")
        for n in range(days.count()):
            days.nth(n).check(force=True)
        factors = card.locator("input[name$=factors]")
        if factors.count() and not card.locator("input[name$=factors]:checked").count():
            factors.first.check(force=True)
    manual = page.get_by_role("region", name="Manual therapy", exact=True).locator("input[name$=factors]")
    for n in range(manual.count()):  # every confirmed factor has an answer
        manual.nth(n).check(force=True)
    page.get_by_label("Why the plan changes").fill("Six more weeks, to run again.")
    niamh.picture("plan-new")
    page.get_by_role("button", name="Sign and start").click()
    expect(page.get_by_role("heading", name="What answers what")).to_be_visible()
    niamh.picture("plan")


def _document_and_sign(niamh: Person) -> None:
    open_visit(niamh)
    page = niamh.page
    page.get_by_role("link", name="Session", exact=True).click()
    page.get_by_role("button", name="Add site").click()
    site = page.get_by_role("group", name="Site 1")
    site.get_by_label("Muscle").select_option(label="Gluteus medius")
    site.get_by_label("Side").select_option(label="right")
    site.get_by_label("Length, mm").select_option("60")
    site.get_by_label("Lot").fill("DEMO-LOT-01")
    site.get_by_label("Use by").fill("2031-05-31")
    site.get_by_label("Technique").select_option(label="pistoning")
    site.get_by_label("In", exact=True).fill("2")
    site.get_by_label("Out", exact=True).fill("1")
    _record_needling(niamh)
    page.get_by_label("Technique to add").select_option(label="Massage")
    page.get_by_role("button", name="Add technique").click()
    treatment = page.get_by_role("group", name="Technique 1")
    treatment.get_by_label("Minutes").fill("10")
    page.get_by_role("textbox", name="Note").fill("Hinge retraining, first time without the stick.")
    page.get_by_role("button", name="Sign and lock").click()
    expect(page.get_by_text("1 needle still in").first).to_be_visible()
    niamh.picture("session-needle-in")
    page.get_by_role("group", name="Site 1").get_by_label("Out", exact=True).fill("2")
    page.get_by_role("button", name="Sign and lock").click()
    expect(page.get_by_text("It can be read and no longer changed.")).to_be_visible()
    niamh.picture("session-signed")


def _record_needling(niamh: Person) -> None:
    """What stands once for all needles, what was agreed to, and what speaks against it."""
    page = niamh.page
    page.get_by_label("Position").first.select_option(label="face down")
    page.get_by_label("Skin cleaned with").select_option(label="alcohol, 70 %")
    for label in ("Hands cleaned", "Sharps disposed of", "after needling"):
        page.get_by_label(label, exact=True).check()
    page.wait_for_load_state("networkidle")
    for shut in ("The patient says yes", "Ask now", "No to all the rest, and keep it"):
        page.get_by_role("button", name=shut).click()
        expect(page.get_by_role("button", name=shut)).to_have_count(0)


def done_this_week(maya: Person) -> float:
    """From "6 of 6 so far."; 0 on a day on which the week starts."""
    said = re.search(r"([\d.]+) of \d+ so far", maya.page.locator("main").inner_text())
    return float(said[1]) if said else 0.0


def test_the_patient_logs_one_exercise_on_a_phone(maya: Person) -> None:
    page = maya.page
    expect(page.get_by_text("0 of 3 done").first).to_be_visible()
    for name in ("Half-kneeling glute activation", "Lumbar extension", "Hip hinge"):
        expect(page.get_by_text(name).first).to_be_visible()
    maya.picture("portal-today")
    before = done_this_week(maya)
    page.get_by_role("link", name="Start", exact=True).click()
    maya.picture("portal-exercise")
    page.get_by_role("link", name="Done, log it").click()
    page.get_by_label("2", exact=True).check(force=True)
    page.get_by_label("Just right").check(force=True)
    page.get_by_label("Sets").fill("2")
    page.get_by_label("in each set").fill("5")
    maya.picture("portal-log")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("1 of 3 done").first).to_be_visible()
    assert done_this_week(maya) == before + 1
    maya.picture("portal-logged")


def letters_to_maya(platform: Platform) -> list[str]:
    return [mail for mail in platform.mails() if "You have a plan for today" in mail and "Hello Maya" in mail]


def test_the_reminder_comes_once_by_mail_and_in_the_inbox(maya: Person, platform: Platform) -> None:
    page = maya.page
    reminders = page.get_by_role("heading", name="You have a plan for today")
    page.goto("/portal/messages/")
    # The demo's past ones. In the evening today's has gone out already, at the time that the demo chose for her.
    before = reminders.count() - len(letters_to_maya(platform))
    page.goto("/portal/settings/")
    page.get_by_label("Remind me at").fill("08:00")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".toast")).to_be_visible()
    page.goto("/portal/messages/")
    for _ in range(40):
        if reminders.count() > before:
            break
        page.wait_for_timeout(500)
        page.reload()
    maya.picture("portal-messages")
    page.wait_for_timeout(6_000)  # three more sweeps
    page.reload()
    expect(reminders).to_have_count(before + 1)
    assert len(letters_to_maya(platform)) == 1


def test_the_admin_looks_after_the_own_clinic_alone(kofi: Person) -> None:
    page = kofi.page
    page.get_by_role("link", name="Admin").first.click()
    page.wait_for_load_state()
    kofi.picture("admin")
    page.goto("/admin/clinics/room/")
    expect(page.get_by_text("Lindenhof")).to_have_count(0)
    page.get_by_role("link", name="Birch", exact=True).first.click()
    page.get_by_label("Name").fill("Birch, upstairs")
    page.get_by_role("button", name="Save", exact=True).first.click()
    expect(page.get_by_text("was changed successfully").first).to_be_visible()
    edit_maya(kofi)
    kofi.picture("admin-patients")
