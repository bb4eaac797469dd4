"""Which text is in use, what fills it, and what a patient has agreed to."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from clinics.models import Credential, CredentialKind, User
from programs.consents import GENERAL, NEEDLING, THRUST, Template, shipped
from programs.models import Consent, ConsentText, Episode
from programs.words import REGIONS


def template_of(kind: str, language: str = "en") -> Template:
    """The clinic's newest, else the product's own."""
    ours = shipped(kind)
    own = ConsentText.objects.filter(kind=kind, language=language).order_by("-version").first()
    if own is None:
        return ours
    return replace(ours, version=own.version, title=own.title, sections=own.sections, confirmations=own.confirmations)


def facts_for(episode: Episode, clinician: User, *, regions: Collection[str], with_neck: bool) -> Mapping[str, str]:
    """What fills the places in a text."""
    held = Credential.objects.filter(therapist=clinician, kind=CredentialKind.NEEDLING).order_by("-expires_on").first()
    hours = _("%(hours)s hours of training") % {"hours": held.hours} if held and held.hours else _("trained here")
    clinic = episode.clinic
    return {
        "clinician_name": clinician.name,
        "clinician_training": hours,
        "regions": get_text_list([str(REGIONS[one]) for one in REGIONS if one in regions], _("and")) or _("none"),
        "neck_included": _("yes") if with_neck else _("no"),
        "emergency_number": clinic.emergency_number,
        "retention_text": _("ask us how long"),
        "privacy_contact": clinic.phone,
        "authority": _("the data protection authority"),
    }


@dataclass(frozen=True, slots=True)
class Standing:
    """One kind: what is in force on the day, if anything."""

    kind: str
    name: str
    current: Consent | None


def standing(episode: Episode, day: date) -> list[Standing]:
    """One statement a kind; the treatments that ask for one."""
    names = {GENERAL: _("Assessment and treatment"), NEEDLING: _("Dry needling"), THRUST: _("Thrust manipulation")}
    return [
        Standing(kind, name, Consent.objects.in_force(kind, episode, day).select_related("taken_by").first())
        for kind, name in names.items()
    ]
