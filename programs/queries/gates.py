"""What must be true before a session is signed. The database holds the same rules as triggers."""

from collections.abc import Sequence
from datetime import date, tzinfo

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinics.models import Membership, User
from clinics.permissions import Permission
from patients.models import LIVE, Appointment, Status
from programs.models import (
    HELD_TECHNIQUES,
    SCREEN_DAYS,
    Concern,
    Episode,
    LockOverride,
    NeedlingSite,
    PatientCheck,
    RaisedFlag,
    RedFlagScreen,
)
from programs.models.raised import holding
from programs.queries.consent_gates import consent_gates
from programs.queries.gate import Gate
from programs.queries.needles import needles_add_up, needles_still_in
from programs.queries.noted import Noted
from programs.queries.safety_gates import safety_gates


def gates_of(*, appointment: Appointment, episode: Episode, noted: Noted, writer: User, by: User) -> list[Gate]:
    """`writer` is the session's therapist, `by` who would sign now. Expects room and location with the appointment."""
    day = visit_day(appointment)
    zone = appointment.room.location.zone
    gates = [_red_flags(episode, appointment, zone)]
    if noted.sites or not set(HELD_TECHNIQUES).isdisjoint(noted.techniques):
        gates += _held(episode, day)
    gates += consent_gates(noted, episode, appointment, day)
    gates += [_needles(noted.sites), *safety_gates(noted, appointment, writer, day)]
    gates += [_documented(noted.is_documented), _visit(appointment, day)]
    signer = _signer(writer, by)
    return gates if signer.open else [*gates, signer]


def visit_day(appointment: Appointment) -> date:
    """The date where the visit happens."""
    return appointment.room.location.local(appointment.starts_at).date()


def _red_flags(episode: Episode, appointment: Appointment, zone: tzinfo) -> Gate:
    day = visit_day(appointment)
    if standing := RedFlagScreen.objects.locking(episode, appointment).first():
        return _emergency(standing)
    screen = RedFlagScreen.objects.for_visit(episode, day)
    if screen is None:
        return Gate(
            "red_flags", False, _("Red flags not screened"),
            _("Every treatment needs a screen. It takes a minute, and you say on which day you asked."),
            _("Screen now"),
        )  # fmt: skip
    if asked := _asked(episode, day):
        return asked
    if made := LockOverride.objects.at(appointment).filter(screen=screen).first():
        return _in_spite(made)
    if not screen.opens_for(day):
        return _does_not_count(screen)
    return _confirmed(screen, appointment, zone)


def _asked(episode: Episode, day: date) -> Gate | None:
    """What only a clinician can judge, found by a test or told by the patient."""
    found = RaisedFlag.objects.filter(holding(episode)).waiting(day).select_related("episode").first()
    if found:
        return Gate(
            "red_flags", False, _("A finding asks for a red-flag screen"),
            _("The last assessment found a sign that only you can judge. Treatment waits for your screen.")
            + _elsewhere(found.episode, episode), _("Screen now"), about=found.episode_id,
        )  # fmt: skip
    told = PatientCheck.objects.filter(holding(episode)).waiting(day).select_related("episode").first()
    if told:
        return Gate(
            "red_flags", False, _("The patient’s own answers ask for a red-flag screen"),
            _("They answered the check in the portal. Treatment waits for your screen.")
            + _elsewhere(told.episode, episode), _("Screen now"), about=told.episode_id,
        )  # fmt: skip
    return None


def _elsewhere(asking: Episode, episode: Episode) -> str:
    """An emergency of another complaint says which one."""
    return "" if asking == episode else " " + _("It stands with “%(complaint)s”.") % {"complaint": asking.complaint}


def _emergency(standing: RedFlagScreen) -> Gate:
    when = date_format(standing.screened_on, "j M Y")
    return Gate(
        "emergency", False, _("Emergency signs noted"),
        _("Screened %(when)s. Nothing is given or signed until a clinician clears it.") % {"when": when},
        _("See what to do"), other_action=_("Treat all the same"),
    )  # fmt: skip


def _in_spite(made: LockOverride) -> Gate:
    names = {"one": made.made_by, "other": made.clinician, "why": made.reason}
    text = _("%(one)s with %(other)s: “%(why)s”") % names
    return Gate("red_flags", True, _("Treated in spite of the emergency"), text)


def _does_not_count(screen: RedFlagScreen) -> Gate:
    when = date_format(screen.screened_on, "j M Y")
    if screen.concern == Concern.IN_PROGRESS:
        return Gate(
            "red_flags", False, _("Red-flag screen not finished"),
            _begun(screen) % {"when": when, "level": screen.level_words}, _("Finish the screen"),
        )  # fmt: skip
    return Gate(
        "red_flags", False, _("Red-flag screen too old"),
        _("From %(when)s. A screen counts for %(days)s days.") % {"when": when, "days": SCREEN_DAYS},
        _("Screen again"),
    )  # fmt: skip


