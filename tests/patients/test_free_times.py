"""Free times: what is offered can be booked, and nothing that could be is missed."""

from datetime import datetime, time, timedelta
from random import Random
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from clinics.models import Credential, EquipmentPool, Holiday, HoursException, Membership, Service, WorkingHours
from clinics.services.staff import invite_again
from clinics.tenancy import clinic_scope
from clinics.timekeeping import instant
from patients.models import Appointment
from patients.queries.busy import busy_elsewhere
from patients.queries.free_times import FreeTime, Wish, next_free_times
from patients.services.booking import Booked, Taken, book
from tests.factories import NINE, Cast, appointment_at

pytestmark = pytest.mark.usefixtures("monday_morning")

QUARTER = timedelta(minutes=15)


def found(cast: Cast, start: datetime = NINE, count: int = 3, **changes: Any) -> list[FreeTime]:
    facts = {"service": cast.needling, "starts_at": start, "patient": cast.patient, "therapist": cast.therapist}
    return next_free_times(Wish(**{**facts, **changes}), count=count)


def said(times: list[FreeTime]) -> list[str]:
    return [f"{one.starts_at:%a %H:%M} {one.therapist.get_short_name()} {one.room.name}" for one in times]


def test_the_next_time_of_each_day_with_a_room_that_fits(in_north: Cast) -> None:
    assert said(found(in_north)) == ["Mon 09:00 Theo Ash", "Tue 08:00 Theo Ash", "Wed 08:00 Theo Ash"]


def test_the_therapist_asked_for_comes_first(in_north: Cast) -> None:
    appointment_at(in_north, patient=in_north.neighbour)
    times = found(in_north, service=in_north.follow_up)
    assert said(times) == ["Mon 10:00 Theo Ash", "Mon 09:00 Tara Birch", "Tue 08:00 Theo Ash"]


def test_the_patients_own_appointments_are_in_the_way(in_north: Cast) -> None:
    appointment_at(in_north, therapist=in_north.colleague, room=in_north.plain_room, service=in_north.follow_up)
    assert said(found(in_north))[0] == "Mon 10:00 Theo Ash"


def test_time_at_another_clinic_is_in_the_way(north: Cast, south: Cast) -> None:
    with clinic_scope(south.clinic.pk):
        Membership.objects.create(user=north.therapist, role="therapist", treats=True)
        appointment_at(south, therapist=north.therapist, service=south.follow_up)
    with clinic_scope(north.clinic.pk):
        assert said(found(north))[0] == "Mon 10:00 Theo Ash"


def test_a_stranger_learns_nothing_about_another_clinics_therapist(north: Cast, south: Cast) -> None:
    with clinic_scope(south.clinic.pk):
        appointment_at(south)
    with clinic_scope(north.clinic.pk), connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM therapists_busy_elsewhere(%s::bigint[], %s, %s)",
            [[south.therapist.pk], NINE - timedelta(days=1), NINE + timedelta(days=1)],
        )
        assert cursor.fetchall() == []


@pytest.mark.parametrize(("standing", "told"), [("works here", 1), ("left", 0), ("invited again", 0)])
def test_only_of_who_works_here_now_is_told_when_they_are_busy_elsewhere(
    standing: str, told: int, north: Cast, south: Cast
) -> None:
    with clinic_scope(south.clinic.pk):
        appointment_at(south)
    with clinic_scope(north.clinic.pk):
        membership = Membership.objects.create(
            user=south.therapist, role="therapist", treats=True, is_active=standing == "works here"
        )
        if standing == "invited again":
            invite_again(membership=membership, by=north.manager)
        day = timedelta(days=1)
        assert len(busy_elsewhere(NINE - day, NINE + day, [south.therapist.pk])) == told


def test_days_after_a_credential_ends_are_not_offered(in_north: Cast) -> None:
    Credential.objects.update(expires_on=NINE.date() + timedelta(days=1))
    assert said(found(in_north)) == ["Mon 09:00 Theo Ash", "Tue 08:00 Theo Ash"]


def test_the_last_day_in_reach_is_known_to_its_end(in_north: Cast) -> None:
    """Four weeks without a free minute, and the last afternoon too: nothing is left to offer."""
    for day in (NINE.date() + timedelta(days=number) for number in range(29)):
        for begins, ends in ((time(8), time(14, 20)), (time(14, 30), time(17, 50))):
            start, end = (instant(day, wall, in_north.location.zone) for wall in (begins, ends))
            appointment_at(in_north, start, ends_at=end)
    assert found(in_north, NINE + timedelta(hours=3)) == []


