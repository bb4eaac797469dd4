"""What the standards ask of a calendar file, checked line by line and without a calendar library.

RFC 5545 for how it is written, RFC 5546 for what stands in which method.
"""

import re
from collections import Counter
from dataclasses import dataclass

_VALUE = r'(?:"[^"\x00-\x08\x0a-\x1f\x7f]*"|[^";:,\x00-\x08\x0a-\x1f\x7f]*)'
_LINE = re.compile(rf"(?P<name>[A-Z0-9-]+)(?P<way>(?:;[A-Z0-9-]+={_VALUE}(?:,{_VALUE})*)*):(?P<value>.*)", re.DOTALL)
_TEXT = re.compile(r"(?:[^\\;,\x00-\x08\x0a-\x1f\x7f]|\\[\\;,nN])*")
_INSTANT = re.compile(r"\d{8}T\d{6}Z")
TEXTS = {"UID", "SUMMARY", "LOCATION", "DESCRIPTION", "PRODID", "X-WR-CALNAME"}
INSTANTS = {"DTSTAMP", "DTSTART", "DTEND"}
HEAD = {"BEGIN": 1, "VERSION": 1, "PRODID": 1, "CALSCALE": 1, "METHOD": 1, "END": 1}
ALWAYS = {"UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "STATUS", "ORGANIZER"}
ATTENDEES = {"PUBLISH": 0, "REQUEST": 1, "CANCEL": 1}  # RFC 5546, 3.2.1, 3.2.2 and 3.2.5

Line = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Checked:
    method: str
    head: list[Line]
    entries: list[list[Line]]

    def values(self, name: str) -> list[str]:
        return [value for entry in self.entries for found, value in entry if found == name]


def check(file: bytes) -> Checked:
    """AssertionError with what is wrong."""
    lines = [_line(one) for one in _unfolded(file)]
    assert (lines[0], lines[-1]) == (("BEGIN", "VCALENDAR"), ("END", "VCALENDAR"))
    starts = [at for at, line in enumerate(lines) if line == ("BEGIN", "VEVENT")]
    ends = [at for at, line in enumerate(lines) if line == ("END", "VEVENT")]
    assert ends[:-1] == [at - 1 for at in starts[1:]], "entries follow each other"
    entries = [lines[start + 1 : end] for start, end in zip(starts, ends, strict=True)]
    head = lines[: starts[0]] + lines[ends[-1] + 1 :] if starts else lines
    _check_head(head)
    method = dict(head)["METHOD"]
    for one in entries:
        _check_entry(one, method)
    assert method == "PUBLISH" or len(entries) == 1, "an invitation is to one appointment"
    return Checked(method, head, entries)


def _unfolded(file: bytes) -> list[str]:
    """3.1: lines end in CRLF, have at most 75 octets, and go on where the next one starts with a space."""
    assert file.endswith(b"\r\n")
    physical = file[:-2].split(b"\r\n")
    assert [line for line in physical if b"\r" in line or b"\n" in line or not 0 < len(line) <= 75] == []
    assert not any(mark in file.decode() for mark in "\x85\u2028\u2029"), "some programs end a line there"
    return file[:-2].decode().replace("\r\n ", "").split("\r\n")


def _line(text: str) -> Line:
    found = _LINE.fullmatch(text)
    assert found, f"not a content line: {text!r}"
    name, value = found["name"], found["value"]
    assert name not in TEXTS or _TEXT.fullmatch(value), f"not escaped: {text!r}"
    assert name not in INSTANTS or (_INSTANT.fullmatch(value) and not found["way"]), f"not in UTC: {text!r}"
    return name, value


def _check_head(head: list[Line]) -> None:
    counted = Counter(name for name, _value in head)
    assert {name: counted[name] for name in HEAD} == HEAD
    assert counted.keys() - HEAD.keys() <= {"X-WR-CALNAME", "REFRESH-INTERVAL", "X-PUBLISHED-TTL"}
    assert dict(head)["VERSION"] == "2.0"


def _check_entry(entry: list[Line], method: str) -> None:
    counted = Counter(name for name, _value in entry)
    assert {name: counted[name] for name in ALWAYS} == dict.fromkeys(ALWAYS, 1)
    assert counted.keys() - ALWAYS <= {"LOCATION", "DESCRIPTION", "TRANSP", "ATTENDEE"}
    assert counted["ATTENDEE"] == ATTENDEES[method]
    facts = dict(entry)
    assert method == "PUBLISH" or (facts["STATUS"] == "CANCELLED") == (method == "CANCEL")
    assert int(facts["SEQUENCE"]) >= 0
    assert facts["ORGANIZER"].startswith("mailto:")
