"""What was measured by asking, how it has changed, and what is to be asked now."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Exists, OuterRef

from programs import catalogue
from programs.catalogue import Source
from programs.change import Change
from programs.instruments.scoring import Band, band_of
from programs.measures import PSFS, Measure, Success, asked_measures, is_due, measures, total_of
from programs.models import Episode, Questionnaire, Response, Score
from programs.queries.questionnaires import Filled, filled_in, scales_of

LATEST = 12  # values of a measure in a drawing, beside the first
EVERY = timedelta(weeks=3)  # baseline, 3 and 6 weeks: the usual re-test [product rule]


@dataclass(frozen=True, slots=True)
class Row:
    """One measure with every value in order, the oldest first."""

    measure: Measure
    scores: Sequence[Score]

    @property
    def first(self) -> Score:
        return self.scores[0]

    @property
    def last(self) -> Score:
        return self.scores[-1]

    @property
    def values(self) -> list[float]:
        return [float(score.value) for score in self.scores]

    @property
    def days(self) -> list[date]:
        return [score.taken_on for score in self.scores]

    @property
    def change(self) -> Change | None:
        """None where there is nothing to compare with yet, and where nothing can be claimed."""
        return self.measure.changed(self.values[0], self.values[-1]) if self.has_moved else None

    @property
    def has_moved(self) -> bool:
        """Whether there are two values to compare."""
        return len(self.scores) > 1 and not self.measure.absolute

    @property
    def success(self) -> Success | None:
        return self.measure.success(self.values[-1])

    @property
    def band(self) -> Band | None:
        return band_of(self.measure.scale, self.values[-1]) if self.measure.scale else None

    @property
    def band_ends(self) -> float | None:
        """Where the next band begins."""
        bands = self.measure.scale.bands if self.measure.scale else ()
        return min((one.low for one in bands if one.low > self.values[-1]), default=None)

    @property
    def sources(self) -> list[Source]:
        known = catalogue.sources()
        return [known[key] for key in self.measure.sources if key in known]


@dataclass(frozen=True, slots=True)
class MeasuresPage:
    rows: Sequence[Row]
    due: Sequence[Measure]
    questionnaires: Sequence[Questionnaire]
    filled: Sequence[Filled]


def measures_page(episode: Episode, day: date) -> MeasuresPage:
    """Three statements, and none for what is not there."""
    questionnaires = list(Questionnaire.objects.order_by("title", "pk"))
    rows = measured(episode, questionnaires)
    return MeasuresPage(
        rows=rows,
        due=due_measures(episode, day, {row.measure.key: row.last.taken_on for row in rows}, at_visit=True),
        questionnaires=[one for one in questionnaires if one.retired_at is None],
        filled=filled_in(episode),
    )


def measured(episode: Episode, questionnaires: Sequence[Questionnaire]) -> list[Row]:
    """In the order of the catalogue, then what the clinic's own questionnaires give."""
    found: dict[str, list[Score]] = defaultdict(list)
    for score in Score.objects.filter(episode=episode).in_order():
        found[score.measure].append(score)
    own = {scale.key: total_of(scale) for one in questionnaires for scale in scales_of(one)}
    return [Row(known, found[key]) for key, known in {**own, **measures()}.items() if key in found]


def measured_of(episode: Episode, keys: Collection[str]) -> list[Row]:
    """Some of the catalogue's measures with their first value and the latest ones, whatever the record's length."""
    found: dict[str, list[Score]] = defaultdict(list)
    for score in Score.objects.filter(episode=episode, measure__in=keys).ends(LATEST).in_order():
        found[score.measure].append(score)
    return [Row(known, found[key]) for key, known in measures().items() if key in found]


def due_measures(episode: Episode, day: date, last: dict[str, date], *, at_visit: bool) -> list[Measure]:
    began = episode.started_on
    return [
        one for one in asked_measures() if is_due(one, began=began, last=last.get(one.key), day=day, at_visit=at_visit)
    ]


def last_taken(episode: Episode) -> dict[str, date]:
    return {one.measure: one.taken_on for one in Score.objects.filter(episode=episode).latest()}


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a therapist asks on a day. `given` is what was answered on it already, by the form's fields."""

    asked: Sequence[Measure]
    due: Sequence[str]
    activities: Sequence[str]
    given: Mapping[str, Decimal]


def measures_sheet(episode: Episode, day: date) -> Sheet:
    """What is due and what was given today come first, and stay where they are once they are saved."""
    given, last = _given_on(episode, day), last_taken(episode)
    due = {one.key for one in due_measures(episode, day, last, at_visit=True)}
    first = due | {key for key, taken_on in last.items() if taken_on == day}
    offered = [one for one in asked_measures() if one.is_offered(episode.started_on, day) or one.key in first]
    return Sheet(
        asked=sorted(offered, key=lambda one: one.key not in first),
        due=[one.key for one in offered if one.key in due],
        activities=activities_of(episode),
        given=given,
    )


def _given_on(episode: Episode, day: date) -> dict[str, Decimal]:
    """By the fields of the form that asks."""
    found: dict[str, Decimal] = {}
    for one in Score.objects.filter(episode=episode, taken_on=day):
        if one.measure == PSFS:
            found |= {f"score-{number}": Decimal(part["score"]) for number, part in enumerate(one.parts)}
        else:
            found[one.measure] = one.value.normalize()
    return found


def activities_of(episode: Episode) -> list[str]:
    """What the patient named the first time; empty before."""
    first = Score.objects.filter(episode=episode).of(PSFS).first()
    return [part["activity"] for part in first.parts] if first else []


@dataclass(frozen=True, slots=True)
class DueAtHome:
    """A questionnaire is due when care begins and every `EVERY` after it was filled in last."""

    measures: Sequence[Measure]
    questionnaires: Sequence[Questionnaire]

    @property
    def count(self) -> int:
        return len(self.measures) + len(self.questionnaires)


def due_at_home(episode: Episode, day: date) -> DueAtHome:
    """Two statements. At home nothing is asked about that a therapist measures or sees."""
    filled = Response.objects.filter(episode=episode, questionnaire=OuterRef("pk"), filled_on__gt=day - EVERY)
    return DueAtHome(
        measures=due_measures(episode, day, last_taken(episode), at_visit=False),
        questionnaires=list(Questionnaire.objects.in_use().filter(~Exists(filled))),
    )
