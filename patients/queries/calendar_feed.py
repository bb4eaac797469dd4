"""What the calendar shows of a day or a week: who works when, and what stands in it. One read for all its views."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from django.core.paginator import Page, Paginator
from django.db.models import Q
from django.utils.translation import gettext as _

from clinics.availability import Span, merged, minus
from clinics.models import Clinic, Holiday, HoursException, Location, Membership, Room, User
from clinics.queries.rota import rota
from clinics.rota import Rota
from clinics.timekeeping import day_bounds, local_day
from patients.models import KEPT, LIVE, Appointment, Status
from patients.models.status import FIRST_DAY, LAST_DAY
from patients.queries.busy import busy_elsewhere

MOST_COLUMNS = 12  # more would be too narrow to read, and the board has a class for each; a larger team has pages
DAY, WEEK = timedelta(days=1), 7


class View(StrEnum):
    DAY = "day"  # a column for each therapist
    ROOMS = "rooms"
    WEEK = "week"  # seven days of one therapist
    AGENDA = "agenda"  # a list for each therapist


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for, as it stands in the address. Without a location: all that share the first one's clock."""

    view: View
    day: date
    location: Location | None = None
    therapist: str = ""
    page: str = ""


@dataclass(frozen=True, slots=True)
class Closed:
    """When a therapist, or in the view of rooms a room, is not to be had; `why` is empty outside the usual hours."""

    column: int
    span: Span
    why: str = ""


@dataclass(frozen=True, slots=True)
class Feed:
    wish: Wish
    days: Sequence[date]
    now: datetime
    zone: ZoneInfo
    locations: Sequence[Location]
    therapists: Sequence[User]  # everybody who can be chosen
    columns: Page[Any]  # of therapists or of rooms
    visits: Sequence[Appointment]  # of the columns in view, cancelled and missed ones included
    closed: Sequence[Closed]
    at_work: Mapping[int, Sequence[Span]]  # of the therapists in view

    @property
    def spans_to_show(self) -> list[Span]:
        hours = [span for spans in self.at_work.values() for span in spans]
        return hours + [Span(one.starts_at, one.ends_at) for one in self.live]

    def column_of(self, one: Appointment) -> int:
        return _column(one, self.wish.view)

    def why_closed(self, column: int, day: date) -> str:
        """Empty where there are hours on that day, or where the column is a room's."""
        whole = Span(*day_bounds(day, self.zone))
        if self.wish.view == View.ROOMS or any(_meet(one, whole) for one in self.at_work[column]):
            return ""
        whys = (one.why for one in self.closed if one.column == column and _meet(one.span, whole))
        return next(filter(None, whys), _("No hours on this day"))

    @property
    def before(self) -> date | None:
        day = self.wish.day - self._step
        return day if day >= FIRST_DAY else None

    @property
    def after(self) -> date | None:
        day = self.wish.day + self._step
        return day if day <= LAST_DAY else None

    @property
    def _step(self) -> timedelta:
        return WEEK * DAY if self.wish.view == View.WEEK else DAY

    @property
    def today(self) -> date:
        return local_day(self.now, self.zone)

    @property
    def live(self) -> list[Appointment]:
        """What takes time, and so has a place on the grid."""
        return [one for one in self.visits if one.status in LIVE or one.status in KEPT]

    @property
    def patient_ids(self) -> set[int]:
        return {one.patient_id for one in self.visits if one.patient_id}

    @property
    def therapist(self) -> User | None:
        """Whose week it is."""
        shown = self.columns.object_list
        return shown[0] if self.wish.view == View.WEEK and shown else None

    @property
    def one_clock(self) -> bool:
        """All locations can stand in one calendar."""
        return len({one.time_zone for one in self.locations}) == 1

    def is_late(self, one: Appointment) -> bool:
        return one.status == Status.BOOKED and one.patient_id is not None and one.starts_at <= self.now


@dataclass(frozen=True, slots=True)
class _Read:
    """The rows, before they are laid out."""

    days: Sequence[date]
    zone: ZoneInfo
    places: frozenset[int]  # the locations in view
    visits: Sequence[Appointment]
    rota: Rota
    notes: Sequence[HoursException]
    holidays: Sequence[Holiday]
    elsewhere: Mapping[int, list[Span]]

    @property
    def bounds(self) -> Span:
        return Span(day_bounds(self.days[0], self.zone)[0], day_bounds(self.days[-1], self.zone)[1])

    def hours(self, therapist: int, rota: Rota) -> list[Span]:
        return merged(span for place in self.places for span in rota.spans(therapist, place, self.zone, self.days))


