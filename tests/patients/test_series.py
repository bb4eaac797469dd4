"""Series through the services: all or none, changed together, told once."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clinics import audit
from clinics.models import AuditEvent
from patients.models import Appointment, Series, Status
from patients.queries.series_plan import plan_series
from patients.services.cancelling import cancel
from patients.services.moving import Changed, move
from patients.services.series import (
    Scope,
    SeriesBooked,
    SeriesMoved,
    SeriesTaken,
    book_series,
    cancel_series,
    coming,
    move_series,
)
from patients.slots import Slot
from tests.factories import NINE, Cast, appointment_at
from tests.patients.test_series_plan import at, needles, wish

pytestmark = pytest.mark.usefixtures("monday_morning")
HOUR = timedelta(hours=1)


def booked(cast: Cast, **changes: Any) -> list[Appointment]:
    outcome = book_series(plan=plan_series(wish(cast, **changes)), by=cast.desk)
    assert isinstance(outcome, SeriesBooked)
    return coming(outcome.series.pk)


def seen(rows: list[Appointment]) -> dict[int, int]:
    return {row.pk: row.version for row in rows}


def local(cast: Cast, rows: Any) -> list[str]:
    return [f"{cast.location.local(row.starts_at):%a %-d %H:%M}" for row in rows]


def test_all_visits_are_booked_as_one_series(in_north: Cast) -> None:
    rows = booked(in_north)
    assert local(in_north, rows) == [
        "Tue 2 09:00", "Fri 5 09:00", "Tue 9 09:00", "Fri 12 09:00", "Tue 16 09:00", "Fri 19 09:00",
    ]  # fmt: skip
    series = Series.objects.get()
    assert (series.weekdays, series.weeks, series.therapist) == ([2, 5], 3, in_north.therapist)
    assert {row.series_id for row in rows} == {series.pk}


def test_one_audit_event_for_all_and_each_is_news(in_north: Cast) -> None:
    rows = booked(in_north)
    event = AuditEvent.objects.get(action="book_series")
    assert (event.subject_ids, event.by, event.patient_id) == (
        [row.pk for row in rows], in_north.desk, in_north.patient.pk,
    )  # fmt: skip
    assert event.detail == {"series": rows[0].series_id, "notify": True}
    assert {row.news_at for row in rows} == {NINE}


def test_nobody_is_told_where_the_desk_does_it(in_north: Cast) -> None:
    book_series(plan=plan_series(wish(in_north)), by=in_north.desk, notify=False)
    assert all(row.told and row.news_at is None for row in Appointment.objects.all())


def test_exactly_those_confirmed_are_booked(in_north: Cast) -> None:
    other = Slot(at(in_north, 5, 14), in_north.therapist.pk, in_north.location.pk, in_north.room.pk)
    plan = plan_series(wish(in_north, weeks=2), {1: None, 2: other})
    assert isinstance(book_series(plan=plan, by=in_north.desk), SeriesBooked)
    assert local(in_north, Appointment.objects.order_by("starts_at")) == ["Fri 5 14:00", "Tue 9 09:00", "Fri 12 09:00"]


def test_one_that_was_taken_meanwhile_keeps_all_from_being_booked(in_north: Cast) -> None:
    plan = plan_series(wish(in_north))
    stands = appointment_at(in_north, at(in_north, 9, 9), patient=in_north.neighbour)
    outcome = book_series(plan=plan, by=in_north.desk)
    assert isinstance(outcome, SeriesTaken)
    assert {number: taken.by for number, taken in outcome.by_number.items()} == {3: (stands,)}
    assert (Appointment.objects.count(), Series.objects.count()) == (1, 0)


def test_nothing_is_booked_where_the_audit_fails(in_north: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(audit, "record", refuse)
    with pytest.raises(RuntimeError):
        book_series(plan=plan_series(wish(in_north)), by=in_north.desk)
    assert (Appointment.objects.count(), Series.objects.count()) == (0, 0)


def test_an_empty_series_is_refused(in_north: Cast) -> None:
    with pytest.raises(ValidationError, match="nothing to book"):
        book_series(plan=plan_series(wish(in_north, weeks=1), {1: None, 2: None}), by=in_north.desk)


def test_a_patient_who_left_is_refused(in_north: Cast) -> None:
    in_north.patient.is_active = False
    in_north.patient.save()
    with pytest.raises(ValidationError, match="not in care here any more"):
        book_series(plan=plan_series(wish(in_north)), by=in_north.desk)


def test_needling_within_48_hours_asks_for_a_reason(in_north: Cast) -> None:
    needles(in_north)
    plan = plan_series(wish(in_north, weekdays=frozenset({2, 3}), weeks=1))
    with pytest.raises(ValidationError, match="less than 48 hours apart"):
        book_series(plan=plan, by=in_north.desk)
    assert isinstance(book_series(plan=plan, by=in_north.desk, spacing_reason="Other muscles."), SeriesBooked)
    assert Series.objects.get().spacing_reason == "Other muscles."
    assert AuditEvent.objects.get(action="book_series").detail["close"] is True


@pytest.mark.parametrize("weeks", [1, 4])
def test_statements_grow_by_the_visit_and_no_faster(in_north: Cast, weeks: int) -> None:
    plan = plan_series(wish(in_north, weeks=weeks))
    with CaptureQueriesContext(connection) as queries:
        book_series(plan=plan, by=in_north.desk)
    assert len(queries) - 6 * weeks == 5


def test_this_and_following_move_by_an_hour(in_north: Cast) -> None:
    rows = booked(in_north)
    outcome = move_series(anchor=rows[2], scope=Scope.FOLLOWING, seen=seen(rows), shift=HOUR, by=in_north.desk)
    assert isinstance(outcome, SeriesMoved)
    assert local(in_north, coming(rows[0].series_id or 0)) == [
        "Tue 2 09:00", "Fri 5 09:00", "Tue 9 10:00", "Fri 12 10:00", "Tue 16 10:00", "Fri 19 10:00",
    ]  # fmt: skip
    assert AuditEvent.objects.filter(action="move").count() == 4


def test_nine_stays_nine_for_those_after_the_clock_changes(in_north: Cast) -> None:
    """Dublin goes to summer time on 28 March."""
    rows = booked(in_north, weeks=6)
    move_series(anchor=rows[0], scope=Scope.ALL, seen=seen(rows), shift=HOUR, by=in_north.desk)
    moved = coming(rows[0].series_id or 0)
    assert {f"{in_north.location.local(row.starts_at):%H:%M}" for row in moved} == {"10:00"}
    assert len({row.starts_at.hour for row in moved}) == 2


def test_a_move_over_its_own_next_visit_works(in_north: Cast) -> None:
    rows = booked(in_north, weekdays=frozenset({2, 3, 4}), weeks=1)
    day = timedelta(days=1)
    move_series(anchor=rows[0], scope=Scope.ALL, seen=seen(rows), shift=day, by=in_north.desk)
    assert local(in_north, coming(rows[0].series_id or 0)) == ["Wed 3 09:00", "Thu 4 09:00", "Fri 5 09:00"]
    rows = coming(rows[0].series_id or 0)
    move_series(anchor=rows[0], scope=Scope.ALL, seen=seen(rows), shift=-day, by=in_north.desk)
    assert local(in_north, coming(rows[0].series_id or 0)) == ["Tue 2 09:00", "Wed 3 09:00", "Thu 4 09:00"]


def test_somebody_else_and_another_room_for_this_one_only(in_north: Cast) -> None:
    rows = booked(in_north, service=in_north.follow_up)
    move_series(
        anchor=rows[1], scope=Scope.THIS, seen=seen(rows), shift=timedelta(), therapist=in_north.colleague,
        room=in_north.plain_room, by=in_north.desk,
    )  # fmt: skip
    after = coming(rows[0].series_id or 0)
    assert [row.therapist_id == in_north.colleague.pk for row in after] == [False, True, False, False, False, False]
    assert after[1].room_id == in_north.plain_room.pk


def test_where_one_cannot_move_none_does(in_north: Cast) -> None:
    rows = booked(in_north)
    appointment_at(in_north, at(in_north, 12, 10, 30), patient=in_north.neighbour)
    outcome = move_series(anchor=rows[0], scope=Scope.ALL, seen=seen(rows), shift=HOUR, by=in_north.desk)
    assert isinstance(outcome, SeriesTaken)
    assert list(outcome.by_number) == [rows[3].pk]
    assert local(in_north, coming(rows[0].series_id or 0)) == local(in_north, rows)


def test_who_is_here_and_what_is_over_stays(in_north: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = booked(in_north)
    Appointment.objects.filter(pk=rows[0].pk).update(status=Status.ARRIVED)
    after = at(in_north, 6, 9)
    monkeypatch.setattr("django.utils.timezone.now", lambda: after)
    rows = coming(rows[0].series_id or 0)
    assert len(rows) == 4
    cancel_series(anchor=rows[0], scope=Scope.ALL, seen=seen(rows), reason="travel", by=in_north.desk)
    statuses = Appointment.objects.order_by("starts_at").values_list("status", flat=True)
    assert list(statuses) == ["arrived", "booked", *["cancelled"] * 4]


def test_the_second_desk_learns_what_changed(in_north: Cast) -> None:
    rows = booked(in_north)
    before = seen(rows)
    one = rows[4]
    move(
        appointment=one, version=one.version, starts_at=one.starts_at + HOUR, therapist=one.therapist, room=one.room,
        by=in_north.manager,
    )  # fmt: skip
    outcome = move_series(anchor=rows[0], scope=Scope.ALL, seen=before, shift=HOUR, by=in_north.desk)
    assert isinstance(outcome, Changed)
    assert (outcome.appointment.pk, outcome.event and outcome.event.by) == (one.pk, in_north.manager)
    again = cancel_series(anchor=rows[0], scope=Scope.ALL, seen=before, reason="cost", by=in_north.desk)
    assert isinstance(again, Changed)
    assert Appointment.objects.filter(status=Status.CANCELLED).count() == 0


def test_a_change_is_news_of_each(in_north: Cast) -> None:
    rows = booked(in_north)
    Appointment.objects.update(news_at=None)
    move_series(anchor=rows[0], scope=Scope.ALL, seen=seen(rows), shift=HOUR, by=in_north.desk)
    assert {row.news_at for row in Appointment.objects.all()} == {NINE}


def test_this_and_following_are_cancelled(in_north: Cast) -> None:
    rows = booked(in_north)
    outcome = cancel_series(
        anchor=rows[3], scope=Scope.FOLLOWING, seen=seen(rows), reason="better", by=in_north.desk, note="Well."
    )
    assert isinstance(outcome, SeriesMoved)
    assert len(coming(rows[0].series_id or 0)) == 3
    reasons = Appointment.objects.filter(status="cancelled").values_list("cancellation__reason", flat=True)
    assert list(reasons) == ["better"] * 3


def test_nothing_left_to_change_is_said(in_north: Cast) -> None:
    rows = booked(in_north, weeks=1)
    for row in rows:
        cancel(appointment=row, version=1, reason="cost", by=in_north.desk)
    with pytest.raises(ValidationError, match="still to come"):
        move_series(anchor=rows[0], scope=Scope.ALL, seen={}, shift=HOUR, by=in_north.desk)


def test_a_move_that_brings_needling_close_asks_for_a_reason(in_north: Cast) -> None:
    needles(in_north)
    rows = booked(in_north, weeks=1)
    facts: dict[str, Any] = {"anchor": rows[1], "scope": Scope.THIS, "seen": seen(rows), "by": in_north.desk}
    with pytest.raises(ValidationError, match="less than 48 hours apart"):
        move_series(**facts, shift=-2 * timedelta(days=1))
    outcome = move_series(**facts, shift=-2 * timedelta(days=1), spacing_reason="Left side.")
    assert isinstance(outcome, SeriesMoved)
    assert Series.objects.get().spacing_reason == "Left side."
