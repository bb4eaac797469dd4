"""Hours, exceptions and holidays are written: what is over stays as it was, and each change leaves an event."""

from datetime import date, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from clinics.availability import Hours
from clinics.models import AuditEvent, Holiday, HoursException, WorkingHours
from clinics.rota import Weekly, clash, from_today
from clinics.services.supply import add_exception, add_holiday, end_exception, remove_holiday, set_weekly_hours
from tests.factories import Cast

DAY = timedelta(days=1)
TODAY = date(2027, 3, 3)  # a Wednesday
ZONE = ZoneInfo("Europe/Dublin")
EIGHT, NOON, SIX = time(8), time(12), time(18)
some_days = st.integers(-40, 40).map(lambda n: TODAY + n * DAY)
rows = st.builds(
    lambda weekday, first, last, weeks: Hours(weekday, EIGHT, NOON, ZONE, first, last, weeks),
    st.integers(1, 2), some_days, st.none() | some_days, st.sampled_from([1, 2]),
)  # fmt: skip


def weekly(cast: Cast, weekday: int, **changes: Any) -> Weekly:
    return Weekly(cast.therapist.pk, cast.location.pk, weekday, EIGHT, SIX)._replace(**changes)


def stored(cast: Cast) -> list[tuple[object, ...]]:
    mine = WorkingHours.objects.filter(therapist=cast.therapist).order_by("weekday", "valid_from", "pk")
    return list(mine.values_list("weekday", "starts", "valid_from", "valid_until", "every_weeks"))


def save(cast: Cast, *wanted: Weekly) -> list[tuple[object, ...]]:
    set_weekly_hours(therapist=cast.therapist, rows=wanted, today=TODAY, by=cast.manager)
    return stored(cast)


def events() -> list[tuple[str, dict[str, object]]]:
    return list(AuditEvent.objects.order_by("pk").values_list("action", "detail"))


@given(rows, rows)
def test_two_rows_clash_on_the_first_day_on_which_both_hold(one: Hours, other: Hours) -> None:
    days = [TODAY + n * DAY for n in range(120)]
    both = [day for day in days if one.hold_on(day) and other.hold_on(day)]
    assert clash(one, other, since=TODAY) == next(iter(both), None)


def test_hours_that_follow_each_other_do_not_clash() -> None:
    morning, afternoon = Hours(1, EIGHT, NOON, ZONE), Hours(1, NOON, SIX, ZONE)
    assert clash(morning, afternoon, since=TODAY) is None
    assert clash(morning, Hours(1, time(11, 59), SIX, ZONE), since=TODAY) == date(2027, 3, 8)


@given(st.none() | some_days, st.sampled_from([1, 2]), st.integers(1, 7))
def test_hours_begun_today_hold_on_the_same_days_ahead(first: date | None, weeks: int, weekday: int) -> None:
    before = Weekly(1, 1, weekday, EIGHT, SIX, first, None, weeks if first else 1)
    after = from_today(before, TODAY)
    days = [TODAY + n * DAY for n in range(60)]
    assert after.valid_from is not None
    assert after.valid_from >= TODAY
    assert [after.hours(ZONE).hold_on(day) for day in days] == [before.hours(ZONE).hold_on(day) for day in days]


def test_what_stays_is_left_alone_and_what_goes_ends_yesterday(in_north: Cast) -> None:
    kept = [weekly(in_north, n) for n in (1, 2, 3, 4)]
    assert save(in_north, *kept) == [
        *((n, EIGHT, None, None, 1) for n in (1, 2, 3, 4)), (5, EIGHT, None, TODAY - DAY, 1),
    ]  # fmt: skip
    assert events() == [("set_hours", {"changed": 1, "added": 0})]


def test_changed_hours_hold_from_today_on(in_north: Cast) -> None:
    kept = [weekly(in_north, n) for n in (1, 2, 3, 4)]
    after = save(in_north, *kept, weekly(in_north, 5, starts=NOON))
    assert after[4:] == [(5, NOON, TODAY, None, 1), (5, EIGHT, None, TODAY - DAY, 1)]


def test_a_last_day_is_changed_in_its_row(in_north: Cast) -> None:
    wanted = [weekly(in_north, n) for n in (1, 2, 3, 4)]
    last = TODAY + 30 * DAY
    assert save(in_north, *wanted, weekly(in_north, 5, valid_until=last))[4:] == [(5, EIGHT, None, last, 1)]
    assert save(in_north, *wanted, weekly(in_north, 5))[4:] == [(5, EIGHT, None, None, 1)]


def test_hours_still_to_come_are_gone_when_dropped(in_north: Cast) -> None:
    WorkingHours.objects.filter(therapist=in_north.therapist).delete()
    save(in_north, weekly(in_north, 1, valid_from=TODAY + 9 * DAY))
    assert save(in_north) == []


def test_a_row_that_would_never_hold_is_not_kept(in_north: Cast) -> None:
    """Every other week, this week off, and its last day is in it."""
    WorkingHours.objects.filter(therapist=in_north.therapist).delete()
    row = weekly(in_north, 5, valid_from=TODAY - 7 * DAY, valid_until=TODAY + 2 * DAY, every_weeks=2)
    assert save(in_north, row) == []


def test_saving_the_same_again_changes_nothing_and_says_nothing(in_north: Cast) -> None:
    save(in_north, *(weekly(in_north, n) for n in range(1, 6)))
    assert events() == []


def test_nobody_elses_hours_change(in_north: Cast) -> None:
    save(in_north)
    theirs = WorkingHours.objects.filter(therapist=in_north.colleague)
    assert set(theirs.values_list("valid_until", flat=True)) == {None}


def off(cast: Cast, first: int, last: int) -> HoursException:
    made = HoursException(
        therapist=cast.therapist, kind="off", first_day=TODAY + first * DAY, last_day=TODAY + last * DAY
    )
    return add_exception(exception=made, by=cast.manager)


def test_an_exception_that_has_begun_ends_yesterday_and_one_to_come_is_gone(in_north: Cast) -> None:
    begun, coming, over = off(in_north, -3, 3), off(in_north, 0, 3), off(in_north, -3, -1)
    for one in (begun, coming, over):
        end_exception(exception=one, today=TODAY, by=in_north.manager)
    days = HoursException.objects.values_list("pk", "last_day")
    assert dict(days) == {begun.pk: TODAY - DAY, over.pk: TODAY - DAY}
    assert [name for name, _detail in events()] == ["add_exception"] * 3 + ["end_exception"] * 2


def test_extra_hours_without_a_place_are_refused(in_north: Cast) -> None:
    made = HoursException(therapist=in_north.therapist, kind="extra", first_day=TODAY, last_day=TODAY)
    with pytest.raises(ValidationError, match="Extra hours have a location and times"):
        add_exception(exception=made, by=in_north.manager)


@pytest.mark.parametrize("somewhere", [True, False])
def test_a_day_is_a_holiday_once(in_north: Cast, somewhere: bool) -> None:
    facts: dict[str, Any] = {"day": TODAY, "location": in_north.location if somewhere else None, "by": in_north.manager}
    made = add_holiday(name="St David", **facts)
    with pytest.raises(ValidationError, match="a holiday on that day already"):
        add_holiday(name="Again", **facts)
    remove_holiday(holiday=made, by=in_north.manager)
    assert not Holiday.objects.exists()
    assert [name for name, _detail in events()] == ["add_holiday", "remove_holiday"]
