"""The day board at /day/."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from clinics.models import AuditEvent, Location, Membership, User, WorkingHours
from clinics.tenancy import clinic_scope
from patients.models import Appointment, Status
from patients.queries.day_board import DayBoard, Visit, day_board
from tests.factories import NINE, Cast, appointment_at
from tests.patients.statements import of_the_page

MONDAY = date(2021, 3, 1)
PAGE = "/day/2021-03-01/"


def board(cast: Cast, day: date = MONDAY, now: datetime = NINE - timedelta(hours=1), **more: Any) -> DayBoard:
    return day_board(day, clinic=cast.clinic, now=now, **more)


def visits(found: DayBoard) -> list[Visit]:
    return [visit for column in found.columns for visit in column.visits]


def test_a_column_for_each_therapist_by_name(in_north: Cast) -> None:
    assert [column.therapist.name for column in board(in_north).columns] == ["Tara North", "Theo North"]


def test_an_appointment_stands_at_its_time_and_the_time_around_it_is_free(in_north: Cast) -> None:
    appointment_at(in_north)
    column = board(in_north).columns[1]
    assert [(visit.at, str(visit.place)) for visit in column.visits] == [("09:00", "h1 m0 l45")]
    assert [cell.time for cell in column.free][:4] == ["08:00", "08:30", "10:00", "10:30"]
    assert column.closed == []


def test_the_rows_span_the_hours_of_the_day_and_who_stays_longer(in_north: Cast) -> None:
    appointment_at(in_north, NINE + timedelta(hours=9, minutes=30))
    assert [label for label, _ in board(in_north).hours] == [f"{hour:02}:00" for hour in range(8, 20)]


def test_a_therapist_who_left_keeps_a_column_while_somebody_is_booked(in_north: Cast) -> None:
    appointment_at(in_north)
    Membership.objects.filter(user=in_north.therapist).update(is_active=False)
    assert [len(column.visits) for column in board(in_north).columns] == [0, 1]


def test_nothing_is_free_in_the_past_or_out_of_hours(in_north: Cast) -> None:
    assert board(in_north, now=NINE + timedelta(hours=7, minutes=20)).columns[0].free[0].time == "16:15"
    assert board(in_north, now=NINE + timedelta(days=1)).columns[0].free == []
    sunday = board(in_north, MONDAY + timedelta(days=6)).columns[0]
    assert (sunday.free, [str(place) for place in sunday.closed]) == ([], ["h0 m0 l240", "h4 m0 l240", "h8 m0 l120"])


def test_time_at_another_clinic_is_closed_without_a_word_about_it(north: Cast, south: Cast) -> None:
    with clinic_scope(south.clinic.pk):
        Membership.objects.create(user=north.therapist, role="therapist", treats=True)
        appointment_at(south, therapist=north.therapist, service=south.follow_up)
    with clinic_scope(north.clinic.pk):
        column = board(north).columns[1]
        assert (visits(board(north)), [str(place) for place in column.closed]) == ([], ["h1 m0 l50"])


def test_late_and_waiting_are_counted_on_the_day_itself(in_north: Cast) -> None:
    appointment_at(in_north)
    arrived: dict[str, Any] = {
        "patient": in_north.neighbour,
        "therapist": in_north.colleague,
        "room": in_north.plain_room,
    }
    appointment_at(
        in_north, service=in_north.follow_up, status=Status.ARRIVED, arrived_at=NINE - timedelta(minutes=5), **arrived
    )
    found = board(in_north, now=NINE + timedelta(minutes=10))
    assert (found.total, found.late, [one.minutes for one in found.waiting]) == (2, 1, [15])
    assert [visit.word for visit in visits(found)] == ["Arrived", "Not here yet"]


def test_cancelled_and_missed_stand_beside_the_board(in_north: Cast) -> None:
    appointment_at(in_north, status=Status.CANCELLED)
    appointment_at(in_north, status=Status.NO_SHOW)
    found = board(in_north)
    assert (visits(found), [visit.word for visit in found.off], found.total) == ([], ["Cancelled", "No-show"], 0)


def test_what_shares_rows_stands_side_by_side(in_north: Cast) -> None:
    appointment_at(in_north)
    other: dict[str, Any] = {"patient": in_north.neighbour, "room": in_north.plain_room, "service": in_north.follow_up}
    appointment_at(in_north, NINE + timedelta(minutes=15), is_override=True, override_reason="Couple", **other)
    assert [visit.beside for visit in visits(board(in_north))] == [False, True]


@pytest.mark.parametrize(("day", "links"), [("2000-01-01", 1), ("2000-01-02", 2), ("2099-12-31", 1)])
def test_the_first_and_the_last_day_lead_no_further(desk: Client, day: str, links: int) -> None:
    text = desk.get(f"/day/{day}/").content.decode()
    assert text.count('aria-label="Day before"') + text.count('aria-label="Day after"') == links


def more_therapists(cast: Cast, count: int) -> list[User]:
    made = [User.objects.create_user(f"u{n}@north.example", name=f"Una {n:02}") for n in range(count)]
    for user in made:
        Membership.objects.create(user=user, role="therapist", treats=True)
    return made


def test_a_large_team_is_shown_twelve_at_a_time(desk: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        *_, last = more_therapists(north, 11)
        appointment_at(north, therapist=last, service=north.follow_up, status=Status.ARRIVED)
    boards = [desk.get(f"{PAGE}?page={page}").context["board"] for page in (1, 2)]
    assert [[column.number for column in one.columns] for one in boards] == [list(range(1, 13)), [1]]
    assert [column.therapist for column in boards[1].columns] == [last]
    assert [(one.total, len(one.waiting), one.patient_ids) for one in boards] == [(1, 1, {north.patient.pk})] * 2


def test_the_pages_of_a_large_team_lead_to_each_other_and_to_the_next_day(desk: Client, north: Cast) -> None:
    assert 'rel="next"' not in desk.get(PAGE).content.decode()
    with clinic_scope(north.clinic.pk):
        more_therapists(north, 11)
    assert 'href="?page=2"' in desk.get(PAGE).content.decode()
    text = desk.get(f"{PAGE}?page=2").content.decode()
    assert ('href="?page=1"' in text, 'href="/day/2021-03-02/?page=2"' in text) == (True, True)


def test_the_booking_page_shows_the_therapist_who_was_chosen(desk: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        *_, last = more_therapists(north, 11)
    response = desk.get("/appointments/new/", {"therapist": last.pk})
    assert [column.therapist for column in response.context["board"].columns] == [last]


def test_one_board_has_one_clock(in_north: Cast) -> None:
    berlin = Location.objects.create(name="Berlin House", time_zone="Europe/Berlin")
    WorkingHours.objects.create(
        therapist=in_north.colleague, location=berlin, weekday=1, starts=time(10), ends=time(12)
    )
    found = board(in_north, location=berlin)
    assert [label for label, _ in found.hours] == ["10:00", "11:00"]
    assert [location.name for location in found.locations] == ["North House", "Berlin House"]


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        (date(2021, 3, 28), ["00:00", "02:00", "03:00"]),
        (date(2021, 10, 31), ["00:00", "01:00", "01:00", "02:00", "03:00"]),
    ],
)
def test_a_night_in_which_the_clock_changes_shows_what_happens(in_north: Cast, day: date, hours: list[str]) -> None:
    WorkingHours.objects.create(
        therapist=in_north.therapist, location=in_north.location, weekday=7, starts=time(0), ends=time(4)
    )
    assert [label for label, _ in board(in_north, day).hours] == hours


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_takes_the_same_statements_for_one_and_for_three(desk: Client, north: Cast, count: int) -> None:
    with clinic_scope(north.clinic.pk):
        for number in range(count):
            appointment_at(north, NINE + number * timedelta(hours=1))
    with CaptureQueriesContext(connection) as queries:
        response = desk.get(PAGE)
    assert response.status_code == 200
    assert len(of_the_page(queries)) == 6


def test_whose_data_was_shown_is_on_record(desk: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        appointment_at(north)
    desk.get(PAGE)
    with clinic_scope(north.clinic.pk):
        event = AuditEvent.objects.get(action="read")
        assert (event.subject, event.subject_ids, event.by) == ("day-on", [north.patient.pk], north.desk)


def test_the_page_shows_its_own_clinic_only(desk: Client, north: Cast, south: Cast) -> None:
    for cast in (north, south):
        with clinic_scope(cast.clinic.pk):
            appointment_at(cast)
    text = desk.get(PAGE).content.decode()
    assert ("Pia North" in text, "Paul South" in text, "Tess South" in text) == (True, False, False)


def test_an_empty_day_says_so(desk: Client, north: Cast) -> None:
    text = desk.get("/day/2021-03-06/").content.decode()
    assert ("Saturday, 6 March" in text, "Nobody is booked on this day." in text) == (True, True)


def test_today_is_what_the_clinics_own_clock_says(south: Cast) -> None:
    with clinic_scope(south.clinic.pk):
        found = board(south, now=datetime(2021, 3, 2, 2, tzinfo=UTC))  # still Monday in New York
    assert (found.today, found.is_today) == (MONDAY, True)


@pytest.mark.parametrize(
    "path",
    ["/day/2021-02-30/", "/day/2021-3-1/", "/day/tomorrow/", "/day/1999-01-01/", "/day/2021-03-01/?location=x",
     "/day/2021-03-01/?location=99999999999999999999"],
)  # fmt: skip
def test_a_day_or_place_that_does_not_exist_is_not_found(desk: Client, path: str) -> None:
    assert desk.get(path).status_code == 404


def test_another_clinics_location_is_not_found(desk: Client, south: Cast) -> None:
    assert desk.get(f"{PAGE}?location={south.location.pk}").status_code == 404


def test_patients_do_not_get_in(patient: Client) -> None:
    assert patient.get("/day/").status_code == 404


@pytest.mark.usefixtures("monday_morning")
def test_cells_and_visits_lead_on(desk: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        one: Appointment = appointment_at(north)
    text = desk.get(PAGE).content.decode()
    cell = f"/appointments/new/?therapist={north.therapist.pk}&amp;day=2021-03-01&amp;time=10:00"
    assert (f'href="/appointments/{one.pk}/"' in text, f'href="{cell}"' in text) == (True, True)
