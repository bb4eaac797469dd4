"""Where the measures and tests of goals stand."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from programs.goals import target_of
from programs.models import Episode, Result, Score


@dataclass(frozen=True, slots=True)
class GoalValues:
    """`results` by test and side, `scores` by measure: the latest of each."""

    results: Mapping[tuple[str, str], Decimal | None]
    scores: Mapping[str, Decimal]

    def of(self, measure: str) -> Decimal | None:
        target = target_of(measure)
        return self.results.get((target.test, target.side)) if target.test else self.scores.get(measure)


def goal_values(episode: Episode) -> GoalValues:
    return GoalValues(
        results={(one.test.key, one.side): one.value for one in Result.objects.latest_of(episode)},
        scores=latest_scores(episode),
    )


def latest_scores(episode: Episode) -> dict[str, Decimal]:
    return {one.measure: one.value for one in Score.objects.filter(episode=episode).latest()}
