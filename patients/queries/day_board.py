"""The front desk's day: a column for each therapist, who waits, and what is free to click on."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext

from clinics.availability import Span, merged, minus
from clinics.clock_words import pass_note
from clinics.models import Clinic, Location, Membership, User
from clinics.queries.rota import rota
from clinics.timekeeping import day_bounds, is_second_pass, local_day
from patients.calendar_shape import ICONS
from patients.day_grid import Grid, Place, cells, grid_of, pieces
from patients.models import KEPT, LIVE, Appointment, Status
from patients.models.status import FIRST_DAY, LAST_DAY, OCCUPYING
from patients.queries.busy import busy_elsewhere
from patients.queries.calendar_feed import MOST_COLUMNS
from patients.queries.waiting_area import LONG_WAIT


@dataclass(frozen=True, slots=True)
class Visit:
    appointment: Appointment
    at: str
    note: str  # which of two, where the clock shows the start twice
    place: Place
    is_late: bool
    beside: bool = False  # shares its rows with the one before: drawn in the right half

    @property
    def icon(self) -> str:
        if self.is_late:
            return "clock"
        return "check-check" if self.appointment.is_confirmed else ICONS[Status(self.appointment.status)]

    @property
    def name(self) -> str:
        """Who comes, or which class it is."""
        one = self.appointment
        if self.is_kept and not one.patient_id:
            return gettext("Kept")
        return one.patient.name if one.patient_id else one.service.name

    @property
    def is_kept(self) -> bool:
        """Somebody's open form, or an offer under way: nothing to open."""
        return self.appointment.status in KEPT

    @property
    def word(self) -> str:
        one = self.appointment
        if one.places is not None and one.status == Status.BOOKED:
            return gettext("%(taken)s of %(places)s") % {"taken": one.places_taken, "places": one.places}
        if self.is_late:
            return gettext("Not here yet")
        return gettext("Confirmed") if one.is_confirmed else one.get_status_display()


@dataclass(frozen=True, slots=True)
class Waiting:
    appointment: Appointment
    minutes: int
    early_for: str  # the time of the appointment, while it is still to come

    @property
    def is_long(self) -> bool:
        return not self.early_for and self.minutes >= LONG_WAIT


@dataclass(frozen=True, slots=True)
class Cell:
    place: Place
    time: str


@dataclass(frozen=True, slots=True)
class Column:
    number: int
    therapist: User
    visits: Sequence[Visit]
    closed: Sequence[Place]  # places without working hours, or busy elsewhere
    free: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class DayBoard:
    day: date
    today: date
    zone: ZoneInfo
    location: Location | None
    locations: Sequence[Location]  # one for each zone
    hours: Sequence[tuple[str, str]]
    team: Page[User]  # who has a column: the therapists, so many at a time
    columns: Sequence[Column]
    now: Place | None  # of the line
    waiting: Sequence[Waiting]
    off: Sequence[Visit]  # cancelled and missed: they hold no time
    total: int
    late: int

    @property
    def patient_ids(self) -> set[int]:
        shown = [visit.appointment for column in self.columns for visit in column.visits]
        beside = [*(visit.appointment for visit in self.off), *(one.appointment for one in self.waiting)]
        return {one.patient_pk for one in [*shown, *beside] if one.patient_id}

    @property
    def is_empty(self) -> bool:
        return not self.total and not self.off

    @property
    def before(self) -> date | None:
        return self.day - timedelta(days=1) if self.day > FIRST_DAY else None

    @property
    def after(self) -> date | None:
        return self.day + timedelta(days=1) if self.day < LAST_DAY else None

    @property
    def query(self) -> str:
        """Keeps to the zone and the therapists in view while one leafs through the days."""
        page = f"&page={self.team.number}" if self.team.number > 1 else ""
        found = f"{self.zone_query}{page}"
        return f"?{found[1:]}" if found else ""

    @property
    def zone_query(self) -> str:
        return f"&location={self.location.pk}" if self.location and len(self.locations) > 1 else ""

    @property
    def is_today(self) -> bool:
        return self.day == self.today


@dataclass(frozen=True, slots=True)
class _Day:
    """What was read, before it is laid out."""

    bounds: Span
    zone: ZoneInfo
    now: datetime
    live: Sequence[Appointment]  # what takes time, kept times too
    open: dict[int, list[Span]]
    elsewhere: dict[int, list[Span]]


def day_board(
    day: date, *, clinic: Clinic, now: datetime, location: Location | None = None, page: str = "", therapist: str = ""
) -> DayBoard:
    """Five statements, whatever the number of appointments.

    One board has one clock. A clinic with locations in several zones sees those of one zone at a time, and a team of
    more than MOST_COLUMNS one page of it at a time: the page asked for, or the one with the therapist of this id.
    """
    locations = list(Location.objects.order_by("pk"))
    place = location or (locations[0] if locations else None)
    zone = place.zone if place else clinic.zone
    rows = list(_appointments(day, zone, now))
    therapists = _therapists(rows)
    read = _Day(
        Span(*day_bounds(day, zone)), zone, now, [row for row in rows if row.status in OCCUPYING],
        _open(day, locations, zone), _elsewhere(day, zone, therapists),
    )  # fmt: skip
    team = _page_of(therapists, page, therapist)
    grid = grid_of(day, zone, _spans_to_show(read))
    return DayBoard(
        day=day,
        today=local_day(now, zone),
        zone=zone,
        location=place,
        locations=_one_of_each_zone(locations),
        hours=list(grid.hours()),
        team=team,
        columns=[_column(number, one, read, grid) for number, one in enumerate(team, 1)],
        now=grid.place(Span(now, now)) if grid.holds(now) else None,
        waiting=_waiting(read),
        off=[_visit(row, grid, read) for row in rows if row.status not in OCCUPYING],
        total=sum(row.status in LIVE and row.patient_id is not None for row in read.live),
        late=sum(_is_late(row, now) for row in read.live),
    )


