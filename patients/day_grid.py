"""Where things stand on the day board: rows of a quarter hour, counted from the board's first hour. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from clinics.availability import GRID, Span
from clinics.timekeeping import day_bounds, instant

EIGHT, EIGHTEEN = time(8), time(18)  # an empty day still has a morning and an afternoon
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows follow real time: on the night when a clock repeats an hour, the board shows that hour twice."""

    start: datetime
    end: datetime
    zone: tzinfo

    def place(self, span: Span) -> str:
        """The classes that put a span into its rows: begun quarters count, what sticks out is cut."""
        first = max(0, (span.start - self.start) // GRID)
        last = min(self.rows, -((self.start - span.end) // GRID))
        return f"s{first} l{max(1, last - first)}"

    @property
    def rows(self) -> int:
        return (self.end - self.start) // GRID

    def hours(self) -> Iterator[tuple[str, str]]:
        """Label and place of each full hour."""
        at = self.start
        while at < self.end:
            yield f"{at.astimezone(self.zone):%H:%M}", self.place(Span(at, at + HOUR))
            at += HOUR

    def holds(self, moment: datetime) -> bool:
        return self.start <= moment < self.end


def grid_of(day: date, zone: tzinfo, spans: Iterable[Span]) -> Grid:
    """From the first full hour before the earliest to the last after the latest, inside the local day."""
    spans = list(spans)
    midnight, next_midnight = day_bounds(day, zone)
    if not spans:
        return Grid(instant(day, EIGHT, zone), instant(day, EIGHTEEN, zone), zone)
    first = max(midnight, min(span.start for span in spans))
    last = min(next_midnight, max(span.end for span in spans))
    start = first - (first - midnight) % HOUR
    return Grid(start, last + (start - last) % HOUR, zone)


def cells(spans: Iterable[Span]) -> Iterator[Span]:
    """Half-hour cells to click on, on full and half hours; quarters where that is all there is."""
    for span in spans:
        start = span.start
        while start + GRID <= span.end:
            half = start.minute % 30 == 0 and start + 2 * GRID <= span.end
            end = start + (2 * GRID if half else GRID)
            yield Span(start, end)
            start = end


def on_quarters(spans: Iterable[Span]) -> Iterator[Span]:
    """Each span from its first full quarter hour on."""
    for start, end in spans:
        late = timedelta(minutes=start.minute % 15, seconds=start.second, microseconds=start.microsecond)
        yield Span(start + GRID - late if late else start, end)
