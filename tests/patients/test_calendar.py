"""The calendar's page, the data it polls, and a day on paper."""

import json
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clinics.models import (
    AuditEvent,
    ExceptionKind,
    Holiday,
    HoursException,
    Location,
    Membership,
    Room,
    User,
    WorkingHours,
)
from clinics.tenancy import clinic_scope
from patients.models import Appointment, Patient, Status
from tests.factories import NINE, Cast, appointment_at
from tests.patients.statements import of_the_page

PAGE, DATA = "/calendar/2021-03-01/", "/calendar/2021-03-01/data/"
MONDAY = date(2021, 3, 1)


def data(client: Client, query: str = "", path: str = DATA) -> dict[str, Any]:
    response = client.get(f"{path}{query}")
    assert response.status_code == 200
    found: dict[str, Any] = json.loads(response.content)
    return found


def other(cast: Cast, **more: Any) -> dict[str, Any]:
    """Facts of an appointment that leaves the first one's patient, therapist and room alone."""
    return {
        "patient": cast.neighbour, "therapist": cast.colleague, "room": cast.plain_room, "service": cast.follow_up,
        **more,
    }  # fmt: skip


def closed(found: dict[str, Any], column: int) -> list[list[str]]:
    return [[start[11:], end[11:], why] for key, start, end, why in found["closed"] if key == column]


