"""Every word of a clinician on a factor is kept; the factor repeats the last one."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from clinics.constraints import broken_rule
from clinics.tenancy import clinic_scope
from programs.addresses import Care
from programs.models import Decision, Episode, Factor, FactorDecision, Suggestion
from programs.queries.timeline import timeline_of
from programs.services.factors import decide
from tests.database import refused
from tests.factories import NINE, Cast
from tests.programs.pages import words
from tests.programs.test_assessments import assessed, both
from tests.programs.test_ending_care import ended
from tests.programs.test_factors import a_factor

pytestmark = pytest.mark.usefixtures("monday_morning")
WORDS = [(Decision.REJECTED, "Sore from running"), (Decision.OPEN, ""), (Decision.CONFIRMED, "Stiff for years")]


def said(cast: Cast, factor: Factor, *given: tuple[str, str]) -> None:
    for decision, reason in given:
        decide(factor=factor, decision=decision, reason=reason, by=cast.therapist)


def kept(factor: Factor) -> list[tuple[Any, ...]]:
    rows = factor.decisions.order_by("pk")
    return list(rows.values_list("decision", "reason", "suggestion", "because", "decided_by"))


# --- The service


def test_each_decision_is_kept_with_what_was_suggested_then(in_north: Cast) -> None:
    factor = a_factor(in_north)
    because, by = [{"test": "M12", "code": "low", "name": "Lunge"}], in_north.therapist.pk
    Factor.objects.filter(pk=factor.pk).update(because=because)
    said(in_north, factor, WORDS[0])
    Factor.objects.filter(pk=factor.pk).update(suggestion=Suggestion.SUPPORTED, because=[])
    said(in_north, factor, *WORDS[1:])
    assert kept(factor) == [
        ("rejected", "Sore from running", "possible", because, by),
        ("open", "", "supported", [], by),
        ("confirmed", "Stiff for years", "supported", [], by),
    ]


@pytest.mark.parametrize("count", [1, 2, 3])
def test_the_factor_says_the_last_one_and_knows_those_before(in_north: Cast, count: int) -> None:
    factor = a_factor(in_north)
    said(in_north, factor, *WORDS[:count])
    found = Factor.objects.with_decisions().get(pk=factor.pk)
    assert (found.decision, found.reason) == WORDS[count - 1]
    before = {1: [], 2: ["open", "rejected"], 3: ["open", "rejected"]}
    assert [one.decision for one in found.earlier] == before[count]


# --- The database


@pytest.mark.parametrize(
    "change", ["UPDATE programs_factordecision SET reason = ''", "DELETE FROM programs_factordecision"]
)
def test_what_was_said_is_never_changed(in_north: Cast, change: str) -> None:
    said(in_north, a_factor(in_north), *WORDS)
    assert refused(change) == "42501"


@pytest.mark.parametrize(
    "change",
    [
        {"reason": "Better words"},
        {"decided_on": "resolved"},
        {"decided_at": NINE + timedelta(days=1)},
        {"decided_because": ["no"]},
    ],
)
def test_a_factor_says_nothing_else_than_what_was_decided_last(in_north: Cast, change: dict[str, Any]) -> None:
    factor = a_factor(in_north)
    decide(factor=factor, decision=Decision.CONFIRMED, reason="Stiff", by=in_north.therapist, at=NINE)
    with pytest.raises(IntegrityError) as broken, transaction.atomic():
        Factor.objects.filter(pk=factor.pk).update(**change)
    assert broken_rule(broken.value) == "programs_factor_last_decision"


def test_a_factor_is_not_decided_on_where_nobody_said_so(in_north: Cast) -> None:
    factor = a_factor(in_north)
    with pytest.raises(IntegrityError) as broken, transaction.atomic():
        Factor.objects.filter(pk=factor.pk).update(
            decision="rejected", reason="x", decided_on="possible", decided_by=in_north.therapist, decided_at=NINE
        )
    assert broken_rule(broken.value) == "programs_factor_last_decision"


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"decision": "maybe"}, "programs_factordecision_decision"),
        ({"suggestion": "certain"}, "programs_factordecision_suggestion"),
        ({"decision": "rejected", "suggestion": "supported", "reason": " "}, "programs_factordecision_why"),
        ({"decision": "confirmed", "reason": ""}, "programs_factordecision_why"),
    ],
)
def test_a_decision_says_what_and_why(in_north: Cast, change: dict[str, str], rule: str) -> None:
    given = {"decision": "rejected", "suggestion": "possible", "reason": "Sore", **change}
    with pytest.raises(IntegrityError) as broken, transaction.atomic():
        FactorDecision.objects.create(
            factor=a_factor(in_north), decided_by=in_north.therapist, decided_at=NINE, **given
        )
    assert broken_rule(broken.value) == rule


def test_nothing_is_decided_once_care_has_ended(in_north: Cast) -> None:
    factor = a_factor(in_north)
    ended(factor.episode, in_north)
    with pytest.raises(IntegrityError) as broken, transaction.atomic():
        said(in_north, factor, WORDS[0])
    assert broken_rule(broken.value) == "programs_episode_ended"


def test_a_decision_on_another_clinics_factor_is_refused(north: Cast, south: Cast) -> None:
    with clinic_scope(south.clinic.pk):
        foreign = a_factor(south)
    with clinic_scope(north.clinic.pk), pytest.raises(IntegrityError, match="same_clinic"), transaction.atomic():
        FactorDecision.objects.create(
            factor_id=foreign.pk, decision="open", suggestion="possible", decided_by=north.therapist, decided_at=NINE
        )


# --- The pages


@pytest.fixture
def episode(north: Cast) -> Episode:
    with clinic_scope(north.clinic.pk):
        return assessed(north, [*both("M12", "7", "10.5"), *both("M17", "18", "34")])


def findings(episode: Episode) -> str:
    return reverse("assessments", args=[Care(episode.patient_id, episode.pk)])


@pytest.mark.parametrize("page", ["assessments", "factor-decide"])
def test_earlier_decisions_stand_folded_below_the_last(
    page: str, therapist: Client, north: Cast, episode: Episode
) -> None:
    with clinic_scope(north.clinic.pk):
        factor = episode.factors.get(key="ankle_df")
        said(north, factor, *WORDS)
    where = findings(episode) if page == "assessments" else reverse(page, args=[factor.pk])
    shown = words(therapist.get(where))
    assert "Theo North, 1 Mar 2021: Stiff for years 2 earlier decisions: Limited ankle dorsiflexion" in shown
    back = "Taken back by Theo North on 1 Mar 2021 Suggested then: possible."
    first = "Rejected by Theo North on 1 Mar 2021: Sore from running Suggested then: possible. Weight-bearing lunge"
    assert shown.index(back) < shown.index(first)


def test_a_first_decision_has_none_before_it(therapist: Client, north: Cast, episode: Episode) -> None:
    with clinic_scope(north.clinic.pk):
        said(north, episode.factors.get(key="ankle_df"), WORDS[0])
    assert "earlier decision" not in words(therapist.get(findings(episode)))


def test_what_was_taken_back_stays_readable_where_no_test_speaks(
    therapist: Client, north: Cast, episode: Episode
) -> None:
    with clinic_scope(north.clinic.pk):
        said(north, episode.factors.get(key="fear_avoidance"), *WORDS[:2])
    assert "Rejected by Theo North on 1 Mar 2021: Sore from running Suggested then: not assessed." in words(
        therapist.get(findings(episode))
    )


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_however_often_somebody_decided(
    count: int, therapist: Client, north: Cast, episode: Episode, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with clinic_scope(north.clinic.pk):
        for factor in episode.factors.all()[:count]:
            said(north, factor, *WORDS[:count])
    with django_assert_num_queries(17):
        therapist.get(findings(episode))


def test_the_timeline_has_each_of_them(north: Cast, episode: Episode) -> None:
    with clinic_scope(north.clinic.pk):
        factor = episode.factors.get(key="ankle_df")
        said(north, factor, *WORDS)
        events = timeline_of(episode, north.clinic.zone, kind="decision").events
    assert [(one.word, one.ref) for one in events] == [
        ("confirmed", factor.pk),
        ("open", factor.pk),
        ("rejected", factor.pk),
    ]
