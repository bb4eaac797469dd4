"""Plausible appointments for one clinic, as a plan. No database, no clock; the same seed gives the same weeks."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from random import Random

from clinics.timekeeping import instant
from patients.models import Status

WEEKS_BACK, WEEKS_AHEAD = 6, 2
STEP = timedelta(minutes=15)
PAUSE = timedelta(minutes=30)
LUNCH = timedelta(hours=1)
KEPT_FREE = timedelta(minutes=75)  # at the end of each day from today on: time for one more needling
SOON = timedelta(minutes=45)
NO_SHOW, CANCELLED = 0.05, 0.06  # shares of appointments [plausible, not a source's figure]
REST_DAYS = 2  # nobody comes on two days in a row
# How full a day is, by the weeks that it lies ahead: 0 for today and all past days.
FULL = {0: 0.8, 1: 0.5, 2: 0.28}
FULL_TODAY = 0.96  # so that at any hour somebody is in session, and soon somebody waits
WEIGHTS = {
    "follow-up": 36,
    "follow-up-long": 14,
    "needling": 26,
    "re-assessment": 8,
    "gym-session": 10,
    "education-talk": 6,
}


@dataclass(frozen=True, slots=True)
class Kind:
    """A service."""

    key: str
    length: timedelta
    before: timedelta
    after: timedelta
    features: Collection[str]
    needs_credential: bool


@dataclass(frozen=True, slots=True)
class Day:
    """One therapist's hours on one day, with the rooms at that place."""

    therapist: str
    starts: datetime
    ends: datetime
    lunch: tuple[datetime, datetime]
    date: date
    rooms: Mapping[str, Collection[str]]  # key -> features
    may_needle: bool


@dataclass(frozen=True, slots=True)
class Visit:
    patient: str  # e-mail
    therapist: str
    room: str
    service: str
    starts: datetime
    ends: datetime
    status: Status = Status.BOOKED
    arrived: datetime | None = None
    is_agreed: bool = False  # part of a case: neither missed nor cancelled


@dataclass(slots=True)
class Taken:
    """Which person and which room is busy when, buffers included. Both clinics share one: some people are in both."""

    spans: dict[tuple[str, date], list[tuple[datetime, datetime]]] = field(default_factory=lambda: defaultdict(list))

    def is_free(self, who: str, start: datetime, end: datetime) -> bool:
        return all(end <= first or start >= last for first, last in self.spans[who, start.date()])

    def take(self, visit: Visit, kind: Kind) -> None:
        for who in (visit.patient, visit.therapist, visit.room):
            self.spans[who, visit.starts.date()].append((visit.starts - kind.before, visit.ends + kind.after))


@dataclass(frozen=True, slots=True)
class Caseload:
    """The patients of each therapist, by e-mail. Newcomers start with a first visit on their day."""

    regulars: Mapping[str, Sequence[str]]
    newcomers: Mapping[date, Sequence[tuple[str, str]]]  # day -> (therapist, patient)


def first_day(today: date) -> date:
    """The Monday on which the worked example starts: its 43rd day, a Monday too, lies before today."""
    last_monday = today - timedelta(days=1 + (today.weekday() - 1) % 7)
    return last_monday - timedelta(weeks=WEEKS_BACK)


def last_day(today: date) -> date:
    return today + timedelta(weeks=WEEKS_AHEAD)


def weekdays(first: date, last: date) -> Iterator[date]:
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return (day for day in days if day.isoweekday() < 6)


def at(day: date, wall: time, zone: tzinfo) -> datetime:
    return instant(day, wall, zone)