def test_nothing_is_offered_where_nobody_works(in_north: Cast) -> None:
    WorkingHours.objects.all().delete()
    assert found(in_north) == []


@pytest.mark.parametrize("count", [1, 3])
def test_the_same_statements_for_one_appointment_and_for_three(in_north: Cast, count: int) -> None:
    for number in range(count):
        appointment_at(in_north, NINE + number * timedelta(hours=1))
    with CaptureQueriesContext(connection) as queries:
        next_free_times(Wish(in_north.needling, NINE))
    assert len(queries) == 4


@pytest.mark.parametrize("seed", range(3))
def test_the_first_time_offered_is_the_first_that_booking_accepts(in_north: Cast, seed: int) -> None:
    """Booking itself is the oracle: from NINE on, quarter by quarter, until it says yes."""
    _scatter(in_north, Random(seed))
    (offered,) = found(in_north, count=1)
    at = NINE
    while isinstance(_attempt(in_north, at), Taken):
        at += QUARTER
    assert instant(offered.starts_at.date(), offered.starts_at.time(), in_north.location.zone) == at


def _scatter(cast: Cast, random: Random) -> None:
    for _ in range(6):
        book(
            patient=random.choice([cast.patient, cast.neighbour]),
            therapist=random.choice([cast.therapist, cast.colleague]),
            room=random.choice([cast.room, cast.plain_room]), service=cast.follow_up,
            starts_at=NINE + timedelta(minutes=5 * random.randrange(40)), by=cast.desk,
        )  # fmt: skip


def _attempt(cast: Cast, at: datetime) -> Booked | Taken:
    """Tried and undone."""
    with transaction.atomic():
        result = book(
            patient=cast.patient, therapist=cast.therapist, room=cast.room, service=cast.needling, starts_at=at,
            by=cast.desk,
        )  # fmt: skip
        if isinstance(result, Booked):
            Appointment.objects.filter(pk=result.appointment.pk).delete()
    return result


def test_holidays_and_days_off_are_not_offered(in_north: Cast) -> None:
    Holiday.objects.create(day=NINE.date(), name="St David")
    tuesday = NINE.date() + timedelta(days=1)
    HoursException.objects.create(therapist=in_north.therapist, kind="off", first_day=tuesday, last_day=tuesday)
    assert said(found(in_north, count=1)) == ["Wed 08:00 Theo Ash"]


def test_a_device_in_use_is_not_offered_and_booking_says_the_same(in_north: Cast) -> None:
    Service.objects.filter(pk=in_north.follow_up.pk).update(equipment=["treadmill"])
    in_north.follow_up.refresh_from_db()
    EquipmentPool.objects.create(location=in_north.location, kind="treadmill", units=1)
    appointment_at(in_north, patient=in_north.neighbour, service=in_north.follow_up)  # 09:00 to 09:45 and ten more
    wish: dict[str, Any] = {"service": in_north.follow_up, "therapist": in_north.colleague}
    assert said(found(in_north, count=1, **wish)) == ["Mon 10:00 Tara Ash"]


def test_a_location_without_the_device_is_not_offered(in_north: Cast) -> None:
    Service.objects.filter(pk=in_north.follow_up.pk).update(equipment=["treadmill"])
    in_north.follow_up.refresh_from_db()
    assert found(in_north, service=in_north.follow_up) == []


def test_who_has_a_place_in_a_class_is_busy_and_the_class_takes_the_rest(in_north: Cast) -> None:
    shared: dict[str, Any] = {"patient": None, "places": 6, "service": in_north.follow_up}
    group = appointment_at(in_north, therapist=in_north.colleague, room=in_north.plain_room, **shared)
    appointment_at(
        in_north, therapist=in_north.colleague, room=in_north.plain_room, service=in_north.follow_up, group=group
    )
    assert said(found(in_north, count=1)) == ["Mon 10:00 Theo Ash"]
    assert said(found(in_north, count=1, patient=in_north.neighbour)) == ["Mon 09:00 Theo Ash"]


def test_a_time_that_another_clinics_visit_reaches_into_is_not_offered_again(north: Cast, south: Cast) -> None:
    with clinic_scope(south.clinic.pk):
        Membership.objects.create(user=north.therapist, role="therapist", treats=True)
        appointment_at(south, therapist=north.therapist, service=south.follow_up)  # to 9:50 with its buffer
    with clinic_scope(north.clinic.pk):
        Service.objects.filter(pk=north.needling.pk).update(minutes_before=15)
        north.needling.refresh_from_db()
        ten = NINE + timedelta(hours=1)
        assert isinstance(_attempt(north, ten), Taken)
        assert said(found(north, ten, count=1)) == ["Mon 10:15 Theo Ash"]
