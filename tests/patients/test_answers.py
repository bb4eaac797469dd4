"""The links of appointment messages: GET shows, POST acts, each for one appointment as it was."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from clinics.models import AuditEvent, Clinic, Room
from clinics.tenancy import clinic_scope
from clinics.tokens import token_for
from patients.models import Appointment, Cancellation, Status
from patients.news import Known, News, what_is_new
from patients.services.cancelling import cancel, undo_cancel
from patients.services.known import known
from patients.services.moving import Moved, move
from patients.services.visit_links import Purpose, path_for
from tests.factories import Cast, appointment_at


def next_weekday(ahead: int = 7, hour: int = 9) -> datetime:
    """Nine o'clock UTC, in the hours of the cast on both sides of the clock change; some days from now."""
    day = timezone.now().replace(hour=hour, minute=0, second=0, microsecond=0) + timedelta(days=ahead)
    while day.isoweekday() > 5:
        day += timedelta(days=1)
    return day


@pytest.fixture
def visit(north: Cast) -> Appointment:
    with clinic_scope(north.clinic.pk):
        return appointment_at(north, next_weekday())


@pytest.fixture
def phone(db: None) -> Client:
    return Client()


Now = Callable[[], Appointment]


@pytest.fixture
def now(visit: Appointment) -> Now:
    def read() -> Appointment:
        with clinic_scope(visit.clinic_id):
            found: Appointment = Appointment.objects.select_related("room__location").get(pk=visit.pk)
            return found

    return read


def set_to(visit: Appointment, **values: object) -> None:
    with clinic_scope(visit.clinic_id):
        Appointment.objects.filter(pk=visit.pk).update(**values)


def soon(visit: Appointment) -> None:
    """In three hours, so that it costs 35 to cancel."""
    starts_at = timezone.now().replace(second=0, microsecond=0) + timedelta(hours=3)
    set_to(visit, starts_at=starts_at, ends_at=starts_at + timedelta(minutes=45))
    with clinic_scope(visit.clinic_id):
        Clinic.objects.filter(pk=visit.clinic_id).update(late_fee=Decimal(35))
        visit.refresh_from_db(fields=["starts_at", "ends_at", "version"])


def events(visit: Appointment) -> list[tuple[str, int | None, dict[str, object]]]:
    with clinic_scope(visit.clinic_id):
        found = AuditEvent.objects.exclude(action="read").order_by("pk")
        return list(found.values_list("action", "by", "detail"))


@pytest.mark.parametrize("purpose", Purpose)
def test_looking_changes_nothing(phone: Client, visit: Appointment, now: Now, purpose: Purpose) -> None:
    response = phone.get(path_for(visit, purpose))
    assert (response.status_code, response["Cache-Control"]) == (
        200, "max-age=0, no-cache, no-store, must-revalidate, private",
    )  # fmt: skip
    after = now()
    assert (after.version, after.status, after.confirmed_at) == (1, Status.BOOKED, None)
    assert events(visit) == []


def without_tokens(page: str) -> str:
    """Random letters spell a name now and then. No word of ours is as long as the shortest signature."""
    return re.sub(r"[\w.:-]{43,}", "", page)


@pytest.mark.parametrize("purpose", Purpose)
def test_a_page_shows_time_place_and_therapist_and_nothing_else_of_the_patient(
    phone: Client, visit: Appointment, north: Cast, purpose: Purpose
) -> None:
    text = without_tokens(phone.get(path_for(visit, purpose)).content.decode())
    said = [word for word in ("Theo North", "North House", "Dublin time", "+353 1 555 0100") if word not in text]
    leaks = [word for word in ("Pia", "needling", "patients.example", "1984") if word.lower() in text.lower()]
    assert (said, leaks) == ([], [])


def test_the_read_is_on_record_as_nobodys(phone: Client, visit: Appointment) -> None:
    phone.get(path_for(visit, Purpose.CONFIRM))
    with clinic_scope(visit.clinic_id):
        event = AuditEvent.objects.get()
    assert (event.action, event.by, event.patient_id, event.subject) == ("read", None, visit.patient_id, "visit-answer")


def test_a_yes_is_kept_once_and_on_record(phone: Client, visit: Appointment, now: Now) -> None:
    for _ in range(2):
        assert phone.post(path_for(visit, Purpose.CONFIRM)).status_code == 303
    confirmed = now()
    assert (confirmed.confirmed_at is not None, confirmed.version) == (True, 1)
    assert events(visit) == [("confirm", None, {"via": "link"})]
    assert "Thank you, see you then" in phone.get(path_for(confirmed, Purpose.SHOW)).content.decode()


