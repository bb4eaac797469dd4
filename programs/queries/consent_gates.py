"""Agreed to in writing, said again at the visit, and for that region: what consent asks before a note is signed."""

from collections.abc import Sequence
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from patients.models import Appointment
from programs import catalogue
from programs.consents import NEEDLING, THRUST
from programs.models import Consent, ConsentSaid, Episode, NeedlingSite
from programs.models.signing_rules import NECK_THRUSTS
from programs.queries.gate import Gate
from programs.queries.noted import Noted
from programs.words import REGIONS


def consent_gates(noted: Noted, episode: Episode, appointment: Appointment, day: date) -> list[Gate]:
    gates = []
    if noted.sites:
        gates.append(_needling(noted.sites, episode, appointment, day))
    if noted.thrusts:
        gates.append(_thrust(noted.thrusts, episode, appointment, day))
    return gates


def _needling(sites: Sequence[NeedlingSite], episode: Episode, appointment: Appointment, day: date) -> Gate:
    given = list(Consent.objects.in_force(NEEDLING, episode, day))
    if not given:
        return Gate(
            "consent", False, _("No consent to needling"),
            _("It is signed once for this care and counts for a year. The patient reads it and signs here."),
            _("Read and sign now"),
        )  # fmt: skip
    fresh = [one for one in given if _said(one, appointment, day)]
    if not fresh:
        text = _("Signed %(when)s. Ask before the first needle whether that still holds.")
        return Gate(
            "consent_said", False, _("Consent not said again at this visit"),
            text % {"when": date_format(given[0].signed_on, "j M Y")}, _("The patient says yes"),
        )  # fmt: skip
    named = {region for one in fresh for region in one.regions}
    for number, site in enumerate(sites, 1):
        known = catalogue.known_muscle(site.muscle)
        if known and known.region not in named:
            text = _("Site %(number)s lies at the %(region)s, which the consent does not name.")
            return Gate(
                "consent", False, _("The consent does not name that region"),
                text % {"number": number, "region": str(REGIONS[known.region]).lower()}, _("Read and sign now"),
            )  # fmt: skip
    return _in_order(_("Needling consent"), fresh[0], day)


def _thrust(thrusts: Sequence[str], episode: Episode, appointment: Appointment, day: date) -> Gate:
    neck = not set(thrusts).isdisjoint(NECK_THRUSTS)
    given = [one for one in Consent.objects.in_force(THRUST, episode, day) if one.with_neck or not neck]
    if not given:
        about = _("It has to name the neck.") if neck else _("Thrust has one of its own, signed before the first one.")
        return Gate("thrust_consent", False, _("No consent to thrust"), about, _("Read and sign now"))
    fresh = [one for one in given if _said(one, appointment, day)]
    if not fresh:
        return Gate(
            "consent_said", False, _("Consent not said again at this visit"),
            _("Ask on the day whether it still holds."), _("The patient says yes"),
        )  # fmt: skip
    return _in_order(_("Thrust consent"), fresh[0], day)


def _said(consent: Consent, appointment: Appointment, day: date) -> bool:
    return consent.signed_on == day or ConsentSaid.objects.filter(consent=consent, appointment=appointment).exists()


def _in_order(title: str, consent: Consent, day: date) -> Gate:
    when = date_format(consent.signed_on, "j M Y")
    text = _("Signed today") if consent.signed_on == day else _("Signed %(when)s, said again at this visit")
    return Gate("consent", True, title, text % {"when": when})
