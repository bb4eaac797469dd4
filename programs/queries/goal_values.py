"""Where the measures and tests of goals stand."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from programs.goals import target_of
from programs.models import Episode, Result, Score
from programs.outcomes import Reading


@dataclass(frozen=True, slots=True)
class GoalValues:
    """`results` by test and side, `scores` by measure: the latest of each."""

    results: Mapping[tuple[str, str], Reading]
    scores: Mapping[str, Reading]

    def reading(self, measure: str) -> Reading | None:
        target = target_of(measure)
        return self.results.get((target.test, target.side)) if target.test else self.scores.get(measure)

    def of(self, measure: str) -> Decimal | None:
        found = self.reading(measure)
        return found.value if found else None


def goal_values(episode: Episode) -> GoalValues:
    results = Result.objects.latest_of(episode)
    scores = Score.objects.filter(episode=episode).latest()
    return GoalValues(
        results={
            (one.test.key, one.side): Reading(one.value, one.assessment.done_on)
            for one in results
            if one.value is not None
        },
        scores={one.measure: Reading(one.value, one.taken_on) for one in scores},
    )


def latest_scores(episode: Episode) -> dict[str, Decimal]:
    return {one.measure: one.value for one in Score.objects.filter(episode=episode).latest()}