def _begun(screen: RedFlagScreen) -> str:
    if screen.level == Concern.CLEAR:
        return _("Begun %(when)s. Some questions are still to be asked.")
    return _("Begun %(when)s. The answers so far suggest %(level)s: it counts until you decide.")


def _confirmed(screen: RedFlagScreen, appointment: Appointment, zone: tzinfo) -> Gate:
    """Asked at the visit or since, or said at the visit to be as it was."""
    day = visit_day(appointment)
    said = screen.confirmations.filter(appointment=appointment).exists()
    if screen.screened_on < day and not said:
        when = date_format(screen.screened_on, "j M Y")
        text = _("Screened %(when)s: %(level)s. Ask at every visit whether anything has changed.")
        return Gate(
            "reconfirm", False, _("Red flags not asked at this visit"),
            text % {"when": when, "level": screen.get_concern_display()},
            _("No change since %(when)s") % {"when": when},
        )  # fmt: skip
    title = _("Red flags clear") if screen.concern == Concern.CLEAR else str(screen.get_concern_display()).capitalize()
    text = _screened(screen, day, zone)
    return Gate(
        "red_flags", True, title, _("%(screened)s, no change at this visit") % {"screened": text} if said else text
    )


def _held(episode: Episode, day: date) -> list[Gate]:
    """With a high level of concern needling, thrust and traction wait. Whether to load an exercise is advice."""
    screen = RedFlagScreen.objects.for_visit(episode, day)
    if screen is None or screen.level != Concern.HIGH:
        return []
    text = _("High concern since %(when)s. Take them out of this note, or screen again and say why it is lower now.")
    return [
        Gate(
            "held", False, _("Needling, thrust and traction wait"),
            text % {"when": date_format(screen.screened_on, "j M Y")}, _("Screen again"),
        )
    ]  # fmt: skip


def _screened(screen: RedFlagScreen, day: date, zone: tzinfo) -> str:
    """A screen that was done or written down late says so, to whoever signs."""
    when, written = date_format(screen.screened_on, "j M Y"), screen.recorded_later(zone)
    if screen.screened_on > day:
        return _("Screened %(when)s, after the visit") % {"when": when}
    if written:
        return _("Screened %(when)s, recorded %(written)s") % {"when": when, "written": date_format(written, "j M Y")}
    return _("Screened %(when)s") % {"when": when}


def _needles(sites: Sequence[NeedlingSite]) -> Gate:
    if not sites:
        return Gate("needles", True, _("No needles used"))
    if not needles_add_up(sites):
        return Gate(
            "needles", False, _("Needle counts do not add up"),
            _("A site has no number, or more needles out than in."), _("Go to the sites"),
        )  # fmt: skip
    left = needles_still_in(sites)
    if left:
        title = ngettext("%(count)s needle still in", "%(count)s needles still in", left) % {"count": left}
        return Gate("needles", False, title, _("Count them out, site by site."), _("Go to the sites"))
    total = sum(site.needles_in for site in sites)
    return Gate("needles", True, _("All needles out"), _("%(total)s in, %(total)s out") % {"total": total})


def _documented(documented: bool) -> Gate:
    if documented:
        return Gate("documented", True, _("Something is written"))
    return Gate(
        "documented", False, _("Nothing written yet"),
        _("Add a site, a manual technique or a note."), _("Write a note"),
    )  # fmt: skip


def _visit(appointment: Appointment, day: date) -> Gate:
    if appointment.too_early_for(Status.IN_SESSION, timezone.now()):
        return Gate(
            "visit", False, _("This visit is still to come"),
            _("It is on %(day)s. A draft can be prepared.") % {"day": date_format(day, "j M Y")},
            _("Open the appointment"),
        )  # fmt: skip
    if appointment.status in LIVE:
        return Gate("visit", True, str(appointment.service), str(appointment.get_status_display()))
    return Gate(
        "visit", False, _("This visit did not take place"),
        _("It is marked “%(status)s”.") % {"status": appointment.get_status_display()}, _("Open the appointment"),
    )  # fmt: skip


def _signer(writer: User, by: User) -> Gate:
    if writer != by:
        return Gate(
            "signer",
            False,
            _("%(name)s is writing this session") % {"name": writer},
            _("Nobody signs for somebody else."),
        )
    member = Membership.objects.active().filter(user=by, treats=True).first()
    if member is None or not member.can(Permission.DOCUMENT):
        return Gate("signer", False, _("Only a therapist of the clinic signs"), _("You can keep the draft."))
    return Gate("signer", True, _("You sign"))
