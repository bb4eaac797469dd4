"""Whether care stands still: signed visits, and nothing that changed as much as matters."""

from datetime import date

from patients.models import Appointment
from programs.goals import target_of
from programs.models import CarePlan, Episode
from programs.queries.measures import Row, measured_of
from programs.retest import Asked, Standstill, standstill, usual

ALWAYS = ("nprs_average", "psfs")


def standstill_of(episode: Episode, plan: CarePlan | None) -> Standstill | None:
    """Four statements at most. Visits count from the plan that runs: a new one is the answer to a standstill."""
    visits = _visits(episode, plan.starts_on if plan else episode.started_on)
    if len(visits) < usual().no_change[0]:
        return None
    aims = [goal.measure for goal in plan.goals.all() if not target_of(goal.measure).test] if plan else []
    rows = measured_of(episode, dict.fromkeys([*ALWAYS, *aims]))
    return standstill(visits=visits, asked=[one for row in rows for one in _asked(row)], at=usual())


def _visits(episode: Episode, since: date) -> list[date]:
    """The first ones, as many as the rule looks at, each on its day where it happened."""
    visits = Appointment.objects.filter(session__episode=episode, session__signed_at__isnull=False).from_day(since)
    return list(visits.order_by("local_day").values_list("local_day", flat=True)[: usual().no_change[1]])


def _asked(row: Row) -> list[Asked]:
    """Nothing, where no error is known or there is only one value: nothing is claimed then."""
    return [] if row.change is None else [Asked(row.last.taken_on, row.change)]
