"""Appointments as calendar programs read them: RFC 5545 text, and RFC 5546 for invitations. Pure.

Times are written as UTC instants: every program shows them in its own zone, and no VTIMEZONE can be misread. What
mail and calendar programs make of the rest is in docs/adr/0012-invitations.md.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

PRODUCT = "-//Plumbline//Appointments//EN"
LINE = 75  # octets without the line break, RFC 5545, 3.1
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_BREAK = re.compile("\r\n|[\r\x85\u2028\u2029]")  # the last three end a line for some programs, not by the standard


class Method(StrEnum):
    REQUEST = "REQUEST"  # one appointment, new or changed
    CANCEL = "CANCEL"  # one that is off
    PUBLISH = "PUBLISH"  # a feed


@dataclass(frozen=True, slots=True)
class Entry:
    uid: str  # the same for the whole life of an appointment
    sequence: int  # goes up with each change: a program keeps the highest
    starts_at: datetime
    ends_at: datetime
    summary: str
    location: str = ""
    description: str = ""
    is_on: bool = True


@dataclass(frozen=True, slots=True)
class Address:
    mail: str
    name: str = ""


def uid_of(appointment_id: int, host: str) -> str:
    """Unique in the world, RFC 5545, 3.8.4.7: whoever is a patient of two installations has one calendar."""
    return f"appointment-{appointment_id}@{host}"


def method_of(one: Entry) -> Method:
    return Method.REQUEST if one.is_on else Method.CANCEL


def invitation(one: Entry, *, stamp: datetime, organizer: Address, attendee: Address) -> str:
    """`stamp` is when this was written. The organizer's address is the one that the mail comes from."""
    way = ";ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=FALSE"
    invited = f"ATTENDEE{way}{_name(attendee)}:mailto:{_mail(attendee)}"
    return _calendar(method_of(one), [], _entry(one, stamp, organizer, invited))


def feed(entries: Iterable[Entry], *, stamp: datetime, organizer: Address, name: str) -> str:
    """`name` is what the calendar is called where it is subscribed to. Nobody is invited, RFC 5546, 3.2.1."""
    facts = [f"X-WR-CALNAME:{_text(name)}", "REFRESH-INTERVAL;VALUE=DURATION:PT1H", "X-PUBLISHED-TTL:PT1H"]
    return _calendar(Method.PUBLISH, facts, (line for one in entries for line in _entry(one, stamp, organizer)))


def _calendar(method: Method, facts: Iterable[str], entries: Iterable[str]) -> str:
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN", f"METHOD:{method}"]
    lines = [*head, *facts, *entries, "END:VCALENDAR"]
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line))


def _entry(one: Entry, stamp: datetime, organizer: Address, *invited: str) -> list[str]:
    return [
        "BEGIN:VEVENT",
        f"UID:{_text(one.uid)}",
        f"SEQUENCE:{one.sequence}",
        f"DTSTAMP:{_instant(stamp)}",
        f"DTSTART:{_instant(one.starts_at)}",
        f"DTEND:{_instant(one.ends_at)}",
        f"SUMMARY:{_text(one.summary)}",
        *([f"LOCATION:{_text(one.location)}"] if one.location else []),
        *([f"DESCRIPTION:{_text(one.description)}"] if one.description else []),
        f"STATUS:{'CONFIRMED' if one.is_on else 'CANCELLED'}",
        f"TRANSP:{'OPAQUE' if one.is_on else 'TRANSPARENT'}",
        f"ORGANIZER{_name(organizer)}:mailto:{_mail(organizer)}",
        *invited,
        "END:VEVENT",
    ]


def _instant(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(text: str) -> str:
    """A value of type TEXT, RFC 5545, 3.3.11."""
    plain = _CONTROL.sub("", _BREAK.sub("\n", text))
    return plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _name(address: Address) -> str:
    """A parameter cannot hold a double quote at all, RFC 5545, 3.2."""
    plain = _CONTROL.sub("", re.sub(r"\s+", " ", address.name)).replace('"', "'")
    return f';CN="{plain}"' if plain else ""


def _mail(address: Address) -> str:
    return _CONTROL.sub("", re.sub(r"\s", "", address.mail))


def _folded(line: str) -> Iterator[str]:
    """Parts of at most 75 octets; all but the first start with a space. No letter is torn apart."""
    part, room = "", LINE
    for letter in line:
        size = len(letter.encode())
        if size > room:
            yield part
            part, room = " ", LINE - 1
        part += letter
        room -= size
    yield part
