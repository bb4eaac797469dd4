"""What comes of a change of hours before it is saved: the days ahead, and the appointments it would leave outside."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clinics.availability import Span, contains, merged
from clinics.clock_words import clock_note
from clinics.models import Location, Membership, User
from clinics.queries.rota import rota
from clinics.rota import Closed, Exceptional, Rota
from clinics.timekeeping import day_bounds, local_day
from patients.models import Appointment, Status
from patients.models.appointment import AppointmentQuerySet
from patients.models.status import COMING

DAY, SHOWN = timedelta(days=1), 28
MOST_LISTED = 50


@dataclass(frozen=True, slots=True)
class Cell:
    day: date
    lines: Sequence[str]  # the hours, or none
    was: Sequence[str]  # the hours without the change
    is_changed: bool
    marks: Sequence[str]  # holidays, exceptions, what the clock does


@dataclass(frozen=True, slots=True)
class Week:
    monday: date
    cells: Sequence[Cell | None]  # one for each weekday shown; None for days outside of what is looked at


@dataclass(frozen=True, slots=True)
class Orphans:
    """Inside the hours before the change, outside after it."""

    rows: Sequence[Appointment]
    seen: str  # stands for the change and its orphans: who saves sends back what was shown

    @property
    def listed(self) -> Sequence[Appointment]:
        return self.rows[:MOST_LISTED]

    @property
    def more(self) -> int:
        return max(0, len(self.rows) - MOST_LISTED)

    @property
    def patient_ids(self) -> set[int]:
        return {one.patient_id for one in self.listed if one.patient_id is not None}


@dataclass(frozen=True, slots=True)
class Outlook:
    weekdays: Sequence[str]
    weeks: Sequence[Week]
    orphans: Orphans


@dataclass(frozen=True, slots=True)
class Lost:
    """Somebody who would have worked on a holiday."""

    therapist: User
    lines: Sequence[str]


@dataclass(frozen=True, slots=True)
class HolidayOutlook(Outlook):
    day: date
    lost: Sequence[Lost]


def outlook(
    therapist: User, change: Callable[[Rota], Rota], *, now: datetime, today: date, about: Exceptional | None = None
) -> Outlook:
    """Four weeks from today, or those that hold the days it is about. Three statements."""
    first = _first_shown(today, about.first_day, about.last_day) if about else today
    coming = list(_coming(now).filter(therapist=therapist))
    last = max([first + SHOWN * DAY, *(one.local_start.date() for one in coming)])
    before = rota(today - DAY, last, therapists=[therapist.pk])
    after = change(before)
    places = {place for known in (before, after) for _who, place in known.places()}
    locations = [one for one in Location.objects.order_by("name", "pk") if one.pk in places]
    weekdays, weeks = _four_weeks(first, [therapist.pk], before, after, locations)
    return Outlook(weekdays, weeks, _orphans(coming, before, after))


def holiday_outlook(day: date, location: Location | None, name: str, *, now: datetime, today: date) -> HolidayOutlook:
    """Four weeks that hold the day, of all therapists together: when anybody works. Four statements."""
    locations = [one for one in Location.objects.order_by("name", "pk") if location is None or one == location]
    first = _first_shown(today, day, day)
    before = rota(first, first + SHOWN * DAY)
    after = before.with_holiday(Closed(location.pk if location else None, day, name))
    bounds = [day_bounds(day, one.zone) for one in locations] or [day_bounds(day, UTC)]
    hours = Q(starts_at__gte=min(start for start, _end in bounds), starts_at__lt=max(end for _start, end in bounds))
    team = [member.user for member in Membership.objects.treating()]
    lost = [Lost(one, _lines(before, [one.pk], day, locations)) for one in team]
    weekdays, weeks = _four_weeks(first, [one.pk for one in team], before, after, locations)
    orphans = _orphans(_coming(now).filter(hours), before, after)
    return HolidayOutlook(weekdays, weeks, orphans, day, [one for one in lost if one.lines])


def _first_shown(today: date, first: date, last: date) -> date:
    """Today where its four weeks hold these days to the last, else the Monday before the first."""
    return today if last < today + SHOWN * DAY else max(today, first - first.weekday() * DAY)


def _four_weeks(
    first: date, team: Sequence[int], before: Rota, after: Rota, locations: Sequence[Location]
) -> tuple[list[str], list[Week]]:
    """The names of the weekdays shown, and the weeks. Saturday and Sunday only where there is something to say."""
    days = [first + n * DAY for n in range(SHOWN)]
    cells = {day: _cell(day, team, before, after, locations) for day in days}
    shown = [n for n in range(7) if n < 5 or any(_says_something(cells[day]) for day in days if day.weekday() == n)]
    mondays = sorted({day - day.weekday() * DAY for day in days})
    return (
        [date_format(mondays[0] + n * DAY, "D") for n in shown],
        [Week(monday, [cells.get(monday + n * DAY) for n in shown]) for monday in mondays],
    )


def _coming(now: datetime) -> AppointmentQuerySet:
    """What is agreed or offered. A class counts once: its participants go where it goes."""
    statuses = [*COMING, Status.OFFERED]
    rows: AppointmentQuerySet = Appointment.every.filter(ends_at__gt=now, status__in=statuses, group__isnull=True)
    return rows.select_related("patient", "service", "room__location", "therapist").order_by("starts_at", "pk")


def _orphans(coming: Iterable[Appointment], before: Rota, after: Rota) -> Orphans:
    rows = [one for one in coming if _inside(one, before) and not _inside(one, after)]
    told = [sorted(map(repr, _everything(known))) for known in (before, after)]
    return Orphans(rows, sha256(repr([told, [one.pk for one in rows]]).encode()).hexdigest()[:20])


def _everything(known: Rota) -> list[object]:
    found: list[object] = [*known.holidays]
    for rows in known.weekly.values():
        found += rows
    for exceptions in known.exceptions.values():
        found += exceptions
    return found


def _inside(one: Appointment, known: Rota) -> bool:
    location = one.room.location
    day = local_day(one.starts_at, location.zone)
    spans = known.spans(one.therapist_id, location.pk, location.zone, [day])
    return contains(spans, Span(one.starts_at, one.ends_at))


def _cell(day: date, team: Sequence[int], before: Rota, after: Rota, locations: Sequence[Location]) -> Cell:
    """Of several together only the hours are said, not who is off."""
    lines, was = (_lines(known, team, day, locations) for known in (after, before))
    marks = [
        *_closed(after, day, locations),
        *(_excepted(after, team[0], day) if len(team) == 1 else []),
        *dict.fromkeys(note for one in team for note in _clock(after, one, day, locations)),
    ]
    return Cell(day, lines, was, lines != was, marks)


def _says_something(cell: Cell) -> bool:
    return bool(cell.lines or cell.was or cell.marks)


def _lines(known: Rota, team: Sequence[int], day: date, locations: Sequence[Location]) -> list[str]:
    found = []
    for one in locations:
        place = f" {one.name}" if len(locations) > 1 else ""
        spans = (span for who in team for span in known.spans(who, one.pk, one.zone, [day]))
        for start, end in merged(spans):
            found.append((start, f"{one.local(start):%H:%M}–{one.local(end):%H:%M}{place}"))
    return [text for _start, text in sorted(found)]


def _closed(known: Rota, day: date, locations: Sequence[Location]) -> list[str]:
    names = {one.pk: one.name for one in locations}
    found = []
    for one in known.holidays:
        if one.day == day and (one.location is None or one.location in names):
            where = f", {names[one.location]}" if one.location is not None and len(names) > 1 else ""
            found.append(_("Holiday: %(name)s") % {"name": f"{one.name}{where}"})
    return found


def _excepted(known: Rota, therapist: int, day: date) -> list[str]:
    return [_told(one) for one in known.exceptions.get(therapist, ()) if one.first_day <= day <= one.last_day]


def _told(one: Exceptional) -> str:
    kind = _("Extra hours") if one.is_extra else _("Off")
    times = f" {one.starts:%H:%M}–{one.ends:%H:%M}" if one.starts and one.ends else ""
    return f"{kind}{times}: {one.note}" if one.note else f"{kind}{times}"


def _clock(known: Rota, therapist: int, day: date, locations: Sequence[Location]) -> list[str]:
    """Wall times of that day which its clock skips or shows twice, each said once."""
    walls = []
    for one in locations:
        weekly = [row for row in known.weekly.get(therapist, ()) if row.location == one.pk]
        walls += [(wall, one.zone) for row in weekly if row.hours(one.zone).hold_on(day) for wall in row[3:5]]
        changes = [row for row in known.exceptions.get(therapist, ()) if row.concerns(one.pk) and row.starts]
        days = [row for row in changes if row.first_day <= day <= row.last_day]
        walls += [(wall, one.zone) for row in days for wall in (row.starts, row.ends) if wall]
    return list(dict.fromkeys(note for wall, zone in walls if (note := clock_note(day, wall, zone))))
