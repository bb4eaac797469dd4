"""Weeks of the home programme at a glance, and how the pain went."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from clinics import audit
from patients.models import Patient
from portal.queries.days import Day, seven_days
from programs.adherence import Share, occasion_share
from programs.change import Change, Ruler, change
from programs.models import HomeProgramme, Score
from programs.queries.home_days import Due, due_between

MOST_WEEKS = 12
PAIN = Ruler(better="lower", mdc=2, mcid=2)  # points of the 0-10 scale [S62]: docs/clinical-sources.md


@dataclass(frozen=True, slots=True)
class Week:
    number: int
    first: date
    share: Share
    days: Sequence[Day]


@dataclass(frozen=True, slots=True)
class Progress:
    weeks: Sequence[Week]
    total: Share
    pain: Sequence[Score]

    @property
    def shares(self) -> list[float | None]:
        return [week.share.percent for week in self.weeks]

    @property
    def pain_values(self) -> list[float]:
        return [float(score.value) for score in self.pain]

    @property
    def pain_days(self) -> list[date]:
        return [score.taken_on for score in self.pain]

    @property
    def pain_change(self) -> Change | None:
        """None with fewer than two values: there is nothing to compare."""
        values = self.pain_values
        return change(values[0], values[-1], PAIN) if len(values) > 1 else None


def progress_of(patient: Patient, day: date) -> Progress:
    """Four statements. Weeks are counted from the day on which the first programme of this complaint began."""
    audit.seen(patient.pk)
    begin = _begin(day)
    first = max(begin, _week_of(begin, day) - timedelta(weeks=MOST_WEEKS - 1))
    dues = due_between([patient.pk], first, day + timedelta(days=6)).get(patient.pk, [])
    starts = [first + timedelta(weeks=n) for n in range((day - first).days // 7 + 1)]
    return Progress(
        weeks=[_week((start - begin).days // 7 + 1, start, dues, day) for start in starts],
        total=occasion_share((due.occasion for due in dues), day),
        pain=list(Score.objects.filter(patient=patient).of("nprs_average")),
    )


def _week_of(begin: date, day: date) -> date:
    """The first day of the programme's week in which the day lies."""
    return begin + timedelta(weeks=(day - begin).days // 7)


def _begin(day: date) -> date:
    """Where nothing has begun yet: today, which makes one empty week."""
    begun = list(HomeProgramme.objects.filter(starts_on__lte=day).order_by("starts_on"))
    return next((one.starts_on for one in begun if one.episode_id == begun[-1].episode_id), day)


def _week(number: int, first: date, dues: Sequence[Due], today: date) -> Week:
    mine = [due for due in dues if 0 <= (due.day - first).days < 7]
    share = occasion_share((due.occasion for due in mine), today)
    return Week(number, first, share, seven_days(first, mine, today))
