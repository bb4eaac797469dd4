"""The outbox: put a message in, find what is due, deliver it once."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.utils import timezone

from clinics import audit
from clinics.models import Channel, Message, MessageStatus, User
from clinics.tenancy import all_clinics

# Rule -> "is it still wanted?", asked inside the clinic just before sending. Higher apps fill it in AppConfig.ready().
STILL_WANTED: dict[str, Callable[[Message], bool]] = {}
# Rule -> the text as things stand when it is sent, or None where there is nothing to say any more. Filled in likewise.
WRITERS: dict[str, Callable[[Message], "Text | None"]] = {}

BATCH = 500
MOST_ATTEMPTS = 5
BACK_OFF = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=20), timedelta(hours=1))


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """What a calendar program takes as an invitation, or as the end of one."""

    method: str  # REQUEST or CANCEL
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    title: str
    body: str
    calendars: Sequence[CalendarFile] = ()
    # What to write down once it is out. Not before: whoever changes that row must not wait for a mail server.
    once_sent: Callable[[], None] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What is said to whom. The title shows on a lock screen, so it names no health detail.

    Where the rule has a writer, title and body are what the outbox shows until then.
    """

    patient_id: int | None  # None: to a colleague
    rule: str
    subject_id: int
    local_date: date
    slot: str
    title: str
    body: str
    due_at: datetime
    expires_at: datetime
    addresses: dict[Channel, str]  # channel -> address, "" for the portal
    before: dict[str, Any] = field(default_factory=dict)


def queue(letters: list[tuple[int, Letter]]) -> None:
    """Put letters of (clinic id, letter) into the outbox. One that is there already stays as it is."""
    rows = [
        Message(
            clinic_id=clinic_id, patient_id=letter.patient_id, channel=channel, rule=letter.rule,
            subject_id=letter.subject_id, local_date=letter.local_date, slot=letter.slot, address=address,
            title=letter.title, body=letter.body, due_at=letter.due_at, expires_at=letter.expires_at,
            before=letter.before,
        )
        for clinic_id, letter in letters
        for channel, address in letter.addresses.items()
    ]  # fmt: skip
    Message.objects.bulk_create(rows, ignore_conflicts=True)


def due_by_clinic() -> dict[int, list[int]]:
    """Platform job: ids of due messages, oldest first, by clinic."""
    found: dict[int, list[int]] = defaultdict(list)
    with all_clinics("dispatch of due messages"):
        due = Message.objects.due(timezone.now()).order_by("due_at", "pk").values_list("clinic_id", "pk")
        for clinic_id, pk in due[:BATCH]:
            found[clinic_id].append(pk)
    return found


def deliver(message_id: int) -> MessageStatus | None:
    """Send one message. None where another worker has it or it is not due any more.

    The row stays locked while it is sent, so two workers never send the same message. Should the process die
    between the mail server's yes and the commit, the mail goes out again: at least once, and only then twice.
    """
    now = timezone.now()
    message = Message.objects.due(now).select_for_update(skip_locked=True).filter(pk=message_id).first()
    if message is None:
        return None
    if message.expires_at <= now:
        message.status = MessageStatus.EXPIRED
    elif message.rule in STILL_WANTED and not STILL_WANTED[message.rule](message):
        message.status = MessageStatus.CANCELLED
    else:
        _try_to_send(message, now)
    message.save(update_fields=["title", "body", "status", "attempts", "sent_at", "due_at", "error"])
    return MessageStatus(message.status)


def _try_to_send(message: Message, now: datetime) -> None:
    message.attempts += 1
    try:
        text = _text_of(message)
        if text is not None:
            _send(message, text)
    except Exception as error:  # any transport may fail in its own way; the row keeps the class, never the text
        message.error = type(error).__name__[:60]
        if message.attempts >= MOST_ATTEMPTS:
            message.status = MessageStatus.FAILED
        else:
            message.due_at = now + BACK_OFF[message.attempts - 1]
    else:
        _is_done(message, text, now)


def _text_of(message: Message) -> Text | None:
    writer = WRITERS.get(message.rule)
    return writer(message) if writer else Text(title=message.title, body=message.body)


def _is_done(message: Message, text: Text | None, now: datetime) -> None:
    message.error = ""
    if text is None:
        message.status = MessageStatus.CANCELLED
        return
    message.title, message.body = text.title, text.body
    message.status, message.sent_at = MessageStatus.SENT, now
    if text.once_sent:
        text.once_sent()


def _send(message: Message, text: Text) -> None:
    if message.channel == Channel.PORTAL:
        return  # the row itself is what the patient sees
    mail = EmailMultiAlternatives(subject=text.title, body=text.body, to=[message.address])
    _enclose(mail, text.calendars)
    mail.send()


def _enclose(mail: EmailMultiAlternatives, files: Sequence[CalendarFile]) -> None:
    """Google and Outlook read the alternative as an invitation, but one a mail; Apple Mail opens the attachments."""
    if len(files) == 1:
        mail.attach_alternative(files[0].content, f"text/calendar; method={files[0].method}")
    for number, file in enumerate(files, start=1):
        mail.attach(f"appointment-{number}.ics", file.content.encode(), "application/ics")


@transaction.atomic
def mark_read(*, patient_id: int, by: User) -> None:
    """Everything in the patient's inbox, as read now."""
    unread = list(Message.objects.inbox().filter(patient_id=patient_id, read_at__isnull=True).only("pk"))
    if unread:
        Message.objects.filter(pk__in=[one.pk for one in unread]).update(read_at=timezone.now())
        audit.record("read_messages", subject=unread, by=by, patient_id=patient_id)
