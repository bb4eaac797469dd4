"""The editor of hours: nothing is saved that was not shown, and whom a change leaves outside is named."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from clinics.models import AuditEvent, Holiday, HoursException, Location, WorkingHours
from clinics.tenancy import clinic_scope
from tests.factories import NINE, Cast, appointment_at
from tests.patients.statements import of_the_page

pytestmark = pytest.mark.usefixtures("monday_morning")

DAY, MONDAY = timedelta(days=1), NINE.date()
NEXT_YEAR = str(MONDAY + 366 * DAY)
Row = dict[str, Any]


@pytest.fixture
def scoped(north: Cast) -> Iterator[Cast]:
    """Reads and writes of the test itself; the requests enter their own."""
    with clinic_scope(north.clinic.pk):
        yield north


def row(cast: Cast, weekday: int = 1, **changes: Any) -> Row:
    usual = {"location": cast.location.pk, "weekday": weekday, "starts": "08:00", "ends": "18:00", "every_weeks": 1}
    return {**usual, **changes}


def sent(rows: list[Row], **more: Any) -> dict[str, Any]:
    fields = {f"hours-{n}-{name}": value for n, one in enumerate(rows) for name, value in one.items()}
    return {"hours-TOTAL_FORMS": len(rows), "hours-INITIAL_FORMS": len(rows), **fields, **more}


def week(cast: Cast) -> list[Row]:
    return [row(cast, n) for n in range(1, 6)]


def page_of(cast: Cast) -> str:
    return f"/hours/{cast.therapist.pk}/"


def save_button(response: Any) -> str:
    found = re.search(r'name="save"\s+value="(\w+)"', response.content.decode())
    assert found
    return found.group(1)


def words(response: Any) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", response.content.decode()).split())


def errors(response: Any) -> list[Row]:
    form = response.context["form"]
    return [dict(one.errors) for one in form.rows] if hasattr(form, "rows") else [dict(form.errors)]


@pytest.mark.parametrize("count", [1, 3])
def test_the_team_takes_the_same_statements_for_one_and_for_three(manager: Client, north: Cast, count: int) -> None:
    with clinic_scope(north.clinic.pk):
        off(north, count)
    with CaptureQueriesContext(connection) as queries:
        response = manager.get("/hours/")
    assert len(of_the_page(queries)) == 4
    assert words(response).count("Off Mon") == 2 * count
    assert "40 h, 4 days" in words(response)


def off(cast: Cast, count: int) -> None:
    for person in (cast.therapist, cast.colleague):
        for n in range(count):
            day = MONDAY + 7 * n * DAY
            HoursException.objects.create(therapist=person, kind="off", first_day=day, last_day=day)


@pytest.mark.parametrize("count", [1, 3])
def test_a_therapist_takes_the_same_statements_for_one_and_for_three(manager: Client, north: Cast, count: int) -> None:
    with clinic_scope(north.clinic.pk):
        WorkingHours.objects.filter(weekday__gt=count).delete()
        off(north, count)
    with CaptureQueriesContext(connection) as queries:
        response = manager.get(page_of(north))
    assert len(of_the_page(queries)) == 7
    assert response.content.decode().count('class="part hours-row"') == count


def test_the_days_ahead_are_shown_as_they_are(manager: Client, scoped: Cast) -> None:
    Holiday.objects.create(day=MONDAY + DAY, name="Fair")
    off(scoped, 1)
    text = words(manager.get(page_of(scoped)))
    assert "1 Mar 1 no hours Off 2 no hours Holiday: Fair 3 08:00–18:00" in text


def test_rows_come_and_go_unjudged(manager: Client, north: Cast) -> None:
    typed = [row(north, starts="nonsense"), row(north, 2)]
    added: Any = manager.post(page_of(north), sent(typed, change="add"))
    rows = added.context["form"].rows.forms
    assert (added.status_code, len(rows), rows[2]["weekday"].value(), rows[0]["starts"].value()) == (
        200,
        3,
        3,
        "nonsense",
    )
    dropped: Any = manager.post(page_of(north), sent(typed, change="drop-0"))
    assert [str(one["weekday"].value()) for one in dropped.context["form"].rows] == ["2"]


def test_a_preview_saves_nothing_and_marks_what_changes(manager: Client, scoped: Cast) -> None:
    before = list(WorkingHours.objects.values())
    response = manager.post(
        page_of(scoped), sent([row(scoped, n, ends="12:00" if n == 1 else "18:00") for n in range(1, 6)])
    )
    assert response.status_code == 200
    assert "8 08:00–12:00 until now: 08:00–18:00" in words(response)
    assert "No appointment would lie outside the hours." in words(response)
    assert list(WorkingHours.objects.values()) == before


def test_what_was_shown_is_saved(manager: Client, scoped: Cast) -> None:
    wanted = sent([row(scoped, 1, ends="12:00")])
    shown = save_button(manager.post(page_of(scoped), wanted))
    response = manager.post(page_of(scoped), {**wanted, "save": shown})
    assert response["Location"] == page_of(scoped)
    mine = WorkingHours.objects.filter(therapist=scoped.therapist).not_over(MONDAY)
    assert [(one.weekday, f"{one.ends:%H:%M}", one.valid_from) for one in mine] == [(1, "12:00", MONDAY)]
    assert AuditEvent.objects.filter(action="set_hours", by=scoped.manager).count() == 1


def test_whom_a_change_leaves_outside_is_listed_and_needs_a_button_of_its_own(manager: Client, scoped: Cast) -> None:
    outside = appointment_at(scoped, NINE + timedelta(days=7, hours=4))
    appointment_at(scoped, NINE + timedelta(days=7), patient=scoped.neighbour)
    wanted = sent([row(scoped, 1, ends="12:00")])
    response = manager.post(page_of(scoped), wanted)
    text = words(response)
    assert "1 appointment would lie outside the hours Mon 8 Mar, 13:00–13:45 Pia North" in text
    assert f'href="/appointments/{outside.pk}/"' in response.content.decode()
    assert "Save, and leave 1 appointment outside the hours" in text
    assert AuditEvent.objects.get(action="read").subject_ids == [scoped.patient.pk]
    saved = manager.post(page_of(scoped), {**wanted, "save": save_button(response)})
    assert saved.status_code == 302


def test_a_class_counts_once_and_what_lay_outside_before_does_not(manager: Client, scoped: Cast) -> None:
    shared: dict[str, Any] = {"service": scoped.follow_up, "room": scoped.plain_room}
    group = appointment_at(scoped, NINE + timedelta(hours=5), patient=None, places=6, **shared)
    appointment_at(scoped, NINE + timedelta(hours=5), group=group, **shared)
    appointment_at(scoped, NINE + timedelta(hours=10), patient=scoped.neighbour)  # 19:00, after closing time
    text = words(manager.post(page_of(scoped), sent([row(scoped, 1, ends="12:00")])))
    assert "1 appointment would lie outside" in text
    assert "Follow-up visit Follow-up visit, Theo North" in text


@pytest.mark.parametrize("meanwhile", ["a booking", "a colleague"])
def test_what_has_changed_since_is_shown_once_more(manager: Client, scoped: Cast, meanwhile: str) -> None:
    wanted = sent([row(scoped, 1, ends="12:00")])
    shown = save_button(manager.post(page_of(scoped), wanted))
    if meanwhile == "a booking":
        appointment_at(scoped, NINE + timedelta(hours=4))
    else:
        WorkingHours.objects.filter(therapist=scoped.therapist, weekday=3).delete()
    response = manager.post(page_of(scoped), {**wanted, "save": shown})
    assert response.status_code == 409
    assert "This is not what you saw" in words(response)
    assert not AuditEvent.objects.filter(action="set_hours").exists()


@pytest.mark.parametrize(("changes", "field", "said"), [
    ({"weekday": 9}, "weekday", "Please choose one of the list."),
    ({"location": "x"}, "location", "That is not among the choices."),
    ({"starts": ""}, "starts", "At what time?"),
    ({"ends": "07:00"}, "ends", "The end must be later than the start."),
    ({"ends": "25:00"}, "ends", "A time such as 09:45, please."),
    ({"every_weeks": 2}, "valid_from", "Every other week needs a first day: its week is a working one."),
    ({"valid_from": "2021-02-30"}, "valid_from", "A day such as 2027-03-01, please."),
    ({"valid_from": "2099-01-01"}, "valid_from", "A day within the next two years, please."),
    ({"valid_until": "2021-02-28"}, "valid_until", "That day is over. To end these hours now, remove the row."),
    ({"valid_from": NEXT_YEAR, "valid_until": "2021-03-02"}, "valid_until", "The last day is not before the first."),
])  # fmt: skip
def test_a_row_that_cannot_be_is_refused_by_name(
    changes: Row, field: str, said: str, manager: Client, north: Cast
) -> None:
    response = manager.post(page_of(north), sent([row(north, **changes)]))
    assert (response.status_code, errors(response)) == (422, [{field: [said]}])
    assert "1 field needs a look" in words(response)


def test_nobody_is_in_two_places_at_once(manager: Client, scoped: Cast) -> None:
    barn = Location.objects.create(name="Barn", time_zone="Europe/Dublin")
    rows = [row(scoped), row(scoped, location=barn.pk, starts="17:30", ends="19:00")]
    response = manager.post(page_of(scoped), sent(rows))
    assert (response.status_code, errors(response)[1]) == (422, {"starts": ["Overlaps row 1, first on 1 March 2021."]})
    taking_turns = [{**one, "every_weeks": 2, "valid_from": str(MONDAY + 7 * n * DAY)} for n, one in enumerate(rows)]
    assert manager.post(page_of(scoped), sent(taking_turns)).status_code == 200


def test_more_rows_than_a_page_holds_are_refused(manager: Client, north: Cast) -> None:
    response = manager.post(page_of(north), sent([row(north)] * 70))
    assert response.status_code == 422


def test_the_night_of_the_changing_clock_is_spoken_of(manager: Client, north: Cast) -> None:
    """In Dublin, the clock skips from 01:00 to 02:00 on 28 March 2021."""
    text = words(manager.post(page_of(north), sent([row(north, 7, starts="01:30", ends="06:00")])))
    assert "28 02:30–06:00 until now: no hours The clock skips 01:30 that night. 02:30 is meant." in text


@pytest.mark.parametrize("path", ["/hours/{}/", "/hours/{}/exceptions/new/"])
def test_another_clinics_therapist_and_who_does_not_treat_are_not_there(
    path: str, manager: Client, north: Cast, south: Cast
) -> None:
    answers = [manager.get(path.format(pk)).status_code for pk in (south.therapist.pk, north.desk.pk, 2**63)]
    assert answers == [404, 404, 404]


def test_a_desk_may_not(desk: Client, north: Cast) -> None:
    day: date = MONDAY
    with clinic_scope(north.clinic.pk):
        holiday = Holiday.objects.create(day=day, name="Fair")
        exception = HoursException.objects.create(therapist=north.therapist, kind="off", first_day=day, last_day=day)
    paths = [
        "/hours/", page_of(north), f"{page_of(north)}exceptions/new/", f"/hours/exceptions/{exception.pk}/end/",
        "/hours/holidays/", f"/hours/holidays/{holiday.pk}/end/",
    ]  # fmt: skip
    assert {desk.post(path).status_code for path in paths[1:]} | {desk.get(paths[0]).status_code} == {403}
    assert "/hours/" not in desk.get("/day/").content.decode()