def test_a_no_frees_the_time_and_is_announced(phone: Client, visit: Appointment, now: Now) -> None:
    response = phone.post(path_for(visit, Purpose.CANCEL), {"reason": "work", "fee": "0"}, follow=True)
    assert "Your appointment is cancelled" in response.content.decode()
    assert "Nothing is charged" in response.content.decode()
    assert (now().status, now().news_at is not None) == (Status.CANCELLED, True)
    with clinic_scope(visit.clinic_id):
        cancellation = Cancellation.objects.get()
    assert (cancellation.reason, cancellation.cancelled_by, cancellation.is_late) == ("work", None, False)
    assert [(action, by) for action, by, _ in events(visit)] == [("cancel", None), ("answer", None)]


def test_a_late_no_says_what_it_costs_before_it_does(phone: Client, visit: Appointment, now: Now) -> None:
    soon(visit)
    page = phone.get(path_for(visit, Purpose.CANCEL)).content.decode()
    assert "less than 24 hours ahead, so cancelling costs 35.00 EUR" in page
    phone.post(path_for(visit, Purpose.CANCEL), {"fee": "35.00"})
    with clinic_scope(visit.clinic_id):
        assert (Cancellation.objects.get().fee, now().status) == (Decimal(35), Status.CANCELLED)


@pytest.mark.parametrize("fee", ["0", "34.99", "", "x"])
def test_nobody_pays_more_than_the_page_said(phone: Client, visit: Appointment, now: Now, fee: str) -> None:
    soon(visit)
    response = phone.post(path_for(visit, Purpose.CANCEL), {"fee": fee, "reason": "work"})
    assert (response.status_code, now().status) == (422, Status.BOOKED)
    assert "Nothing was cancelled yet" in response.content.decode()


def offered(page: str) -> list[str]:
    return re.findall(r'name="time" value="([^"]+)"', page)


def test_another_time_is_one_of_six_of_the_same_therapist(
    phone: Client, visit: Appointment, now: Now, north: Cast
) -> None:
    times = offered(phone.get(path_for(visit, Purpose.MOVE)).content.decode())
    assert len(times) == 6
    response = phone.post(path_for(visit, Purpose.MOVE), {"time": times[-1]}, follow=True)
    assert "Your appointment is booked" in response.content.decode()
    moved = now()
    assert (moved.version, moved.therapist_id, moved.starts_at > timezone.now()) == (2, north.therapist.pk, True)
    assert moved.local_start.hour == 8
    assert {action for action, by, _ in events(visit) if by is None} == {"move", "answer"}


