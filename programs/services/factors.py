from django.db import transaction
from django.utils import timezone

from clinics import audit
from clinics.models import User
from programs.models import Decision, Factor, Suggestion


class NeedsReason(ValueError):  # noqa: N818  # reads as what is missing
    """All but agreeing with what the findings support says why; the database wants it too."""


def needs_reason(*, suggestion: str, decision: str) -> bool:
    agrees = decision == Decision.CONFIRMED and suggestion == Suggestion.SUPPORTED
    return decision != Decision.OPEN and not agrees


@transaction.atomic
def decide(*, factor: Factor, decision: str, reason: str, by: User) -> Factor:
    """The clinician's word, with what was suggested at that time; open takes a decision back. Raises NeedsReason."""
    factor = Factor.objects.select_for_update().select_related("episode").get(pk=factor.pk)
    reason = reason.strip()
    if not reason and needs_reason(suggestion=factor.suggestion, decision=decision):
        raise NeedsReason
    is_open = decision == Decision.OPEN
    factor.decision = decision
    factor.reason = reason
    factor.decided_on = "" if is_open else factor.suggestion
    factor.decided_because = [] if is_open else factor.because
    factor.decided_by = None if is_open else by
    factor.decided_at = None if is_open else timezone.now()
    factor.save(update_fields=["decision", "reason", "decided_on", "decided_because", "decided_by", "decided_at"])
    audit.record(
        "decide",
        subject=factor,
        by=by,
        patient_id=factor.episode.patient_id,
        detail={"factor": factor.key, "decision": decision, "suggested": factor.suggestion},
    )
    return factor