def _appointments(day: date, zone: ZoneInfo, now: datetime) -> Iterable[Appointment]:
    """With what is held or offered: it is as little free as what is booked."""
    rows = Appointment.every.between(*day_bounds(day, zone)).exclude(status__in=KEPT, expires_at__lte=now)
    found: Iterable[Appointment] = rows.filter(room__location__time_zone=zone.key).for_board()
    return found


def _therapists(rows: Iterable[Appointment]) -> list[User]:
    """Everybody who treats here, and whoever left but still has somebody on that day."""
    treating = {member.user.pk: member.user for member in Membership.objects.treating()}
    return [
        *treating.values(),
        *{row.therapist_id: row.therapist for row in rows if row.therapist_id not in treating}.values(),
    ]


def _page_of(therapists: Sequence[User], page: str, therapist: str) -> Page[User]:
    keys = [str(one.pk) for one in therapists]
    number = keys.index(therapist) // MOST_COLUMNS + 1 if therapist in keys else page
    return Paginator(therapists, MOST_COLUMNS).get_page(number)


def _open(day: date, locations: Iterable[Location], zone: ZoneInfo) -> dict[int, list[Span]]:
    """Each therapist's hours at all locations that share the clock of the board."""
    known, found = rota(day, day), defaultdict(list)
    here = {one.pk for one in locations if one.time_zone == zone.key}
    for therapist, location in known.places():
        if location in here:
            found[therapist].extend(known.spans(therapist, location, zone, [day]))
    return {therapist: merged(spans) for therapist, spans in found.items()}


def _elsewhere(day: date, zone: ZoneInfo, therapists: Iterable[User]) -> dict[int, list[Span]]:
    found: dict[int, list[Span]] = defaultdict(list)
    for therapist, start, end in busy_elsewhere(*day_bounds(day, zone), [one.pk for one in therapists]):
        found[therapist].append(Span(start, end))
    return found


def _spans_to_show(read: _Day) -> list[Span]:
    return [*(span for spans in read.open.values() for span in spans), *(_span(row) for row in read.live)]


def _one_of_each_zone(locations: Iterable[Location]) -> list[Location]:
    found: dict[str, Location] = {}
    for location in locations:
        found.setdefault(location.time_zone, location)
    return list(found.values())


def _column(number: int, therapist: User, read: _Day, grid: Grid) -> Column:
    # A class is one block; its participants are on its page, and in the lists of who waits and who is missing.
    mine = [row for row in read.live if row.therapist_id == therapist.pk and row.group_id is None]
    hours, elsewhere = read.open.get(therapist.pk, []), merged(read.elsewhere.get(therapist.pk, []))
    at_work = minus(hours, elsewhere)
    blocked = merged(Span(row.blocked.lower, row.blocked.upper) for row in mine)
    # Nothing can be booked into the past; the quarter that has begun still can.
    past = [Span(read.bounds.start, min(read.bounds.end, read.now - timedelta(minutes=15)))]
    free = minus(minus(at_work, blocked), merged(past))
    return Column(
        number=number,
        therapist=therapist,
        visits=_side_by_side([_visit(row, grid, read) for row in mine]),
        closed=[grid.place(span) for span in pieces(minus([Span(grid.start, grid.end)], at_work))],
        # The form speaks in wall time, which would mean the first pass of an hour that comes twice.
        free=[
            Cell(grid.place(cell), f"{cell.start.astimezone(read.zone):%H:%M}")
            for cell in cells(free)
            if not is_second_pass(cell.start, read.zone)
        ],
    )


def _visit(row: Appointment, grid: Grid, read: _Day) -> Visit:
    at = f"{row.starts_at.astimezone(read.zone):%H:%M}"
    return Visit(row, at, pass_note(row.starts_at, read.zone), grid.place(_span(row)), _is_late(row, read.now))


def _side_by_side(visits: list[Visit]) -> list[Visit]:
    """Overrides, and visits that share a begun row, would cover each other."""
    found: list[Visit] = []
    for visit in visits:
        before = found[-1] if found else None
        meets = before is not None and not before.beside and before.place.last > visit.place.first
        found.append(replace(visit, beside=meets))
    return found


def _waiting(read: _Day) -> list[Waiting]:
    found = []
    for row in read.live:
        if row.status == Status.ARRIVED:
            since = row.arrived_at or row.starts_at
            early = f"{row.starts_at.astimezone(read.zone):%H:%M}" if row.starts_at > read.now else ""
            found.append(Waiting(row, max(0, int((read.now - since).total_seconds() // 60)), early))
    return sorted(found, key=lambda one: (bool(one.early_for), -one.minutes))


def _span(row: Appointment) -> Span:
    return Span(row.starts_at, row.ends_at)


def _is_late(row: Appointment, now: datetime) -> bool:
    return row.status == Status.BOOKED and row.patient_id is not None and row.starts_at <= now
