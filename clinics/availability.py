"""Free time: hours minus what is busy, for a therapist and a room together. Pure: no ORM, no clock.

Everything is a half-open span [start, end) of instants. Lists of spans are sorted and do not touch each other.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from heapq import merge
from typing import NamedTuple

from clinics.timekeeping import instant

# Every zone in use today differs from UTC by a multiple of a quarter hour, so this is a quarter on the wall as well.
GRID = timedelta(minutes=15)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Span(NamedTuple):
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Hours:
    """One weekly stretch in wall time. ISO weekdays: 1 is Monday."""

    weekday: int
    starts: time
    ends: time
    zone: tzinfo


@dataclass(frozen=True, slots=True)
class Need:
    """What a service takes: its own length, and the minutes around it in which nothing else may happen."""

    length: timedelta
    before: timedelta = timedelta()
    after: timedelta = timedelta()

    def visit(self, start: datetime) -> Span:
        return Span(start, start + self.length)


@dataclass(frozen=True, slots=True)
class Person:
    """A therapist at one location: when they work there, and when they are busy anywhere."""

    key: int
    location: int
    hours: Sequence[Span]
    busy: Sequence[Span]


@dataclass(frozen=True, slots=True)
class Place:
    key: int
    location: int
    busy: Sequence[Span]


class Offer(NamedTuple):
    start: datetime
    therapist: int
    room: int


def opened(hours: Iterable[Hours], days: Iterable[date]) -> list[Span]:
    days = list(days)
    return merged(
        Span(instant(day, one.starts, one.zone), instant(day, one.ends, one.zone))
        for one in hours
        for day in days
        if day.isoweekday() == one.weekday
    )


def merged(spans: Iterable[Span]) -> list[Span]:
    """Sorted, overlaps and touching ones joined. Empty ones fall out: a stretch inside a skipped hour can be one."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if start >= end:
            continue
        if found and start <= found[-1].end:
            found[-1] = Span(found[-1].start, max(end, found[-1].end))
        else:
            found.append(Span(start, end))
    return found


def minus(spans: Sequence[Span], taken: Sequence[Span]) -> list[Span]:
    """What is left of `spans`. Both are merged lists."""
    found: list[Span] = []
    place = 0
    for start, end in spans:
        while place < len(taken) and taken[place].end <= start:
            place += 1
        at, rest = place, start
        while at < len(taken) and taken[at].start < end:
            if rest < taken[at].start:
                found.append(Span(rest, taken[at].start))
            rest = max(rest, taken[at].end)
            at += 1
        if rest < end:
            found.append(Span(rest, end))
    return found


def free(hours: Iterable[Span], busy: Iterable[Span], need: Need) -> list[Span]:
    """Where a visit may lie. The visit keeps to the hours; its buffers keep clear of what is busy, hours or not."""
    return minus(merged(hours), _widened(busy, need))


def free_starts(
    people: Iterable[Person], places: Iterable[Place], need: Need, *, not_before: datetime
) -> Iterator[Offer]:
    """Every start on the grid with a therapist and a room, earliest first, each therapist once per start.

    Lazy: whoever wants three reads three.
    """
    rooms = [(place, _widened(place.busy, need)) for place in places]
    return merge(*(_starts_of(person, rooms, need, not_before) for person in people))


def _starts_of(
    person: Person, rooms: Sequence[tuple[Place, list[Span]]], need: Need, not_before: datetime
) -> Iterator[Offer]:
    here = [(place.key, busy) for place, busy in rooms if place.location == person.location]
    for span in free(person.hours, person.busy, need):
        start = _on_grid(max(span.start, not_before))
        while start + need.length <= span.end:
            visit = need.visit(start)
            room = next((key for key, busy in here if not _meets(busy, visit)), None)
            if room is not None:
                yield Offer(start, person.key, room)
            start += GRID


def _widened(busy: Iterable[Span], need: Need) -> list[Span]:
    """Busy spans grown by the buffers of the visit that looks for a place: then the bare visit can be compared."""
    return merged(Span(start - need.after, end + need.before) for start, end in busy if start < end)


def _meets(busy: Sequence[Span], visit: Span) -> bool:
    """Does a merged list meet this span? Of all that start before its end, the last one ends last."""
    place = bisect_left(busy, visit.end, key=lambda span: span.start)
    return place > 0 and busy[place - 1].end > visit.start


def _on_grid(moment: datetime) -> datetime:
    return _EPOCH + -((_EPOCH - moment) // GRID) * GRID
