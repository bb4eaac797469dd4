"""What a needled session has on record besides its sites, and what was asked before it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils import timezone

from clinics.models import User
from patients.models import Appointment
from programs.contraindications import NO, YES, asked_for
from programs.models import ContraindicationCheck

IN_DATE = date(2030, 1, 31)
RECORD: dict[str, Any] = {
    "position": "prone", "skin_prep": "alcohol_70", "hands_clean": True, "sharps_disposed": True,
    "aftercare": ["dry_needling"],
}  # fmt: skip
RECORD_TYPED: dict[str, Any] = {**RECORD, "hands_clean": "on", "sharps_disposed": "on"}
LOT = {"lot": "DEMO-LOT-01", "expires_on": IN_DATE}


def asked(
    appointment: Appointment,
    by: User,
    *what: str,
    yes: Sequence[str] = (),
    reasoning: dict[str, str] | None = None,
    spared: Sequence[str] = (),
) -> ContraindicationCheck:
    """No to everything about these treatments, needling if none is named, but for `yes`."""
    planned = sorted(what or ["needling"])
    answers = {one.key: YES if one.key in yes else NO for one in asked_for(planned)}
    made: ContraindicationCheck = ContraindicationCheck.objects.create(
        appointment=appointment, asked=planned, answers=answers, reasoning=reasoning or {}, spared=list(spared),
        asked_at=timezone.now(), asked_by=by,
    )  # fmt: skip
    return made