def test_a_visit_is_told_in_short_keys(desk: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        one = appointment_at(north)
    found = data(desk)
    assert found["visits"] == [
        {
            "i": one.pk, "v": 1, "n": "Pia North", "t": north.therapist.pk, "r": north.room.pk, "s": north.needling.pk,
            "a": "2021-03-01T09:00", "m": 45, "c": "late",
        }
    ]  # fmt: skip
    assert found["services"] == {str(north.needling.pk): ["Functional dry needling", "chalk"]}
    assert (found["people"], found["rooms"]) == ({str(north.therapist.pk): "Theo North"}, {str(north.room.pk): "Ash"})
    assert found["words"]["late"] == ["Not here yet", "clock"]
    assert (found["says"], found["min"], found["max"]) == ("1 appointment · 1 not yet arrived", "08:00", "18:00")


def test_a_column_for_each_therapist_and_in_the_other_view_for_each_room(desk: Client, north: Cast) -> None:
    columns = [[one["n"] for one in data(desk, query)["columns"]] for query in ("", "?view=rooms")]
    assert columns == [["Tara North", "Theo North"], ["Ash", "Birch"]]


def test_the_week_is_one_therapists(desk: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        for days in (0, 6, 7):
            appointment_at(north, NINE + timedelta(days=days))
    found = data(desk, f"?view=week&therapist={north.therapist.pk}", "/calendar/2021-03-03/data/")
    assert [one["a"] for one in found["visits"]] == ["2021-03-01T09:00", "2021-03-07T09:00"]
    assert list(found["days"].values())[::6] == ["Mon 1 Mar", "Sun 7 Mar"]


def test_a_therapist_s_own_week_comes_first(therapist: Client, north: Cast) -> None:
    assert [one["i"] for one in data(therapist, "?view=week")["columns"]] == [north.therapist.pk]


def test_hours_breaks_and_time_off_are_told_apart(desk: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        WorkingHours.objects.filter(therapist=north.therapist, weekday=1).delete()
        for starts, ends in ((8, 12), (13, 17)):
            WorkingHours.objects.create(
                therapist=north.therapist, location=north.location, weekday=1, starts=time(starts), ends=time(ends)
            )
        HoursException.objects.create(
            therapist=north.therapist, kind=ExceptionKind.OFF, first_day=MONDAY, last_day=MONDAY, starts=time(15),
            ends=time(20), note="Course",
        )  # fmt: skip
    assert closed(data(desk), north.therapist.pk) == [
        ["15:00", "17:00", "Course"], ["00:00", "08:00", ""], ["12:00", "13:00", ""], ["17:00", "00:00", ""],
    ]  # fmt: skip


def test_a_holiday_says_its_name_in_both_views(desk: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        Holiday.objects.create(day=MONDAY, name="St Monday")
    assert closed(data(desk), north.therapist.pk)[0] == ["08:00", "18:00", "St Monday"]
    assert closed(data(desk, "?view=rooms"), north.room.pk) == [["00:00", "00:00", "St Monday"]]
    assert desk.get(PAGE).content.decode().count("St Monday") == 2


def test_time_at_another_clinic_is_closed_without_a_word_about_it(desk: Client, north: Cast, south: Cast) -> None:
    with clinic_scope(south.clinic.pk):
        Membership.objects.create(user=north.therapist, role="therapist", treats=True)
        appointment_at(south, therapist=north.therapist, service=south.follow_up)
    assert closed(data(desk), north.therapist.pk)[0] == ["09:00", "09:50", "Busy elsewhere"]


def test_a_time_that_is_kept_is_there_until_it_runs_out(desk: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        for minutes, facts in ((5, {}), (-5, other(north))):
            until = datetime.now(UTC) + timedelta(minutes=minutes)
            appointment_at(north, status=Status.HELD, expires_at=until, **{**facts, "patient": None})
    found = data(desk)["visits"]
    assert [(one["n"], one["c"], one["fixed"]) for one in found] == [("Kept", "held", 1)]


def test_a_class_stands_for_its_participants(desk: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        group = appointment_at(north, patient=None, places=6)
        appointment_at(north, group=group)
    found = data(desk)["visits"]
    assert [(one["n"], one["of"], one["c"]) for one in found] == [("Functional dry needling", "1 of 6", "booked")]


def test_a_double_booking_is_marked_and_a_documented_visit_stays(desk: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        appointment_at(north, status=Status.COMPLETED, is_documented=True)
        appointment_at(north, is_override=True, override_reason="Twins", patient=north.neighbour)
    marks = [(one.get("double"), one.get("fixed")) for one in data(desk)["visits"]]
    assert marks == [(None, 1), ("Double booked: Twins", None)]


def test_cancelled_and_missed_hold_no_time_but_stand_in_the_agenda(desk: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        appointment_at(north, status=Status.CANCELLED)
        appointment_at(north, status=Status.NO_SHOW)
    text = desk.get(PAGE).content.decode()
    assert (data(desk)["visits"], text.count('class="visit cancelled"'), text.count('class="visit no_show"')) == (
        [], 1, 1,
    )  # fmt: skip


def test_in_autumn_the_second_pass_says_so(desk: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        appointment_at(north, datetime(2021, 10, 31, 1, 30, tzinfo=UTC))
    (found,) = data(desk, path="/calendar/2021-10-31/data/")["visits"]
    assert (found["a"], found["twice"]) == ("2021-10-31T01:30", "the second 01:30 of two that night")


def test_who_has_confirmed_is_told_from_who_has_not(desk: Client, north: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NINE - timedelta(days=1))
    with clinic_scope(north.clinic.pk):
        appointment_at(north, NINE, confirmed_at=NINE - timedelta(days=2))
    found = data(desk)
    assert [(one["c"], found["words"][one["c"]][0]) for one in found["visits"]] == [("confirmed", "Confirmed")]
    for page in (PAGE, "/day/2021-03-01/", f"{PAGE}print/"):
        assert "Confirmed" in desk.get(page).content.decode()


def test_a_class_leads_to_its_page(desk: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        group = appointment_at(north, patient=None, places=4)
    text = desk.get(PAGE).content.decode()
    assert (f'href="/classes/{group.pk}/"' in text, "/move/" in text) == (True, False)


def berlin(cast: Cast) -> Location:
    found = Location.objects.create(name="Berlin House", time_zone="Europe/Berlin")
    WorkingHours.objects.create(therapist=cast.colleague, location=found, weekday=1, starts=time(10), ends=time(12))
    Room.objects.create(location=found, name="Spree", features=["plinth"])
    return found


def test_a_location_has_its_own_clock_people_and_rooms(desk: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        place = berlin(north)
        appointment_at(north, NINE, **other(north))
    found = data(desk, f"?location={place.pk}")
    assert [one["n"] for one in found["columns"]] == ["Tara North"]
    assert closed(found, north.colleague.pk)[0] == ["10:00", "10:50", "At another location"]
    assert [one["n"] for one in data(desk, f"?location={place.pk}&view=rooms")["columns"]] == ["Spree"]
    assert "All locations" not in desk.get(PAGE).content.decode()


def team(cast: Cast, count: int) -> list[User]:
    people = [User.objects.create_user(f"u{n}@north.example", name=f"Abe {n:02}") for n in range(count)]
    Membership.objects.bulk_create(Membership(user=one, role="therapist", treats=True) for one in people)
    return people


def test_a_large_team_is_shown_twelve_at_a_time(desk: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        team(north, 11)
    assert [len(data(desk, f"?page={page}")["columns"]) for page in (1, 2)] == [12, 1]
    assert 'href="?page=2&amp;view=day"' in desk.get(f"{PAGE}?view=day").content.decode()


def full_day(cast: Cast, therapists: int, each: int) -> None:
    """Half-hours in a room of their own, for patients with names of usual length."""
    for column, person in enumerate(team(cast, therapists)):
        room = Room.objects.create(location=cast.location, name=f"Room {column}", features=["plinth"])
        for row in range(each):
            patient = Patient.objects.create(
                given_name=f"Maximiliane {row}", family_name=f"Fontaine-Lindqvist {column}", sex="female",
                birth_date=date(1984, 5, 17), time_zone="Europe/Dublin",
            )  # fmt: skip
            start = NINE - timedelta(hours=1) + row * timedelta(minutes=35)
            facts = {"patient": patient, "therapist": person, "room": room, "service": cast.follow_up}
            appointment_at(cast, start, ends_at=start + timedelta(minutes=30), **facts)


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("view", "most"), [("day", 8), ("rooms", 9), ("week", 8)])
def test_it_takes_the_same_statements_for_one_and_for_three(
    desk: Client, north: Cast, view: str, most: int, count: int
) -> None:
    with clinic_scope(north.clinic.pk):
        full_day(north, count, count)
    for path in (PAGE, DATA):
        with CaptureQueriesContext(connection) as queries:
            assert desk.get(f"{path}?view={view}").status_code == 200
        assert len(of_the_page(queries)) == most


def test_a_day_of_180_appointments_is_under_40_kb_in_eight_statements(desk: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        Membership.objects.filter(treats=True).update(treats=False)
        full_day(north, 12, 15)
    with CaptureQueriesContext(connection) as queries:
        response = desk.get(DATA)
    assert (len(json.loads(response.content)["visits"]), len(of_the_page(queries))) == (180, 8)
    assert len(response.content) < 40_000


def test_what_has_not_changed_is_not_sent_and_is_no_read(desk: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        one = appointment_at(north)
    etag = desk.get(DATA)["ETag"]
    answer = desk.get(DATA, headers={"If-None-Match": etag})
    assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", etag)
    with clinic_scope(north.clinic.pk):
        reads = AuditEvent.objects.filter(action="read", subject="calendar-day-data")
        assert [event.subject_ids for event in reads] == [[north.patient.pk]]
        Appointment.objects.filter(pk=one.pk).update(status=Status.ARRIVED)
    assert desk.get(DATA, headers={"If-None-Match": etag}).status_code == 200


@pytest.mark.parametrize(
    "path", [PAGE, DATA, "/calendar/2021-03-01/print/", f"{PAGE}?view=agenda", f"{DATA}?view=rooms"]
)
def test_another_clinics_day_is_not_in_it(desk: Client, north: Cast, south: Cast, path: str) -> None:
    for cast in (north, south):
        with clinic_scope(cast.clinic.pk):
            appointment_at(cast)
            Holiday.objects.create(day=MONDAY + timedelta(days=1), name=f"{cast.clinic.name} day")
    text = desk.get(path).content.decode()
    foreign = ("Paul South", "Tess South", "South Clinic day", f"/appointments/{south.patient.pk}/")
    assert ("Pia North" in text, [name for name in foreign if name in text]) == (True, [])


@pytest.mark.parametrize(
    "query",
    ["?view=month", "?location=x", "?location=99999", "?therapist=x", "?therapist=99999", "?view=week&therapist=0"],
)
def test_what_does_not_exist_is_not_found(desk: Client, query: str) -> None:
    assert [desk.get(f"{path}{query}").status_code for path in (PAGE, DATA)] == [404, 404]


@pytest.mark.parametrize(("typed", "status"), [("2021-03-01", 200), ("", 200), ("1999-12-31", 404), ("tomorrow", 404)])
def test_a_day_can_be_typed(desk: Client, typed: str, status: int) -> None:
    assert desk.get("/calendar/", {"on": typed}).status_code == status


def test_another_clinics_people_and_places_are_not_found(desk: Client, south: Cast) -> None:
    queries = (f"?therapist={south.therapist.pk}", f"?location={south.location.pk}")
    assert [desk.get(f"{DATA}{query}").status_code for query in queries] == [404, 404]


def test_a_clinic_without_a_team_is_told_how_it_gets_one(desk: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        Membership.objects.filter(treats=True).update(treats=False)
        Room.objects.update(is_active=False)
    texts = [desk.get(f"{PAGE}?view={view}").content.decode() for view in ("day", "rooms", "week")]
    wanted = ("No therapist has a column yet", "No room is in use yet", "No therapist has a column yet")
    assert [words in text for words, text in zip(wanted, texts, strict=True)] == [True] * 3


def test_a_day_without_hours_says_so(desk: Client, north: Cast) -> None:
    assert desk.get("/calendar/2021-03-06/").content.decode().count("No hours on this day") == 2


def test_the_paper_has_a_table_for_each_therapist(desk: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        appointment_at(north)
    text = desk.get("/calendar/2021-03-01/print/").content.decode()
    assert (text.count("<table"), text.count("Nobody booked"), "09:00–09:45" in text) == (1, 1, True)
