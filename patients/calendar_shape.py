"""The calendar as JSON. Short keys: a day of 180 appointments has 40 KB, and every open desk asks for it all day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinics.clock_words import pass_note
from clinics.models import Room, User
from clinics.timekeeping import local_day
from patients.models import KEPT, LIVE, Appointment, Status
from patients.queries.calendar_feed import Feed, View

ICONS = {
    Status.BOOKED: "calendar-check",
    Status.ARRIVED: "user-round",
    Status.IN_SESSION: "door-open",
    Status.COMPLETED: "check",
    Status.NO_SHOW: "circle-help",
    Status.CANCELLED: "x",
    Status.HELD: "lock",
    Status.OFFERED: "clock",
}
LATE = "late"  # booked, and should be here by now
CONFIRMED = "confirmed"  # booked, and the patient has said so
MOVES = (Status.BOOKED, Status.ARRIVED, Status.IN_SESSION)
FIRST_HOUR, LAST_HOUR = 8, 18  # an empty day still has a morning and an afternoon


def shape(feed: Feed) -> dict[str, Any]:
    live = feed.live
    first, last = hours_in_view(feed)
    return {
        "says": says(feed),
        "min": f"{first:02}:00",
        "max": f"{last:02}:00",
        "words": {code: [word, icon] for code, word, icon in _words()},
        "days": {f"{day:%Y-%m-%d}": date_format(day, "D j M") for day in feed.days},
        "columns": [{"i": one.pk, "n": title_of(one, feed)} for one in feed.columns.object_list],
        "people": {one.therapist_id: one.therapist.name for one in live},
        "rooms": {one.room_id: one.room.name for one in live},
        "services": {one.service_id: [one.service.name, one.service.colour] for one in live},
        "visits": [_visit(one, feed) for one in live],
        "closed": [
            [one.column, _wall(one.span.start, feed), _wall(one.span.end, feed), one.why] for one in feed.closed
        ],
    }


def title_of(column: User | Room, feed: Feed) -> str:
    several = len(feed.locations) > 1 and feed.wish.location is None
    return f"{column}, {column.location.name}" if several and isinstance(column, Room) else str(column)


def _words() -> Iterable[tuple[str, str, str]]:
    yield from ((status.value, str(status.label), icon) for status, icon in ICONS.items())
    yield LATE, _("Not here yet"), "clock"
    yield CONFIRMED, _("Confirmed"), "check-check"


def code_of(one: Appointment, feed: Feed) -> str:
    if feed.is_late(one):
        return LATE
    return CONFIRMED if one.is_confirmed else one.status


def _visit(one: Appointment, feed: Feed) -> dict[str, Any]:
    """The place on the grid is the wall's time, the height the true length: on two nights a year they differ."""
    found: dict[str, Any] = {
        "i": one.pk,
        "v": one.version,
        "n": name_of(one),
        "t": one.therapist_id,
        "r": one.room_id,
        "s": one.service_id,
        "a": _wall(one.starts_at, feed),
        "m": int((one.ends_at - one.starts_at).total_seconds() // 60),
        "c": code_of(one, feed),
    }
    if one.status not in MOVES or one.is_documented:
        found["fixed"] = 1
    if one.is_override:
        found["double"] = double_of(one)
    if one.places is not None:
        found["of"] = places_of(one)
    if note := pass_note(one.starts_at, feed.zone):
        found["twice"] = note
    return found


def name_of(one: Appointment) -> str:
    """What is kept may have nobody yet, and a class never has one."""
    if one.places is not None:
        return one.service.name
    return one.patient.name if one.patient_id else _("Kept")


def double_of(one: Appointment) -> str:
    """For everybody to read: two stand there on purpose."""
    return _("Double booked: %(reason)s") % {"reason": one.override_reason} if one.is_override else ""


def places_of(one: Appointment) -> str:
    if one.places is None:
        return ""
    return _("%(taken)s of %(places)s") % {"taken": one.places_taken, "places": one.places}


def _wall(moment: datetime, feed: Feed) -> str:
    return f"{moment.astimezone(feed.zone):%Y-%m-%dT%H:%M}"


def hours_in_view(feed: Feed) -> tuple[int, int]:
    """Full hours of the wall, from the earliest to the latest that anybody works or is booked."""
    first, last = FIRST_HOUR, LAST_HOUR
    for start, end in feed.spans_to_show:
        begins, ends = start.astimezone(feed.zone), (end - timedelta(seconds=1)).astimezone(feed.zone)
        first = min(first, begins.hour)
        last = max(last, 24 if ends.date() > begins.date() else ends.hour + 1)
    return first, last


def says(feed: Feed) -> str:
    """One line under the title: how many, who waits, who is not here yet."""
    live = [one for one in feed.visits if one.status in LIVE]
    waiting = sum(one.status == Status.ARRIVED for one in live)
    late = sum(feed.is_late(one) for one in live)
    parts = [ngettext("%(many)s appointment", "%(many)s appointments", len(live)) % {"many": len(live)}]
    if waiting:
        parts.append(ngettext("%(many)s waiting", "%(many)s waiting", waiting) % {"many": waiting})
    if late and feed.wish.view != View.WEEK:
        parts.append(_("%(many)s not yet arrived") % {"many": late})
    return " · ".join(parts)


@dataclass(frozen=True, slots=True)
class Line:
    appointment: Appointment
    at: str
    until: str
    note: str  # which of two, where the clock shows the start twice
    name: str
    code: str
    word: str
    icon: str

    @property
    def url(self) -> str:
        """Empty for a time that is only kept: it is somebody's open form, or an offer under way."""
        one = self.appointment
        if one.status in KEPT:
            return ""
        return reverse("class" if one.places is not None else "appointment", args=[one.pk])


@dataclass(frozen=True, slots=True)
class Group:
    """What stands under one heading of the agenda: a therapist or a room, or in somebody's week a day."""

    title: str
    column: int
    day: date
    lines: Sequence[Line]
    closed: str  # why there are no hours


def agenda(feed: Feed) -> list[Group]:
    """The same as lists. Cancelled and missed ones are in them, since nobody should have to look for them."""
    words = {code: (word, icon) for code, word, icon in _words()}
    return [
        Group(
            title=date_format(day, "l j F") if feed.wish.view == View.WEEK else title_of(column, feed),
            column=column.pk,
            day=day,
            lines=[_line(one, feed, words) for one in feed.visits if _stands_under(one, column.pk, day, feed)],
            closed=feed.why_closed(column.pk, day),
        )
        for column in feed.columns.object_list
        for day in feed.days
    ]


def _stands_under(one: Appointment, column: int, day: date, feed: Feed) -> bool:
    return feed.column_of(one) == column and local_day(one.starts_at, feed.zone) == day


def _line(one: Appointment, feed: Feed, words: dict[str, tuple[str, str]]) -> Line:
    at, until = (f"{moment.astimezone(feed.zone):%H:%M}" for moment in (one.starts_at, one.ends_at))
    code = code_of(one, feed)
    word, icon = words[code]
    note = pass_note(one.starts_at, feed.zone)
    return Line(one, at, until, note, name_of(one), code, places_of(one) or word, icon)
