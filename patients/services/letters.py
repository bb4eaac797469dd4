"""The words of appointment messages. All times are the location's, with the zone named.

A title shows on lock screens, so it names no service and no clinic. The text names the place and the therapist.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinics.clock_words import pass_note
from clinics.models import Clinic, Location, Room
from clinics.services.messages import Text
from patients.models import Appointment, Cancellation, CancelReason, Patient
from patients.news import Known, News
from patients.services.calendar_files import invitations
from patients.services.visit_links import Purpose, link_for


@dataclass(frozen=True, slots=True)
class Item:
    """One appointment's news. The visit comes with therapist, room, location and cancellation."""

    visit: Appointment
    kind: News
    before: Known | None


def news(patient: Patient, items: Sequence[Item], *, once_sent: Callable[[], None]) -> Text:
    old_rooms = Room.objects.select_related("location").in_bulk({one.before.room for one in items if one.before})
    parts = [
        "\n\n".join([heading, *("\n".join(_lines(one, old_rooms, patient.clinic)) for one in group)])
        for kind in News
        if (group := [one for one in items if one.kind == kind])
        for heading in [_heading(kind, len(group))]
    ]
    return Text(
        title=_title(items), body=_letter(patient, parts),
        calendars=invitations(patient, [one.visit for one in items]), once_sent=once_sent,
    )  # fmt: skip


def reminder(patient: Patient, visit: Appointment) -> Text:
    """The day stands in the title: who reads no further knows it."""
    day = date_format(visit.local_start, "l j F")
    heading = _("This is a reminder of your appointment:")
    facts = [when(visit.starts_at, visit.ends_at, visit.room.location), *where(visit), *_links(visit)]
    return Text(
        title=_("Your appointment on %(day)s") % {"day": day},
        body=_letter(patient, [heading, "\n".join(facts)]), calendars=invitations(patient, [visit]),
    )  # fmt: skip


def _letter(patient: Patient, parts: Sequence[str]) -> str:
    return "\n\n".join([_("Hello %(name)s,") % {"name": patient.given_name}, *parts, sign_off(patient.clinic)])


def _links(visit: Appointment) -> list[str]:
    """A place in a class cannot be moved by a link: classes have dates of their own."""
    words = {Purpose.MOVE: _("Choose another time:"), Purpose.CANCEL: _("Cancel it:")}
    if visit.confirmed_at is None:
        words = {Purpose.CONFIRM: _("Say that you will come:"), **words}
    if visit.group_id:
        del words[Purpose.MOVE]
    return [f"{word} {link_for(visit, purpose)}" for purpose, word in words.items()]


def _title(items: Sequence[Item]) -> str:
    many = len(items)
    titles = {
        News.BOOKED: ngettext("Your appointment is booked", "Your appointments are booked", many),
        News.MOVED: ngettext("Your appointment has moved", "Your appointments have moved", many),
        News.CHANGED: ngettext("Your appointment has changed", "Your appointments have changed", many),
        News.CANCELLED: ngettext("Your appointment is cancelled", "Your appointments are cancelled", many),
    }
    kinds = {one.kind for one in items}
    return titles[kinds.pop() if len(kinds) == 1 else News.CHANGED]


def _heading(kind: News, many: int) -> str:
    return {
        News.BOOKED: ngettext("Your appointment is booked:", "These appointments are booked:", many),
        News.MOVED: ngettext("Your appointment has moved:", "These appointments have moved:", many),
        News.CHANGED: ngettext("Your appointment has changed:", "These appointments have changed:", many),
        News.CANCELLED: ngettext("Your appointment is cancelled:", "These appointments are cancelled:", many),
    }[kind]


def _lines(item: Item, old_rooms: dict[int, Room], clinic: Clinic) -> list[str]:
    visit, before = item.visit, item.before
    if item.kind == News.CANCELLED and before:
        lines = [when(before.starts_at, before.ends_at, old_rooms[before.room].location)]
        return [*lines, *_fee(getattr(visit, "cancellation", None), clinic)]
    lines = [when(visit.starts_at, visit.ends_at, visit.room.location), *where(visit)]
    if item.kind == News.MOVED and before:
        old = when(before.starts_at, before.ends_at, old_rooms[before.room].location)
        lines = [*lines, _("Before, it was on %(when)s.") % {"when": old}]
    return [*lines, *_links(visit)]


def when(starts_at: datetime, ends_at: datetime, location: Location) -> str:
    start, note = location.local(starts_at), pass_note(starts_at, location.zone)
    return _("%(day)s, %(start)s to %(end)s (%(zone)s)") % {
        "day": date_format(start, "l j F Y"),
        "start": f"{start:%H:%M}",
        "end": f"{location.local(ends_at):%H:%M}",
        "zone": ", ".join([zone_of(location), *([note] if note else [])]),
    }


def zone_of(location: Location) -> str:
    return _("%(place)s time") % {"place": location.time_zone.rpartition("/")[2].replace("_", " ")}


def where(visit: Appointment) -> list[str]:
    location = visit.room.location
    place = ", ".join(part for part in (location.name, location.address) if part)
    return [_("with %(therapist)s, %(place)s") % {"therapist": visit.therapist.name, "place": place}]


def _fee(cancellation: Cancellation | None, clinic: Clinic) -> list[str]:
    if cancellation is None:
        return []
    if cancellation.reason == CancelReason.CLINIC:
        return [_("We are sorry that we had to cancel. Nothing is charged.")]
    if not cancellation.fee:
        return [_("Nothing is charged for it.")]
    return [
        _("It was less than %(hours)s hours ahead, so our fee for late cancellations applies: %(fee)s.")
        % {"hours": clinic.cancel_notice_hours, "fee": money(cancellation.fee, clinic)},
        _("If something serious came up, please tell us: we look at it with you."),
    ]


def money(amount: object, clinic: Clinic) -> str:
    return f"{amount} {clinic.currency}"


def sign_off(clinic: Clinic) -> str:
    if not clinic.phone:
        return clinic.name
    return _("Questions? Call us: %(phone)s\n%(clinic)s") % {"phone": clinic.phone, "clinic": clinic.name}
