"""Where things stand on the day board: rows of five minutes, counted from the board's first hour. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from clinics.availability import GRID, Span
from clinics.timekeeping import day_bounds, instant

EIGHT, EIGHTEEN = time(8), time(18)  # an empty day still has a morning and an afternoon
HOUR, ROW = timedelta(hours=1), timedelta(minutes=5)
TALLEST = timedelta(minutes=240)  # the longest length that has a class; a service is never longer


@dataclass(frozen=True, slots=True)
class Place:
    """Rows [first, last). Spelled as classes, since the CSP refuses a style attribute: `h1 m15 l45` begins 75 minutes
    after the board does (whose own class is `from0`) and lasts 45.
    """

    first: int
    last: int

    def __str__(self) -> str:
        return f"h{self.first // 12} m{self.first % 12 * 5} l{(self.last - self.first) * 5}"


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows follow real time: on the night when a clock repeats an hour, the board shows that hour twice."""

    start: datetime
    end: datetime
    zone: tzinfo

    def place(self, span: Span) -> Place:
        """Begun rows count. What sticks out of the board is cut off."""
        first = min(max(0, (span.start - self.start) // ROW), self.rows - 1)
        last = min(self.rows, -((self.start - min(span.end, span.start + TALLEST)) // ROW))
        return Place(first, max(first + 1, last))

    @property
    def rows(self) -> int:
        return (self.end - self.start) // ROW

    def hours(self) -> Iterator[tuple[str, str]]:
        """Label and class of each full hour."""
        for number in range(-((self.start - self.end) // HOUR)):
            yield f"{(self.start + number * HOUR).astimezone(self.zone):%H:%M}", f"h{number}"

    def holds(self, moment: datetime) -> bool:
        return self.start <= moment < self.end


def grid_of(day: date, zone: tzinfo, spans: Iterable[Span]) -> Grid:
    """From the full hour before the earliest to the one after the latest, inside the local day."""
    spans = list(spans)
    midnight, next_midnight = day_bounds(day, zone)
    if not spans:
        return Grid(instant(day, EIGHT, zone), instant(day, EIGHTEEN, zone), zone)
    first = max(midnight, min(span.start for span in spans))
    last = min(next_midnight, max(span.end for span in spans))
    start = first - (first - midnight) % HOUR
    return Grid(start, last + (start - last) % HOUR, zone)


def pieces(spans: Iterable[Span]) -> Iterator[Span]:
    """Long stretches in parts that have a class."""
    for start, end in spans:
        at = start
        while at < end:
            yield Span(at, min(at + TALLEST, end))
            at += TALLEST


def cells(spans: Iterable[Span]) -> Iterator[Span]:
    """Half hours to click on, on full and half hours; quarters where that is all there is."""
    for start, end in spans:
        at = start + (GRID - late if (late := _past_the_quarter(start)) else late)
        while at + GRID <= end:
            half = at.minute % 30 == 0 and at + 2 * GRID <= end
            yield Span(at, at + (2 * GRID if half else GRID))
            at += 2 * GRID if half else GRID


def _past_the_quarter(moment: datetime) -> timedelta:
    return timedelta(minutes=moment.minute % 15, seconds=moment.second, microseconds=moment.microsecond)
