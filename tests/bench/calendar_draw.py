"""How long a browser takes to draw a day of 180 appointments, counted from the moment its data is there."""

import mimetypes
import statistics
from typing import Any
from urllib.parse import urlsplit

from django.contrib.staticfiles.finders import find
from playwright.sync_api import BrowserContext, Route, sync_playwright

from tests.bench import data
from tests.bench.database import Clinic
from tests.bench.day_view import signed_in
from tests.bench.measure import Figure
from tests.e2e.conftest import QUIET, chromium

HOST, LOADS = "http://calendar.test", 5
# From the end of the answer with the data until two frames after the calendar says that it stands.
WATCH = """
addEventListener("DOMContentLoaded", () => new MutationObserver((_, watch) => {
  if (document.querySelector("#calendar[aria-busy=false]") === null) return;
  watch.disconnect();
  requestAnimationFrame(() => requestAnimationFrame(() => {
    const answer = performance.getEntriesByType("resource").find((one) => one.name.includes("/data/"));
    window.drawn = performance.now() - answer.responseEnd;
  }));
}).observe(document.body, { subtree: true, attributes: true }));
"""
Answers = dict[str, tuple[int, dict[str, str], bytes]]


def figures(clinic: Clinic, size: data.Size) -> list[Figure]:
    """Each load in a window of its own, as a desk that comes to the calendar for the first time."""
    client, day = signed_in(clinic), data.full_day(clinic.monday)
    page = f"/calendar/{day}/"
    answers = {path: _answer(client.get(path)) for path in (page, f"{page}data/")}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=QUIET)
        spent = [
            _drawn(browser.new_context(viewport={"width": 1280, "height": 900}), page, answers) for _ in range(LOADS)
        ]
        browser.close()
    return [Figure("calendar_draw_ms", round(statistics.median(spent)), "ms", "<", 600)]


def _answer(response: Any) -> tuple[int, dict[str, str], bytes]:
    assert response.status_code == 200
    return response.status_code, dict(response.items()), response.content


def _drawn(context: BrowserContext, path: str, answers: Answers) -> float:
    context.add_init_script(WATCH)
    page = context.new_page()
    page.route("**/*", lambda route: _serve(route, answers))
    page.goto(f"{HOST}{path}")
    page.wait_for_function("() => window.drawn")
    spent: float = page.evaluate("() => window.drawn")
    assert page.locator(".ec-event.appointment").count() >= 180
    context.close()
    return spent


def _serve(route: Route, answers: Answers) -> None:
    """What the server said before, and static files from where they lie: no server's time is measured."""
    path = urlsplit(route.request.url).path
    if path in answers:
        status, headers, body = answers[path]
        route.fulfill(status=status, headers=headers, body=body)
        return
    found = find(path.removeprefix("/static/"))
    if found is None:
        route.fulfill(status=404)
    else:
        route.fulfill(path=found, content_type=mimetypes.guess_type(path)[0] or "text/plain")
