"""What a patient is told when appointments change: decided when it is sent, one message a burst."""

import re
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Any, cast

import icalendar
import pytest
from django.core import mail
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clinics.models import AuditEvent, Channel, Clinic, Message, MessageStatus
from clinics.services import messages
from clinics.tokens import Named
from patients.models import Appointment, Cancellation, CancelReason, Patient, Status
from patients.services.cancelling import cancel
from patients.services.moving import move
from patients.services.notices import Quiet, announce, keep_quiet, queue_news
from patients.services.visit_links import Asked, Purpose, asked_by, mark_of
from tests.factories import NINE, Cast, appointment_at
from tests.patients.rfc5545 import Checked, check

DAY = timedelta(days=1)
NEXT_TUESDAY = NINE + 8 * DAY

pytestmark = pytest.mark.usefixtures("monday_morning")


def tell(*visits: Appointment, notify: bool = True) -> None:
    announce(appointments=[Appointment.objects.get(pk=one.pk) for one in visits], by=None, notify=notify)


def change(visit: Appointment, **values: Any) -> None:
    Appointment.objects.filter(pk=visit.pk).update(**values)
    tell(visit)


def put_into_outbox(visit: Appointment) -> None:
    """Its news, the minutes of grace being over; not sent yet."""
    tell(visit)
    Appointment.objects.update(news_at=NINE - timedelta(minutes=3))
    queue_news(patient_id=visit.patient_pk)


def send(after: timedelta = timedelta(minutes=3)) -> list[MessageStatus | None]:
    """What the sweep and the outbox do that long after now, e-mail first."""
    with pytest.MonkeyPatch.context() as patch:
        now = timezone.now() + after
        patch.setattr(timezone, "now", lambda: now)
        for pk in Patient.objects.values_list("pk", flat=True):
            queue_news(patient_id=pk)
        return [messages.deliver(pk) for pk in Message.objects.order_by("channel", "pk").values_list("pk", flat=True)]


def told(visit: Appointment) -> dict[str, Any]:
    visit.refresh_from_db()
    return dict(visit.told or {})


def without_links(body: object) -> str:
    return re.sub(r" http://\S+/a/\S+/(?=\n)", "", str(body))


def test_a_booking_is_told_by_mail_and_in_the_portal_after_the_grace(in_north: Cast) -> None:
    visit = appointment_at(in_north, NEXT_TUESDAY)
    tell(visit)
    assert send(timedelta(minutes=2, seconds=59)) == []
    assert send() == [MessageStatus.SENT, MessageStatus.SENT]
    assert send() == [None, None]
    (letter,) = mail.outbox
    assert (letter.to, letter.subject) == ([in_north.patient.email], "Your appointment is booked")
    assert without_links(letter.body) == (
        "Hello Pia,\n\nYour appointment is booked:\n\nTuesday 9 March 2021, 09:00 to 09:45 (Dublin time)\n"
        "with Theo North, North House\nSay that you will come:\nChoose another time:\nCancel it:\n\n"
        "Questions? Call us: +353 1 555 0100\nNorth Clinic"
    )
    assert Message.objects.inbox().get().body == letter.body
    assert told(visit)["starts_at"] == NEXT_TUESDAY.isoformat()
    assert (visit.news_at, visit.version) == (None, 1)


def test_without_mail_it_is_the_portal_and_without_both_nothing(in_north: Cast) -> None:
    Patient.objects.update(email="")
    tell(appointment_at(in_north, NEXT_TUESDAY))
    tell(appointment_at(in_north, NEXT_TUESDAY + DAY, patient=in_north.neighbour))
    send()
    assert not Appointment.objects.filter(news_at__isnull=False).exists()
    assert list(Message.objects.values_list("patient_id", "channel")) == [(in_north.patient.pk, Channel.PORTAL)]


def test_what_is_booked_and_taken_back_in_time_is_never_mentioned(in_north: Cast) -> None:
    visit = appointment_at(in_north, NEXT_TUESDAY)
    tell(visit)
    change(visit, status=Status.CANCELLED)
    assert send() == []


def test_a_move_and_back_says_nothing(in_north: Cast) -> None:
    visit = appointment_at(in_north, NEXT_TUESDAY)
    tell(visit, notify=False)
    for start in (NEXT_TUESDAY + DAY, NEXT_TUESDAY):
        change(visit, starts_at=start, ends_at=start + timedelta(minutes=45))
    assert send() == []


def test_what_waits_in_the_outbox_is_held_back(in_north: Cast) -> None:
    visit = appointment_at(in_north, NEXT_TUESDAY)
    put_into_outbox(visit)
    assert keep_quiet(appointments=[visit], by=in_north.desk) == Quiet(spared=1, told=0)
    assert send() == [MessageStatus.CANCELLED] * 2


