"""What we write is read back by a parser that is not ours."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patients.calendar_file import Address, Entry, Method, Parties, calendar, uid_of
from tests.factories import NINE

STAMP = datetime(2021, 2, 1, 12, 30, tzinfo=UTC)
PARTIES = Parties(Address("hello@plumbline.example", 'North "Clinic"; Dublin'), Address("pia@patients.example"))
VISIT = Entry(uid_of(7), 3, NINE, NINE + timedelta(minutes=45), "Appointment, North Clinic", "North House, 1 Quay")

words = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], include_characters="\n"), max_size=200)
moments = st.builds(
    lambda seconds, zone: datetime.fromtimestamp(seconds, tz=zone), st.integers(10**9, 3 * 10**9), st.timezones()
)
entries = st.builds(
    Entry,
    uid=st.integers(1, 2**62).map(uid_of),
    sequence=st.integers(0, 10**9),
    starts_at=moments,
    ends_at=st.just(NINE),
    summary=words,
    location=words,
    description=words,
    is_on=st.booleans(),
)


def read(text: str) -> Any:
    return icalendar.Calendar.from_ical(text)


@given(st.lists(entries, max_size=4))
def test_everything_comes_back_as_it_went_in(written: list[Entry]) -> None:
    found = read(calendar(written, method=Method.PUBLISH, stamp=STAMP, name="Theo North"))
    assert (str(found["METHOD"]), str(found["X-WR-CALNAME"])) == ("PUBLISH", "Theo North")
    assert [
        Entry(
            str(event["UID"]), int(event["SEQUENCE"]), event["DTSTART"].dt, event["DTEND"].dt, str(event["SUMMARY"]),
            str(event.get("LOCATION", "")), str(event.get("DESCRIPTION", "")), event["STATUS"] == "CONFIRMED",
        )
        for event in found.walk("VEVENT")
    ] == [replace(one, starts_at=one.starts_at.astimezone(UTC)) for one in written]  # fmt: skip


@given(st.lists(entries, max_size=3))
def test_lines_end_and_fold_as_the_standard_asks(written: list[Entry]) -> None:
    text = calendar(written, method=Method.PUBLISH, stamp=STAMP).encode()
    assert text.endswith(b"END:VCALENDAR\r\n")
    lines = text[:-2].split(b"\r\n")
    assert [line for line in lines if len(line) > 75 or b"\n" in line or b"\r" in line] == []
    for line in lines:
        line.decode()  # no letter is torn apart


@given(words, words)
def test_no_name_breaks_out_of_its_line(clinic: str, mail: str) -> None:
    parties = Parties(Address("hello@plumbline.example", clinic), Address(mail))
    text = calendar([VISIT], method=Method.REQUEST, stamp=STAMP, parties=parties)
    unfolded = text.replace("\r\n ", "")
    names = [re.split("[:;]", line)[0] for line in unfolded.split("\r\n") if line]
    assert names[5:] == [
        "BEGIN", "UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "LOCATION", "STATUS", "TRANSP",
        "ORGANIZER", "ATTENDEE", "END", "END",
    ]  # fmt: skip


def test_an_invitation_names_who_invites_and_who_is_invited() -> None:
    (event,) = read(calendar([VISIT], method=Method.REQUEST, stamp=STAMP, parties=PARTIES)).walk("VEVENT")
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
    one = Entry(uid_of(1), 1, starts_at, starts_at + timedelta(hours=1), "x")
    text = calendar([one], method=Method.REQUEST, stamp=STAMP)
    assert f"DTSTART:{day.replace('-', '')}T003000Z\r\nDTEND:{day.replace('-', '')}T013000Z" in text
