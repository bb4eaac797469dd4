import pytest
from django.db import IntegrityError, transaction

from clinics.models import AuditEvent
from programs.models import Decision, Factor, Suggestion
from programs.services.factors import NeedsReason, decide
from tests.factories import Cast
from tests.factories.library import factor_kinds
from tests.programs.test_episodes import opened


def a_factor(cast: Cast) -> Factor:
    factor_kinds()
    return Factor.objects.create(episode=opened(cast), key="ankle_df", suggestion=Suggestion.POSSIBLE, evidence=["M12"])


def test_confirming_keeps_the_suggestion_beside_the_decision(in_north: Cast) -> None:
    factor = a_factor(in_north)
    decide(factor=factor, decision=Decision.CONFIRMED, reason="", by=in_north.therapist)
    factor.refresh_from_db()
    assert (factor.suggestion, factor.decision, factor.decided_by) == ("possible", "confirmed", in_north.therapist)


def test_rejecting_needs_a_reason(in_north: Cast) -> None:
    factor = a_factor(in_north)
    with pytest.raises(NeedsReason):
        decide(factor=factor, decision=Decision.REJECTED, reason="  ", by=in_north.therapist)
    factor.refresh_from_db()
    assert factor.decision == Decision.OPEN


def test_a_decision_can_be_taken_back(in_north: Cast) -> None:
    factor = a_factor(in_north)
    decide(factor=factor, decision=Decision.REJECTED, reason="old sprain", by=in_north.therapist)
    decide(factor=factor, decision=Decision.OPEN, reason="", by=in_north.therapist)
    factor.refresh_from_db()
    assert (factor.decision, factor.reason, factor.decided_by, factor.decided_at) == ("open", "", None, None)


def test_a_decision_is_audited(in_north: Cast) -> None:
    factor = a_factor(in_north)
    decide(factor=factor, decision=Decision.CONFIRMED, reason="agrees", by=in_north.therapist)
    event = AuditEvent.objects.get(action="decide")
    assert (event.subject_ids, event.detail) == ([factor.pk], {"factor": "ankle_df", "decision": "confirmed"})


def test_the_database_wants_to_know_who_decided(in_north: Cast) -> None:
    factor = a_factor(in_north)
    with pytest.raises(IntegrityError, match="programs_factor_decided_by_somebody"), transaction.atomic():
        Factor.objects.filter(pk=factor.pk).update(decision=Decision.CONFIRMED)


def test_a_factor_stands_once_in_an_episode(in_north: Cast) -> None:
    factor = a_factor(in_north)
    with pytest.raises(IntegrityError, match="programs_factor_once"), transaction.atomic():
        Factor.objects.create(episode=factor.episode, key=factor.key, suggestion=Suggestion.SUPPORTED)