def test_what_was_announced_and_is_cancelled_on_the_phone_is_not_told(in_north: Cast) -> None:
    visit = appointment_at(in_north, NEXT_TUESDAY)
    put_into_outbox(visit)
    cancel(appointment=visit, version=1, reason=CancelReason.ILL, by=in_north.desk, notify=False)
    assert send() == [MessageStatus.CANCELLED] * 2


def test_what_has_been_said_cannot_be_held_back(in_north: Cast) -> None:
    visit = appointment_at(in_north, NEXT_TUESDAY)
    tell(visit)
    send()
    assert keep_quiet(appointments=[visit], by=in_north.desk) == Quiet(spared=0, told=1)


@pytest.mark.parametrize("start", [NEXT_TUESDAY, NEXT_TUESDAY + DAY])
def test_what_came_from_elsewhere_is_known_to_the_patient_as_it_stood(in_north: Cast, start: datetime) -> None:
    visit, wanted = appointment_at(in_north, NEXT_TUESDAY), NEXT_TUESDAY + DAY
    facts: dict[str, Any] = {"therapist": visit.therapist, "room": visit.room, "by": in_north.desk}
    for version, at in enumerate([wanted, start], 1):
        move(appointment=visit, version=version, starts_at=at, **facts)
        visit.refresh_from_db()
    assert send() == ([] if start == NEXT_TUESDAY else [MessageStatus.SENT] * 2)
    assert [letter.subject for letter in mail.outbox] == (
        [] if start == NEXT_TUESDAY else ["Your appointment has moved"]
    )


def test_what_came_from_elsewhere_and_is_cancelled_is_told(in_north: Cast) -> None:
    cancel(appointment=appointment_at(in_north, NEXT_TUESDAY), version=1, reason=CancelReason.CLINIC, by=in_north.desk)
    assert send() == [MessageStatus.SENT] * 2


def test_what_is_taken_back_when_the_message_stands_in_the_outbox_says_nothing(in_north: Cast) -> None:
    visit = appointment_at(in_north, NEXT_TUESDAY)
    put_into_outbox(visit)
    cancel(appointment=visit, version=1, reason=CancelReason.CLINIC, by=in_north.desk)
    assert send(timedelta()) == [MessageStatus.CANCELLED, MessageStatus.CANCELLED]
    assert send() == [None, None]


def test_what_changes_when_the_message_stands_in_the_outbox_is_in_it(in_north: Cast) -> None:
    visit = appointment_at(in_north, NEXT_TUESDAY)
    tell(visit)
    Appointment.objects.update(news_at=NINE - timedelta(minutes=3))
    queue_news(patient_id=in_north.patient.pk)
    change(visit, starts_at=NEXT_TUESDAY + DAY, ends_at=NEXT_TUESDAY + DAY + timedelta(minutes=45))
    assert send(timedelta()) == [MessageStatus.SENT, MessageStatus.SENT]
    assert "Wednesday 10 March" in mail.outbox[0].body
    assert send() == [None, None]


