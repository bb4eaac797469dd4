"""Time that came free goes to one after the other, until somebody says yes."""

from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clinics.models import AuditEvent, Clinic, Credential, HoursException, Membership, WorkingHours
from patients.models import (
    Appointment,
    Cancellation,
    CancelReason,
    FreedTime,
    Offer,
    OfferState,
    Patient,
    Status,
    WaitlistEntry,
    WaitStatus,
)
from patients.services import offers
from patients.services.booking import Booked, Taken, book
from patients.services.cancelling import cancel
from patients.services.moving import Moved, move
from patients.services.offers import Accepted, Late, accept, decline, expire, offer_next, take_back
from patients.services.waiting_list import withdraw
from portal.models import PatientLogin
from tests.factories import NINE, Cast, appointment_at
from tests.patients.waiting_list import ELEVEN, GRACE, came_free, kept, offered, waiting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday_morning")]


@pytest.fixture
def cast(in_north: Cast) -> Cast:
    return in_north


def clock_at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    monkeypatch.setattr(timezone, "now", lambda: moment)


def book_at(cast: Cast, start: datetime = ELEVEN, **changes: Any) -> Booked | Taken:
    facts: dict[str, Any] = {
        "patient": cast.neighbour, "therapist": cast.therapist, "room": cast.room, "service": cast.needling,
    }  # fmt: skip
    return book(**{**facts, "starts_at": start, "by": cast.desk, **changes})


def test_what_is_cancelled_is_offered_to_whoever_waits_and_kept_for_them(cast: Cast) -> None:
    entry = waiting(cast)
    cancel(
        appointment=appointment_at(cast, ELEVEN, patient=cast.neighbour),
        version=1,
        reason=CancelReason.ILL,
        by=cast.desk,
    )
    FreedTime.objects.update(freed_at=NINE - GRACE)
    offer = offer_next(freed_id=FreedTime.objects.get().pk)
    assert offer is not None
    assert (offer.entry, offer.state, offer.expires_at) == (entry, OfferState.OPEN, NINE + timedelta(minutes=15))
    (row,) = kept()
    facts = (row.patient, row.therapist, row.room, row.starts_at, row.ends_at, row.expires_at)
    quarter = NINE + timedelta(minutes=15)
    assert facts == (cast.patient, cast.therapist, cast.room, ELEVEN, ELEVEN + timedelta(minutes=45), quarter)
    assert isinstance(book_at(cast), Taken)


def test_within_the_minutes_of_grace_nothing_is_offered(cast: Cast) -> None:
    waiting(cast)
    freed = came_free(cast)
    FreedTime.objects.update(freed_at=NINE - GRACE + timedelta(seconds=1))
    assert offer_next(freed_id=freed.pk) is None


@pytest.mark.parametrize(("hour", "count"), [(7, 0), (8, 1), (17, 1), (18, 0)])
def test_only_in_office_hours(cast: Cast, monkeypatch: pytest.MonkeyPatch, hour: int, count: int) -> None:
    waiting(cast)
    freed = came_free(cast, ELEVEN + timedelta(days=1))
    clock_at(monkeypatch, NINE.replace(hour=hour))
    FreedTime.objects.update(freed_at=NINE - timedelta(hours=9))
    offer_next(freed_id=freed.pk)
    assert Offer.objects.count() == count


def test_on_a_holiday_the_clinic_is_closed(cast: Cast) -> None:
    waiting(cast)
    HoursException.objects.create(therapist=cast.therapist, kind="off", first_day=NINE.date(), last_day=NINE.date())
    WorkingHours.objects.filter(therapist=cast.colleague).delete()
    assert offer_next(freed_id=came_free(cast, ELEVEN + timedelta(days=1)).pk) is None


