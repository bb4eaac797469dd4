"""What is stored of hours, exceptions and holidays, picked for a therapist at a location."""

from datetime import date, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clinics.models import Holiday, HoursException, Location, WorkingHours
from clinics.queries.rota import rota
from clinics.tenancy import clinic_scope
from tests.factories import NINE, Cast

MONDAY = NINE.date()
WEEK = [MONDAY + timedelta(days=n) for n in range(7)]


def hours_of(cast: Cast, location: Location | None = None, days: list[date] = WEEK) -> list[str]:
    place = location or cast.location
    known = rota(days[0], days[-1])
    spans = known.spans(cast.therapist.pk, place.pk, place.zone, days)
    return [f"{place.local(one.start):%a %H:%M}-{place.local(one.end):%H:%M}" for one in spans]


def off(cast: Cast, **changes: object) -> HoursException:
    values = {"therapist": cast.therapist, "kind": "off", "first_day": MONDAY, "last_day": MONDAY}
    made: HoursException = HoursException.objects.create(**{**values, **changes})
    return made


@pytest.fixture
def barn(in_north: Cast) -> Location:
    """A second location, where Theo works on Saturdays."""
    made = Location.objects.create(name="Barn", time_zone="America/New_York")
    WorkingHours.objects.create(therapist=in_north.therapist, location=made, weekday=6, starts=time(9), ends=time(12))
    return made


def test_the_weekly_hours_of_one_location(in_north: Cast, barn: Location) -> None:
    assert hours_of(in_north) == [f"{day} 08:00-18:00" for day in ("Mon", "Tue", "Wed", "Thu", "Fri")]
    assert hours_of(in_north, barn) == ["Sat 09:00-12:00"]


def test_time_off_counts_everywhere_or_at_its_location(in_north: Cast, barn: Location) -> None:
    off(in_north, first_day=WEEK[1], last_day=WEEK[5])
    assert hours_of(in_north) == ["Mon 08:00-18:00"]
    assert hours_of(in_north, barn) == []
    HoursException.objects.update(location=barn)
    assert len(hours_of(in_north)) == 5
    assert hours_of(in_north, barn) == []


def test_time_off_of_a_colleague_changes_nothing(in_north: Cast) -> None:
    off(in_north, therapist=in_north.colleague)
    assert len(hours_of(in_north)) == 5


def test_extra_hours_where_there_are_no_weekly_ones(in_north: Cast, barn: Location) -> None:
    extra = {"kind": "extra", "location": barn, "starts": time(10), "ends": time(11)}
    off(in_north, first_day=WEEK[6], last_day=WEEK[6], **extra)
    assert hours_of(in_north, barn) == ["Sat 09:00-12:00", "Sun 10:00-11:00"]
    assert (in_north.therapist.pk, barn.pk) in rota(WEEK[6], WEEK[6]).places()


def test_a_holiday_closes_its_location_or_all(in_north: Cast, barn: Location) -> None:
    holiday = Holiday.objects.create(day=WEEK[0], name="St David", location=in_north.location)
    Holiday.objects.create(day=WEEK[5], name="Fair")
    assert [text[:3] for text in hours_of(in_north)] == ["Tue", "Wed", "Thu", "Fri"]
    assert hours_of(in_north, barn) == []
    Holiday.objects.filter(pk=holiday.pk).update(location=barn)
    assert len(hours_of(in_north)) == 5


def test_hours_hold_from_their_first_day_to_their_last(in_north: Cast) -> None:
    WorkingHours.objects.filter(weekday__lte=2).update(valid_from=WEEK[1])
    WorkingHours.objects.filter(weekday__gte=3).update(valid_until=WEEK[3])
    assert [text[:3] for text in hours_of(in_north)] == ["Tue", "Wed", "Thu"]


def test_every_other_week(in_north: Cast) -> None:
    WorkingHours.objects.exclude(weekday=1).delete()
    WorkingHours.objects.update(valid_from=MONDAY, every_weeks=2)
    mondays = [MONDAY + timedelta(weeks=n) for n in range(4)]
    assert len(hours_of(in_north, days=mondays)) == 2
    assert hours_of(in_north, days=[mondays[1], mondays[3]]) == []


def test_another_clinics_rows_are_not_there(north: Cast, south: Cast) -> None:
    with clinic_scope(south.clinic.pk):
        Holiday.objects.create(day=MONDAY, name="South only")
        off(south)
    with clinic_scope(north.clinic.pk):
        found = rota(WEEK[0], WEEK[6])
    assert (found.holidays, found.exceptions) == ([], {})
    assert set(found.weekly) == {north.therapist.pk, north.colleague.pk}


@pytest.mark.parametrize("count", [1, 3])
def test_one_statement_for_one_row_of_each_and_for_three(in_north: Cast, count: int) -> None:
    for number in range(count):
        off(in_north, first_day=WEEK[number], last_day=WEEK[number])
        Holiday.objects.create(day=WEEK[number], name="Closed")
    with CaptureQueriesContext(connection) as queries:
        found = rota(WEEK[0], WEEK[6], therapists=[in_north.therapist.pk])
    assert len(queries) == 1
    assert (len(found.exceptions[in_north.therapist.pk]), len(found.holidays)) == (count, count)
