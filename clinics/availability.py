"""Free time: hours minus what is busy, for a therapist and a room together. Pure: no ORM, no clock.

Everything is a half-open span [start, end) of instants. Lists of spans are sorted and do not touch each other.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from heapq import merge
from itertools import pairwise
from typing import NamedTuple

from clinics.timekeeping import day_bounds, instant

# Every zone in use today differs from UTC by a multiple of a quarter hour, so this is a quarter on the wall as well.
GRID = timedelta(minutes=15)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Span(NamedTuple):
    start: datetime
    end: datetime


# Not to the ends of the calendar: buffers are taken from it and added to it.
ALWAYS = (Span(datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)),)


@dataclass(frozen=True, slots=True)
class Hours:
    """One weekly stretch in wall time. ISO weekdays: 1 is Monday.

    Of alternate weeks the one that valid_from lies in is a working week. Weeks are counted from its Monday: the numbers
    of ISO weeks would put two odd ones side by side at the turn of some years.
    """

    weekday: int
    starts: time
    ends: time
    zone: tzinfo
    valid_from: date | None = None
    valid_until: date | None = None
    every_weeks: int = 1

    def hold_on(self, day: date) -> bool:
        if day.isoweekday() != self.weekday:
            return False
        if (self.valid_from and day < self.valid_from) or (self.valid_until and day > self.valid_until):
            return False
        return self.valid_from is None or weeks_between(self.valid_from, day) % self.every_weeks == 0


@dataclass(frozen=True, slots=True)
class Change:
    """Days with fewer hours than the week says, or with more. Without times it takes the whole of each day."""

    is_extra: bool
    first_day: date
    last_day: date
    zone: tzinfo
    starts: time | None = None
    ends: time | None = None

    def covers(self, day: date) -> bool:
        return self.first_day <= day <= self.last_day

    def span(self, day: date) -> Span:
        if self.starts is None or self.ends is None:
            return Span(*day_bounds(day, self.zone))
        return Span(instant(day, self.starts, self.zone), instant(day, self.ends, self.zone))


@dataclass(frozen=True, slots=True)
class Need:
    """What a service takes: its own length, the minutes around it in which nothing else may happen, and devices."""

    length: timedelta
    before: timedelta = timedelta()
    after: timedelta = timedelta()
    equipment: Collection[str] = ()

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


@dataclass(frozen=True, slots=True)
class Pool:
    """The devices of one kind at a location. `busy` has one span, buffers included, for each visit that uses one."""

    kind: str
    location: int
    units: int
    busy: Sequence[Span]

    def in_use(self) -> list[Span]:
        """Where none is left: the line is swept from end to start, and counts how many are out."""
        steps = sorted(step for start, end in self.busy if start < end for step in ((start, 1), (end, -1)))
        found, out = [], 0
        for (moment, step), (following, _) in pairwise(steps):
            out += step
            if out >= self.units:
                found.append(Span(moment, following))
        return merged(found)


class Offer(NamedTuple):
    start: datetime
    therapist: int
    room: int


def working(
    hours: Iterable[Hours], changes: Iterable[Change], holidays: Collection[date], days: Iterable[date]
) -> list[Span]:
    """When one therapist works at one location on these days: what is given concerns the two.

    A holiday closes the location whatever else is said of that day; time off takes from weekly and extra hours alike.
    """
    open_days = [day for day in days if day not in holidays]
    weekly = [
        Span(instant(day, one.starts, one.zone), instant(day, one.ends, one.zone))
        for one in hours
        for day in open_days
        if one.hold_on(day)
    ]
    touched = [(one.is_extra, one.span(day)) for one in changes for day in open_days if one.covers(day)]
    extra = [span for is_extra, span in touched if is_extra]
    return minus(merged([*weekly, *extra]), merged(span for is_extra, span in touched if not is_extra))


def weeks_between(one: date, other: date) -> int:
    """From the Monday of the one's week to the Monday of the other's."""
    return ((other - timedelta(other.weekday())) - (one - timedelta(one.weekday()))).days // 7


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


def contains(spans: Sequence[Span], visit: Span) -> bool:
    """Does the visit lie inside one of the spans? Those are merged, so it cannot lie across two."""
    place = bisect_right(spans, visit.start, key=lambda span: span.start)
    return place > 0 and visit.end <= spans[place - 1].end


def free(hours: Iterable[Span], busy: Iterable[Span], need: Need) -> list[Span]:
    """Where a visit may lie. The visit keeps to the hours; its buffers keep clear of what is busy, hours or not."""
    return minus(merged(hours), _widened(busy, need))


def free_starts(
    people: Iterable[Person],
    places: Iterable[Place],
    pools: Iterable[Pool],
    need: Need,
    *,
    not_before: datetime,
    until: datetime,
) -> Iterator[Offer]:
    """Every start of [not_before, until) on the grid with a therapist, a room and the devices, earliest first.

    Each therapist once per start. Lazy: whoever wants three reads three.
    """
    rooms: dict[int, list[tuple[int, list[Span]]]] = defaultdict(list)
    for place in places:
        rooms[place.location].append((place.key, _widened(place.busy, need)))
    none_left = _none_left(pools, need)
    return merge(
        *(
            _starts_of(person, rooms[person.location], none_left(person.location), need, Span(not_before, until))
            for person in people
        )
    )


def _starts_of(
    person: Person, rooms: Sequence[tuple[int, list[Span]]], none_left: Sequence[Span], need: Need, sought: Span
) -> Iterator[Offer]:
    for span in free(person.hours, [*person.busy, *none_left], need):
        start = _on_grid(max(span.start, sought.start))
        while start + need.length <= span.end and start < sought.end:
            visit = need.visit(start)
            room = next((key for key, busy in rooms if not _meets(busy, visit)), None)
            if room is not None:
                yield Offer(start, person.key, room)
            start += GRID


def _none_left(pools: Iterable[Pool], need: Need) -> Callable[[int], list[Span]]:
    """By location: when a kind that is needed is all in use. Where the location has none, that is always."""
    found: dict[int, dict[str, list[Span]]] = defaultdict(dict)
    for pool in pools:
        if pool.units and pool.kind in need.equipment:
            found[pool.location][pool.kind] = pool.in_use()

    def at(location: int) -> list[Span]:
        kinds = found.get(location, {})
        return [span for kind in need.equipment for span in kinds.get(kind, ALWAYS)]

    return at


def _widened(busy: Iterable[Span], need: Need) -> list[Span]:
    """Busy spans grown by the buffers of the visit that looks for a place: then the bare visit can be compared."""
    return merged(Span(start - need.after, end + need.before) for start, end in busy if start < end)


def _meets(busy: Sequence[Span], visit: Span) -> bool:
    """Does a merged list meet this span? Of all that start before its end, the last one ends last."""
    place = bisect_left(busy, visit.end, key=lambda span: span.start)
    return place > 0 and busy[place - 1].end > visit.start


def _on_grid(moment: datetime) -> datetime:
    return _EPOCH + -((_EPOCH - moment) // GRID) * GRID
