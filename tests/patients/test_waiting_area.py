"""The board of who is in the house."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clinics.models import AuditEvent, Location
from clinics.tenancy import clinic_scope
from patients.models import Appointment, Status
from patients.queries.waiting_area import waiting_area
from patients.services.visits import change_status
from tests.factories import NINE, Cast, appointment_at
from tests.patients.statements import of_the_page

pytestmark = pytest.mark.usefixtures("monday_morning")
PAGE, QUARTER = "/waiting-area/", timedelta(minutes=15)
POLL = {"HX-Request": "true"}


def arrived(cast: Cast, **changes: object) -> Appointment:
    facts: dict[str, Any] = {"status": Status.ARRIVED, "arrived_at": NINE - QUARTER, **changes}
    return appointment_at(cast, **facts)


def beside(cast: Cast) -> dict[str, object]:
    return {
        "therapist": cast.colleague, "room": cast.plain_room, "service": cast.follow_up, "patient": cast.neighbour,
    }  # fmt: skip


def test_each_stands_in_its_lane_with_the_minutes(in_north: Cast) -> None:
    waits = arrived(in_north)
    treated = arrived(in_north, status=Status.IN_SESSION, **beside(in_north))
    done = appointment_at(in_north, NINE - timedelta(hours=2), status=Status.COMPLETED)
    missed = appointment_at(in_north, NINE - timedelta(hours=1), status=Status.NO_SHOW)
    coming = appointment_at(in_north, NINE + timedelta(hours=2))
    area = waiting_area(NINE)
    assert [(one.appointment, one.minutes, one.is_late) for one in area.expected] == [(coming, 0, False)]
    assert [(one.appointment, one.minutes, one.is_long) for one in area.arrived] == [(waits, 15, True)]
    assert [one.appointment for one in area.in_session] == [treated]
    assert [(one.appointment, one.minutes) for one in area.done] == [(missed, 0), (done, 0)]


def test_who_is_not_here_by_now_is_pointed_out(in_north: Cast) -> None:
    appointment_at(in_north, NINE)
    assert [[one.is_late for one in waiting_area(now).expected] for now in (NINE - QUARTER, NINE)] == [[False], [True]]


def test_who_is_expected_is_checked_in_from_the_board_and_the_page_goes_on_there(desk: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        one = appointment_at(north, NINE)
    text = desk.get(PAGE).content.decode()
    back = f"{PAGE}#guest{one.pk}"
    assert [word in text for word in ('value="arrived"', 'value="no_show"', f'value="{back}"')] == [True] * 3
    response = desk.post(f"/appointments/{one.pk}/status/", {"status": "arrived", "back": back})
    assert response["Location"] == back
    assert "Arrived: 09:00, Theo North." in desk.get(PAGE).content.decode()


def test_the_longest_wait_stands_first_and_the_early_last(in_north: Cast) -> None:
    early = arrived(in_north, start=NINE + QUARTER, arrived_at=NINE - 4 * QUARTER)
    waits = arrived(in_north, start=NINE, **beside(in_north))
    area = waiting_area(NINE)
    assert [(one.appointment, one.is_early, one.is_long) for one in area.arrived] == [
        (waits, False, True), (early, True, False),
    ]  # fmt: skip


def test_yesterday_is_over_and_another_location_is_left_out(in_north: Cast) -> None:
    appointment_at(in_north, NINE - timedelta(days=1), status=Status.COMPLETED)
    arrived(in_north)
    elsewhere = Location.objects.create(name="Annexe", time_zone="Europe/Dublin")
    places = (None, in_north.location, elsewhere)
    assert [len(waiting_area(NINE, location=place).guests) for place in places] == [1, 1, 0]


def test_a_button_moves_on_and_leads_back(desk: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        one = arrived(north)
    text = desk.get(PAGE).content.decode()
    assert ("waiting for 15 minutes" in text, f'action="/appointments/{one.pk}/status/"' in text) == (True, True)
    response = desk.post(f"/appointments/{one.pk}/status/", {"status": "in_session", "back": PAGE})
    assert (response.status_code, response["Location"]) == (303, PAGE)
    assert "until 09:45" in desk.get(PAGE).content.decode()


def test_polled_without_change_nothing_is_sent_and_nothing_counts_as_read(desk: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        one = arrived(north)
    first = desk.get(PAGE)
    again = {**POLL, "If-None-Match": first["ETag"]}
    response = desk.get(PAGE, headers=again)
    assert (response.status_code, response.content) == (304, b"")
    with clinic_scope(north.clinic.pk):
        assert AuditEvent.objects.filter(action="read").count() == 1
        change_status(appointment=one, status=Status.IN_SESSION, by=north.desk)
    response = desk.get(PAGE, headers=again)
    assert (response.status_code, "<html" in response.content.decode()) == (200, False)


def test_the_minutes_go_on(desk: Client, north: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    with clinic_scope(north.clinic.pk):
        arrived(north)
    etag = desk.get(PAGE)["ETag"]
    monkeypatch.setattr(timezone, "now", lambda: NINE + timedelta(minutes=1))
    response = desk.get(PAGE, headers={**POLL, "If-None-Match": etag})
    assert (response.status_code, "waiting for 16 minutes" in response.content.decode()) == (200, True)


@pytest.mark.parametrize("count", [1, 3])
def test_as_many_statements_for_one_as_for_three(desk: Client, north: Cast, count: int) -> None:
    with clinic_scope(north.clinic.pk):
        for number in range(count):
            appointment_at(north, NINE - number * timedelta(hours=1), status=Status.COMPLETED)
    with CaptureQueriesContext(connection) as queries:
        desk.get(PAGE)
    assert len(of_the_page(queries)) == 3


def test_another_clinics_location_is_not_found_and_its_guests_are_not_shown(
    desk: Client, north: Cast, south: Cast
) -> None:
    with clinic_scope(south.clinic.pk):
        arrived(south)
    assert "Paul" not in desk.get(PAGE).content.decode()
    assert {desk.get(PAGE, {"location": value}).status_code for value in (south.location.pk, "x")} == {404}
