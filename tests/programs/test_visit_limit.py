"""What the care plan authorises, as booking asks for it."""

from datetime import date, timedelta

from clinics.models import Location
from patients.queries.history import booked_visits
from patients.visit_limits import VisitLimit, limits_of
from programs.models import CarePlan
from tests.factories import NINE, Cast, appointment_at
from tests.programs.test_episodes import opened
from tests.programs.test_plans import planned


def test_nobody_without_a_plan_has_a_limit(in_north: Cast) -> None:
    assert limits_of(in_north.patient.pk) == []


def test_the_plan_says_how_many_are_used_and_when_it_ends(in_north: Cast) -> None:
    planned(in_north, opened(in_north), day=date(2021, 3, 1))
    appointment_at(in_north, NINE - timedelta(days=7), status="completed")
    appointment_at(in_north, NINE, status="completed")
    appointment_at(in_north, NINE + timedelta(days=7))
    plan = CarePlan.objects.get()
    assert limits_of(in_north.patient.pk) == [
        VisitLimit(plan.visits, 1, date(2021, 3, 1), date(2021, 3, 1) + timedelta(weeks=plan.weeks, days=-1))
    ]
    assert limits_of(in_north.neighbour.pk) == []


def test_visits_are_counted_by_the_calendar_of_their_place(in_north: Cast) -> None:
    """Nine in the morning of the plan's first day in Sydney is the evening before in Dublin."""
    planned(in_north, opened(in_north), day=date(2021, 3, 1))
    Location.objects.update(time_zone="Australia/Sydney")
    first = NINE - timedelta(hours=11)
    appointment_at(in_north, first, status="completed")
    appointment_at(in_north, first + timedelta(hours=1))
    (limit,) = limits_of(in_north.patient.pk)
    assert (limit.used, booked_visits(in_north.patient, limit)) == (1, 1)
    appointment_at(in_north, first - timedelta(hours=10), status="completed")  # the last day of February there too
    assert limits_of(in_north.patient.pk) == [limit]


def test_plans_of_two_episodes_add_up(in_north: Cast) -> None:
    planned(in_north, opened(in_north), day=date(2021, 3, 1))
    planned(in_north, opened(in_north, complaint="Knee"), day=date(2021, 3, 8))
    (limit,) = limits_of(in_north.patient.pk)
    assert limit.visits == sum(plan.visits for plan in CarePlan.objects.all())
    assert limit.starts_on == date(2021, 3, 1)
    assert limit.ends_on > date(2021, 3, 8)


def test_a_plan_that_has_ended_authorises_nothing(in_north: Cast) -> None:
    planned(in_north, opened(in_north), day=date(2021, 3, 1))
    CarePlan.objects.update(ended_on=date(2021, 3, 2))
    assert limits_of(in_north.patient.pk) == []
