"""The search against two judges: the multirange query finds the same times, and booking accepts each."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clinics.models import Credential, EquipmentPool, Holiday, HoursException, Location, Room, Service, WorkingHours
from clinics.tenancy import clinic_scope
from clinics.timekeeping import instant, local_day
from patients.queries.find_time import TimeWish, find_times
from patients.services.booking import Booked, book
from tests.factories import Cast, make_cast
from tests.patients.availability_oracle import Start, free_starts

# A Monday, and the nights around it that change the clock: two in the north, two in the south, one zone with none.
WEEKS = {
    "America/New_York": (date(2021, 3, 8), date(2021, 11, 1)),
    "Europe/Berlin": (date(2021, 3, 22), date(2021, 10, 25)),
    "Australia/Sydney": (date(2021, 3, 29), date(2021, 9, 27)),
    "Australia/Lord_Howe": (date(2021, 3, 29), date(2021, 9, 27)),
    "America/Phoenix": (date(2021, 3, 8), date(2021, 11, 1)),
    "Asia/Kolkata": (date(2021, 3, 8), date(2021, 7, 5)),
}
ANY, DAYS = 100_000, 7
DEVICES = ["shockwave", "treadmill"]


@dataclass(frozen=True, slots=True)
class Case:
    zone: str
    monday: date
    seed: int
    minutes: int  # after midnight of the Monday


cases = st.sampled_from(sorted(WEEKS)).flatmap(
    lambda zone: st.builds(
        Case, st.just(zone), st.sampled_from(WEEKS[zone]), st.integers(0, 2**31), st.integers(0, 3 * 24 * 60)
    )
)
ONCE_A_TEST = settings(
    max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@contextmanager
def tried(case: Case, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Cast, datetime]]:
    """A clinic with a random week, at a moment of it; undone afterwards."""
    now = instant(case.monday, time(), ZoneInfo(case.zone)) + timedelta(minutes=case.minutes)
    monkeypatch.setattr(timezone, "now", lambda: now)
    with transaction.atomic():
        cast = make_cast("north", zone=case.zone)
        with clinic_scope(cast.clinic.pk):
            fill_week(cast, case, Random(case.seed))
            yield cast, now
        transaction.set_rollback(True)


def fill_week(cast: Cast, case: Case, random: Random) -> None:
    far = Location.objects.create(name="Far House", time_zone=random.choice(sorted(WEEKS)))
    rooms = [cast.room, cast.plain_room, Room.objects.create(location=far, name="Elm", features=["sharps", "plinth"])]
    Service.objects.filter(pk=cast.needling.pk).update(minutes_before=random.choice([0, 5, 20]))
    equip(cast, far, random)
    Credential.objects.update(issued_on=case.monday + timedelta(days=random.choice([-9, 2])))
    WorkingHours.objects.all().delete()
    for therapist in (cast.therapist, cast.colleague):
        for _ in range(random.randrange(9)):
            work(therapist.pk, random.choice([cast.location, far]), case, random)
        for _ in range(random.randrange(4)):
            except_days(therapist.pk, random.choice([cast.location, far]), case, random)
    if random.random() < 0.5:
        Holiday.objects.create(
            day=case.monday + timedelta(days=random.randrange(7)),
            location=random.choice([None, cast.location]),
            name="x",
        )
    for _ in range(random.randrange(25)):
        occupy(cast, random.choice(rooms), case, random)


def equip(cast: Cast, far: Location, random: Random) -> None:
    """Devices that both services may need, and a location may have too few of, none, or never heard of."""
    for service in (cast.needling, cast.follow_up):
        Service.objects.filter(pk=service.pk).update(equipment=random.sample(DEVICES, random.randrange(3)))
        service.refresh_from_db()
    for location in (cast.location, far):
        for kind in random.sample(DEVICES, random.choice([1, 2, 2])):
            EquipmentPool.objects.create(location=location, kind=kind, units=random.choice([0, 1, 1, 2]))


def stretch(random: Random) -> dict[str, time]:
    """Also at night, where clocks change."""
    start = random.randrange(0, 22 * 60, 5)
    end = min(start + random.randrange(10, 600, 5), 24 * 60 - 1)
    return {"starts": time(*divmod(start, 60)), "ends": time(*divmod(end, 60))}


def work(therapist: int, location: Location, case: Case, random: Random) -> None:
    since, until = (case.monday + timedelta(days=random.randrange(*days)) for days in ((-20, 4), (3, 20)))
    WorkingHours.objects.create(
        therapist_id=therapist, location=location, weekday=random.randint(1, 7), **stretch(random),
        valid_from=since, valid_until=random.choice([None, until]), every_weeks=random.choice([1, 1, 2]),
    )  # fmt: skip


def except_days(therapist: int, location: Location, case: Case, random: Random) -> None:
    first = case.monday + timedelta(days=random.randrange(7))
    kind = random.choice(["off", "extra"])
    times = stretch(random) if kind == "extra" or random.random() < 0.6 else {}
    HoursException.objects.create(
        therapist_id=therapist, kind=kind, location=location if kind == "extra" else random.choice([None, location]),
        first_day=first, last_day=first + timedelta(days=random.randrange(3)), **times,
    )  # fmt: skip


def occupy(cast: Cast, room: Room, case: Case, random: Random) -> None:
    """Through the service, so that the random week breaks no rule."""
    start = instant(case.monday, time(), ZoneInfo(case.zone)) + timedelta(minutes=5 * random.randrange(7 * 24 * 12))
    with suppress(ValidationError):  # where the location has no device
        book(
            patient=random.choice([cast.patient, cast.neighbour]),
            therapist=random.choice([cast.therapist, cast.colleague]), room=room, service=cast.follow_up,
            starts_at=start, ends_at=start + timedelta(minutes=random.choice([30, 75, 240])), by=cast.manager,
        )  # fmt: skip


def searched(cast: Cast, now: datetime) -> tuple[TimeWish, date, date]:
    first = min(local_day(now, one.zone) for one in Location.objects.all())
    return TimeWish(cast.needling, cast.patient, weeks=1), first, first + timedelta(days=DAYS - 1)


@given(case=cases)
@ONCE_A_TEST
def test_no_time_is_missed_and_none_is_made_up(db: None, monkeypatch: pytest.MonkeyPatch, case: Case) -> None:
    with tried(case, monkeypatch) as (cast, now):
        wish, first, last = searched(cast, now)
        found = [Start(one.starts_at, one.therapist.pk) for one in find_times(wish, count=ANY).times]
        expected = free_starts(cast.needling, cast.patient, first=first, last=last, now=now)
    assert sorted(found) == expected


@given(case=cases)
@ONCE_A_TEST
def test_booking_accepts_what_is_found(db: None, monkeypatch: pytest.MonkeyPatch, case: Case) -> None:
    with tried(case, monkeypatch) as (cast, now):
        wish, _, _ = searched(cast, now)
        times = find_times(wish, count=ANY).times
        for one in Random(case.seed).sample(times, min(5, len(times))):
            with transaction.atomic():
                made = book(
                    patient=cast.patient, therapist=one.therapist, room=one.room, service=cast.needling,
                    starts_at=one.starts_at, by=cast.desk, notify=False,
                )  # fmt: skip
                assert isinstance(made, Booked)
                transaction.set_rollback(True)
