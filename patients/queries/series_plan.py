"""What a series would look like: every visit checked, with what is near where one cannot be, and what to mind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from clinics.availability import Span, contains
from clinics.models import Content, Location, Service, User
from clinics.queries.rota import rota
from clinics.timekeeping import instant, local_day
from patients.models import Patient
from patients.planning import APART, Planned, State, plan
from patients.queries.history import Beyond, beyond_plan, needling_starts
from patients.queries.search_world import Reading, read_world
from patients.series import Occurrence, Pattern, days, occurrences
from patients.slots import Slot
from patients.spacing import HARD, TooClose, too_close

BEYOND = timedelta(days=8)  # after the last week: there its visits may find a substitute


@dataclass(frozen=True, slots=True)
class SeriesWish:
    patient: Patient
    service: Service
    therapist: User
    location: Location
    pattern: Pattern


@dataclass(frozen=True, slots=True)
class SeriesPlan:
    wish: SeriesWish
    reading: Reading
    occurrences: Sequence[Occurrence]
    visits: Sequence[Planned]
    close: Sequence[TooClose]
    beyond: Sequence[Beyond]

    @property
    def slots(self) -> dict[int, Slot]:
        return {one.number: one.slot for one in self.visits if one.slot is not None}

    @property
    def is_too_close(self) -> bool:
        return any(pair.is_hard for pair in self.close)

    def count(self, *states: State) -> int:
        return sum(one.state in states for one in self.visits)


def where_they_work(therapist: User, pattern: Pattern, locations: Sequence[Location]) -> Location:
    """The location at which most visits of the pattern lie in their hours."""
    each = list(days(pattern))
    known = rota(each[0], each[-1], therapists=[therapist.pk])

    def in_hours(location: Location) -> int:
        spans = known.spans(therapist.pk, location.pk, location.zone, each)
        starts = (instant(day, pattern.wall, location.zone) for day in each)
        return sum(contains(spans, Span(start, start)) for start in starts)

    return max(locations, key=in_hours)


def plan_series(wish: SeriesWish, choices: Mapping[int, Slot | None] | None = None) -> SeriesPlan:
    """A few statements, whatever the number of visits. A choice of None leaves a visit out."""
    pattern, now = wish.pattern, timezone.now()
    chosen = [slot.start for slot in (choices or {}).values() if slot is not None]
    first, last = _window(wish, chosen)
    reading = read_world(wish.service, wish.patient, earliest=first, days=(last - first).days + 1, now=now)
    each = occurrences(pattern, wish.location.zone)
    asked = {one.number: Slot(one.starts_at, wish.therapist.pk, wish.location.pk) for one in each}
    standing: list[datetime] = []
    apart = APART
    if Content.NEEDLING in wish.service.contains:
        around = [*chosen, each[0].starts_at, each[-1].starts_at + BEYOND]
        standing, apart = needling_starts(wish.patient, min(around), max(around)), HARD
    visits = plan(reading.world, asked, choices or {}, apart=apart, standing=standing)
    starts = [one.slot.start for one in visits if one.slot is not None]
    close = too_close(starts, standing) if apart == HARD else []
    return SeriesPlan(wish, reading, each, visits, close, beyond_plan(wish.patient, starts, wish.location))


def _window(wish: SeriesWish, chosen: Sequence[datetime]) -> tuple[date, date]:
    """The days to look at: those of the pattern with what may stand in for them, and whatever was chosen by hand."""
    first, picked = wish.pattern.starts_on, [local_day(start, wish.location.zone) for start in chosen]
    return min([first, *picked]), max([first + timedelta(weeks=wish.pattern.weeks) + BEYOND, *picked])
