"""What frees time, and the sweep that finds what is to be offered, over all clinics."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clinics.tenancy import clinic_scope
from patients import tasks
from patients.models import Appointment, CancelReason, FreedTime, Offer, OfferState, WaitStatus
from patients.services import offers
from patients.services.booking import book
from patients.services.cancelling import cancel, undo_cancel
from patients.services.moving import move
from patients.services.offers import accept, decline
from patients.services.waiting_list import add_entry, change_entry
from tests.factories import NINE, Cast, appointment_at
from tests.factories.worker import as_worker
from tests.patients.waiting_list import ELEVEN, GRACE, came_free, offered, waiting, wishes

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("monday_morning")]


@pytest.fixture
def cast(in_north: Cast) -> Cast:
    return in_north


def freed() -> list[tuple[datetime, datetime, int | None]]:
    return list(FreedTime.objects.order_by("pk").values_list("starts_at", "ends_at", "given_back_by"))


@pytest.mark.parametrize(
    ("reason", "count"), [(CancelReason.ILL, 1), (CancelReason.MISTAKE, 1), (CancelReason.CLINIC, 0)]
)
def test_what_is_cancelled_comes_free_unless_the_clinic_cannot(cast: Cast, reason: str, count: int) -> None:
    cancel(appointment=appointment_at(cast, ELEVEN), version=1, reason=reason, by=cast.desk)
    end = ELEVEN + timedelta(minutes=45)
    assert freed() == [(ELEVEN, end, cast.patient.pk)] * count


def test_what_is_over_does_not_come_free(cast: Cast) -> None:
    cancel(
        appointment=appointment_at(cast, NINE - timedelta(hours=1)), version=1, reason=CancelReason.ILL, by=cast.desk
    )
    assert freed() == []


def test_a_place_in_a_class_is_no_time_of_the_therapists(cast: Cast) -> None:
    group = appointment_at(cast, ELEVEN, patient=None, places=3)
    place = appointment_at(cast, ELEVEN, group=group)
    cancel(appointment=place, version=1, reason=CancelReason.ILL, by=cast.desk)
    assert freed() == []


@pytest.mark.parametrize(("hours", "change", "count"), [(1, "", 1), (0, "room", 0), (0, "therapist", 1)])
def test_what_is_moved_leaves_its_time(cast: Cast, hours: int, change: str, count: int) -> None:
    visit = appointment_at(cast, ELEVEN, service=cast.follow_up)
    move(
        appointment=visit, version=1, starts_at=ELEVEN + timedelta(hours=hours), by=cast.desk,
        therapist=cast.colleague if change == "therapist" else cast.therapist,
        room=cast.plain_room if change == "room" else cast.room,
    )  # fmt: skip
    assert [start for start, _end, _by in freed()] == [ELEVEN] * count


def to_do() -> tuple[list[int], list[int]]:
    with as_worker():
        ran_out, looked = offers.work_to_do(NINE)
    return [pk for _clinic, pk in ran_out], [pk for _clinic, pk in looked]


def take_again(cast: Cast, way: str) -> None:
    facts: dict[str, Any] = {"therapist": cast.therapist, "room": cast.room, "by": cast.desk}
    match way:
        case "taken back":
            undo_cancel(appointment=Appointment.objects.get(), by=cast.desk)
        case "booked":
            book(patient=cast.neighbour, service=cast.needling, starts_at=ELEVEN, **facts)
        case "moved there":
            visit = appointment_at(cast, NINE, patient=cast.neighbour)
            move(appointment=visit, version=1, starts_at=ELEVEN, **facts)
        case "by half":
            half = ELEVEN + timedelta(minutes=20)
            book(patient=cast.neighbour, service=cast.needling, starts_at=ELEVEN, ends_at=half, **facts)
        case "by two":
            take_again(cast, "by half")
            half = ELEVEN + timedelta(minutes=30)
            book(patient=cast.patient, service=cast.needling, starts_at=half, **facts)


@pytest.mark.parametrize(
    ("way", "is_open"),
    [("taken back", False), ("booked", False), ("moved there", False), ("by half", True), ("by two", False)],
)
def test_what_is_taken_again_is_offered_no_more(cast: Cast, way: str, is_open: bool) -> None:
    cancel(appointment=appointment_at(cast, ELEVEN), version=1, reason=CancelReason.ILL, by=cast.desk)
    take_again(cast, way)
    assert FreedTime.objects.filter(starts_at=ELEVEN, closed_at=None).exists() == is_open


def test_the_sweep_names_what_is_to_be_offered_and_what_ran_out(north: Cast, south: Cast) -> None:
    found = []
    for cast in (north, south):
        with clinic_scope(cast.clinic.pk):
            waiting(cast)
            found.append(came_free(cast).pk)
    assert to_do() == ([], found)
    with clinic_scope(north.clinic.pk):
        offer = offers.offer_next(freed_id=found[0])
        assert offer is not None
    assert to_do() == ([], found[1:])
    with clinic_scope(north.clinic.pk):
        Offer.objects.update(expires_at=NINE)
    assert to_do() == ([offer.pk], found[1:])


def test_where_nobody_waits_nothing_is_looked_at(north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        came_free(north)
    assert to_do() == ([], [])


def test_what_nobody_could_take_is_looked_at_again_when_something_has_changed(north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        entry = waiting(north, therapists=[north.colleague])
        one = came_free(north)
        offers.offer_next(freed_id=one.pk)
    assert to_do() == ([], [])
    for change in ("wishes", "another", "time"):
        with clinic_scope(north.clinic.pk):
            if change == "wishes":
                change_entry(entry=entry, wishes=wishes(north), by=north.desk)
            elif change == "another":
                add_entry(patient=north.neighbour, wishes=wishes(north), by=north.desk)
            else:
                FreedTime.objects.update(looked_at=NINE - timedelta(minutes=10))
        assert to_do() == ([], [one.pk])
        with clinic_scope(north.clinic.pk):
            FreedTime.objects.update(looked_at=NINE)


def test_after_a_no_the_next_one_is_looked_for_and_after_a_yes_nobody(north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        waiting(north, north.neighbour)
        offer = offered(north)
        decline(offer=offer)
    assert to_do() == ([], [offer.freed_id])
    with clinic_scope(north.clinic.pk):
        second = offers.offer_next(freed_id=offer.freed_id)
        assert second is not None
        accept(offer=second)
    assert to_do() == ([], [])


@pytest.mark.parametrize("count", [1, 3])
def test_the_sweep_takes_as_many_statements_for_one_as_for_three(north: Cast, count: int) -> None:
    with clinic_scope(north.clinic.pk):
        waiting(north)
        for day in range(count):
            start = ELEVEN + timedelta(days=day)
            FreedTime.objects.create(
                therapist=north.therapist, room=north.room, starts_at=start, ends_at=start + timedelta(hours=1),
                freed_at=NINE - GRACE,
            )  # fmt: skip
    with as_worker(), CaptureQueriesContext(connection) as queries:
        assert len(offers.work_to_do(NINE)[1]) == count
    assert len(queries) == 6


def test_the_tasks_do_it_in_the_clinic(north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        waiting(north)
        one = came_free(north)
    tasks.offer_freed_time(clinic_id=north.clinic.pk, freed_id=one.pk)
    with clinic_scope(north.clinic.pk):
        offer = Offer.objects.get()
        Offer.objects.update(expires_at=NINE)
    tasks.expire_offer(clinic_id=north.clinic.pk, offer_id=offer.pk)
    with clinic_scope(north.clinic.pk):
        offer.refresh_from_db()
        assert (offer.state, offer.appointment, offer.entry.status) == (OfferState.EXPIRED, None, WaitStatus.WAITING)
