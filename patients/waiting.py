"""Who on the waiting list could come in a time that came free, and in which order they are asked. Pure."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

from clinics.availability import Need, Span, free
from clinics.timekeeping import day_bounds, instant, local_day

STEP = timedelta(minutes=5)  # a start that nobody has to write down twice
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Freed:
    """The time that came free, and what stands around it."""

    span: Span
    therapist: int
    location: int
    zone: tzinfo
    hours: Sequence[Span]  # of the therapist at the location
    busy: Sequence[Span] = ()  # of the therapist and the room, buffers included


@dataclass(frozen=True, slots=True)
class Waiting:
    """An entry of the list. Empty collections and None mean that it does not matter."""

    key: int
    need: Need
    since: datetime
    valid_until: date
    priority: int = 0
    therapists: Collection[int] = ()
    weekdays: Collection[int] = ()  # ISO: 1 is Monday
    not_before: time | None = None
    not_after: time | None = None  # the visit has ended by then
    location: int | None = None
    earlier_than: datetime | None = None  # the visit that this one would replace
    not_on: Collection[date] = ()  # days on which the patient comes anyway
    busy: Sequence[Span] = ()  # the patient's own time


class Place(NamedTuple):
    """An entry that fits, and when its visit would start."""

    key: int
    start: datetime


def ranked(waiting: Iterable[Waiting], freed: Freed, *, not_before: datetime) -> list[Place]:
    """Urgent first, then whoever has waited longest."""
    in_order = sorted(waiting, key=lambda one: (-one.priority, one.since, one.key))
    starts = ((one.key, start_for(one, freed, not_before=not_before)) for one in in_order)
    return [Place(key, start) for key, start in starts if start is not None]


def start_for(one: Waiting, freed: Freed, *, not_before: datetime) -> datetime | None:
    """The first start in the freed time that the wishes, the therapist's hours and everybody's other visits allow."""
    if (one.therapists and freed.therapist not in one.therapists) or one.location not in {None, freed.location}:
        return None
    for window in _windows(one, freed, not_before):
        for span in free(_overlaps(freed.hours, window), [*freed.busy, *one.busy], one.need):
            start = _on_step(span.start)
            if start + one.need.length <= span.end and (one.earlier_than is None or start < one.earlier_than):
                return start
    return None


def _windows(one: Waiting, freed: Freed, not_before: datetime) -> Iterator[Span]:
    """The wished stretch of each wished day, as far as it lies in the freed time."""
    day = local_day(freed.span.start, freed.zone)
    while day <= local_day(freed.span.end, freed.zone):
        if day <= one.valid_until and day not in one.not_on and day.isoweekday() in (one.weekdays or range(1, 8)):
            opens, closes = day_bounds(day, freed.zone)
            start = instant(day, one.not_before, freed.zone) if one.not_before else opens
            end = instant(day, one.not_after, freed.zone) if one.not_after else closes
            yield Span(max(start, freed.span.start, not_before), min(end, freed.span.end))
        day += timedelta(days=1)


def _overlaps(hours: Iterable[Span], window: Span) -> list[Span]:
    return [Span(max(one.start, window.start), min(one.end, window.end)) for one in hours]


def _on_step(moment: datetime) -> datetime:
    return _EPOCH + -((_EPOCH - moment) // STEP) * STEP
