"""A booked series at /series/<id>/: its visits, moving and cancelling what is still to come."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from clinics.models import Service
from clinics.tenancy import clinic_scope
from patients.models import Appointment
from patients.queries.series_plan import plan_series
from patients.services.moving import move
from patients.services.series import SeriesBooked, book_series
from tests.factories import Cast, appointment_at
from tests.patients.statements import of_the_page
from tests.patients.test_series_plan import at, needles, wish

pytestmark = pytest.mark.usefixtures("monday_morning")


def booked(cast: Cast, **changes: Any) -> tuple[str, list[Appointment]]:
    with clinic_scope(cast.clinic.pk):
        outcome = book_series(plan=plan_series(wish(cast, **changes)), by=cast.desk)
        assert isinstance(outcome, SeriesBooked)
        return f"/series/{outcome.series.pk}/", list(outcome.appointments)


def read(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def times(cast: Cast) -> list[str]:
    with clinic_scope(cast.clinic.pk):
        rows = Appointment.objects.filter(status="booked", series__isnull=False).order_by("starts_at")
        return [f"{cast.location.local(row.starts_at):%a %-d %H:%M}" for row in rows]


def to_move(page: Any, anchor: Appointment, **changes: str) -> dict[str, Any]:
    local = page.context["move_form"].initial
    values = {
        "scope": "following", "seen": local["seen"], "day": f"{anchor.local_start:%Y-%m-%d}", "time": "10:00",
        "notify": "on", **changes,
    }  # fmt: skip
    return {"visit": anchor.pk, **{f"move-{name}": value for name, value in values.items()}}


def to_cancel(page: Any, anchor: Appointment, **changes: str) -> dict[str, Any]:
    values = {"scope": "all", "seen": page.context["cancel_form"].initial["seen"], "reason": "travel", **changes}
    return {"visit": anchor.pk, **{f"cancel-{name}": value for name, value in values.items()}}


def test_the_visits_with_their_state_and_a_way_to_change_each(desk: Client, north: Cast) -> None:
    url, rows = booked(north)
    page = desk.get(url)
    text = read(page)
    assert "Series for Pia North" in text
    assert "Tuesday and Friday around 09:00, for 3 weeks, Theo North, 45 min" in text
    assert (page.context["anchor"].pk, text.count("Booked ·")) == (rows[0].pk, 6)
    assert desk.get(url, {"visit": rows[2].pk}).context["anchor"].pk == rows[2].pk


def test_an_appointment_says_that_it_is_part_of_a_series(desk: Client, north: Cast) -> None:
    url, rows = booked(north)
    page = desk.get(f"/appointments/{rows[1].pk}/")
    assert "part of a series of 6" in read(page)
    assert f'href="{url}?visit={rows[1].pk}"' in page.content.decode()


def test_the_ways_in(desk: Client, north: Cast) -> None:
    chosen = f"?patient={north.patient.pk}"
    for page in (f"/patients/{north.patient.pk}/", f"/appointments/new/{chosen}"):
        text = desk.get(page).content.decode()
        assert f'href="/find-time/{chosen}' in text
        assert f'href="/series/new/{chosen}' in text


@pytest.mark.parametrize("weeks", [1, 3])
def test_the_same_statements_for_two_visits_and_for_six(desk: Client, north: Cast, weeks: int) -> None:
    url, _ = booked(north, weeks=weeks)
    with CaptureQueriesContext(connection) as queries:
        desk.get(url)
    assert len(of_the_page(queries)) == 8


def test_this_and_those_after_it_move(desk: Client, north: Cast) -> None:
    url, rows = booked(north)
    response = desk.post(f"{url}move/", to_move(desk.get(url), rows[2]), follow=True)
    assert [str(said) for said in response.context["messages"]] == ["Moved: 4 visits."]
    assert times(north) == ["Tue 2 09:00", "Fri 5 09:00", "Tue 9 10:00", "Fri 12 10:00", "Tue 16 10:00", "Fri 19 10:00"]


def test_what_is_in_the_way_is_said_visit_by_visit(desk: Client, north: Cast) -> None:
    url, rows = booked(north)
    with clinic_scope(north.clinic.pk):
        appointment_at(north, at(north, 12, 10, 30), patient=north.neighbour)
    response = desk.post(f"{url}move/", to_move(desk.get(url), rows[0], scope="all"))
    assert response.status_code == 409
    assert response.context["taken"] == ["Fri 12 Mar, 09:00: Theo North has Pete North from 10:30 to 11:25."]
    assert response.context["move_form"]["time"].value() == "10:00"
    assert times(north)[0] == "Tue 2 09:00"


def test_what_another_desk_changed_is_said_first(desk: Client, north: Cast) -> None:
    url, rows = booked(north)
    page = desk.get(url)
    with clinic_scope(north.clinic.pk):
        one = Appointment.objects.select_related("room__location", "therapist", "patient", "service").get(pk=rows[1].pk)
        start = one.starts_at + timedelta(hours=1)
        move(appointment=one, version=1, starts_at=start, therapist=one.therapist, room=one.room, by=north.manager)
    for action, data in (("move", to_move(page, rows[0])), ("cancel", to_cancel(page, rows[0]))):
        response = desk.post(f"{url}{action}/", data)
        assert (response.status_code, "Mara North moved this appointment" in read(response)) == (409, True)
    assert len(times(north)) == 6


def test_needling_moved_too_close_asks_for_a_reason(desk: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        needles(north)
    url, rows = booked(north, weeks=1)
    data = to_move(desk.get(url), rows[1], scope="this", day="2021-03-03", time="09:00")
    refused = desk.post(f"{url}move/", data)
    assert (refused.status_code, "less than 48 hours apart" in read(refused)) == (422, True)
    data |= {"move-close_ok": "on", "move-spacing_reason": "Left side."}
    assert desk.post(f"{url}move/", data).status_code == 303
    assert times(north) == ["Tue 2 09:00", "Wed 3 09:00"]


def test_all_that_are_still_to_come_are_cancelled(desk: Client, north: Cast) -> None:
    url, rows = booked(north)
    response = desk.post(f"{url}cancel/", to_cancel(desk.get(url), rows[3], note="Abroad."), follow=True)
    assert [str(said) for said in response.context["messages"]] == ["Cancelled: 6 visits."]
    assert times(north) == []
    assert "Nothing of it is still to come." in read(response)


@pytest.mark.parametrize(
    ("action", "wrong", "said"),
    [
        ("move", {"scope": ""}, "Choose which visits."),
        ("move", {"scope": "some"}, "Please choose one of the list."),
        ("move", {"day": "2031-01-01"}, "A day within the next two years, please."),
        ("move", {"time": ""}, "At what time?"),
        ("move", {"day": "2021-02-01"}, "That day is over."),
        ("cancel", {"reason": ""}, "Choose what comes closest."),
        ("cancel", {"seen": "x"}, "Load this page again, please."),
    ],
)
def test_a_change_that_makes_no_sense_is_refused(
    desk: Client, north: Cast, action: str, wrong: dict[str, str], said: str
) -> None:
    url, rows = booked(north, weeks=1)
    fill = {"move": to_move, "cancel": to_cancel}[action]
    response = desk.post(f"{url}{action}/", fill(desk.get(url), rows[0], **wrong))
    assert (response.status_code, said in read(response)) == (422, True), read(response)
    assert times(north) == ["Tue 2 09:00", "Fri 5 09:00"]


def test_a_series_that_is_over_offers_nothing_and_refuses(
    desk: Client, north: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, rows = booked(north, weeks=1)
    page = desk.get(url)
    after = at(north, 6, 9)
    monkeypatch.setattr("django.utils.timezone.now", lambda: after)
    desk.force_login(north.desk)
    desk.get("/")
    assert "Nothing of it is still to come." in read(desk.get(url))
    refused = desk.post(f"{url}move/", to_move(page, rows[0]))
    assert (refused.status_code, "Nothing of that is still to come" in read(refused)) == (422, True)
    assert desk.post(f"{url}cancel/", {}).status_code == 422


def test_another_clinics_series_and_visits_are_not_found(desk: Client, north: Cast, south: Cast) -> None:
    url, _ = booked(north)
    theirs, rows = booked(south)
    assert [desk.get(theirs).status_code, desk.post(f"{theirs}move/").status_code] == [404, 404]
    assert desk.get(url, {"visit": rows[0].pk}).status_code == 404
    with clinic_scope(north.clinic.pk):
        single = appointment_at(north, at(north, 1, 15), service=Service.objects.get(pk=north.follow_up.pk))
    assert desk.get(url, {"visit": single.pk}).status_code == 404
