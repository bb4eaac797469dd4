from django.db import transaction
from django.utils import timezone

from clinics import audit
from clinics.models import User
from programs.models import Decision, Factor


class NeedsReason(ValueError):  # noqa: N818  # reads as what is missing
    """Rejecting says why; so the database wants it too."""


@transaction.atomic
def decide(*, factor: Factor, decision: str, reason: str, by: User) -> Factor:
    """The clinician's word. The engine's suggestion stays beside it; open takes a decision back."""
    factor = Factor.objects.select_for_update().select_related("episode").get(pk=factor.pk)
    reason = reason.strip()
    if not reason and decision == Decision.REJECTED:
        raise NeedsReason
    is_open = decision == Decision.OPEN
    factor.decision = decision
    factor.reason = reason
    factor.decided_by = None if is_open else by
    factor.decided_at = None if is_open else timezone.now()
    factor.save(update_fields=["decision", "reason", "decided_by", "decided_at"])
    audit.record(
        "decide",
        subject=factor,
        by=by,
        patient_id=factor.episode.patient_id,
        detail={"factor": factor.key, "decision": decision},
    )
    return factor