def nobody_can(cast: Cast, case: str) -> None:  # noqa: C901, PLR0912  # a list of cases
    entry = WaitlistEntry.objects.get()
    match case:
        case "another visit that day":
            appointment_at(cast, NINE + timedelta(hours=6))
        case "needled the day before":
            type(cast.needling).objects.filter(pk=cast.needling.pk).update(contains=["needling"])
            appointment_at(cast, NINE - timedelta(hours=20))
        case "not in care any more":
            Patient.objects.filter(pk=cast.patient.pk).update(is_active=False)
        case "cannot be written to":
            Patient.objects.filter(pk=cast.patient.pk).update(email="")
            PatientLogin.objects.all().delete()
        case "service is not given any more":
            type(cast.needling).objects.filter(pk=cast.needling.pk).update(is_active=False)
        case "credential has ended":
            Credential.objects.update(expires_on=NINE.date() - timedelta(days=1))
        case "therapist has left":
            Membership.objects.filter(user=cast.therapist).update(is_active=False)
        case "therapist is off":
            day = NINE.date()
            HoursException.objects.create(therapist=cast.therapist, kind="off", first_day=day, last_day=day)
        case "room lacks something":
            FreedTime.objects.update(room=cast.plain_room)
        case "device is not there":
            type(cast.needling).objects.filter(pk=cast.needling.pk).update(equipment=["treadmill"])
        case "booked meanwhile":
            book_at(cast)
        case "too soon to come":
            FreedTime.objects.update(starts_at=NINE + timedelta(minutes=30), ends_at=NINE + timedelta(minutes=89))
        case "gave it back":
            FreedTime.objects.update(given_back_by=cast.patient)
        case "taken off":
            withdraw(entry=entry, by=cast.desk)
        case "not of use any more":
            WaitlistEntry.objects.update(valid_until=NINE.date() - timedelta(days=1))
        case "wants somebody else":
            WaitlistEntry.objects.update(therapists=[cast.colleague.pk])
        case "wants the afternoon":
            WaitlistEntry.objects.update(not_before=time(13))


@pytest.mark.parametrize(
    "case",
    [
        "another visit that day",
        "needled the day before",
        "not in care any more",
        "cannot be written to",
        "service is not given any more",
        "credential has ended",
        "therapist has left",
        "therapist is off",
        "room lacks something",
        "device is not there",
        "booked meanwhile",
        "too soon to come",
        "gave it back",
        "taken off",
        "not of use any more",
        "wants somebody else",
        "wants the afternoon",
    ],
)
def test_nobody_is_offered_what_would_not_work(cast: Cast, case: str) -> None:
    waiting(cast)
    freed = came_free(cast)
    nobody_can(cast, case)
    assert offer_next(freed_id=freed.pk) is None
    assert kept() == []
    assert FreedTime.objects.get().looked_at == NINE


def test_the_urgent_come_first_and_each_is_asked_once(cast: Cast) -> None:
    waiting(cast)
    urgent = waiting(cast, cast.neighbour, priority=2)
    freed = came_free(cast)
    first = offer_next(freed_id=freed.pk)
    assert first is not None
    assert first.entry == urgent
    assert offer_next(freed_id=freed.pk) is None  # one after the other
    decline(offer=first)
    second = offer_next(freed_id=freed.pk)
    assert second is not None
    assert second.entry.patient == cast.patient
    decline(offer=second)
    assert offer_next(freed_id=freed.pk) is None


def test_a_yes_books_the_visit_and_ends_the_waiting(cast: Cast) -> None:
    offer = offered(cast)
    outcome = accept(offer=offer)
    assert isinstance(outcome, Accepted)
    row = Appointment.objects.get()
    assert (row.status, row.expires_at, row.starts_at, row.patient) == (Status.BOOKED, None, ELEVEN, cast.patient)
    assert Offer.objects.get().state == OfferState.ACCEPTED
    assert WaitlistEntry.objects.get().status == WaitStatus.BOOKED
    assert FreedTime.objects.get().closed_at == NINE


def test_a_second_yes_changes_nothing(cast: Cast) -> None:
    offer = offered(cast)
    accept(offer=offer)
    again = accept(offer=offer)
    assert isinstance(again, Late)
    assert again.offer.state == OfferState.ACCEPTED
    decline(offer=offer)
    assert Appointment.objects.get().status == Status.BOOKED


