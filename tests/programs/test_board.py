"""The reasoning board: where its cards stand, what its lines join, and what it shows of the record."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from clinics.tenancy import clinic_scope
from programs.board import (
    ADHERENCE_SPAN,
    MOST_ANSWERS,
    ROWS,
    Place,
    answer_links,
    answer_places,
    factor_places,
    pain_links,
)
from programs.models import Decision, Episode, Factor
from programs.reasoning import Person
from programs.services.factors import decide
from programs.trace import Trace, Value, limit_of
from tests.factories import Cast
from tests.programs.pages import words
from tests.programs.test_assessments import assessed, both
from tests.programs.test_episodes import TODAY, opened
from tests.programs.test_standstill import felt

counts = st.integers(0, 12)


@given(counts, st.integers(0, 11))
def test_each_column_fits_the_rows_and_no_card_covers_another(count: int, at: int) -> None:
    for places in (factor_places(count, at), answer_places(count)):
        assert [place.top for place in places[1:]] == [place.top + place.span for place in places[:-1]]
        assert all(place.top + place.span <= ROWS for place in places)


def test_the_adherence_stands_below_the_most_answers() -> None:
    assert answer_places(MOST_ANSWERS)[-1].top + 2 <= ROWS - ADHERENCE_SPAN


@given(st.integers(1, 6), st.data())
def test_lines_end_in_the_middle_of_the_cards_that_they_join(count: int, data: st.DataObject) -> None:
    opened_at = data.draw(st.integers(0, count - 1))
    factors, answers = factor_places(count, opened_at), answer_places(data.draw(st.integers(0, 7)))
    answered = [data.draw(st.lists(st.integers(0, count - 1), unique=True)) for _ in answers]
    assert {link.end for link in pain_links(factors, opened_at)} == {place.middle for place in factors}
    found = answer_links(factors, answers, answered, opened_at)
    joined = {
        (factors[one].middle, place.middle) for place, ones in zip(answers, answered, strict=True) for one in ones
    }
    assert {(link.start, link.end) for link in found} == joined
    assert [link.on for link in found] == sorted(link.on for link in found)


def test_the_open_factor_is_the_tall_one() -> None:
    assert factor_places(3, 1) == [Place(0, 2), Place(2, 8), Place(10, 2)]


LUNGE = {"rule": "sides", "low": 9, "max_difference": 1.5, "better": "higher"}
SIDE_BRIDGE = {"rule": "ratio", "low": 0.95, "high": 1.05, "better": "higher"}


def sitting(right: float, left: float) -> dict[str, Value]:
    return {"right": Value(right), "left": Value(left)}


def test_the_side_that_was_worse_is_followed() -> None:
    trace = Trace([sitting(7, 10.5), sitting(9.5, 11)])
    assert (trace.series(LUNGE), trace.first("right"), trace.now("left")) == ([7, 9.5], "7", "11")


def test_where_the_line_is_a_ratio_the_ratio_is_followed() -> None:
    assert Trace([sitting(38, 52), sitting(56, 58)]).series(SIDE_BRIDGE) == [0.73, 0.97]


@pytest.mark.parametrize(
    ("line", "person", "at"),
    [
        (LUNGE, Person(42, "female"), 9),
        ({"rule": "below", "limit": 176, "sex": "male"}, Person(42, "female"), None),
        ({"rule": "strength", "grade": 4, "min_ratio": 0.9}, Person(42, "female"), 0.9),
        ({"rule": "judgement"}, Person(42, "female"), None),
    ],
)
def test_a_gauge_needs_a_line_for_this_person(line: dict[str, Any], person: Person, at: float | None) -> None:
    assert limit_of(line, person) == at


@pytest.fixture
def episode(north: Cast) -> Episode:
    """One factor of two supported, the other possible."""
    with clinic_scope(north.clinic.pk):
        return assessed(north, [*both("M12", "7.0", "10.5"), *both("M17", "18", "34")])


def board(client: Client, cast: Cast, factor: str = "") -> Any:
    return client.get(reverse("chart", args=[cast.patient.pk]), {"factor": factor})


def retested(cast: Cast, episode: Episode, *pairs: tuple[str, str], first: int = 0) -> None:
    with clinic_scope(cast.clinic.pk):
        for week, (right, left) in enumerate(pairs, start=first):
            assessed(cast, both("M12", right, left), episode=episode, day=TODAY + timedelta(weeks=week))


@pytest.mark.usefixtures("monday_morning")
class TestPage:
    def test_the_factor_asked_for_is_open(self, therapist: Client, north: Cast, episode: Episode) -> None:
        opened = [board(therapist, north, key).context["board"].opened.factor.key for key in ("", "ankle_df", "other")]
        assert opened == ["hip_weak", "ankle_df", "hip_weak"]

    def test_evidence_shows_first_and_latest_against_the_line(
        self, therapist: Client, north: Cast, episode: Episode
    ) -> None:
        retested(north, episode, ("9.5", "11.0"), first=1)
        page = words(board(therapist, north, "ankle_df"))
        assert "≥ 9 · diff ≤ 1.5, in cm · 1 Mar – 8 Mar 7 9.5 10.5 11" in page
        assert "1 of 2 resolved" in page

    def test_what_was_not_tested_again_says_so(self, therapist: Client, north: Cast, episode: Episode) -> None:
        assert "Not re-tested" not in words(board(therapist, north, "hip_weak"))
        retested(north, episode, ("8.0", "10.5"), first=1)
        assert "Single-leg bridge hold≥ 20 · diff ≤ 10, in s · 1 Mar 18 34 Not re-tested" in words(
            board(therapist, north, "hip_weak")
        )

    def test_a_rejected_factor_leaves_the_board_but_not_the_count(
        self, therapist: Client, north: Cast, episode: Episode
    ) -> None:
        with clinic_scope(north.clinic.pk):
            factor = Factor.objects.get(episode=episode, key="hip_weak")
            decide(factor=factor, decision=Decision.REJECTED, reason="Sore from running", by=north.therapist)
        found = board(therapist, north).context["board"]
        assert ([card.factor.key for card in found.factors], found.more_factors) == (["ankle_df"], 1)

    def test_an_undecided_factor_leads_to_the_decision(self, therapist: Client, north: Cast, episode: Episode) -> None:
        with clinic_scope(north.clinic.pk):
            factor = Factor.objects.get(episode=episode, key="ankle_df")
        assert reverse("factor-decide", args=[factor.pk]) in board(therapist, north, "ankle_df").content.decode()

    def test_before_anything_is_known_it_counts_nothing(self, therapist: Client, north: Cast) -> None:
        with clinic_scope(north.clinic.pk):
            opened(north)
        shown = words(board(therapist, north))
        assert "Nothing measured yet" in shown
        assert [text for text in ("0 of 0", "0 answers", "Supported") if text in shown] == []
        assert [shown.count(name) for name in ("What drives it", "What we do about it")] == [1, 1]

    def test_average_pain_has_a_time_axis(self, therapist: Client, north: Cast, episode: Episode) -> None:
        with clinic_scope(north.clinic.pk):
            felt(episode, (TODAY - timedelta(weeks=2), 6), (TODAY, 5))
        assert "15 Feb1 Mar" in words(board(therapist, north))

    @pytest.mark.parametrize("sittings", [1, 3, 12])
    def test_it_costs_the_same_however_long_the_record(
        self, sittings: int, therapist: Client, north: Cast, episode: Episode
    ) -> None:
        retested(north, episode, *[("8.0", "10.5")] * (sittings - 1), first=1)
        with CaptureQueriesContext(connection) as queries:
            board(therapist, north)
        assert len(queries) == 23
