"""The search against two judges: the multirange query finds the same times, and booking accepts each."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clinics.models import (
    Credential,
    EquipmentPool,
    Holiday,
    HoursException,
    Location,
    Membership,
    Room,
    Service,
    WorkingHours,
)
from clinics.permissions import Role
from clinics.tenancy import clinic_scope
from clinics.timekeeping import instant, local_day
from patients.models import Appointment, CancelReason
from patients.queries.find_time import TimeWish, find_times
from patients.services.booking import Booked, book
from patients.services.cancelling import cancel
from patients.services.groups import join, open_class
from patients.services.holds import Held, hold
from tests.factories import Cast, make_cast
from tests.patients.availability_oracle import Elsewhere, Start, free_starts

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


@dataclass(frozen=True, slots=True)
class Tried:
    cast: Cast
    now: datetime
    elsewhere: list[Elsewhere]

    @property
    def wish(self) -> TimeWish:
        return TimeWish(self.cast.needling, self.cast.patient, weeks=1)


@contextmanager
def tried(case: Case, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tried]:
    """A clinic with a random week, at a moment of it; undone afterwards."""
    now, random = instant(case.monday, time(), ZoneInfo(case.zone)) + timedelta(minutes=case.minutes), Random(case.seed)
    monkeypatch.setattr(timezone, "now", lambda: now)
    with transaction.atomic():
        cast, other = make_cast("north", zone=case.zone), make_cast("south", zone=case.zone)
        with clinic_scope(other.clinic.pk):
            elsewhere = fill_elsewhere(other, cast, case, random)
        with clinic_scope(cast.clinic.pk):
            fill_week(cast, case, random)
            yield Tried(cast, now, elsewhere)
        transaction.set_rollback(True)


def fill_elsewhere(other: Cast, cast: Cast, case: Case, random: Random) -> list[Elsewhere]:
    """Both therapists work for another clinic too, which alone knows what they do there."""
    for therapist in (cast.therapist, cast.colleague):
        Membership.objects.create(user=therapist, role=Role.THERAPIST, treats=True)
    for _ in range(random.randrange(8)):
        visit(replace(other, therapist=cast.therapist, colleague=cast.colleague), other.room, case, random)
    return [Elsewhere(row.therapist_id, row.blocked) for row in Appointment.every.live()]


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
    for _ in range(random.randrange(30)):
        occupy = random.choice([visit, visit, visit, keep, gather])
        with suppress(ValidationError):  # where the location has no device
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


def some_time(cast: Cast, case: Case, random: Random) -> dict[str, Any]:
    monday = instant(case.monday, time(), ZoneInfo(case.zone))
    return {
        "therapist": random.choice([cast.therapist, cast.colleague]),
        "starts_at": monday + timedelta(minutes=5 * random.randrange(7 * 24 * 12)),
        "by": cast.manager,
    }


def visit(cast: Cast, room: Room, case: Case, random: Random) -> None:
    """Through the service, so that the random week breaks no rule; beside another one where it gives a reason."""
    when = some_time(cast, case, random)
    made = book(
        **when, patient=random.choice([cast.patient, cast.neighbour]), room=room, service=cast.follow_up,
        ends_at=when["starts_at"] + timedelta(minutes=random.choice([30, 75, 240])),
        override_reason=random.choice(["", "Twins"]),
    )  # fmt: skip
    if isinstance(made, Booked) and random.random() < 0.2:
        cancel(appointment=made.appointment, version=made.appointment.version, reason=CancelReason.ILL, by=cast.manager)


def keep(cast: Cast, room: Room, case: Case, random: Random) -> None:
    """A time that is held, or was until a moment ago."""
    kept = hold(**some_time(cast, case, random), room=room, service=cast.follow_up)
    if isinstance(kept, Held) and random.random() < 0.5:
        Appointment.every.filter(pk=kept.appointment.pk).update(expires_at=timezone.now())


def gather(cast: Cast, room: Room, case: Case, random: Random) -> None:
    """A class, with the patient in it or without."""
    pilates, _ = Service.objects.get_or_create(
        key="pilates", defaults={"name": "Pilates", "minutes": 50, "minutes_after": 5, "capacity": 4}
    )
    group = open_class(**some_time(cast, case, random), room=room, service=pilates)
    if isinstance(group, Booked) and random.random() < 0.5:
        join(group=group.appointment, patient=cast.patient, by=cast.desk)


@given(case=cases)
@ONCE_A_TEST
def test_no_time_is_missed_and_none_is_made_up(db: None, monkeypatch: pytest.MonkeyPatch, case: Case) -> None:
    with tried(case, monkeypatch) as at:
        found = [Start(one.starts_at, one.therapist.pk) for one in find_times(at.wish, count=ANY).times]
        first = min(local_day(at.now, one.zone) for one in Location.objects.all())
        days = {"first": first, "last": first + timedelta(days=DAYS - 1)}
        expected = free_starts(at.cast.needling, at.cast.patient, at.elsewhere, now=at.now, **days)
    assert sorted(found) == expected


@given(case=cases)
@ONCE_A_TEST
def test_booking_accepts_what_is_found(db: None, monkeypatch: pytest.MonkeyPatch, case: Case) -> None:
    with tried(case, monkeypatch) as at:
        cast, times = at.cast, find_times(at.wish, count=ANY).times
        for one in Random(case.seed).sample(times, min(5, len(times))):
            with transaction.atomic():
                made = book(
                    patient=cast.patient, therapist=one.therapist, room=one.room, service=cast.needling,
                    starts_at=one.starts_at, by=cast.desk, notify=False,
                )  # fmt: skip
                assert isinstance(made, Booked)
                transaction.set_rollback(True)
