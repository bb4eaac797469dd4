"""The team's hours at a glance: how much each works this week, and who is off in the weeks to come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from clinics.models import HoursException, Location, Membership, User
from clinics.queries.rota import rota

AHEAD = timedelta(weeks=8)


@dataclass(frozen=True, slots=True)
class TeamRow:
    therapist: User
    hours: float
    days: int
    places: Sequence[str]
    exceptions: Sequence[HoursException]


def team_hours(today: date) -> list[TeamRow]:
    """Four statements, whatever the size of the team."""
    monday = today - timedelta(days=today.weekday())
    week = [monday + timedelta(days=n) for n in range(7)]
    known, locations = rota(week[0], week[-1]), list(Location.objects.order_by("name", "pk"))
    ahead = list(HoursException.objects.not_over(today).filter(first_day__lte=today + AHEAD))
    rows = []
    for member in Membership.objects.treating():
        spans = {one.name: known.spans(member.user_id, one.pk, one.zone, week) for one in locations}
        every = [span for found in spans.values() for span in found]
        rows.append(
            TeamRow(
                therapist=member.user,
                hours=sum(((end - start).total_seconds() for start, end in every), 0.0) / 3600,
                days=len({one.local(span.start).date() for one in locations for span in spans[one.name]}),
                places=[name for name, found in spans.items() if found],
                exceptions=[one for one in ahead if one.therapist_id == member.user_id],
            )
        )
    return rows
