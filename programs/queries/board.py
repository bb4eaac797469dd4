"""The reasoning board: where it hurts, what drives it, what we do about it, and the lines between them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from programs.adherence import Share, occasion_share
from programs.board import (
    MOST_ANSWERS,
    MOST_FACTORS,
    Link,
    Place,
    answer_links,
    answer_places,
    factor_places,
    pain_links,
)
from programs.models import Decision, Episode, Factor, InterventionKind, Prescription, Suggestion
from programs.queries.evidence import Evidence, evidence_of
from programs.queries.findings import person_of
from programs.queries.home_days import due_between
from programs.queries.measures import Row, measured_of
from programs.queries.overview import Overview, overview_of

FUNCTION = ("psfs", "odi")  # beside the pain
WEEKS = 6
WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class FactorCard:
    factor: Factor
    slot: int
    place: Place
    is_open: bool
    evidence: Sequence[Evidence]

    @property
    def main(self) -> Evidence | None:
        """What a closed card shows in one line: the first test with numbers, else the first one."""
        numbers = [one for one in self.evidence if one.series]
        return next(iter(numbers or self.evidence), None)


@dataclass(frozen=True, slots=True)
class Answer:
    """Something that we do, at a visit or at home. `slots` are the factors on the board that it is for."""

    kind: str
    name: str
    detail: str
    slots: Sequence[int]
    place: Place
    is_on: bool
    prescription: Prescription | None = None


@dataclass(frozen=True, slots=True)
class Board:
    overview: Overview
    factors: Sequence[FactorCard] = ()
    answers: Sequence[Answer] = ()
    pain_lines: Sequence[Link] = ()
    answer_lines: Sequence[Link] = ()
    scores: Sequence[Row] = ()
    weeks: Sequence[Share] = ()
    more_factors: int = 0
    more_answers: int = 0

    @property
    def opened(self) -> FactorCard | None:
        return next((card for card in self.factors if card.is_open), None)

    @property
    def resolved(self) -> int:
        return sum(card.factor.suggestion == Suggestion.RESOLVED for card in self.factors)

    @property
    def improving(self) -> int:
        return sum(card.factor.improving for card in self.factors)

    @property
    def to_opened(self) -> int:
        return sum(answer.is_on for answer in self.answers)

    @property
    def total(self) -> Share:
        return Share(round(sum(week.done for week in self.weeks), 4), sum(week.due for week in self.weeks))

    @property
    def shares(self) -> list[float | None]:
        return [week.percent for week in self.weeks]

    @property
    def drawn(self) -> dict[str, list[tuple[float, float, str]]]:
        """The lines of both gutters."""
        return {
            "pain": [link.drawn for link in self.pain_lines],
            "answers": [link.drawn for link in self.answer_lines],
        }

    @property
    def before(self) -> FactorCard | None:
        return self._beside(-1)

    @property
    def after(self) -> FactorCard | None:
        return self._beside(1)

    def _beside(self, step: int) -> FactorCard | None:
        if self.opened is None or len(self.factors) < 2:
            return None
        return self.factors[(self.opened.slot - 1 + step) % len(self.factors)]

    @property
    def average(self) -> Row | None:
        return self._score("nprs_average")

    @property
    def function(self) -> list[Row]:
        return [row for row in map(self._score, FUNCTION) if row]

    @property
    def was_retested(self) -> bool:
        return any(one.trace.is_retested for card in self.factors for one in card.evidence)

    def _score(self, measure: str) -> Row | None:
        return next((row for row in self.scores if row.measure.key == measure), None)


@dataclass(frozen=True, slots=True)
class _Draft:
    """An answer before it has its place."""

    kind: str
    name: str
    detail: str
    factors: frozenset[int]
    prescription: Prescription | None = field(default=None)


def board_of(episode: Episode, today: date, opened: str) -> Board:
    """`opened` is a factor's key; with none, or an unknown one, the first factor is open."""
    overview = overview_of(episode, today)
    shown = [one for one in overview.factors if one.decision != Decision.REJECTED][:MOST_FACTORS]
    index = next((at for at, one in enumerate(shown) if one.kind.key == opened), 0)
    places = factor_places(len(shown), index)
    drafts = _drafts(overview)
    kept = drafts[:MOST_ANSWERS]
    answered = [[at for at, one in enumerate(shown) if one.pk in draft.factors] for draft in kept]
    answers = answer_places(len(kept))
    evidence = evidence_of(episode, shown, person_of(episode, today)) if shown else {}
    return Board(
        overview=overview,
        factors=[
            FactorCard(factor, at + 1, place, at == index, evidence[factor.pk])
            for at, (factor, place) in enumerate(zip(shown, places, strict=True))
        ],
        answers=[
            Answer(
                draft.kind,
                draft.name,
                draft.detail,
                [at + 1 for at in slots],
                place,
                index in slots,
                draft.prescription,
            )
            for draft, slots, place in zip(kept, answered, answers, strict=True)
        ],
        pain_lines=pain_links(places, index),
        answer_lines=answer_links(places, answers, answered, index),
        scores=measured_of(episode, ["nprs_average", *FUNCTION]),
        weeks=_weeks(episode, today),
        more_factors=len(overview.factors) - len(shown),
        more_answers=len(drafts) - len(kept),
    )


def _drafts(overview: Overview) -> list[_Draft]:
    """Exercises at home each for itself, then what is done at visits."""
    named = {one.kind.key: one.pk for one in overview.factors}
    home = [
        _Draft(
            InterventionKind.EXERCISE,
            one.exercise.name,
            "",
            frozenset(named[key] for key in one.exercise.factors if key in named),
            one,
        )
        for one in overview.prescriptions
    ]
    at_home = {draft.name for draft in home}
    visits = [
        _Draft(one.kind, one.what, one.frequency, frozenset(answer.factor_id for answer in one.answers.all()))
        for one in overview.interventions
        if one.what not in at_home
    ]
    return [*home, *visits]


def _weeks(episode: Episode, today: date) -> list[Share]:
    """The last weeks, this one included, each with what was due at home. Two statements."""
    monday = today - timedelta(days=today.weekday())
    first = monday - (WEEKS - 1) * WEEK
    dues = due_between([episode.patient_id], first, today).get(episode.patient_id, [])
    return [
        occasion_share((due.occasion for due in dues if start <= due.day < start + WEEK), today)
        for start in (first + number * WEEK for number in range(WEEKS))
    ]
