import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from clinics.models import AuditEvent
from programs.models import Decision, Factor, Suggestion
from programs.services.factors import NeedsReason, decide
from tests.factories import Cast
from tests.factories.library import factor_kinds
from tests.programs.test_episodes import opened


def a_factor(cast: Cast, suggestion: str = Suggestion.POSSIBLE) -> Factor:
    factor_kinds()
    return Factor.objects.create(episode=opened(cast), key="ankle_df", suggestion=suggestion, evidence=["M12"])


def test_confirming_keeps_the_suggestion_beside_the_decision(in_north: Cast) -> None:
    factor = a_factor(in_north)
    decide(factor=factor, decision=Decision.CONFIRMED, reason="Stiff for years", by=in_north.therapist)
    factor.refresh_from_db()
    assert (factor.suggestion, factor.decision, factor.decided_by) == ("possible", "confirmed", in_north.therapist)


def test_a_decision_keeps_what_was_suggested_then(in_north: Cast) -> None:
    factor = a_factor(in_north)
    said = [{"test": "M12", "code": "low", "name": "Lunge"}]
    Factor.objects.filter(pk=factor.pk).update(because=said)
    decide(factor=factor, decision=Decision.CONFIRMED, reason="Stiff for years", by=in_north.therapist)
    Factor.objects.filter(pk=factor.pk).update(suggestion=Suggestion.RESOLVED, because=[])
    factor.refresh_from_db()
    assert (factor.decided_on, factor.decided_because, factor.suggestion) == ("possible", said, "resolved")


WITHOUT_WORDS = [
    (suggestion, decision)
    for suggestion in Suggestion.values
    for decision in (Decision.CONFIRMED, Decision.REJECTED)
    if (suggestion, decision) != (Suggestion.SUPPORTED, Decision.CONFIRMED)
]


@pytest.mark.parametrize(("suggestion", "decision"), WITHOUT_WORDS)
def test_all_but_agreeing_with_what_is_supported_needs_a_reason(in_north: Cast, suggestion: str, decision: str) -> None:
    factor = a_factor(in_north, suggestion)
    with pytest.raises(NeedsReason):
        decide(factor=factor, decision=decision, reason="  ", by=in_north.therapist)
    factor.refresh_from_db()
    assert factor.decision == Decision.OPEN


@pytest.mark.parametrize(("suggestion", "decision"), WITHOUT_WORDS)
def test_the_database_wants_the_reason_too(in_north: Cast, suggestion: str, decision: str) -> None:
    factor = a_factor(in_north, suggestion)
    decided = {"decision": decision, "decided_on": suggestion, "decided_at": timezone.now()}
    with pytest.raises(IntegrityError, match="programs_factor_decided_why"), transaction.atomic():
        Factor.objects.filter(pk=factor.pk).update(decided_by=in_north.therapist, **decided)


def test_agreeing_with_what_is_supported_takes_no_words(in_north: Cast) -> None:
    factor = a_factor(in_north, Suggestion.SUPPORTED)
    decide(factor=factor, decision=Decision.CONFIRMED, reason="As the lifts show", by=in_north.therapist)
    factor.refresh_from_db()
    assert (factor.decision, factor.decided_on) == ("confirmed", "supported")


def test_a_decision_can_be_taken_back(in_north: Cast) -> None:
    factor = a_factor(in_north)
    decide(factor=factor, decision=Decision.REJECTED, reason="old sprain", by=in_north.therapist)
    decide(factor=factor, decision=Decision.OPEN, reason="", by=in_north.therapist)
    factor.refresh_from_db()
    assert (factor.decision, factor.reason, factor.decided_by, factor.decided_on) == ("open", "", None, "")


def test_a_decision_is_audited(in_north: Cast) -> None:
    factor = a_factor(in_north)
    decide(factor=factor, decision=Decision.CONFIRMED, reason="agrees", by=in_north.therapist)
    event = AuditEvent.objects.get(action="decide")
    assert (event.subject_ids, event.detail) == (
        [factor.pk],
        {"factor": "ankle_df", "decision": "confirmed", "suggested": "possible"},
    )


def test_the_database_wants_to_know_who_decided(in_north: Cast) -> None:
    factor = a_factor(in_north)
    with pytest.raises(IntegrityError, match="programs_factor_decided_by_somebody"), transaction.atomic():
        Factor.objects.filter(pk=factor.pk).update(decision=Decision.CONFIRMED)


def test_a_factor_stands_once_in_an_episode(in_north: Cast) -> None:
    factor = a_factor(in_north)
    with pytest.raises(IntegrityError, match="programs_factor_once"), transaction.atomic():
        Factor.objects.create(episode=factor.episode, key=factor.key, suggestion=Suggestion.SUPPORTED)
