"""Which re-assessments are due, for a chart and for a therapist's day."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from patients.models import Appointment, Status
from programs.models import CarePlan, Episode
from programs.queries.asked import ASKED, latest_known_of_each
from programs.queries.findings import abnormal_in, person_of
from programs.retest import Mark, outstanding, reached, usual


@dataclass(frozen=True, slots=True)
class Due:
    """Keys of what is still to be repeated: `tests` that somebody examines, and `asked`, numbers that patients give."""

    mark: Mark
    tests: Sequence[str]
    asked: Sequence[str] = ()


def retest_due(episode: Episode, day: date, plan: CarePlan | None) -> Due | None:
    """Five statements at most, none without a plan. The plan is the one that runs."""
    return _due([episode], [plan], day).get(episode.pk) if plan else None


def retests_due(episodes: Collection[Episode], day: date) -> dict[int, Due]:
    """By the episode's id; the patient comes with each. Six statements at most, however many."""
    return _due(episodes, list(CarePlan.objects.current().filter(episode__in=episodes)), day)


def _due(episodes: Collection[Episode], plans: Sequence[CarePlan], day: date) -> dict[int, Due]:
    marks = _marks(plans, day)
    asked = [one for one in episodes if one.pk in marks]
    latest = latest_known_of_each(asked)
    found = {}
    for one in asked:
        results = latest.get(one.pk, [])
        tried = {result.test.key: result.tried_on for result in results}
        left = outstanding(marks[one.pk], abnormal_in(results, person_of(one, day)), tried, usual())
        if left:
            tests, asked_again = ([key for key in left if (key in ASKED) is is_asked] for is_asked in (False, True))
            found[one.pk] = Due(marks[one.pk], tests, asked_again)
    return found


def _marks(plans: Sequence[CarePlan], day: date) -> dict[int, Mark]:
    """Of those with a plan that runs: without one there is nothing that could be proved wrong. Its own weeks, from its
    first day on.
    """
    visits, marks = _visits(plans, day), {}
    for plan in plans:
        at = replace(usual(), weeks=plan.retest_weeks or usual().weeks)
        days = visits.get(plan.episode_id, [])
        if mark := reached(began=plan.starts_on, visits=days, planned=plan.visits, day=day, at=at):
            marks[plan.episode_id] = mark
    return marks


def _visits(plans: Collection[CarePlan], day: date) -> dict[int, list[date]]:
    """The days of those that took place, by episode. One without a note may have been for any of the complaints."""
    if not plans:
        return {}
    taken = Appointment.objects.filter(patient__in=[plan.patient_id for plan in plans], status=Status.COMPLETED)
    since = taken.from_day(min(plan.starts_on for plan in plans)).filter(local_day__lte=day).order_by("local_day")
    days: dict[tuple[int, int | None], list[date]] = defaultdict(list)
    for patient, episode, local_day in since.values_list("patient", "session__episode", "local_day"):
        days[patient, episode].append(local_day)
    return {plan.episode_id: _since(plan, days) for plan in plans}


def _since(plan: CarePlan, days: Mapping[tuple[int, int | None], Sequence[date]]) -> list[date]:
    own = (one for about in (plan.episode_id, None) for one in days.get((plan.patient_id, about), ()))
    return sorted(one for one in own if one >= plan.starts_on)
