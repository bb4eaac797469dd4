"""What the desk reads about a series: its pattern, what is in a visit's way, and what to mind before booking it."""

from collections.abc import Iterable

from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinics.models import Content, User
from clinics.timekeeping import Showing
from patients.models import Series
from patients.planning import Planned, State
from patients.queries.series_plan import SeriesPlan
from patients.slots import SOFT, Found, Obstacle, Slot
from patients.visit_words import Line, beyond_line, close_line

MOST_PAIRS = 4  # that are named


def pattern_words(weekdays: Iterable[int], wall: object, weeks: int, therapist: User, minutes: int) -> str:
    names = [str(WEEKDAYS[day - 1]) for day in sorted(weekdays)]
    facts = {
        "days": _(" and ").join(names) if len(names) < 3 else ", ".join(names),
        "time": f"{wall:%H:%M}",
        "weeks": ngettext("for a week", "for %(weeks)d weeks", weeks) % {"weeks": weeks},
        "therapist": therapist.name,
        "minutes": minutes,
    }
    return _("%(days)s around %(time)s, %(weeks)s, %(therapist)s, %(minutes)d min") % facts


def of_series(series: Series) -> str:
    return pattern_words(series.weekdays, series.wall_time, series.weeks, series.therapist, series.service.minutes)


def of_plan(plan: SeriesPlan) -> str:
    pattern, wish = plan.wish.pattern, plan.wish
    return pattern_words(pattern.weekdays, pattern.wall, pattern.weeks, wish.therapist, wish.service.minutes)


def night_words(showing: Showing, wall: object) -> str:
    """The two nights in which the wall time alone does not say it."""
    facts = {"time": f"{wall:%H:%M}"}
    if showing == Showing.NEVER:
        return _("The clock skips %(time)s that night, so it is later by as much.") % facts
    return _("%(time)s comes twice that night: the first one is meant.") % facts if showing == Showing.TWICE else ""


def obstacle_words(plan: SeriesPlan, found: Found) -> str:
    location, slot = plan.wish.location, found.slot
    local = location.local(slot.start)
    known = plan.reading.therapists.get(slot.therapist)
    facts = {
        "therapist": known.name if known else _("The therapist"),
        "until": f"{location.local(found.taken.end):%H:%M}" if found.taken else "",
        "name": plan.reading.world.rota.names_of_holidays(location.pk).get(local.date(), ""),
        "kind": plan.wish.service.get_credential_display() or plan.wish.service.name,
    }
    words = {
        Obstacle.PAST: _("That time is over"),
        Obstacle.CREDENTIAL: _("%(therapist)s holds no valid credential then: %(kind)s"),
        Obstacle.THERAPIST: _("%(therapist)s is booked until %(until)s"),
        Obstacle.PATIENT: _("The patient has another visit until %(until)s"),
        Obstacle.ROOM: _("No room that fits is free"),
        Obstacle.DEVICE: _("Every device that it needs is in use"),
        Obstacle.CLOSED: _("Closed, %(name)s"),
        Obstacle.HOURS: _("%(therapist)s has no hours then"),
    }
    return words[found.obstacle] % facts if found.obstacle else ""


def outside_words(plan: SeriesPlan, one: Planned) -> str:
    """Of a visit chosen by hand: nobody works then, or the place is closed."""
    return obstacle_words(plan, one.found) if one.found.obstacle in SOFT else ""


def slot_words(plan: SeriesPlan, slot: Slot, instead_of: Slot) -> str:
    """A substitute, by what is different of it."""
    local, before = (plan.wish.location.local(one.start) for one in (slot, instead_of))
    if slot.therapist != instead_of.therapist:
        return _("%(time)s, %(therapist)s") % {
            "time": f"{local:%H:%M}",
            "therapist": plan.reading.therapists[slot.therapist].name,
        }
    if local.date() == before.date():
        return _("%(time)s same day") % {"time": f"{local:%H:%M}"}
    return date_format(local, "D j M H:i")


def lines(plan: SeriesPlan, grace_minutes: int) -> list[Line]:
    return [*_how_many(plan), *_spacing(plan), *_beyond(plan), _message(plan, grace_minutes)]


def _how_many(plan: SeriesPlan) -> list[Line]:
    visits, out = len(plan.slots), len(plan.visits) - len(plan.slots)
    moved = sum(one.slot is not None and one.state in {State.CHANGED, State.CLASH} for one in plan.visits)
    said = [ngettext("One visit.", "All %(n)d or none.", visits) % {"n": visits}]
    if moved:
        said.append(ngettext("One is moved as chosen.", "%(n)d are moved as chosen.", moved) % {"n": moved})
    if out:
        said.append(ngettext("One is left out.", "%(n)d are left out.", out) % {"n": out})
    return [Line("true", "check", " ".join(said))]


def _spacing(plan: SeriesPlan) -> list[Line]:
    if Content.NEEDLING not in plan.wish.service.contains:
        return []
    if not plan.close:
        return [Line("true", "check", _("Every visit is at least 72 h after the one before."))]
    hardest_first = sorted(plan.close, key=lambda pair: (not pair.is_hard, pair))
    said = [close_line(pair, plan.wish.location) for pair in hardest_first[:MOST_PAIRS]]
    if more := len(plan.close) - len(said):
        said.append(
            Line("off", "triangle-alert", ngettext("So is one more.", "So are %(n)d more.", more) % {"n": more})
        )
    return said


def _beyond(plan: SeriesPlan) -> list[Line]:
    return [beyond_line(one) for one in plan.beyond]


def _message(plan: SeriesPlan, grace_minutes: int) -> Line:
    facts = {"name": plan.wish.patient.given_name, "minutes": grace_minutes}
    return Line("act", "mail", _("One message to %(name)s with a calendar file, in %(minutes)d minutes.") % facts)


def remark(plan: SeriesPlan, one: Planned) -> str:
    """Beside a visit that can be booked: nobody works then, or the night is a special one."""
    occurrence = plan.occurrences[one.number - 1]
    is_asked = one.found.slot.start == occurrence.starts_at
    night = night_words(occurrence.showing, plan.wish.pattern.wall) if is_asked else ""
    return " · ".join(said for said in (obstacle_words(plan, one.found), night) if said)
