"""What must be true before needles, current and hands are signed, each with its reason and a way forward.

The database refuses the same: models.signing_rules.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinics.models import Credential, CredentialKind, Membership, User
from patients.models import LIVE, Appointment
from programs import catalogue, contraindications
from programs.contraindications import ASKED_FIRST, NECK_THRUST
from programs.models import Aftercare, Concern, ContraindicationCheck, NeedlingSite, RedFlagScreen
from programs.models.signing_rules import NECK_THRUSTS, SPACING_HOURS, TOLD_HOW
from programs.queries.gate import Gate
from programs.queries.noted import Noted
from programs.words import REGION_CLASSES, REGIONS, TREATMENTS


def safety_gates(noted: Noted, appointment: Appointment, writer: User, day: date) -> list[Gate]:
    gates = []
    if set(noted.modalities) & set(ASKED_FIRST) or noted.techniques:
        gates += _contraindications(noted, appointment, day)
    if noted.sites:
        gates.append(_credential(noted.sites, writer, day))
        gates += [*_safety(noted.sites), *_spacing(noted, appointment), *_current(noted), _complete(noted, day)]
    if noted.thrusts:
        gates.append(_thrust(noted, writer, day))
    if (noted.sites or noted.thrusts) and Membership.objects.filter(user=writer, supervised=True).exists():
        gates.append(
            Gate(
                "delegated", False, _("Needles and thrust are not given under supervision"),
                _("Take them out of this note, or let a colleague treat."), _("Go to the sites"),
            )
        )  # fmt: skip
    return gates


def _contraindications(noted: Noted, appointment: Appointment, day: date) -> list[Gate]:
    check = ContraindicationCheck.objects.latest_at(appointment)
    first = [one for one in noted.modalities if one in ASKED_FIRST]
    missing = [one for one in first if check is None or one not in check.asked]
    if missing:
        return [
            Gate(
                "contraindications", False, _("Contraindications open"),
                _("Not asked at this visit yet: %(what)s.") % {"what": _treatments(missing)}, _("Ask now"),
            )
        ]  # fmt: skip
    if check is None:
        return []
    return [_stopped(check, noted) or _spared(check, noted.sites) or _neck(check, noted, day) or _asked(check)]


def _stopped(check: ContraindicationCheck, noted: Noted) -> Gate | None:
    for modality in noted.modalities:
        if modality in check.stops:
            why = contraindications.because(check.answers, modality)
            text = _("%(what)s: %(label)s. %(why)s %(then)s")
            said = {"what": _treatments([modality]), "label": why[0].label, "why": why[0].why, "then": why[0].then}
            return Gate("contraindicated", False, _("Not at this visit"), text % said, _("Look at the answers"))
    return None


def _spared(check: ContraindicationCheck, sites: Sequence[NeedlingSite]) -> Gate | None:
    for number, site in enumerate(sites, 1):
        known = catalogue.known_muscle(site.muscle)
        if known and f"{site.side}:{known.region}" in check.spared:
            text = _("Site %(number)s lies at the %(region)s, which was to stay free today. Treat elsewhere.")
            return Gate(
                "spared", False, _("That place stays free today"),
                text % {"number": number, "region": str(REGIONS[known.region]).lower()}, _("Go to the sites"),
            )  # fmt: skip
    return None


def _neck(check: ContraindicationCheck, noted: Noted, day: date) -> Gate | None:
    if set(noted.techniques).isdisjoint(NECK_THRUSTS):
        return None
    zone = check.appointment.room.location.zone
    if NECK_THRUST in check.asked and check.asked_at.astimezone(zone).date() == day:
        return None
    return Gate(
        "neck", False, _("The neck was not checked on the day"),
        _("Vessels and cord are asked about on the very day of a neck thrust. Take it out of this note."),
        _("Go to manual therapy"),
    )  # fmt: skip


def _asked(check: ContraindicationCheck) -> Gate:
    weighed = len([one for one in check.reasoning.values() if one.strip()])
    text = ngettext("%(count)s answer weighed in words", "%(count)s answers weighed in words", weighed)
    asked = _treatments([one for one in check.asked if one in ASKED_FIRST]) or _("hands-on treatment")
    said = _("Asked at this visit: %(what)s") % {"what": asked}
    return Gate(
        "contraindications", True, _("Contraindications asked"),
        f"{said}. {text % {'count': weighed}}" if weighed else said,
    )  # fmt: skip


def _treatments(modalities: Sequence[str]) -> str:
    return get_text_list([str(TREATMENTS[one]).lower() for one in modalities], _("and"))


def _credential(sites: Sequence[NeedlingSite], therapist: User, day: date) -> Gate:
    """One credential or several of one therapist together name what is needed."""
    held = list(Credential.objects.valid_on(day, CredentialKind.NEEDLING).filter(therapist=therapist))
    if not held:
        return Gate(
            "credential", False, _("No needling credential for this day"),
            _("Take the needling out of this note, or ask a clinic admin to enter the credential."),
            _("Go to the sites"),
        )  # fmt: skip
    covered = {region for one in held for region in one.regions}
    for number, site in enumerate(sites, 1):
        known = catalogue.known_muscle(site.muscle)
        lacking = [one for one in known.needs_training(site.level) if one not in covered] if known else []
        if lacking:
            return _untrained(number, lacking)
    until = date_format(min(one.expires_on for one in held), "j M Y")
    return Gate("credential", True, _("Your credential"), _("Needling, until %(until)s") % {"until": until})


def _untrained(number: int, lacking: Sequence[str]) -> Gate:
    named = [str(REGION_CLASSES[one]) if one in REGION_CLASSES else catalogue.muscle(one).name for one in lacking]
    text = _("Site %(number)s needs training that your credential does not name: %(regions)s.")
    return Gate(
        "credential", False, _("Your needling credential does not cover this place"),
        text % {"number": number, "regions": get_text_list(named, _("and"))}, _("Go to the sites"),
    )  # fmt: skip


def _safety(sites: Sequence[NeedlingSite]) -> list[Gate]:
    for number, site in enumerate(sites, 1):
        known = catalogue.known_muscle(site.muscle)
        risky = [one for one in known.classes(site.level) if one in TOLD_HOW] if known else []
        if risky and not site.safety.strip():
            text = _("Site %(number)s (%(where)s): note the direction, and what kept the needle safe there.")
            where = get_text_list([str(REGION_CLASSES[one]) for one in risky], _("and"))
            return [
                Gate(
                    "safety", False, _("Say how the needle was kept safe"),
                    text % {"number": number, "where": where}, _("Go to the sites"),
                )
            ]  # fmt: skip
    return []


def _spacing(noted: Noted, appointment: Appointment) -> list[Gate]:
    """The same muscle of the same side within two days."""
    earlier = (
        NeedlingSite.objects.filter(
            session__patient=appointment.patient_pk,
            session__appointment__status__in=LIVE,
            session__appointment__starts_at__lte=appointment.starts_at,
            session__appointment__starts_at__gt=appointment.starts_at - timedelta(hours=SPACING_HOURS),
        )
        .exclude(session__appointment=appointment)
        .values_list("muscle", "side")
    )
    again = [one for one in noted.sites if (one.muscle, one.side) in set(earlier)]
    if not again or noted.session.early_why.strip():
        return []
    text = _("%(muscle)s was needled less than %(hours)s hours before. Leave it out today, or say why it is right.")
    named = catalogue.muscle(again[0].muscle).name
    return [
        Gate(
            "spacing", False, _("The same muscle again so soon"),
            text % {"muscle": named, "hours": SPACING_HOURS}, _("Say why"),
        )
    ]  # fmt: skip


def _current(noted: Noted) -> list[Gate]:
    carried = any(one.with_current for one in noted.sites)
    if carried == bool(noted.current):
        return []
    text = _("Mark which sites carried it.") if noted.current else _("Sites carried it: note waveform and minutes.")
    return [Gate("current", False, _("Current and sites do not fit"), text, _("Go to the sites"))]


def _complete(noted: Noted, day: date) -> Gate:
    """What is missing of the needles' own record, by name."""
    session = noted.session
    without = [n for n, one in enumerate(noted.sites, 1) if not one.lot.strip()]
    missing = [_("lot of site %(number)s") % {"number": n} for n in without]
    undated = [n for n, one in enumerate(noted.sites, 1) if one.expires_on is None]
    missing += [_("use-by date of site %(number)s") % {"number": n} for n in undated]
    old = [n for n, one in enumerate(noted.sites, 1) if one.expires_on and one.expires_on < day]
    missing += [_("another lot for site %(number)s: out of date") % {"number": n} for n in old]
    told = {
        _("position"): session.position,
        _("skin preparation"): session.skin_prep,
        _("hands cleaned"): session.hands_clean,
        _("sharps disposed of"): session.sharps_disposed,
        _("aftercare explained"): Aftercare.NEEDLING in session.aftercare,
    }
    missing += [name for name, said in told.items() if not said]
    if not missing:
        return Gate("complete", True, _("Needles on record"), _("Lots in date, skin, sharps, aftercare"))
    return Gate(
        "complete", False, _("Not on record yet"),
        _("Missing: %(what)s.") % {"what": get_text_list(missing, _("and"))}, _("Go to what is missing"),
    )  # fmt: skip


def _thrust(noted: Noted, therapist: User, day: date) -> Gate:
    held = Credential.objects.valid_on(day, CredentialKind.THRUST).filter(therapist=therapist).first()
    if held is None:
        return Gate(
            "thrust", False, _("No thrust credential for this day"),
            _("Take the thrust out of this note, or ask a clinic admin to enter the credential."),
            _("Go to manual therapy"),
        )  # fmt: skip
    screen = RedFlagScreen.objects.for_visit(noted.session.episode, day)
    if screen is None or screen.level != Concern.CLEAR:
        return Gate(
            "thrust_flags", False, _("Thrust needs clear red flags"),
            _("With any concern open, choose a gentler technique."), _("Go to manual therapy"),
        )  # fmt: skip
    until = date_format(held.expires_on, "j M Y")
    return Gate("thrust", True, _("Your thrust credential"), _("Until %(until)s") % {"until": until})