def test_after_the_minutes_a_yes_is_too_late_and_the_next_one_is_asked(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer = offered(cast)
    waiting(cast, cast.neighbour)
    expire(offer_id=offer.pk)
    assert Offer.objects.get().state == OfferState.OPEN  # not yet
    clock_at(monkeypatch, offer.expires_at)
    assert isinstance(accept(offer=offer), Late)
    expire(offer_id=offer.pk)
    assert (Offer.objects.get().state, kept()) == (OfferState.EXPIRED, [])
    assert WaitlistEntry.objects.filter(status=WaitStatus.WAITING).count() == 2
    following = offer_next(freed_id=offer.freed_id)
    assert following is not None
    assert following.entry.patient == cast.neighbour


def test_what_ran_out_does_not_keep_the_desk_from_booking(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    offer = offered(cast)
    clock_at(monkeypatch, offer.expires_at)
    assert isinstance(book_at(cast), Booked)
    assert Offer.objects.get().state == OfferState.EXPIRED
    assert isinstance(accept(offer=offer), Late)


def test_the_desk_takes_the_time_itself_with_a_reason(cast: Cast) -> None:
    offer = offered(cast)
    booked = book_at(cast, override_reason="An emergency")
    assert isinstance(booked, Booked)
    assert not booked.appointment.is_override  # nothing stands there any more
    assert (Offer.objects.get().state, kept()) == (OfferState.WITHDRAWN, [])
    assert isinstance(accept(offer=offer), Late)


def test_what_is_taken_back_is_offered_to_nobody(cast: Cast) -> None:
    offer = offered(cast)
    waiting(cast, cast.neighbour)
    take_back(offer=offer, by=cast.desk)
    assert (Offer.objects.get().state, kept()) == (OfferState.WITHDRAWN, [])
    assert offer_next(freed_id=offer.freed_id) is None


def test_whoever_is_taken_off_the_list_loses_the_open_offer(cast: Cast) -> None:
    offer = offered(cast)
    withdraw(entry=offer.entry, by=cast.desk)
    assert (Offer.objects.get().state, kept()) == (OfferState.WITHDRAWN, [])
    assert WaitlistEntry.objects.get().status == WaitStatus.WITHDRAWN


def test_what_was_offered_to_whoever_is_taken_off_is_for_the_next_one(cast: Cast) -> None:
    offer = offered(cast)
    following = waiting(cast, cast.neighbour)
    withdraw(entry=offer.entry, by=cast.desk)
    second = offer_next(freed_id=offer.freed_id)
    assert second is not None
    assert second.entry == following


def test_an_earlier_time_replaces_the_later_visit_without_a_fee(cast: Cast) -> None:
    Clinic.objects.filter(pk=cast.clinic.pk).update(late_fee=40)
    later = appointment_at(cast, NINE + timedelta(hours=6))  # less than a day ahead
    offer = offered(cast, instead_of=later)
    assert isinstance(accept(offer=offer), Accepted)
    assert [(one.starts_at, one.status) for one in Appointment.objects.order_by("starts_at")] == [
        (ELEVEN, Status.BOOKED),
        (later.starts_at, Status.CANCELLED),
    ]
    cancellation = Cancellation.objects.get()
    assert (cancellation.appointment_id, cancellation.cancelled_by) == (later.pk, None)
    assert cancellation.fee == 0
    assert FreedTime.objects.filter(closed_at=None).get().starts_at == later.starts_at


def test_a_visit_that_has_become_the_earlier_one_is_not_given_up(cast: Cast) -> None:
    visit = appointment_at(cast, ELEVEN + timedelta(days=2))
    waiting(cast, instead_of=visit)
    offer = offer_next(freed_id=came_free(cast, ELEVEN + timedelta(days=1)).pk)
    assert offer is not None
    facts: dict[str, Any] = {"therapist": cast.therapist, "room": cast.room, "by": cast.desk, "version": 1}
    assert isinstance(move(appointment=visit, starts_at=ELEVEN + timedelta(hours=2), **facts), Moved)
    assert isinstance(accept(offer=offer), Accepted)
    assert [one.status for one in Appointment.objects.all()] == [Status.BOOKED, Status.BOOKED]


def test_only_earlier_times_replace_a_visit(cast: Cast) -> None:
    waiting(cast, instead_of=appointment_at(cast, NINE + timedelta(hours=1)))
    assert offer_next(freed_id=came_free(cast).pk) is None


def test_whoever_has_had_the_visit_waits_no_more_for_an_earlier_one(cast: Cast) -> None:
    visit = appointment_at(cast, NINE - timedelta(days=4))
    waiting(cast, instead_of=visit)
    Appointment.objects.filter(pk=visit.pk).update(status=Status.ARRIVED)
    assert offer_next(freed_id=came_free(cast).pk) is None


def test_of_two_times_at_once_a_patient_is_offered_one(cast: Cast) -> None:
    offered(cast)
    another = FreedTime.objects.create(
        therapist=cast.therapist, room=cast.room, freed_at=NINE - GRACE,
        starts_at=ELEVEN + timedelta(days=1), ends_at=ELEVEN + timedelta(days=1, hours=1),
    )  # fmt: skip
    assert offer_next(freed_id=another.pk) is None


def test_the_clinic_that_cancels_offers_nothing_and_a_place_in_a_class_is_no_time(cast: Cast) -> None:
    cancel(appointment=appointment_at(cast, ELEVEN), version=1, reason=CancelReason.CLINIC, by=cast.desk)
    assert FreedTime.objects.count() == 0


def test_the_database_knows_one_winner(cast: Cast) -> None:
    offer = offered(cast)
    accept(offer=offer)
    other = waiting(cast, cast.neighbour)
    facts: dict[str, Any] = {
        "entry": other,
        "therapist": cast.therapist,
        "starts_at": ELEVEN,
        "offered_at": NINE,
        "expires_at": NINE,
    }
    other_row = appointment_at(cast, ELEVEN + timedelta(hours=3), patient=cast.neighbour)
    again = [("one_at_a_time", offer.freed, other_row), ("one_winner", _another_freed(offer.freed), offer.appointment)]
    for rule, freed, row in again:
        with pytest.raises(IntegrityError, match=rule), transaction.atomic():
            Offer.objects.create(freed=freed, appointment=row, state=OfferState.ACCEPTED, **facts)


def _another_freed(freed: FreedTime) -> FreedTime:
    return FreedTime.objects.create(
        therapist=freed.therapist, room=freed.room, starts_at=freed.starts_at, ends_at=freed.ends_at, freed_at=NINE
    )


def test_nobody_waits_for_a_therapist_of_another_clinic(cast: Cast, south: Cast) -> None:
    waiting(cast, therapists=[cast.therapist])
    with pytest.raises(IntegrityError, match="a therapist of another clinic"):
        WaitlistEntry.objects.update(therapists=[cast.therapist.pk, south.therapist.pk])


def test_every_step_is_audited_and_the_patients_answer_is_nobodys(cast: Cast) -> None:
    offer = offered(cast)
    accept(offer=offer)
    events = AuditEvent.objects.filter(patient_id=cast.patient.pk, subject__startswith="patients.").order_by("pk")
    assert list(events.values_list("action", "by")) == [
        ("join_waiting_list", cast.desk.pk),
        ("offer", None),
        ("accept_offer", None),
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_an_offer_takes_as_many_statements_for_one_who_waits_as_for_three(cast: Cast, count: int) -> None:
    waiting(cast)
    for number in range(count - 1):
        more = Patient.objects.create(
            given_name=f"P{number}", birth_date="1990-01-01", email="p@patients.example", time_zone="Europe/Dublin"
        )
        waiting(cast, more, priority=0)
    freed = came_free(cast)
    with CaptureQueriesContext(connection) as queries:
        assert offers.offer_next(freed_id=freed.pk) is not None
    assert len(queries) == 25


def test_the_time_beneath_a_double_booking_is_offered_to_nobody(cast: Cast) -> None:
    below = appointment_at(cast, ELEVEN)
    assert isinstance(book_at(cast, by=cast.manager, override_reason="Twins"), Booked)
    cancel(appointment=below, version=1, reason=CancelReason.ILL, by=cast.desk)
    third = Patient.objects.create(
        given_name="Pim", birth_date="1990-01-01", time_zone="Europe/Dublin", email="pim@patients.example"
    )
    waiting(cast, patient=third)
    FreedTime.objects.update(freed_at=NINE - GRACE)
    assert offer_next(freed_id=FreedTime.objects.get().pk) is None
