"""What we write is read back by a parser that is not ours."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patients.calendar_file import Address, Entry, feed, invitation, uid_of
from tests.factories import NINE
from tests.patients.rfc5545 import check

STAMP = datetime(2021, 2, 1, 12, 30, tzinfo=UTC)
NORTH = Address("hello@plumbline.example", 'North "Clinic"; Dublin')
PIA = Address("pia@patients.example")
VISIT = Entry(
    uid_of(7, "clinic.example"),
    3,
    NINE,
    NINE + timedelta(minutes=45),
    "Appointment, North Clinic",
    "North House, 1 Quay",
)

# Letters that every program takes for what they are; what some take for the end of a line is tried below.
words = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"], include_characters="\n"), max_size=200
)
moments = st.builds(
    lambda seconds, zone: datetime.fromtimestamp(seconds, tz=zone), st.integers(10**9, 3 * 10**9), st.timezones()
)
entries = st.builds(
    Entry,
    uid=st.integers(1, 2**62).map(lambda number: uid_of(number, "clinic.example")),
    sequence=st.integers(0, 10**9),
    starts_at=moments,
    ends_at=st.just(NINE),
    summary=words,
    location=words,
    description=words,
    is_on=st.booleans(),
)


anything = st.text(st.characters(codec="utf-8"), max_size=200)


def read(text: str) -> Any:
    return icalendar.Calendar.from_ical(text)


def feed_of(entries: list[Entry], name: str = "Theo North") -> str:
    return feed(entries, stamp=STAMP, organizer=NORTH, name=name)


def invitation_to(one: Entry, organizer: Address = NORTH, attendee: Address = PIA) -> str:
    return invitation(one, stamp=STAMP, organizer=organizer, attendee=attendee)


@given(st.lists(entries, max_size=4))
def test_everything_comes_back_as_it_went_in(written: list[Entry]) -> None:
    found = read(feed_of(written))
    assert (str(found["METHOD"]), str(found["X-WR-CALNAME"])) == ("PUBLISH", "Theo North")
    assert [
        Entry(
            str(event["UID"]), int(event["SEQUENCE"]), event["DTSTART"].dt, event["DTEND"].dt, str(event["SUMMARY"]),
            str(event.get("LOCATION", "")), str(event.get("DESCRIPTION", "")), event["STATUS"] == "CONFIRMED",
        )
        for event in found.walk("VEVENT")
    ] == [replace(one, starts_at=one.starts_at.astimezone(UTC)) for one in written]  # fmt: skip


@given(st.lists(entries, max_size=3), anything)
def test_a_feed_is_written_as_the_standards_ask(written: list[Entry], name: str) -> None:
    assert check(feed_of(written, name).encode()).values("UID") == [one.uid for one in written]


@given(entries, anything, anything, anything)
def test_no_text_breaks_out_of_its_line(one: Entry, text: str, clinic: str, mail: str) -> None:
    one = replace(one, summary=text, location=text, description=text)
    found = check(invitation_to(one, Address(NORTH.mail, clinic), Address(mail, text)).encode())
    assert [name for name, _value in found.entries[0] if name not in {"LOCATION", "DESCRIPTION"}] == [
        "UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "STATUS", "TRANSP", "ORGANIZER", "ATTENDEE",
    ]  # fmt: skip


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n", "\x85", "\u2028", "\u2029"])
def test_what_any_program_takes_for_the_end_of_a_line_is_a_new_line_inside_the_text(end: str) -> None:
    text = invitation_to(replace(VISIT, summary=f"Pia{end}ATTENDEE:mailto:x@x.example; a, b\\n"))
    assert "SUMMARY:Pia\\nATTENDEE:mailto:x@x.example\\; a\\, b\\\\n\r\n" in text
    assert len(text.splitlines()) == text.count("\r\n")


@pytest.mark.parametrize(("is_on", "method"), [(True, "REQUEST"), (False, "CANCEL")])
def test_an_invitation_names_who_invites_and_who_is_invited(is_on: bool, method: str) -> None:
    text = invitation_to(replace(VISIT, is_on=is_on))
    assert check(text.encode()).method == method
    (event,) = read(text).walk("VEVENT")
    assert (event["DTSTAMP"].dt, event["DTSTART"].dt) == (STAMP, NINE)
    assert (str(event["ORGANIZER"]), str(event["ATTENDEE"])) == (
        "mailto:hello@plumbline.example",
        "mailto:pia@patients.example",
    )
    assert event["ORGANIZER"].params["CN"] == "North 'Clinic'; Dublin"
    assert event["ATTENDEE"].params["RSVP"] == "FALSE"


@pytest.mark.parametrize("day", ["2021-03-28", "2021-10-31"])
def test_times_are_instants_so_a_changed_clock_changes_nothing(day: str) -> None:
    starts_at = datetime.fromisoformat(f"{day}T00:30+00:00")
    text = invitation_to(Entry(uid_of(1, "clinic.example"), 1, starts_at, starts_at + timedelta(hours=1), "x"))
    assert f"DTSTART:{day.replace('-', '')}T003000Z\r\nDTEND:{day.replace('-', '')}T013000Z" in text
