from datetime import datetime

from django.db import transaction
from django.utils import timezone

from clinics import audit
from clinics.models import User
from programs.models import Decision, Episode, Factor, FactorDecision, Suggestion


class NeedsReason(ValueError):  # noqa: N818  # reads as what is missing
    """All but agreeing with what the findings support says why; the database wants it too."""


class EvidenceChanged(ValueError):  # noqa: N818  # reads as what happened
    """The suggestion, what it rests on or the decision is not what the page showed."""


def needs_reason(*, suggestion: str, decision: str) -> bool:
    agrees = decision == Decision.CONFIRMED and suggestion == Suggestion.SUPPORTED
    return decision != Decision.OPEN and not agrees


@transaction.atomic
def decide(
    *, factor: Factor, decision: str, reason: str, by: User, at: datetime | None = None, seen: str | None = None
) -> Factor:
    """The clinician's word, with what was suggested at that time; open takes a decision back. Raises NeedsReason.

    `seen` is Factor.seen_as of the page, None where no page stands between; EvidenceChanged where it is another by now.
    Every one is kept. By the episode's row, as new suggestions are: so none comes in between.
    """
    episode = Episode.objects.select_for_update(no_key=True).get(pk=factor.episode_id)
    factor = Factor.objects.get(pk=factor.pk)
    if seen not in (None, factor.seen_as):
        raise EvidenceChanged
    reason = reason.strip()
    if not reason and needs_reason(suggestion=factor.suggestion, decision=decision):
        raise NeedsReason
    said = FactorDecision.objects.create(
        factor=factor, decision=decision, reason=reason, suggestion=factor.suggestion, because=factor.because,
        decided_by=by, decided_at=at or timezone.now(),
    )  # fmt: skip
    _repeat(said)
    detail = {"factor": factor.key, "decision": decision, "suggested": factor.suggestion}
    audit.record("decide", subject=factor, by=by, patient_id=episode.patient_id, detail=detail)
    return factor


def _repeat(said: FactorDecision) -> None:
    """On the factor, where lists ask for it."""
    factor, is_open = said.factor, said.decision == Decision.OPEN
    factor.decision, factor.reason = said.decision, said.reason
    factor.decided_on = "" if is_open else said.suggestion
    factor.decided_because = [] if is_open else said.because
    factor.decided_by = None if is_open else said.decided_by
    factor.decided_at = None if is_open else said.decided_at
    factor.save(update_fields=["decision", "reason", "decided_on", "decided_because", "decided_by", "decided_at"])
