"""Find a time: the first ten that can be booked, or the plain reason why there is none."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clinics.models import (
    Credential,
    EquipmentPool,
    Holiday,
    Membership,
    Room,
    Service,
    WorkingHours,
)
from clinics.tenancy import clinic_scope
from patients.queries.find_time import Found, TimeWish, find_times
from tests.factories import NINE, Cast, appointment_at

pytestmark = pytest.mark.usefixtures("monday_morning")


def search(cast: Cast, count: int = 10, **wishes: Any) -> Found:
    return find_times(TimeWish(wishes.pop("service", cast.needling), **wishes), count=count)


def said(found: Found) -> list[str]:
    return [f"{one.local:%a %H:%M} {one.therapist.get_short_name()} {one.room.name}" for one in found.times]


def fill(cast: Cast, days: int = 57, **changes: Any) -> None:
    """Theo is busy from morning to evening, every day."""
    for number in range(days):
        start = NINE + number * timedelta(days=1) - timedelta(hours=2)
        appointment_at(cast, start, **{"ends_at": start + timedelta(hours=12), "patient": cast.neighbour, **changes})


def test_the_first_ten_from_now_on(in_north: Cast) -> None:
    assert said(search(in_north))[:3] == ["Mon 09:00 Theo Ash", "Mon 09:15 Theo Ash", "Mon 09:30 Theo Ash"]
    assert len(search(in_north).times) == 10


def test_everybody_who_may_each_once_per_start(in_north: Cast) -> None:
    found = search(in_north, 4, service=in_north.follow_up)
    assert [one.split()[1:] for one in said(found)[:2]] == [["09:00", "Theo", "Ash"], ["09:00", "Tara", "Ash"]]


def test_the_wishes_hold_together(in_north: Cast) -> None:
    found = search(
        in_north, 2, service=in_north.follow_up, therapists=[in_north.colleague.pk], weekdays=[3, 4],
        not_before=time(16, 45), not_after=time(17, 30), location=in_north.location.pk,
    )  # fmt: skip
    assert said(found) == ["Wed 16:45 Tara Ash", "Wed 17:00 Tara Ash"]


def test_a_wish_for_later_starts_there(in_north: Cast) -> None:
    assert said(search(in_north, 1, earliest=date(2021, 3, 10))) == ["Wed 08:00 Theo Ash"]


def test_the_patients_own_visits_are_in_the_way(in_north: Cast) -> None:
    appointment_at(in_north, therapist=in_north.colleague, room=in_north.plain_room, service=in_north.follow_up)
    assert said(search(in_north, 1, patient=in_north.patient)) == ["Mon 10:00 Theo Ash"]
    assert said(search(in_north, 1, patient=in_north.neighbour)) == ["Mon 09:00 Theo Ash"]


def test_time_at_another_clinic_is_in_the_way(north: Cast, south: Cast) -> None:
    with clinic_scope(south.clinic.pk):
        Membership.objects.create(user=north.therapist, role="therapist", treats=True)
        appointment_at(south, therapist=north.therapist, service=south.follow_up)
    with clinic_scope(north.clinic.pk):
        assert said(search(north, 1)) == ["Mon 10:00 Theo Ash"]


def test_devices_are_counted(in_north: Cast) -> None:
    shock = Service.objects.create(key="shock", name="Shockwave", minutes=30, equipment=["shockwave"])
    EquipmentPool.objects.create(location=in_north.location, kind="shockwave", units=1)
    appointment_at(in_north, service=shock, ends_at=NINE + timedelta(minutes=30))
    found = search(in_north, 1, service=shock, therapists=[in_north.colleague.pk])
    assert said(found) == ["Mon 09:30 Tara Ash"]


@pytest.mark.parametrize("count", [1, 3])
def test_four_statements_whatever_the_number_of_rows(in_north: Cast, count: int) -> None:
    for number in range(count):
        appointment_at(in_north, NINE + number * timedelta(hours=1))
    with CaptureQueriesContext(connection) as queries:
        assert len(search(in_north, patient=in_north.patient).times) == 10
    assert len(queries) == 4


def test_why_not_asks_for_nothing_more(in_north: Cast) -> None:
    WorkingHours.objects.all().delete()
    with CaptureQueriesContext(connection) as queries:
        assert search(in_north).why_not != ""
    assert len(queries) == 4


def test_why_nobody_holds_the_credential(in_north: Cast) -> None:
    Credential.objects.update(expires_on=NINE.date() - timedelta(days=1))
    found = search(in_north)
    assert found.why_not == "Nobody holds a valid credential for dry needling in these 8 weeks."
    assert found.instead == ()


def test_why_the_therapist_asked_for_may_not_and_who_may(in_north: Cast) -> None:
    found = search(in_north, therapists=[in_north.colleague.pk])
    assert found.why_not == "Tara North: no valid credential for dry needling in these 8 weeks."
    ((wishes, first),) = [(one.wishes, one.first) for one in found.instead]
    assert (wishes, first.therapist, first.starts_at) == (("therapists",), in_north.therapist, NINE)


def test_why_no_room_has_what_is_needed(in_north: Cast) -> None:
    Room.objects.filter(pk=in_north.room.pk).update(features=["plinth"])
    assert search(in_north).why_not == "No room with sharps bin at North House."
    Room.objects.filter(pk=in_north.room.pk).update(features=["sharps"])
    assert search(in_north).why_not == "No room with sharps bin and plinth at North House."
    Room.objects.update(is_active=False)
    assert search(in_north).why_not == "North House has no room in use."


def test_why_there_is_no_device(in_north: Cast) -> None:
    shock = Service.objects.create(key="shock", name="Shockwave", minutes=30, equipment=["shockwave"])
    assert search(in_north, service=shock).why_not == (
        "North House lacks a device that the service needs: shockwave device."
    )


def test_why_nobody_who_may_has_hours_then(in_north: Cast) -> None:
    WorkingHours.objects.filter(therapist=in_north.therapist, weekday=5).delete()
    found = search(in_north, weekdays=[5])
    assert found.why_not == "No therapist with a credential for dry needling has hours on Friday in these 8 weeks."
    assert [(one.wishes, f"{one.first.local:%a %H:%M}") for one in found.instead] == [(("weekdays",), "Mon 09:00")]


def test_why_the_hours_wished_for_are_not_worked(in_north: Cast) -> None:
    found = search(in_north, therapists=[in_north.therapist.pk], weekdays=[1, 2], not_before=time(19))
    assert found.why_not == "No therapist with a credential for dry needling has hours from 19:00 on in these 8 weeks."


def test_why_a_holiday_is_in_the_way_by_its_name(in_north: Cast) -> None:
    WorkingHours.objects.exclude(weekday=5).delete()
    WorkingHours.objects.update(valid_from=date(2021, 3, 5), valid_until=date(2021, 3, 5))
    Holiday.objects.create(day=date(2021, 3, 5), name="Founders’ day")
    assert search(in_north).why_not == "Closed on the days that would do: Friday 5 March, Founders’ day."


def test_why_everybody_is_booked_at_the_hours_wished_for(in_north: Cast) -> None:
    fill(in_north)
    found = search(in_north, not_before=time(8), not_after=time(10))
    assert found.why_not == "Everybody with a credential for dry needling is booked in these 8 weeks."


def test_why_only_the_hours_wished_for_are_taken(in_north: Cast) -> None:
    for number in range(57):
        start = NINE + number * timedelta(days=1) - timedelta(hours=2)
        appointment_at(in_north, start, ends_at=NINE + number * timedelta(days=1) + timedelta(hours=2))
    found = search(in_north, not_before=time(8), not_after=time(10))
    assert found.why_not == (
        "Everybody with a credential for dry needling is booked between 08:00 and 10:00 in these 8 weeks."
    )
    assert [one.wishes for one in found.instead] == [("not_before", "not_after")]


def test_why_rooms_are_taken_while_a_therapist_is_free(in_north: Cast) -> None:
    fill(in_north, therapist=in_north.colleague, service=in_north.follow_up)
    assert search(in_north).why_not == "Every room that fits is taken while a therapist is free, in these 8 weeks."


def test_why_devices_are_all_in_use(in_north: Cast) -> None:
    shock = Service.objects.create(key="shock", name="Shockwave", minutes=30, equipment=["shockwave"])
    EquipmentPool.objects.create(location=in_north.location, kind="shockwave", units=1)
    fill(in_north, service=shock)
    found = search(in_north, service=shock, therapists=[in_north.colleague.pk])
    assert found.why_not == "In use whenever a therapist is free, in these 8 weeks: shockwave device."


def test_why_the_patient_is_busy(in_north: Cast) -> None:
    fill(in_north, therapist=in_north.colleague, room=in_north.plain_room, service=in_north.follow_up)
    found = search(in_north, patient=in_north.neighbour)
    assert found.why_not == "The patient has other visits whenever a therapist is free, in these 8 weeks."


def test_a_class_is_not_booked_like_this(in_north: Cast) -> None:
    yoga = Service.objects.create(key="yoga", name="Back class", minutes=60, capacity=8)
    found = search(in_north, service=yoga)
    assert found == Found((), "Back class is a class. Choose one of its dates, and add the patient there.")


def test_days_that_are_left_out_say_why(in_north: Cast) -> None:
    Holiday.objects.create(day=date(2021, 3, 2), name="Founders’ day")
    fill(in_north, 1, patient=in_north.patient)
    found = search(in_north, 1)
    assert said(found) == ["Wed 08:00 Theo Ash"]
    assert found.notes == (
        "Monday 1 March: Everybody with a credential for dry needling is booked on that day.",
        "Tuesday 2 March: closed, Founders’ day.",
        "Tara North is not offered: no valid credential for dry needling.",
    )


def test_a_double_booking_takes_its_time_also_once_it_stands_alone(in_north: Cast) -> None:
    appointment_at(in_north, is_override=True, override_reason="Couple", patient=in_north.neighbour)
    assert said(search(in_north, 1)) == ["Mon 10:00 Theo Ash"]


def test_the_patients_own_double_booking_is_in_the_way(in_north: Cast) -> None:
    appointment_at(in_north, is_override=True, override_reason="Couple")
    wishes: dict[str, Any] = {"service": in_north.follow_up, "therapists": [in_north.colleague.pk]}
    assert said(search(in_north, 1, patient=in_north.patient, **wishes)) == ["Mon 10:00 Tara Ash"]
    assert said(search(in_north, 1, **wishes)) == ["Mon 09:00 Tara Birch"]


def test_time_before_the_visit_keeps_clear_of_another_clinic(
    north: Cast, south: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was over there before now still reaches into the minutes that the service asks for beforehand."""
    with clinic_scope(south.clinic.pk):
        Membership.objects.create(user=north.therapist, role="therapist", treats=True)
        appointment_at(south, therapist=north.therapist, service=south.follow_up)  # to 9:50 with its buffer
    monkeypatch.setattr(timezone, "now", lambda: NINE + timedelta(minutes=51))
    with clinic_scope(north.clinic.pk):
        Service.objects.filter(pk=north.needling.pk).update(minutes_before=15)
        north.needling.refresh_from_db()
        assert said(search(north, 1)) == ["Mon 10:15 Theo Ash"]


def test_for_somebody_who_is_not_in_care_any_more_there_is_no_time_and_the_reason(in_north: Cast) -> None:
    in_north.patient.is_active = False
    found = search(in_north, patient=in_north.patient)
    assert (found.times, found.why_not) == ((), "Pia North is not in care here any more.")
