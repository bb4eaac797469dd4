"""Six weeks at a glance: adherence by week, and how the pain went."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from clinics import audit
from patients.models import Patient, Score
from programs.adherence import Share, occasion_share
from programs.queries.home_days import due_between

WEEKS = 6


@dataclass(frozen=True, slots=True)
class Week:
    first: date
    share: Share


@dataclass(frozen=True, slots=True)
class Progress:
    weeks: Sequence[Week]
    total: Share
    pain: Sequence[Score]

    @property
    def shares(self) -> list[float | None]:
        return [week.share.percent for week in self.weeks]


def progress_of(patient: Patient, day: date) -> Progress:
    """Three statements."""
    audit.seen(patient.pk)
    monday = day - timedelta(days=day.weekday())
    first = monday - timedelta(weeks=WEEKS - 1)
    dues = due_between([patient.pk], first, day).get(patient.pk, [])
    starts = [first + timedelta(weeks=n) for n in range(WEEKS)]
    return Progress(
        weeks=[
            Week(start, occasion_share((d.occasion for d in dues if 0 <= (d.day - start).days < 7), day))
            for start in starts
        ],
        total=occasion_share((due.occasion for due in dues), day),
        pain=list(Score.objects.filter(patient=patient).of("nprs_average")),
    )