def test_a_double_booked_time_is_offered_to_no_patient(phone: Client, visit: Appointment, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        for ahead in range(31):  # from seven to seven on every day in reach: four weeks, that begin a while after now
            start = (timezone.now() + timedelta(days=ahead)).replace(hour=7, minute=0, second=0, microsecond=0)
            appointment_at(
                north, start, ends_at=start + timedelta(hours=12), patient=north.neighbour, is_override=True,
                override_reason="Twins",
            )  # fmt: skip
    assert offered(phone.get(path_for(visit, Purpose.MOVE)).content.decode()) == []


def test_a_time_that_somebody_else_took_is_said_and_others_are_offered(
    phone: Client, visit: Appointment, now: Now, north: Cast
) -> None:
    first, second, *_ = offered(phone.get(path_for(visit, Purpose.MOVE)).content.decode())
    with clinic_scope(north.clinic.pk):
        neighbours = appointment_at(north, next_weekday(1), patient=north.neighbour)
    phone.post(path_for(visit, Purpose.MOVE), {"time": first})
    start = now().starts_at
    set_to(visit, starts_at=next_weekday(20), ends_at=next_weekday(20) + timedelta(minutes=45))
    set_to(neighbours, starts_at=start, ends_at=start + timedelta(minutes=45))
    fresh = now()
    stale = phone.post(path_for(fresh, Purpose.MOVE), {"time": second})
    assert (stale.status_code, now().version) == (409, fresh.version)
    assert "is not free any more" in stale.content.decode()
    assert len(offered(stale.content.decode())) == 6


def test_no_time_chosen_is_said_at_the_field(phone: Client, visit: Appointment) -> None:
    response = phone.post(path_for(visit, Purpose.MOVE), {})
    assert response.status_code == 422
    assert "Choose one of the times." in response.content.decode()


@pytest.mark.parametrize("time", ["x", "2099-01-01T09:00", "a:b:c"])
def test_a_time_that_nobody_offered_moves_nothing(phone: Client, visit: Appointment, now: Now, time: str) -> None:
    assert phone.post(path_for(visit, Purpose.MOVE), {"time": time}).status_code == 409
    assert now().version == 1


@pytest.mark.parametrize("purpose", [Purpose.CONFIRM, Purpose.MOVE, Purpose.CANCEL])
def test_a_link_from_before_a_change_says_so_and_does_nothing(
    phone: Client, visit: Appointment, now: Now, purpose: Purpose
) -> None:
    old = path_for(visit, purpose)
    set_to(visit, starts_at=visit.starts_at + timedelta(hours=1), ends_at=visit.ends_at + timedelta(hours=1))
    seen, answered = phone.get(old), phone.post(old, {"fee": "0", "time": "x"})
    assert (seen.status_code, answered.status_code) == (200, 409)
    assert "This appointment has changed" in seen.content.decode()
    after = now()
    assert (after.version, after.status, after.confirmed_at) == (2, Status.BOOKED, None)


def test_links_stay_good_over_what_the_patient_need_not_hear_of(
    phone: Client, north: Cast, visit: Appointment, now: Now
) -> None:
    link = path_for(visit, Purpose.CONFIRM)
    with clinic_scope(north.clinic.pk):
        Room.objects.filter(pk=north.plain_room.pk).update(features=north.room.features)
        cancel(appointment=visit, version=1, reason="mistake", by=north.desk)
        undo_cancel(appointment=visit, by=north.desk)
        facts: dict[str, Any] = {
            "therapist": visit.therapist,
            "room": Room.objects.get(pk=north.plain_room.pk),
            "by": north.desk,
        }
        assert isinstance(move(appointment=now(), version=3, starts_at=visit.starts_at, **facts), Moved)
    phone.post(link)
    assert (now().room, now().confirmed_at is None) == (north.plain_room, False)


def test_the_desk_reads_that_the_patient_cancelled_and_a_patient_hears_that_it_is_on(
    phone: Client, desk: Client, visit: Appointment, now: Now
) -> None:
    phone.post(path_for(visit, Purpose.CONFIRM))
    phone.post(path_for(visit, Purpose.CANCEL), {"reason": "work", "fee": "0"})
    assert "The patient cancelled this" in desk.get(f"/appointments/{visit.pk}/").content.decode()
    page = desk.post(f"/appointments/{visit.pk}/undo/", follow=True).content.decode()
    assert "Taken back: the appointment is booked again. The patient is told in 3 min." in page
    told = Known.of_json(now().told)
    assert (now().status, now().confirmed_at, what_is_new(told, known(now()), timezone.now())) == (
        Status.BOOKED, None, News.BOOKED,
    )  # fmt: skip


@pytest.mark.parametrize("purpose", [Purpose.CONFIRM, Purpose.MOVE, Purpose.CANCEL])
def test_a_link_ends_with_the_visit(
    phone: Client, visit: Appointment, now: Now, monkeypatch: pytest.MonkeyPatch, purpose: Purpose
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: visit.starts_at)
    assert "This appointment is over" in phone.get(path_for(visit, purpose)).content.decode()
    assert phone.post(path_for(visit, purpose), {"fee": "0"}).status_code == 409
    assert (now().confirmed_at, now().status) == (None, Status.BOOKED)


def test_tampered_and_foreign_links_lead_nowhere(phone: Client, visit: Appointment, south: Cast) -> None:
    good = path_for(visit, Purpose.CONFIRM)
    foreign = token_for(Purpose.CONFIRM, clinic_id=south.clinic.pk, row_id=visit.pk, version=1)
    nowhere = token_for(Purpose.CONFIRM, clinic_id=999_999, row_id=visit.pk, version=1)
    other = token_for("offer", clinic_id=visit.clinic_id, row_id=visit.pk, version=1)
    paths = [good[:-2] + "x/", good.replace("/a/", "/a/1"), f"/a/{foreign}/", f"/a/{nowhere}/", f"/a/{other}/", "/a/x/"]
    assert [phone.get(path).status_code for path in paths] == [404] * 6


def test_somebody_signed_in_elsewhere_is_no_other_than_anybody(north: Cast, visit: Appointment, south: Cast) -> None:
    phone = Client()
    phone.force_login(south.desk)
    assert phone.post(path_for(visit, Purpose.CONFIRM)).status_code == 303
    assert events(visit) == [("confirm", None, {"via": "link"})]


def test_a_place_in_a_class_cannot_be_moved_by_a_link(phone: Client, north: Cast, visit: Appointment) -> None:
    with clinic_scope(north.clinic.pk):
        group = appointment_at(north, next_weekday(9), patient=None, places=3)
        place = appointment_at(north, next_weekday(9), group=group, minutes_after=10)
    assert phone.get(path_for(place, Purpose.MOVE)).status_code == 404


def test_too_many_tries_have_to_wait(phone: Client, visit: Appointment) -> None:
    found = [phone.get(path_for(visit, Purpose.CONFIRM)).status_code for _ in range(32)]
    assert found == [200] * 30 + [429] * 2
