"""What the desk reads about appointments: why a time is taken, what the next step is called."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from patients.models import KEPT, Appointment, Status
from patients.models.status import COMING
from patients.news import Known, what_is_new
from patients.queries.free_times import FreeTime, ever_works_at, is_outside_hours
from patients.queries.readers import readers
from patients.queries.supply import Supply
from patients.services.claims import Full, Taken
from patients.services.known import known
from patients.services.moving import Changed
from patients.services.notices import Quiet
from patients.services.undoing import TakenBack
from patients.services.visits import documented
from patients.visit_words import to_mind_of

FORWARD = {
    Status.ARRIVED: gettext_lazy("Arrived"),
    Status.IN_SESSION: gettext_lazy("In session"),
    Status.COMPLETED: gettext_lazy("Completed"),
    Status.NO_SHOW: gettext_lazy("No-show"),
}
BACK = {
    (Status.ARRIVED, Status.BOOKED): gettext_lazy("Not here after all"),
    (Status.IN_SESSION, Status.ARRIVED): gettext_lazy("Back to waiting"),
    (Status.COMPLETED, Status.IN_SESSION): gettext_lazy("Back to in session"),
    (Status.NO_SHOW, Status.BOOKED): gettext_lazy("Back to booked"),
    (Status.NO_SHOW, Status.ARRIVED): gettext_lazy("Came late"),
}


def steps(appointment: Appointment, now: datetime) -> dict[str, Any]:
    """The buttons of an appointment: steps forward, steps back that put a wrong tap right, and cancelling."""
    is_now = Status(appointment.status)
    after = [status for status in appointment.next_statuses if not appointment.too_early_for(status, now)]
    back = [(status.value, BACK[is_now, status]) for status in after if (is_now, status) in BACK]
    forward = [
        (status.value, FORWARD[status]) for status in after if (is_now, status) not in BACK and status in FORWARD
    ]
    return {
        "forward": forward,
        "back": back,
        "may_cancel": Status.CANCELLED in after,
        "may_move": is_movable(appointment),
        "waits": is_now == Status.BOOKED and not forward,
        "documented": documented() if appointment.is_documented else "",
    }


def is_movable(appointment: Appointment) -> bool:
    """A place in a class goes where the class goes."""
    return appointment.status in COMING and not appointment.group_id and not appointment.is_documented


def reasons(taken: Taken, wanted: dict[str, Any]) -> list[str]:
    """One sentence for each thing in the way. Of another clinic nothing is known but that it is so."""
    if taken.devices:
        facts = {"location": wanted["room"].location.name, "devices": ", ".join(taken.devices)}
        return [_("Every device of this kind at %(location)s is in use then: %(devices)s.") % facts]
    if not taken.by:
        return [_("%(therapist)s is busy elsewhere at that time.") % {"therapist": wanted["therapist"].name}]
    return [_reason(one, wanted) for one in taken.by]


def title_of(one: Appointment) -> str:
    """Who comes, or which class it is."""
    return one.patient.name if one.patient_id else one.service.name


def remarks(appointment: Appointment) -> list[str]:
    """What is booked all the same, and should not surprise anybody."""
    twice = [_("It is %(which)s.") % {"which": appointment.clock_note}] if appointment.clock_note else []
    return [*twice, *(line.text for line in to_mind_of(appointment))]


def outside_hours(wanted: Appointment, *, before: Appointment | None = None) -> str:
    """Asked before it is saved. Empty inside the hours, and where `before` is as much outside of them."""
    if (before and _same_hours(before, wanted)) or not is_outside_hours(wanted):
        return ""
    facts = {"therapist": wanted.therapist.name, "location": wanted.room.location.name}
    if not ever_works_at(wanted):
        return _("%(therapist)s has no weekly hours at %(location)s.") % facts
    return _("That is outside the hours of %(therapist)s.") % facts


def _same_hours(one: Appointment, other: Appointment) -> bool:
    return _hours_of(one) == _hours_of(other)


def _hours_of(one: Appointment) -> tuple[datetime, datetime, int, int]:
    return one.starts_at, one.ends_at, one.therapist_id, one.room.location_id


def full(outcome: Full) -> str:
    places = {"places": outcome.group.places}
    return _("All %(places)d places of this class are taken. Nobody was added.") % places


def what_changed(changed: Changed) -> str:
    """Who did what to the appointment meanwhile, and how it stands now."""
    row, event = changed.appointment, changed.event
    starts = row.local_start
    facts = {
        "who": event.by.name if event and event.by else _("Somebody"),
        "at": f"{row.room.location.local(event.at):%H:%M}" if event else "",
        "status": row.get_status_display(),
        "when": date_format(starts, "l j F, H:i"),
        "therapist": row.therapist.name,
        "room": row.room.name,
    }
    if event and event.action == "move":
        did = _("%(who)s moved this appointment at %(at)s.") % facts
    else:
        did = _("%(who)s changed this appointment meanwhile.") % facts
    return did + " " + _("Now it is “%(status)s”, %(when)s, %(therapist)s, %(room)s.") % facts


def _reason(one: Appointment, wanted: dict[str, Any]) -> str:
    location = wanted["room"].location
    facts = {
        "therapist": one.therapist.name,
        "patient": one.patient.name if one.patient_id else one.service.name,
        "room": one.room.name,
        "from": f"{location.local(one.blocked.lower):%H:%M}",
        "to": f"{location.local(one.blocked.upper):%H:%M}",
    }
    if one.status in KEPT:
        return _("The time from %(from)s to %(to)s is being kept for somebody else for a few minutes.") % facts
    if one.therapist_id == wanted["therapist"].pk:
        return _("%(therapist)s has %(patient)s from %(from)s to %(to)s.") % facts
    if one.room_id == wanted["room"].pk:
        return _("%(room)s is taken from %(from)s to %(to)s: %(therapist)s with %(patient)s.") % facts
    return _("%(patient)s is with %(therapist)s from %(from)s to %(to)s.") % facts


def moved(now: Appointment, before: Appointment) -> str:
    """Where it is now, or how long; needs the room with its location. No name: messages may travel in a cookie."""
    if now.ends_at != before.ends_at and _place(now) == _place(before):
        minutes = int((now.ends_at - now.starts_at).total_seconds() // 60)
        facts = {"from": f"{now.local_start:%H:%M}", "to": f"{now.local_end:%H:%M}", "minutes": minutes}
        return _("Now from %(from)s to %(to)s, %(minutes)d minutes.") % facts
    return _("Moved to %(when)s, %(therapist)s, %(room)s.") % _place_words(now)


def stepped(appointment: Appointment, status: Status) -> str:
    """No name, as above."""
    facts = {
        "status": status.label,
        "time": f"{appointment.local_start:%H:%M}",
        "therapist": appointment.therapist.name,
    }
    return _("%(status)s: %(time)s, %(therapist)s.") % facts


def taken_back(outcome: TakenBack) -> str:
    now = outcome.appointment
    if outcome.what == "move":
        return " ".join(filter(None, [back_at(now), hears_of_it(now)]))
    if outcome.what == "change_status":
        return _("Taken back: “%(status)s” as before.") % {"status": now.get_status_display()}
    if outcome.what == "book":
        return _("Taken back: nothing is booked, and nothing is sent.")
    said = _("Taken back: the appointment is booked again.")
    return f"{said} {hears_of_it(now)}" if _is_news(now) else said


def _is_news(one: Appointment) -> bool:
    """To the patient, who may have cancelled it, or was told so."""
    return what_is_new(Known.of_json(one.told), known(one), timezone.now()) is not None


def not_back(outcome: Taken | Full | Changed, appointment: Appointment) -> str:
    if isinstance(outcome, Full):
        return full(outcome)
    if isinstance(outcome, Changed):
        return what_changed(outcome)
    if appointment.status == Status.CANCELLED:
        return _("The time was given to somebody else in the meantime. The appointment stays cancelled.")
    return _("The time was given to somebody else in the meantime. The appointment stays where it is.")


def back_at(now: Appointment) -> str:
    return _("Back at %(when)s, %(therapist)s, %(room)s.") % _place_words(now)


def _place(one: Appointment) -> tuple[datetime, int, int]:
    return one.starts_at, one.therapist_id, one.room_id


def _place_words(now: Appointment) -> dict[str, str]:
    when = date_format(now.local_start, "D j M, H:i")
    return {"when": when, "therapist": now.therapist.name, "room": now.room.name}


def hears_of_it(appointment: Appointment) -> str:
    """Of a change that was announced; empty for whom no message reaches."""
    if appointment.told and not _is_news(appointment):
        return _("Nothing is sent: the patient knows it like this.")
    for one in readers([appointment.patient_id] if appointment.patient_id else []):
        minutes = int(one.grace.total_seconds() // 60)
        return _("The patient is told in %(minutes)s min.") % {"minutes": minutes}
    return ""


def is_quiet(about: Quiet) -> str:
    """Whether a message still goes out that was to be held back."""
    if not about.told:
        return _("No message goes out. Tell the patient yourself.")
    if not about.spared:
        return ngettext("The patient has been told already.", "They have all been told already.", about.told)
    words = ngettext(
        "One of them has been told already.", "%(many)d of them have been told already.", about.told
    )  # fmt: skip
    return words % {"many": about.told} + " " + _("No message goes to the others: tell them yourself.")


def free_time_options(
    times: Iterable[FreeTime], supply: Supply, today: date, button: str = "offer"
) -> list[dict[str, str]]:
    """Free times as choices of a form: the button names "therapist room day time"."""
    several = supply.has_several_locations()
    return [
        {
            "title": f"{date_format(one.starts_at, 'H:i')} {_day_word(one.starts_at, today)}, {one.therapist.name}",
            "note": ", ".join(filter(None, [one.room.name, one.room.location.name if several else "", one.note])),
            "name": button,
            "value": f"{one.therapist.pk} {one.room.pk} {one.starts_at:%Y-%m-%d %H:%M}",
        }
        for one in times
    ]


def _day_word(moment: datetime, today: date) -> str:
    ahead = (moment.date() - today).days
    return {0: _("today"), 1: _("tomorrow")}.get(ahead) or date_format(moment, "D j M")