def calendar_feed(wish: Wish, *, clinic: Clinic, now: datetime) -> Feed:
    """Seven statements, eight for rooms, whatever the number of rows."""
    locations = list(Location.objects.order_by("pk"))
    first = wish.location or (locations[0] if locations else None)
    zone = first.zone if first else clinic.zone
    places = [wish.location] if wish.location else [one for one in locations if one.time_zone == zone.key]
    days = days_of(wish)
    members = {member.user.pk: member.user for member in Membership.objects.treating()}
    read = _read(days, zone, frozenset(place.pk for place in places), list(members), now)
    therapists = _therapists(members, read, wish.location)
    rooms = _rooms(read) if wish.view == View.ROOMS else []
    columns: Page[Any] = Paginator(_shown(wish, therapists, rooms), MOST_COLUMNS).get_page(wish.page)
    keys = {one.pk for one in columns.object_list}
    visits = [one for one in read.visits if one.room.location_id in read.places and _column(one, wish.view) in keys]
    closed = _closed_rooms(read, rooms) if wish.view == View.ROOMS else _closed(read, keys)
    at_work = {} if wish.view == View.ROOMS else {key: read.hours(key, read.rota) for key in keys}
    return Feed(wish, days, now, zone, locations, therapists, columns, visits, closed, at_work)


def days_of(wish: Wish) -> list[date]:
    if wish.view != View.WEEK:
        return [wish.day]
    monday = wish.day - timedelta(wish.day.weekday())
    return [monday + n * DAY for n in range(WEEK) if FIRST_DAY <= monday + n * DAY <= LAST_DAY]


def _meet(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def _column(one: Appointment, view: View) -> int:
    return one.room_id if view == View.ROOMS else one.therapist_id


def _read(days: Sequence[date], zone: ZoneInfo, places: frozenset[int], members: list[int], now: datetime) -> _Read:
    start, end = day_bounds(days[0], zone)[0], day_bounds(days[-1], zone)[1]
    kept = Q(expires_at__isnull=True) | Q(expires_at__gt=now)
    elsewhere: dict[int, list[Span]] = defaultdict(list)
    for therapist, since, until in busy_elsewhere(start, end, members):
        elsewhere[therapist].append(Span(since, until))
    return _Read(
        days, zone, places,
        # A class stands for its participants: they take no time of the therapist and no room.
        visits=list(Appointment.every.between(start, end).filter(kept, group__isnull=True).for_board()),
        rota=rota(days[0], days[-1]),
        notes=list(HoursException.objects.touching(days[0], days[-1])),
        holidays=list(Holiday.objects.between(days[0], days[-1])),
        elsewhere=elsewhere,
    )  # fmt: skip


def _therapists(members: dict[int, User], read: _Read, location: Location | None) -> list[User]:
    """Who treats here, and whoever left but still has somebody in that time. Of one location: who works at it."""
    here = [one for one in read.visits if one.room.location_id in read.places]
    gone = {one.therapist_id: one.therapist for one in here if one.therapist_id not in members}
    everybody = [*members.values(), *gone.values()]
    if location is None:
        return everybody
    theirs = {therapist for therapist, place in read.rota.places() if place in read.places}
    theirs |= {one.therapist_id for one in here}
    return [one for one in everybody if one.pk in theirs]


def _rooms(read: _Read) -> list[Room]:
    """Those in use, and whatever is not any more but still has somebody in it."""
    taken = {one.room_id for one in read.visits}
    found = Room.objects.filter(Q(is_active=True) | Q(pk__in=taken), location__in=read.places)
    return list(found.select_related("location").order_by("location__name", "name"))


def _shown(wish: Wish, therapists: list[User], rooms: list[Room]) -> Sequence[User] | Sequence[Room]:
    if wish.view == View.ROOMS:
        return rooms
    chosen = [one for one in therapists if str(one.pk) == wish.therapist]
    return chosen or (therapists[:1] if wish.view == View.WEEK else therapists)


def _closed(read: _Read, therapists: Iterable[int]) -> list[Closed]:
    usual_week = Rota(weekly=read.rota.weekly)
    found: list[Closed] = []
    for therapist in therapists:
        at_work = read.hours(therapist, read.rota)
        off = [
            Closed(therapist, span, _why_off(read, therapist, span))
            for span in minus(read.hours(therapist, usual_week), at_work)
        ]
        away = [Closed(therapist, span, _("Busy elsewhere")) for span in merged(read.elsewhere.get(therapist, ()))]
        away += _at_other_places(read, therapist)
        known = merged(one.span for one in [*off, *away])
        outside = minus(minus([read.bounds], at_work), known)
        found += [*off, *away, *(Closed(therapist, span) for span in outside)]
    return found


def _why_off(read: _Read, therapist: int, span: Span) -> str:
    day = local_day(span.start, read.zone)
    holidays = (one.name for one in read.holidays if one.day == day and one.location_id in {None, *read.places})
    notes = (one.note for one in read.notes if one.therapist_id == therapist and one.first_day <= day <= one.last_day)
    return next(holidays, "") or next(notes, "") or _("Off")


def _at_other_places(read: _Read, therapist: int) -> list[Closed]:
    """The clinic's own appointments at a location that is not in view."""
    return [
        Closed(therapist, Span(one.blocked.lower, one.blocked.upper), _("At another location"))
        for one in read.visits
        if one.therapist_id == therapist and one.room.location_id not in read.places and one.status in LIVE
    ]


def _closed_rooms(read: _Read, rooms: Iterable[Room]) -> list[Closed]:
    return [
        Closed(room.pk, Span(*day_bounds(holiday.day, read.zone)), holiday.name)
        for room in rooms
        for holiday in read.holidays
        if holiday.location_id in {None, room.location_id}
    ]