@dataclass(slots=True)
class Planner:
    """Fills days greedily and without overlaps; where it errs, the exclusion constraints refuse the whole demo."""

    kinds: Mapping[str, Kind]
    caseload: Caseload
    today: date
    rng: Random
    taken: Taken = field(default_factory=Taken)
    visits: list[Visit] = field(default_factory=list)
    last_seen: dict[str, date] = field(default_factory=dict)

    def add(self, visit: Visit) -> None:
        """A visit that is agreed already."""
        self.visits.append(visit)
        self.taken.take(visit, self.kinds[visit.service])

    def fill(self, days: Sequence[Day]) -> list[Visit]:
        waiting = {therapist: list(patients) for therapist, patients in self.caseload.regulars.items()}
        for patients in waiting.values():
            self.rng.shuffle(patients)
        for day in days:
            new = [one for who, one in self.caseload.newcomers.get(day.date, ()) if who == day.therapist]
            self._fill(day, waiting[day.therapist], new)
            waiting[day.therapist] += [one for one in new if one in self.last_seen]
        return sorted(self.visits, key=lambda one: (one.starts, one.therapist))

    def _fill(self, day: Day, waiting: list[str], new: Sequence[str]) -> None:
        clock, newcomers = day.starts, list(new)
        ends = day.ends - (KEPT_FREE if day.date >= self.today and day.may_needle else timedelta())
        share = self._share(day.date)
        while clock + PAUSE <= ends:
            if day.lunch[0] <= clock < day.lunch[1]:
                clock = day.lunch[1]
                continue
            visit = None
            if newcomers or self.rng.random() < share:
                visit = self._next(day, clock, ends, waiting, newcomers)
            if visit is None:
                clock += PAUSE
                continue
            self.add(visit)
            clock = _on_grid(visit.ends + self.kinds[visit.service].after)

    def _share(self, day: date) -> float:
        return FULL_TODAY if day == self.today else FULL[max(0, -(-(day - self.today).days // 7))]

    def _next(
        self, day: Day, clock: datetime, ends: datetime, waiting: list[str], newcomers: list[str]
    ) -> Visit | None:
        kind = self.kinds["initial"] if newcomers else self._kind(day)
        if not self._fits(day, kind, clock, ends):
            kind, newcomers = self.kinds["follow-up"], []  # the shortest; a first visit waits for a longer gap
        room = self._room(day, kind, clock)
        patient = newcomers[0] if newcomers else self._patient(day, waiting)
        if room is None or patient is None or not self._fits(day, kind, clock, ends):
            return None
        if newcomers:
            newcomers.pop(0)
        else:
            waiting.remove(patient)
            waiting.append(patient)
        self.last_seen[patient] = day.date
        return Visit(patient, day.therapist, room, kind.key, clock, clock + kind.length)

    def _kind(self, day: Day) -> Kind:
        has_gym = any("gym" in features for features in day.rooms.values())
        left_out = {"needling"} if not day.may_needle else set()
        left_out |= set() if has_gym else {"gym-session"}
        keys = [key for key in WEIGHTS if key not in left_out]
        return self.kinds[self.rng.choices(keys, [WEIGHTS[key] for key in keys])[0]]

    def _room(self, day: Day, kind: Kind, clock: datetime) -> str | None:
        start, end = clock - kind.before, clock + kind.length + kind.after
        for room, features in day.rooms.items():
            if set(kind.features) <= set(features) and self.taken.is_free(room, start, end):
                return room
        return None

    def _patient(self, day: Day, waiting: Sequence[str]) -> str | None:
        """Whoever was here longest ago, give or take."""
        longest_ago = [one for one in waiting if self._rested(one, day.date)][:4]
        return self.rng.choice(longest_ago) if longest_ago else None

    def _rested(self, patient: str, day: date) -> bool:
        last = self.last_seen.get(patient)
        return last is None or (day - last).days >= REST_DAYS

    def _fits(self, day: Day, kind: Kind, clock: datetime, ends: datetime) -> bool:
        start, end = clock - kind.before, clock + kind.length + kind.after
        over_lunch = start < day.lunch[1] and end > day.lunch[0]
        return end <= ends and not over_lunch and self.taken.is_free(day.therapist, start, end)


def _on_grid(moment: datetime) -> datetime:
    since = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return moment + (-since % STEP)


def with_status(visits: Sequence[Visit], now: datetime, rng: Random) -> list[Visit]:
    """What has become of each: over, going on, waiting in the hall, or still to come."""
    next_one = min((one.starts for one in visits if one.starts > now), default=None)
    return [_settled(one, now, rng, next_one) for one in visits]


def _settled(visit: Visit, now: datetime, rng: Random, next_one: datetime | None) -> Visit:
    chance, early = rng.random(), timedelta(minutes=rng.randrange(2, 11))  # drawn for each, whatever the hour
    if visit.is_agreed:
        chance = 0.5
    if visit.ends <= now:
        return _over(visit, chance, early)
    if visit.starts <= now:
        return replace(visit, status=Status.IN_SESSION, arrived=visit.starts - early)
    if visit.starts == next_one and visit.starts - now <= SOON:
        return replace(visit, status=Status.ARRIVED, arrived=now - early)
    if chance < CANCELLED:
        return replace(visit, status=Status.CANCELLED)
    return visit


def _over(visit: Visit, chance: float, early: timedelta) -> Visit:
    if chance < NO_SHOW:
        return replace(visit, status=Status.NO_SHOW)
    if chance < NO_SHOW + CANCELLED:
        return replace(visit, status=Status.CANCELLED)
    return replace(visit, status=Status.COMPLETED, arrived=visit.starts - early)
