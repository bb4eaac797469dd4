"""What to mind about a visit at a time: needling close to other needling, and what no plan authorises."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinics.models import Location, Service
from patients.models import Appointment, Patient
from patients.queries.history import Beyond, beyond_plan, close_needling
from patients.spacing import TooClose


@dataclass(frozen=True, slots=True)
class Line:
    """kind: true, off, stop or act."""

    kind: str
    glyph: str
    text: str


def to_mind(
    patient: Patient, service: Service, start: datetime, location: Location, *, instead_of: Collection[int] = ()
) -> list[Line]:
    """Said before one visit is booked or moved. `instead_of`: the appointment that moves."""
    close = close_needling(patient, service, [start], instead_of=instead_of)
    beyond = beyond_plan(patient, [start], location, instead_of=instead_of)
    return [*(close_line(pair, location) for pair in close), *map(beyond_line, beyond)]


def to_mind_of(one: Appointment) -> list[Line]:
    """The same of what is booked; nothing of a class."""
    if not one.patient_id:
        return []
    return to_mind(one.patient, one.service, one.starts_at, one.room.location, instead_of=[one.pk])


def close_line(pair: TooClose, location: Location) -> Line:
    facts = {
        "day": _moment(pair.later, location),
        "hours": pair.hours,
        "before": _moment(pair.earlier, location),
    }
    if pair.is_hard:
        words = _("%(day)s is only %(hours)d h after needling on %(before)s. 48 h are the least.")
        return Line("stop", "triangle-alert", words % facts)
    words = _("%(day)s is %(hours)d h after needling on %(before)s. 72 h are better.")
    return Line("off", "triangle-alert", words % facts)


def _moment(moment: datetime, location: Location) -> str:
    return date_format(location.local(moment), "D j M, H:i")


def beyond_line(one: Beyond) -> Line:
    said = [*_too_many(one), *_too_late(one)]
    return Line("off", "triangle-alert", " ".join(said))


def _too_many(one: Beyond) -> list[str]:
    if not one.too_many:
        return []
    facts = {"visits": one.limit.visits, "used": one.limit.used, "booked": one.booked}
    words = ngettext(
        "%(visits)d visit is authorised: %(used)d used, %(booked)d booked.",
        "%(visits)d visits are authorised: %(used)d used, %(booked)d booked.",
        one.limit.visits,
    )
    said = words % facts
    if one.asked == 1:
        return [said, _("This one needs a new authorisation.")]
    words = ngettext(
        "The last of these needs a new authorisation.",
        "The last %(n)d of these need a new authorisation.",
        one.too_many,
    )
    return [said, words % {"n": one.too_many}]


def _too_late(one: Beyond) -> list[str]:
    if not one.too_late:
        return []
    facts = {"n": one.too_late, "until": date_format(one.limit.ends_on, "j F")}
    if one.asked == 1:
        return [_("The plan ends on %(until)s, before this visit.") % facts]
    words = ngettext(
        "The plan ends on %(until)s; one visit is after it.",
        "The plan ends on %(until)s; %(n)d visits are after it.",
        one.too_late,
    )
    return [words % facts]
