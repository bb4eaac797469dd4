"""The search for a time, and why there is none. Pure: who may, where, when it is open and what is busy come in."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo
from enum import Enum, auto
from itertools import groupby

from clinics.availability import Need, Offer, Person, Place, Pool, Span, free_starts, merged, minus
from clinics.rota import Rota
from clinics.timekeeping import day_bounds, instant

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who treats. `credentials`: on which days one holds; None where the service asks for none."""

    key: int
    busy: Sequence[Span]
    credentials: Sequence[tuple[date, date]] | None = None

    def may_on(self, day: date) -> bool:
        return self.credentials is None or any(first <= day <= last for first, last in self.credentials)


@dataclass(frozen=True, slots=True)
class Sought:
    """The wishes. Empty collections and None mean that it does not matter."""

    therapists: Collection[int] = ()
    location: int | None = None
    weekdays: Collection[int] = ()  # ISO: 1 is Monday
    not_before: time | None = None
    not_after: time | None = None  # the visit has ended by then

    def windows(self, days: Sequence[date], zone: tzinfo) -> list[Span]:
        found = []
        for day in days:
            opens, closes = day_bounds(day, zone)
            start = instant(day, self.not_before, zone) if self.not_before else opens
            found.append(Span(start, instant(day, self.not_after, zone) if self.not_after else closes))
        return merged(found)

    def wants_day(self, day: date) -> bool:
        return not self.weekdays or day.isoweekday() in self.weekdays


@dataclass(frozen=True, slots=True)
class World:
    """What a search for one service looks at, from the first day to the last."""

    need: Need
    now: datetime
    first: date
    last: date
    zones: Mapping[int, tzinfo]  # by location
    candidates: Sequence[Candidate]
    places: Sequence[Place]  # rooms that have what the service needs
    pools: Sequence[Pool]
    rota: Rota
    patient: Sequence[Span] = ()

    def starts(self, sought: Sought) -> Iterator[Offer]:
        people, window = self._people(sought), {"not_before": self.now, "until": self.until}
        offers = free_starts(people, self.places, self.pools, self.need, **window)
        # Whoever has hours at two locations at once is offered at one of them.
        return (next(same) for _, same in groupby(offers, key=lambda offer: (offer.start, offer.therapist)))

    @property
    def until(self) -> datetime:
        """The end of the last day, wherever it ends last."""
        return max((day_bounds(self.last, zone)[1] for zone in self.zones.values()), default=self.now)

    def first_of(self, sought: Sought) -> Offer | None:
        return next(self.starts(sought), None)

    def days(self) -> list[date]:
        return [self.first + number * ONE_DAY for number in range((self.last - self.first).days + 1)]

    def on(self, first: date, last: date) -> "World":
        return replace(self, first=first, last=last)

    def besides(self, taken: Sequence[Span]) -> "World":
        """With more of the patient's time taken."""
        return replace(self, patient=[*self.patient, *taken])

    def _people(self, sought: Sought) -> list[Person]:
        wished, at_work = [day for day in self.days() if sought.wants_day(day)], self.rota.places()
        people = []
        for location, zone in self.zones.items():
            if sought.location not in {None, location}:
                continue
            windows = sought.windows(wished, zone) if sought.not_before or sought.not_after else None
            for one in self.candidates:
                if (one.key, location) in at_work and (not sought.therapists or one.key in sought.therapists):
                    hours = self.rota.spans(one.key, location, zone, [day for day in wished if one.may_on(day)])
                    hours = hours if windows is None else _common(hours, windows)
                    people.append(Person(one.key, location, hours, [*one.busy, *self.patient]))
        return people


def _common(spans: Sequence[Span], others: Sequence[Span]) -> list[Span]:
    return minus(spans, minus(spans, others))


class Why(Enum):
    """Why there is no time at all."""

    CREDENTIAL = auto()  # nobody holds one
    ROOM = auto()  # none has what it needs, where they work
    DEVICE = auto()  # there is none, where they work
    CLOSED = auto()  # holidays
    HOURS = auto()
    ROOMS_TAKEN = auto()
    DEVICES_TAKEN = auto()
    PATIENT_BUSY = auto()
    BOOKED = auto()


@dataclass(frozen=True, slots=True)
class Verdict:
    """The reason, and those of the wishes that it takes: without any other one there would be no time either."""

    why: Why
    sought: Sought
    # What it stands in the way of. Where no room will do, its room is the location's id.
    instead: Offer | None = None

    @property
    def granted(self) -> Offer:
        """For the reasons that are found by granting something: there was a time then."""
        assert self.instead is not None  # noqa: S101
        return self.instead


WISHES: tuple[tuple[str, ...], ...] = (("therapists",), ("not_before", "not_after"), ("location",), ("weekdays",))
_NOTHING = Sought()


def without(sought: Sought, wish: tuple[str, ...]) -> Sought:
    return replace(sought, **{name: getattr(_NOTHING, name) for name in wish})


def why_none(world: World, sought: Sought) -> Verdict:
    """One thing after the other is granted until there is a time; the last one granted is the reason."""
    able = [one for one in world.candidates if not sought.therapists or one.key in sought.therapists]
    if not any(one.may_on(day) for one in able for day in world.days()):
        return Verdict(Why.CREDENTIAL, Sought(therapists=sought.therapists))
    idle = _idle(world)
    if idle.first_of(sought) is None:
        return _never(idle, sought)
    for why, granted in (
        (Why.ROOMS_TAKEN, replace(world, places=idle.places)),
        (Why.DEVICES_TAKEN, replace(world, pools=idle.pools)),
        (Why.PATIENT_BUSY, replace(world, patient=())),
    ):
        if instead := granted.first_of(sought):
            return Verdict(why, _needed(world, sought), instead)
    return Verdict(Why.BOOKED, _needed(world, sought))


def _idle(world: World) -> World:
    """Nobody and nothing is busy."""
    return replace(
        world,
        candidates=[replace(one, busy=()) for one in world.candidates],
        places=[replace(one, busy=()) for one in world.places],
        pools=[replace(one, busy=()) for one in world.pools],
        patient=(),
    )


def _never(idle: World, sought: Sought) -> Verdict:
    roomy = replace(idle, places=[Place(location, location, ()) for location in idle.zones])
    equipped = replace(roomy, need=replace(idle.need, equipment=()))
    open_always = replace(equipped, rota=replace(idle.rota, holidays=[]))
    for why, before, granted in (
        (Why.ROOM, idle, roomy),
        (Why.DEVICE, roomy, equipped),
        (Why.CLOSED, equipped, open_always),
    ):
        if instead := granted.first_of(sought):
            return Verdict(why, _needed(before, sought), instead)
    return Verdict(Why.HOURS, _needed(open_always, sought))


def _needed(world: World, sought: Sought) -> Sought:
    """Wish by wish is dropped where there is no time without it either."""
    for wish in WISHES:
        fewer = without(sought, wish)
        if fewer != sought and world.first_of(fewer) is None:
            sought = fewer
    return sought


def would_help(world: World, sought: Sought) -> list[tuple[tuple[str, ...], Offer]]:
    """Each wish that one could let go of, with the first time that there is then."""
    relaxed = [(wish, without(sought, wish)) for wish in WISHES]
    found = [(wish, world.first_of(fewer)) for wish, fewer in relaxed if fewer != sought]
    return [(wish, offer) for wish, offer in found if offer is not None]
