"""The first times at which a therapist, a room and what the service needs are free together; or why there is none."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import islice

from django.utils import timezone

from clinics.availability import Offer
from clinics.clock_words import pass_note
from clinics.models import Room, Service, User
from clinics.timekeeping import is_second_pass
from patients.finding import Sought, why_none, would_help
from patients.models import Patient
from patients.queries.no_time import Words, in_weeks, not_in_care
from patients.queries.search_world import Reading, read_world

COUNT, MOST_WEEKS = 10, 8
MOST_DAYS = 14  # of which it is said why they are left out


@dataclass(frozen=True, slots=True)
class TimeWish:
    """Empty collections and None mean that it does not matter."""

    service: Service
    patient: Patient | None = None
    therapists: Collection[int] = ()
    location: int | None = None
    weekdays: Collection[int] = ()  # ISO: 1 is Monday
    not_before: time | None = None
    not_after: time | None = None  # the visit has ended by then
    earliest: date | None = None
    weeks: int = MOST_WEEKS

    @property
    def sought(self) -> Sought:
        return Sought(self.therapists, self.location, self.weekdays, self.not_before, self.not_after)


@dataclass(frozen=True, slots=True)
class FoundTime:
    starts_at: datetime
    therapist: User
    room: Room

    @property
    def local(self) -> datetime:
        return self.room.location.local(self.starts_at)

    @property
    def note(self) -> str:
        """Which of two, where the clock shows it twice."""
        return pass_note(self.starts_at, self.room.location.zone)

    @property
    def is_second_pass(self) -> bool:
        """The clock has shown this time an hour before: it goes back that night."""
        return is_second_pass(self.starts_at, self.room.location.zone)


@dataclass(frozen=True, slots=True)
class Instead:
    """A wish that one could let go of, and the first time that there is then."""

    wishes: tuple[str, ...]
    first: FoundTime


@dataclass(frozen=True, slots=True)
class Found:
    times: tuple[FoundTime, ...]
    why_not: str = ""
    instead: tuple[Instead, ...] = ()
    notes: tuple[str, ...] = ()  # what the times leave out, and why


def find_times(wish: TimeWish, *, count: int = COUNT) -> Found:
    """Four statements. What is found is what booking accepts: therapist, room, devices, patient and credential."""
    now = timezone.now()
    weeks = min(wish.weeks, MOST_WEEKS)
    reading = read_world(wish.service, wish.patient, earliest=wish.earliest, days=7 * weeks, now=now)
    words = Words(reading, in_weeks(weeks))
    if wish.service.is_class:
        return Found((), words.is_class())
    if wish.patient and not wish.patient.is_active:
        return Found((), not_in_care(wish.patient))
    times = _times(islice(reading.world.starts(wish.sought), count), reading)
    if times:
        return Found(times, notes=_notes(times, wish, reading, words))
    verdict = why_none(reading.world, wish.sought)
    helpful = would_help(reading.world, wish.sought)
    instead = tuple(Instead(wishes, *_times([offer], reading)) for wishes, offer in helpful)
    return Found((), words.reason(verdict), instead)


def _times(offers: Iterable[Offer], reading: Reading) -> tuple[FoundTime, ...]:
    return tuple(FoundTime(one.start, reading.therapists[one.therapist], reading.rooms[one.room]) for one in offers)


def _notes(times: tuple[FoundTime, ...], wish: TimeWish, reading: Reading, words: Words) -> tuple[str, ...]:
    """Days before the last one shown that have no time, and colleagues who may not give the service."""
    shown = {one.local.date() for one in times}
    days = [day for day in reading.world.days()[:MOST_DAYS] if day <= max(shown) and day not in shown]
    left_out = [(day, reading.world.on(day, day)) for day in days if wish.sought.wants_day(day)]
    said = [words.of_day(day, why_none(world, wish.sought)) for day, world in left_out]
    able = [one for one in reading.world.candidates if not wish.therapists or one.key in wish.therapists]
    unable = [one.key for one in able if not any(one.may_on(day) for day in reading.world.days())]
    return tuple(note for note in (*said, words.not_offered(unable)) if note)