def test_each_change_starts_the_grace_anew(in_north: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    visit = appointment_at(in_north, NEXT_TUESDAY)
    tell(visit)
    monkeypatch.setattr(timezone, "now", lambda: NINE + timedelta(minutes=2))
    change(visit, starts_at=NEXT_TUESDAY + DAY, ends_at=NEXT_TUESDAY + DAY + timedelta(minutes=45))
    assert send(timedelta(minutes=2)) == []
    assert send() == [MessageStatus.SENT, MessageStatus.SENT]
    (letter,) = mail.outbox
    assert letter.subject == "Your appointment is booked"
    assert "Wednesday 10 March 2021, 09:00 to 09:45 (Dublin time)\nwith" in letter.body


def test_a_move_names_both_times_each_with_its_zone(in_north: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    visit = appointment_at(in_north, NEXT_TUESDAY)
    tell(visit, notify=False)
    summer = datetime.fromisoformat("2021-03-30T09:00+00:00")  # the clocks have changed by then
    change(visit, starts_at=summer, ends_at=summer + timedelta(minutes=45))
    assert send() == [MessageStatus.SENT, MessageStatus.SENT]
    (letter,) = mail.outbox
    assert letter.subject == "Your appointment has moved"
    assert (
        "Your appointment has moved:\n\nTuesday 30 March 2021, 10:00 to 10:45 (Dublin time)\n"
        "with Theo North, North House\nBefore, it was on Tuesday 9 March 2021, 09:00 to 09:45 (Dublin time).\n"
    ) in letter.body


@pytest.mark.parametrize(
    ("cancelled", "said"),
    [
        ({"reason": "ill"}, "Nothing is charged for it."),
        ({"reason": "clinic"}, "We are sorry that we had to cancel. Nothing is charged."),
        ({"reason": "work", "is_late": True, "fee": 35}, "our fee for late cancellations applies: 35.00 EUR."),
    ],
)
def test_a_cancellation_says_kindly_whether_it_costs(in_north: Cast, cancelled: dict[str, Any], said: str) -> None:
    visit = appointment_at(in_north, NEXT_TUESDAY)
    tell(visit, notify=False)
    Cancellation.objects.create(appointment=visit, cancelled_at=NINE, cancelled_by=in_north.desk, **cancelled)
    change(visit, status=Status.CANCELLED)
    assert send() == [MessageStatus.SENT, MessageStatus.SENT]
    (letter,) = mail.outbox
    assert letter.subject == "Your appointment is cancelled"
    assert "Tuesday 9 March 2021, 09:00 to 09:45 (Dublin time)" in letter.body
    assert said in letter.body


def test_a_series_is_one_message(in_north: Cast) -> None:
    tell(*(appointment_at(in_north, NEXT_TUESDAY + timedelta(weeks=week)) for week in range(3)))
    assert send() == [MessageStatus.SENT, MessageStatus.SENT]
    (letter,) = mail.outbox
    assert letter.subject == "Your appointments are booked"
    assert [line for line in letter.body.splitlines() if line.startswith("Tuesday")] == [
        f"Tuesday {day} March 2021, {hour}:00 to {hour}:45 (Dublin time)"
        for day, hour in ((9, "09"), (16, "09"), (23, "09"))
    ]


def test_of_several_each_has_links_of_its_own(in_north: Cast) -> None:
    first, second, gone = (appointment_at(in_north, NEXT_TUESDAY + day * DAY) for day in range(3))
    tell(gone, notify=False)
    change(gone, status=Status.CANCELLED)
    tell(first, second)
    send()
    (body,) = {mail.outbox[0].body, Message.objects.inbox().get().body}
    found = {part.split(",")[0]: re.findall(r"/a/(\S+)/", part) for part in body.split("\n\n") if " 2021, " in part}
    named = {day: [asked_by(token) for token in tokens] for day, tokens in found.items()}
    ways = (Purpose.CONFIRM, Purpose.MOVE, Purpose.CANCEL)
    assert named == {
        "Tuesday 9 March 2021": [Asked(way, Named(first.clinic_id, first.pk, mark_of(first))) for way in ways],
        "Wednesday 10 March 2021": [Asked(way, Named(first.clinic_id, second.pk, mark_of(second))) for way in ways],
        "Thursday 11 March 2021": [],
    }


def test_a_burst_of_several_kinds_is_one_message_too(in_north: Cast) -> None:
    first, second, third = (appointment_at(in_north, NEXT_TUESDAY + timedelta(days=day)) for day in range(3))
    tell(first, second, notify=False)
    change(first, starts_at=NEXT_TUESDAY + 5 * DAY, ends_at=NEXT_TUESDAY + 5 * DAY + timedelta(minutes=45))
    change(second, status=Status.CANCELLED)
    tell(third)
    assert send() == [MessageStatus.SENT, MessageStatus.SENT]
    (letter,) = mail.outbox
    assert letter.subject == "Your appointments have changed"
    assert [line for line in letter.body.splitlines() if line.startswith("Your appointment")] == [
        "Your appointment is booked:", "Your appointment has moved:", "Your appointment is cancelled:"
    ]  # fmt: skip


def test_another_therapist_is_news_and_another_room_of_the_house_is_not(in_north: Cast) -> None:
    visit = appointment_at(in_north, NEXT_TUESDAY, service=in_north.follow_up)
    tell(visit, notify=False)
    change(visit, room=in_north.plain_room)
    assert send() == []
    change(visit, therapist=in_north.colleague)
    assert send() == [MessageStatus.SENT, MessageStatus.SENT]
    assert mail.outbox[0].subject == "Your appointment has changed"
    assert "with Tara North, North House" in mail.outbox[0].body


def test_who_is_told_in_person_gets_no_message_later(in_north: Cast) -> None:
    visit = appointment_at(in_north, NEXT_TUESDAY)
    tell(visit)
    tell(visit, notify=False)
    assert send() == []
    tell(visit)
    assert send() == []
    event = AuditEvent.objects.get()
    assert (event.action, event.subject_ids, event.patient_id) == ("keep_quiet", [visit.pk], in_north.patient.pk)


def test_of_a_visit_that_has_begun_nothing_is_said(in_north: Cast) -> None:
    tell(appointment_at(in_north, NINE + timedelta(minutes=1)))
    assert send() == []


def test_a_mail_that_fails_says_what_is_true_when_it_goes_out(in_north: Cast, settings: Any) -> None:
    visit = appointment_at(in_north, NEXT_TUESDAY)
    tell(visit)
    works, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_PORT = 1  # nobody listens there
    assert send() == [MessageStatus.PENDING, MessageStatus.SENT]
    settings.EMAIL_BACKEND = works
    change(visit, starts_at=NEXT_TUESDAY + DAY, ends_at=NEXT_TUESDAY + DAY + timedelta(minutes=45))
    assert [status for status in send(timedelta(minutes=10)) if status] == [MessageStatus.SENT] * 2
    (letter,) = mail.outbox
    assert letter.subject == "Your appointment is booked"  # by mail it is the first word
    assert "Wednesday 10 March" in letter.body
    assert Message.objects.inbox()[0].title == "Your appointment has moved"


def files(letter: EmailMessage) -> list[Any]:
    """The calendar files of a mail: as the invitation that Google and Outlook read, and as the attachment."""
    message = letter.message()
    parts = [one for one in message.walk() if one.get_content_type() in {"text/calendar", "application/ics"}]
    assert {part.get_payload(decode=True) for part in parts} == {parts[0].get_payload(decode=True)}
    return [(part.get_content_type(), part.get_param("method"), part.get_filename()) for part in parts]


def calendar_of(letter: EmailMessage) -> Any:
    assert isinstance(letter, EmailMultiAlternatives)
    return icalendar.Calendar.from_ical(str(letter.alternatives[0][0]))


def test_a_booking_comes_as_an_invitation_and_its_end_under_the_same_name(in_north: Cast) -> None:
    Clinic.objects.filter(pk=in_north.clinic.pk).update(name="Norðr Clinic")
    visit = appointment_at(in_north, NEXT_TUESDAY)
    tell(visit)
    send()
    change(visit, status=Status.CANCELLED)
    send()
    booked, cancelled = mail.outbox
    assert files(booked) == [("text/calendar", "REQUEST", None), ("application/ics", None, "appointment-1.ics")]
    first, last = calendar_of(booked), calendar_of(cancelled)
    assert (str(first["METHOD"]), str(last["METHOD"])) == ("REQUEST", "CANCEL")
    (event,), (end,) = first.walk("VEVENT"), last.walk("VEVENT")
    assert (event["SUMMARY"], event["STATUS"]) == ("Appointment, Norðr Clinic", "CONFIRMED")
    assert event["DTSTART"].dt == NEXT_TUESDAY
    assert (end["UID"], end["SEQUENCE"], end["STATUS"]) == (event["UID"], event["SEQUENCE"] + 1, "CANCELLED")


def enclosed(letter: EmailMessage) -> list[tuple[str | None, Checked]]:
    parts = [part for part in letter.message().walk() if part.get_content_type() == "application/ics"]
    return [(part.get_filename(), check(cast("bytes", part.get_payload(decode=True)))) for part in parts]


def test_of_several_each_has_an_invitation_of_its_own(in_north: Cast) -> None:
    first, second = (appointment_at(in_north, NEXT_TUESDAY + day * DAY) for day in range(2))
    tell(first, notify=False)
    change(first, status=Status.CANCELLED)
    tell(second)
    send()
    (letter,) = mail.outbox
    assert isinstance(letter, EmailMultiAlternatives)
    found = enclosed(letter)
    assert [(name, one.method, one.values("UID")) for name, one in found] == [
        ("appointment-1.ics", "CANCEL", [f"appointment-{first.pk}@127.0.0.1"]),
        ("appointment-2.ics", "REQUEST", [f"appointment-{second.pk}@127.0.0.1"]),
    ]
    assert letter.alternatives == []  # a program would take the first for all
    assert {one.values("ORGANIZER")[0] for _name, one in found} == {f"mailto:{parseaddr(letter.from_email)[1]}"}


def test_neither_title_nor_calendar_says_what_is_treated(in_north: Cast) -> None:
    tell(appointment_at(in_north, NEXT_TUESDAY))
    send()
    (letter,) = mail.outbox
    said = f"{letter.subject} {letter.body} {letter.message().as_string()}".lower()
    assert [word for word in ("needling", "follow-up", "therapy", "pain") if word in said] == []


@pytest.mark.parametrize("patients", [1, 3])
def test_a_change_costs_its_service_one_statement(in_north: Cast, patients: int) -> None:
    visits = []
    for number in range(patients):
        one = Patient.objects.create(
            given_name="Ann", birth_date=NINE.date(), email=f"{number}@x.example", time_zone="Europe/Dublin"
        )
        visits.append(appointment_at(in_north, NEXT_TUESDAY + number * DAY, patient=one))
    with CaptureQueriesContext(connection) as queries:
        announce(appointments=visits, by=None, notify=True)
    asked = [one["sql"] for one in queries if "SAVEPOINT" not in one["sql"]]
    assert len(asked) == 1
