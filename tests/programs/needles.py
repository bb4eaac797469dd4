"""What a needled session has on record besides its sites, and what was asked before it."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from clinics.models import User
from patients.models import Appointment
from programs.consents import NEEDLING, digest, expires
from programs.contraindications import NO, YES, asked_for
from programs.models import Consent, ConsentSaid, ContraindicationCheck
from programs.words import REGIONS

IN_DATE = date(2030, 1, 31)
RECORD: dict[str, Any] = {
    "position": "prone", "skin_prep": "alcohol_70", "hands_clean": True, "sharps_disposed": True,
    "aftercare": ["dry_needling"],
}  # fmt: skip
RECORD_TYPED: dict[str, Any] = {**RECORD, "hands_clean": "on", "sharps_disposed": "on"}
LOT = {"lot": "DEMO-LOT-01", "expires_on": IN_DATE}


def agreed(appointment: Appointment, by: User, kind: str = NEEDLING, *, said: bool = True, **changes: Any) -> Consent:
    """The day before, for all regions and the neck, and said again at the visit."""
    day = appointment.local_start.date() - timedelta(days=1)
    text = "I agree."
    given = {
        "patient": appointment.patient, "kind": kind, "exact_text": text, "sha256": digest(text), "signer": "Pia North",
        "regions": list(REGIONS), "with_neck": True, "how": "typed", "place": "tablet", "taken_by": by,
        "signed_at": appointment.starts_at - timedelta(days=1), "signed_on": day, "expires_on": expires(day, 12),
    }  # fmt: skip
    made: Consent = Consent.objects.create(**{**given, **changes})
    if said:
        ConsentSaid.objects.create(consent=made, appointment=appointment, heard_by=by)
    return made


def asked(
    appointment: Appointment,
    by: User,
    *what: str,
    yes: Sequence[str] = (),
    reasoning: dict[str, str] | None = None,
    spared: Sequence[str] = (),
    consent: bool = True,
) -> ContraindicationCheck:
    """No to everything about these treatments, needling if none is named, but for `yes`. Agreed to and said again."""
    planned = sorted(what or ["needling"])
    if consent:
        agreed(appointment, by)
    answers = {one.key: YES if one.key in yes else NO for one in asked_for(planned)}
    made: ContraindicationCheck = ContraindicationCheck.objects.create(
        appointment=appointment, asked=planned, answers=answers, reasoning=reasoning or {}, spared=list(spared),
        asked_at=timezone.now(), asked_by=by,
    )  # fmt: skip
    return made
