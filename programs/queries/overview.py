"""The chart's first page: where it hurts, what drives it, what we do about it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch

from programs.models import (
    Answer,
    CarePlan,
    Decision,
    Episode,
    Factor,
    Intervention,
    PainMap,
    Prescription,
    Suggestion,
)
from programs.pain.compare import Difference, differences
from programs.queries.pain import latest_and_first

_BY_WEIGHT = [one.value for one in Suggestion]


@dataclass(frozen=True, slots=True)
class Overview:
    pain: PainMap | None
    pain_at_start: PainMap | None
    factors: Sequence[Factor]
    plan: CarePlan | None
    closed: CarePlan | None  # the last plan, where none runs any more
    interventions: Sequence[Intervention]
    prescriptions: Sequence[Prescription]

    @property
    def pain_moved(self) -> list[Difference]:
        """Every place beside what it was at the start of care; what hurts most first, what is gone last."""
        if self.pain is None:
            return []
        start = self.pain_at_start or self.pain
        found = differences(start.shown, self.pain.shown)
        return sorted(found, key=lambda one: -1 if one.now is None else one.now, reverse=True)

    @property
    def undecided(self) -> int:
        return sum(factor.decision == Decision.OPEN for factor in self.factors)

    @property
    def confirmed(self) -> bool:
        return any(factor.decision == Decision.CONFIRMED for factor in self.factors)


def overview_of(episode: Episode, today: date) -> Overview:
    last = CarePlan.objects.filter(episode=episode).signed().order_by("-version").first()
    plan = last if last and last.ended_on is None else None
    latest, first = latest_and_first(episode)
    return Overview(
        pain=latest,
        pain_at_start=first,
        factors=weighed(Factor.objects.with_kind().filter(episode=episode)),
        plan=plan,
        closed=None if plan else last,
        interventions=list(plan.interventions.prefetch_related(answered())) if plan else [],
        prescriptions=running_prescriptions(episode, today),
    )


def answered() -> Prefetch[str]:
    """The factors that an intervention answers, with their names."""
    return Prefetch("answers", Answer.objects.select_related("factor__kind"))


def weighed(factors: Iterable[Factor]) -> list[Factor]:
    """What speaks loudest first; what was not looked at, and what was rejected, last. Silence is left out."""
    shown = [one for one in factors if not one.is_unseen]
    return sorted(shown, key=lambda one: (one.decision == Decision.REJECTED, _BY_WEIGHT.index(one.suggestion), one.pk))


def running_prescriptions(episode: Episode, today: date) -> list[Prescription]:
    """Of the programme that runs today, else of the next one to start."""
    running = Prescription.objects.filter(programme__episode=episode, programme__ends_on__gte=today)
    found = list(running.select_related("exercise", "programme").order_by("programme__starts_on", "position", "pk"))
    return [one for one in found if one.programme_id == found[0].programme_id]
