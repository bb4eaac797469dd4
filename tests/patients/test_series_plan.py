"""A series before it is booked: every visit checked, what is near where one cannot be, and what to mind."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clinics.models import Credential, Holiday, Service
from clinics.timekeeping import instant
from patients.planning import Planned, State
from patients.queries.history import last_needling
from patients.queries.series_plan import SeriesPlan, SeriesWish, plan_series
from patients.series import Pattern
from patients.slots import Obstacle, Slot
from patients.visit_limits import LIMITS, VisitLimit
from tests.factories import NINE, Cast, appointment_at

pytestmark = pytest.mark.usefixtures("monday_morning")

TUESDAY = date(2021, 3, 2)


def wish(cast: Cast, **changes: Any) -> SeriesWish:
    """Twice a week for three weeks, Tuesdays and Fridays around 9."""
    facts = {"weekdays": frozenset({2, 5}), "wall": time(9), "weeks": 3, "starts_on": TUESDAY}
    pattern = Pattern(**{**facts, **{key: changes.pop(key) for key in list(changes) if key in facts}})
    values = {"patient": cast.patient, "service": cast.needling, "therapist": cast.therapist, **changes}
    return SeriesWish(location=cast.location, pattern=pattern, **values)


def at(cast: Cast, day: int, hour: int, minute: int = 0) -> Any:
    return instant(date(2021, 3, day), time(hour, minute), cast.location.zone)


def said(plan: SeriesPlan, one: Planned) -> list[str]:
    local = plan.wish.location.local
    names = {key: person.get_short_name() for key, person in plan.reading.therapists.items()}
    return [f"{local(slot.start):%a %-d %H:%M} {names[slot.therapist]}" for slot in one.substitutes]


def needles(cast: Cast) -> None:
    Service.objects.filter(pk=cast.needling.pk).update(contains=["needling"])
    cast.needling.refresh_from_db()


def test_everything_is_free(in_north: Cast) -> None:
    plan = plan_series(wish(in_north))
    assert [one.state for one in plan.visits] == [State.FREE] * 6
    assert {slot.room for slot in plan.slots.values()} == {in_north.room.pk}
    assert [f"{in_north.location.local(slot.start):%a %-d %b %H:%M}" for slot in plan.slots.values()][:2] == [
        "Tue 2 Mar 09:00", "Fri 5 Mar 09:00",
    ]  # fmt: skip


def test_a_visit_that_cannot_be_has_the_nearest_instead(in_north: Cast) -> None:
    appointment_at(in_north, at(in_north, 9, 8, 30), patient=in_north.neighbour)
    Credential.objects.create(
        therapist=in_north.colleague, kind="needling", issued_on=date(2020, 1, 1), expires_on=date(2029, 1, 1)
    )
    plan = plan_series(wish(in_north))
    third = plan.visits[2]
    assert (third.state, third.found.obstacle, third.number) == (State.CLASH, Obstacle.THERAPIST, 3)
    assert said(plan, third) == ["Tue 9 09:30 Theo", "Wed 10 09:00 Theo"]  # Ash is the only room, so not Tara then
    assert plan.slots[3] == third.substitutes[0]


def test_somebody_else_at_the_same_time_where_a_room_is_free(in_north: Cast) -> None:
    appointment_at(in_north, at(in_north, 9, 8, 30), patient=in_north.neighbour)
    plan = plan_series(wish(in_north, service=in_north.follow_up))
    assert said(plan, plan.visits[2]) == ["Tue 9 09:30 Theo", "Tue 9 09:00 Tara", "Wed 10 09:00 Theo"]


def test_a_holiday_and_a_day_without_hours_ask_for_a_choice(in_north: Cast) -> None:
    Holiday.objects.create(day=date(2021, 3, 5), name="Founders’ day")
    plan = plan_series(wish(in_north, weekdays=frozenset({5, 6}), starts_on=date(2021, 3, 5), weeks=1))
    assert [one.found.obstacle for one in plan.visits] == [Obstacle.CLOSED, Obstacle.HOURS]
    assert [said(plan, one)[:1] for one in plan.visits] == [["Mon 8 09:00 Theo"], ["Tue 9 09:00 Theo"]]


def test_two_visits_are_not_offered_the_same_time(in_north: Cast) -> None:
    """Wednesday 9:00 would do for both; the first one has it."""
    for day in (2, 3):
        appointment_at(in_north, at(in_north, day, 8), ends_at=at(in_north, day, 18), patient=in_north.neighbour)
    plan = plan_series(wish(in_north, weekdays=frozenset({2, 3}), weeks=1))
    starts = [slot.start for slot in plan.slots.values()]
    assert len(set(starts)) == 2


def test_needling_is_not_offered_close_to_another_visit(in_north: Cast) -> None:
    """Tuesday is full. Thursday is too close to Friday, and Wednesday then to what stands on Monday."""
    needles(in_north)
    appointment_at(in_north, at(in_north, 2, 8), ends_at=at(in_north, 2, 18), patient=in_north.neighbour)
    plan = plan_series(wish(in_north, weeks=1))
    assert said(plan, plan.visits[0]) == ["Wed 3 09:00 Theo"]
    appointment_at(in_north, at(in_north, 1, 15))
    plan = plan_series(wish(in_north, weeks=1))
    assert said(plan, plan.visits[0]) == ["Mon 8 09:00 Theo"]


def test_the_next_day_is_not_offered_where_the_series_has_a_visit_on_it(in_north: Cast) -> None:
    appointment_at(in_north, at(in_north, 2, 8), ends_at=at(in_north, 2, 18), patient=in_north.neighbour)
    plan = plan_series(wish(in_north, weekdays=frozenset({2, 3}), weeks=1))
    assert said(plan, plan.visits[0]) == ["Thu 4 09:00 Theo"]


def test_a_choice_of_ones_own_may_lie_outside_the_hours(in_north: Cast) -> None:
    late = Slot(at(in_north, 2, 19), in_north.therapist.pk, in_north.location.pk, in_north.room.pk)
    plan = plan_series(wish(in_north), {1: late, 2: None})
    assert [(one.state, one.found.obstacle) for one in plan.visits[:2]] == [
        (State.CHANGED, Obstacle.HOURS), (State.OUT, None),
    ]  # fmt: skip
    assert (plan.slots[1], 2 in plan.slots) == (late, False)


def test_a_choice_that_cannot_be_is_a_clash_again(in_north: Cast) -> None:
    appointment_at(in_north, at(in_north, 2, 11), patient=in_north.neighbour)
    eleven = Slot(at(in_north, 2, 11), in_north.therapist.pk, in_north.location.pk, in_north.room.pk)
    plan = plan_series(wish(in_north), {1: eleven})
    assert plan.visits[0].state == State.CLASH
    assert said(plan, plan.visits[0])[0] == "Tue 2 10:00 Theo"


@pytest.mark.parametrize("weeks", [1, 8])
def test_as_many_statements_for_two_visits_as_for_sixteen(in_north: Cast, weeks: int) -> None:
    needles(in_north)
    with CaptureQueriesContext(connection) as queries:
        plan_series(wish(in_north, weeks=weeks))
    assert len(queries) == 6  # the world, the needling visits that stand, the care plan


def test_needling_too_close_is_named_also_against_what_stands(in_north: Cast) -> None:
    needles(in_north)
    appointment_at(in_north, at(in_north, 1, 15))
    plan = plan_series(wish(in_north, weekdays=frozenset({2, 5}), weeks=1))
    assert [(pair.hours, pair.is_hard) for pair in plan.close] == [(18, True)]
    assert plan.is_too_close
    plain = plan_series(wish(in_north, service=in_north.follow_up, weekdays=frozenset({1, 2}), weeks=1))
    assert plain.close == []


def test_monday_and_wednesday_are_said_and_not_stopped(in_north: Cast) -> None:
    needles(in_north)
    plan = plan_series(wish(in_north, weekdays=frozenset({3, 5}), weeks=1))
    assert ([pair.hours for pair in plan.close], plan.is_too_close) == ([48], False)


def test_visits_beyond_the_plan_are_counted(in_north: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    limit = VisitLimit(visits=6, used=1, starts_on=date(2021, 2, 1), ends_on=date(2021, 3, 12))
    monkeypatch.setattr("patients.visit_limits.LIMITS", [lambda patient_id: limit])
    appointment_at(in_north, at(in_north, 1, 15))
    (beyond,) = plan_series(wish(in_north)).beyond
    assert (beyond.booked, beyond.too_many, beyond.too_late) == (1, 2, 2)
    assert plan_series(wish(in_north, weeks=1)).beyond == []


def test_the_care_plan_is_asked(in_north: Cast) -> None:
    assert [ask.__name__ for ask in LIMITS] == ["planned_visits"]


def test_the_last_needling_visit_is_known(in_north: Cast) -> None:
    needles(in_north)
    assert last_needling(in_north.patient, NINE) is None
    before = appointment_at(in_north, NINE - timedelta(days=3), status="completed")
    appointment_at(in_north, NINE - timedelta(days=1), status="no_show")
    assert last_needling(in_north.patient, NINE) == before


@pytest.mark.parametrize("days", [-7, 62])
def test_a_visit_by_hand_far_from_the_others_is_checked_as_well(in_north: Cast, days: int) -> None:
    """Before the first day of the pattern, and long after its last."""
    day = NINE.date() + timedelta(days=8 + days)
    there = instant(day, time(9), in_north.location.zone)
    choices = {1: Slot(there, in_north.therapist.pk, in_north.location.pk)}
    asked = wish(in_north, starts_on=NINE.date() + timedelta(days=8))
    assert plan_series(asked, choices).visits[0].found.obstacle is None
    holiday = Holiday.objects.create(day=day, name="Fair")
    assert plan_series(asked, choices).visits[0].found.obstacle == Obstacle.CLOSED
    holiday.delete()
    appointment_at(in_north, there, patient=in_north.neighbour)
    assert plan_series(asked, choices).visits[0].state == State.CLASH
