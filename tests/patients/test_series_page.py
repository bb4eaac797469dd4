"""A new series at /series/new/: the pattern, the preview, booking."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from clinics.models import Holiday, Location, Room, Service, WorkingHours
from clinics.tenancy import clinic_scope
from patients.models import Appointment, Series
from patients.visit_limits import VisitLimit
from tests.factories import NINE, Cast, appointment_at
from tests.patients.statements import of_the_page
from tests.patients.test_series_plan import at

pytestmark = pytest.mark.usefixtures("monday_morning")
PAGE = "/series/new/"


def pattern(cast: Cast, **changes: Any) -> dict[str, Any]:
    return {
        "patient": cast.patient.pk, "service": cast.needling.pk, "therapist": cast.therapist.pk,
        "location": cast.location.pk, "weekdays": ["2", "5"], "time": "09:00", "weeks": "3", "starts_on": "2021-03-02",
        "preview": "1", **changes,
    }  # fmt: skip


def shown(response: Any) -> dict[str, Any]:
    """What the page would send: the pattern, and each visit as it is shown."""
    fields = {name: value for name, value in response.context["pattern"] if name != "weekdays"}
    fields["weekdays"] = [value for name, value in response.context["pattern"] if name == "weekdays"]
    for row in response.context["rows"]:
        fields[f"slot-{row['planned'].number}"] = row["value"]
    return {**fields, "notify": "on", "do": "book"}


def read(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def states(response: Any) -> list[str]:
    return [row["planned"].state.value for row in response.context["rows"]]


def times(cast: Cast) -> list[str]:
    with clinic_scope(cast.clinic.pk):
        return [
            f"{cast.location.local(one.starts_at):%a %-d %H:%M}" for one in Appointment.objects.order_by("starts_at")
        ]


def clash(cast: Cast, *days: int) -> None:
    with clinic_scope(cast.clinic.pk):
        for day in days:
            appointment_at(cast, at(cast, day, 8, 30), patient=cast.neighbour)


def test_the_pattern_form_knows_the_patient(desk: Client, north: Cast) -> None:
    response = desk.get(PAGE, {"patient": north.patient.pk})
    assert (response.status_code, response.context["form"].chosen) == (200, north.patient)
    assert "Pia North" in read(response)


def test_without_a_patient_it_asks_who_comes(desk: Client, north: Cast) -> None:
    assert desk.get(PAGE).status_code == 200
    refused = desk.get(PAGE, pattern(north, patient=""))
    assert (refused.status_code, "Who comes?" in read(refused)) == (422, True)
    found = desk.post(PAGE, {"find": "1", "q": "pete", "time": "09:00", "weekdays": ["2"]})
    assert [one.name for one in found.context["found"]] == ["Pete North"]
    picked = desk.get(PAGE, {"pick": north.neighbour.pk})
    assert picked.context["form"].chosen == north.neighbour


def test_no_location_chosen_means_where_they_work_then(desk: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        far = Location.objects.create(name="Far House", time_zone="Europe/Dublin")
        Room.objects.create(location=far, name="Elm", features=["sharps", "plinth"])
        WorkingHours.objects.filter(weekday__in=[2, 5]).update(location=far)
    assert desk.get(PAGE, pattern(north, location="")).context["plan"].wish.location == far
    on_monday = desk.get(PAGE, pattern(north, location="", weekdays=["1"]))
    assert on_monday.context["plan"].wish.location == north.location


def test_without_a_room_nothing_is_planned(desk: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        Room.objects.update(is_active=False)
    response = desk.get(PAGE, pattern(north, location=""))
    assert (response.status_code, "No room can be booked yet." in read(response)) == (422, True)


def test_every_visit_is_shown_before_anything_is_booked(desk: Client, north: Cast) -> None:
    clash(north, 9)
    response = desk.get(PAGE, pattern(north))
    assert states(response) == ["free", "free", "clash", "free", "free", "free"]
    text = read(response)
    assert "Tuesday and Friday around 09:00, for 3 weeks, Theo North, 45 min" in text
    assert "Theo North is booked until 09:25" in text
    assert "09:30 same day nearest" in text
    assert "All 6 or none. One is moved as chosen." in text
    assert "One message to Pia with a calendar file, in 3 minutes." in text
    assert len(times(north)) == 1


def test_what_is_shown_is_booked(desk: Client, north: Cast) -> None:
    clash(north, 9)
    response = desk.post(PAGE, shown(desk.get(PAGE, pattern(north))), follow=True)
    with clinic_scope(north.clinic.pk):
        series = Series.objects.get()
    assert response.redirect_chain == [(f"/series/{series.pk}/", 303)]
    assert [str(said) for said in response.context["messages"]] == [
        "Booked: 6 visits, the first on Tuesday 2 March, 09:00."
    ]
    assert times(north)[2:4] == ["Tue 9 08:30", "Tue 9 09:30"]


def test_one_is_left_out_and_taken_in_again(desk: Client, north: Cast) -> None:
    sent = shown(desk.get(PAGE, pattern(north)))
    out = desk.post(PAGE, {**sent, "do": "out-2"})
    assert (out.status_code, states(out)[1]) == (200, "out")
    assert "All 5 or none. One is left out." in read(out)
    back = desk.post(PAGE, {**shown(out), "do": "back-2"})
    assert states(back) == ["free"] * 6
    desk.post(PAGE, shown(out))
    assert len(times(north)) == 5


def test_one_visit_is_changed_by_hand(desk: Client, north: Cast) -> None:
    sent = shown(desk.get(PAGE, pattern(north)))
    opened = desk.post(PAGE, {**sent, "do": "edit-1"})
    assert "Check it" in read(opened)
    by_hand = {
        "visit-therapist": north.therapist.pk,
        "visit-room": "",
        "visit-day": "2021-03-03",
        "visit-time": "19:00",
    }
    asked = desk.post(PAGE, {**sent, **by_hand, "do": "set-1"})
    assert (asked.status_code, states(asked)[0], "Tick this if it is right" in read(asked)) == (422, "free", True)
    changed = desk.post(PAGE, {**sent, **by_hand, "visit-outside_ok": "on", "do": "set-1"})
    assert (states(changed)[0], "Theo North has no hours then" in read(changed)) == ("changed", True)
    desk.post(PAGE, shown(changed))
    assert times(north)[0] == "Wed 3 19:00"


def test_what_was_in_the_way_stays_in_sight_while_another_visit_is_changed(desk: Client, north: Cast) -> None:
    clash(north, 2)
    preview = desk.get(PAGE, pattern(north))
    assert states(preview)[0] == "clash"
    opened = desk.post(PAGE, {**shown(preview), "do": "edit-3"})
    (row,) = [one for one in opened.context["rows"] if one["why_moved"]]
    assert (row["planned"].number, row["why_moved"]) == (1, "Theo North is booked until 09:25")
    assert (opened.context["free"], opened.context["moved"]) == (5, 1)
    assert "<s>Tue 2 Mar</s><s>09:00</s>" in opened.content.decode().replace("\n", "")


def test_a_visit_by_hand_that_makes_no_sense_stays_open(desk: Client, north: Cast) -> None:
    sent = shown(desk.get(PAGE, pattern(north)))
    by_hand = {"visit-therapist": north.therapist.pk, "visit-day": "2021-02-30", "visit-time": "noon"}
    refused = desk.post(PAGE, {**sent, **by_hand, "do": "set-1"})
    assert (refused.status_code, "A time such as 09:45, please." in read(refused)) == (422, True)
    assert 'value="noon"' in refused.content.decode()


def test_what_was_taken_meanwhile_books_nothing_and_keeps_the_choices(desk: Client, north: Cast) -> None:
    sent = shown(desk.get(PAGE, pattern(north)))
    sent["slot-2"] = "out"
    clash(north, 9)
    response = desk.post(PAGE, sent)
    assert (response.status_code, states(response)) == (409, ["free", "out", "clash", "free", "free", "free"])
    assert "Nothing was booked." in read(response)
    assert len(times(north)) == 1


def test_needling_close_together_takes_a_tick_and_a_reason(desk: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        Service.objects.filter(pk=north.needling.pk).update(contains=["needling"])
    page = desk.get(PAGE, pattern(north, weekdays=["2", "3"], weeks="1"))
    assert "Wed 3 Mar, 09:00 is only 24 h after needling on Tue 2 Mar, 09:00. 48 h are the least." in read(page)
    sent = shown(page)
    more: dict[str, str]
    for more, said in (
        ({}, "less than 48 hours apart"), ({"close_ok": "on"}, "less than 48 hours apart"),
        ({"spacing_reason": "Other muscles."}, "Tick it if it is."),
    ):  # fmt: skip
        refused = desk.post(PAGE, {**sent, **more})
        assert (refused.status_code, said in read(refused)) == (422, True)
    assert desk.post(PAGE, {**sent, "close_ok": "on", "spacing_reason": "Other muscles."}).status_code == 303


def test_visits_beyond_the_plan_are_said(desk: Client, north: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    limit = VisitLimit(visits=5, used=1, starts_on=date(2021, 2, 1), ends_on=date(2021, 3, 12))
    monkeypatch.setattr("patients.visit_limits.LIMITS", [lambda patient_id: limit])
    assert (
        "5 visits are authorised: 1 used, 0 booked. The last 2 of these need a new authorisation. "
        "The plan ends on 12 March; 2 visits are after it."
    ) in read(desk.get(PAGE, pattern(north)))


def test_a_holiday_is_named_and_the_night_of_the_change_explained(desk: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        Holiday.objects.create(day=date(2021, 3, 5), name="Founders’ day")
    assert "Closed, Founders’ day" in read(desk.get(PAGE, pattern(north)))
    night = desk.get(PAGE, pattern(north, weekdays=["7"], time="01:30", weeks="1", starts_on="2021-03-28"))
    sent = {**shown(night), "visit-therapist": north.therapist.pk, "visit-day": "2021-03-28", "visit-time": "01:30"}
    assert "The clock skips 01:30 that night" in read(
        desk.post(PAGE, {**sent, "visit-outside_ok": "on", "do": "set-1"})
    )


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"weeks": "80", "weekdays": ["1", "2", "3", "4", "5"]}, "That would be 400 visits; a series has at most 60."),
        ({"weeks": "40", "weekdays": ["1"]}, "A series goes on for at most 26 weeks."),
        ({"weeks": "0"}, "1 or more, please."),
        ({"weekdays": []}, "On which days of the week?"),
        ({"weekdays": ["9"]}, "Days of the week, please."),
        ({"starts_on": "2021-02-28"}, "That day is over."),
        ({"starts_on": "2031-02-28"}, "A day within the next two years, please."),
        ({"time": "25:00"}, "A time such as 09:45, please."),
    ],
)
def test_a_pattern_that_cannot_be_is_refused_in_words(
    desk: Client, north: Cast, wrong: dict[str, Any], said: str
) -> None:
    response = desk.get(PAGE, pattern(north, **wrong))
    assert (response.status_code, said in read(response)) == (422, True), read(response)


def test_rows_of_another_clinic_are_not_found(desk: Client, north: Cast, south: Cast) -> None:
    rows = {
        "patient": south.patient, "service": south.needling, "therapist": south.therapist, "location": south.location,
    }  # fmt: skip
    found = {name: desk.get(PAGE, pattern(north, **{name: row.pk})).status_code for name, row in rows.items()}
    assert found == dict.fromkeys(rows, 404)


@pytest.mark.parametrize("do", ["edit-7", "out-0", "set-x", "out-", "edit-" + "9" * 5000])
def test_a_visit_that_is_none_is_not_found(desk: Client, north: Cast, do: str) -> None:
    assert desk.post(PAGE, {**shown(desk.get(PAGE, pattern(north))), "do": do}).status_code == 404


def test_a_slot_on_no_day_one_can_reckon_with_is_as_if_nothing_had_been_chosen(desk: Client, north: Cast) -> None:
    sent = shown(desk.get(PAGE, pattern(north, weeks="1")))
    for day in ("9999-12-31", "0001-01-01", "2120-05-05"):
        sent["slot-1"] = f"{north.therapist.pk} {north.location.pk} {north.room.pk} {day}T23:59Z"
        assert states(desk.post(PAGE, {**sent, "do": "edit-2"})) == ["free", "free"]


def test_a_visit_set_long_after_the_others_says_what_is_in_its_way(desk: Client, north: Cast) -> None:
    late = NINE + timedelta(days=64)
    with clinic_scope(north.clinic.pk):
        appointment_at(north, late, patient=north.neighbour)
    sent = shown(desk.get(PAGE, pattern(north)))
    sent["slot-1"] = f"{north.therapist.pk} {north.location.pk} {north.room.pk} {late:%Y-%m-%dT%H:%MZ}"
    response = desk.post(PAGE, sent)
    assert (response.status_code, states(response)[0]) == (409, "clash")
    assert "Theo North is booked until 10:55" in read(response)


def test_made_up_slots_book_nothing(desk: Client, north: Cast, south: Cast) -> None:
    sent = shown(desk.get(PAGE, pattern(north, weeks="1")))
    sent["slot-1"] = f"{south.therapist.pk} {north.location.pk} {south.room.pk} 2021-03-02T09:00Z"
    response = desk.post(PAGE, sent)
    assert (response.status_code, states(response)[0], times(north)) == (409, "clash", [])


@pytest.mark.parametrize(
    "slot", [None, "", "x", "1 2 3", "{} 999999 {} 2021-03-02T09:00Z", "{} {} {} 9999-12-31T16:00Z"]
)
def test_what_did_not_come_back_whole_books_nothing(desk: Client, north: Cast, slot: str | None) -> None:
    sent = shown(desk.get(PAGE, pattern(north, weeks="1")))
    del sent["slot-1"]
    if slot is not None:
        ids = (north.therapist.pk, *([] if "999999" in slot else [north.location.pk]), north.room.pk)
        sent["slot-1"] = slot.format(*ids)
    response = desk.post(PAGE, sent)
    assert (response.status_code, times(north)) == (422, [])
    assert "The page did not come back whole. Look at every visit again." in read(response)


def test_nobody_is_told_where_the_desk_has_told_them(desk: Client, north: Cast) -> None:
    sent = shown(desk.get(PAGE, pattern(north)))
    del sent["notify"]
    assert desk.post(PAGE, sent).status_code == 303
    with clinic_scope(north.clinic.pk):
        assert not Appointment.objects.filter(news_at__isnull=False).exists()


@pytest.mark.parametrize("weeks", ["1", "6"])
def test_the_same_statements_for_two_visits_and_for_twelve(desk: Client, north: Cast, weeks: str) -> None:
    with CaptureQueriesContext(connection) as queries:
        desk.get(PAGE, pattern(north, weeks=weeks))
    assert len(of_the_page(queries)) == 11
