"""What the patient's first page shows: today's occasions and the week so far."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from clinics import audit
from patients.models import Patient
from programs.adherence import Share, occasion_share
from programs.models import HomeProgramme
from programs.queries.home_days import Due, due_between

STOP_AT = 7  # pain from which the traffic light says stop, whatever the prescription's own limit


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the week strip."""

    day: date
    state: str  # done, part, none, ahead or rest
    is_today: bool


@dataclass(frozen=True, slots=True)
class Today:
    day: date
    dues: Sequence[Due]
    days: Sequence[Day]
    week: Share
    has_programme: bool

    @property
    def open(self) -> list[Due]:
        return [due for due in self.dues if due.log is None]

    @property
    def logged(self) -> list[Due]:
        return [due for due in self.dues if due.log is not None]

    @property
    def done_count(self) -> int:
        return sum(due.is_done for due in self.dues)

    @property
    def hurt(self) -> list[Due]:
        """Where today's pain went over the prescription's limit."""
        return [due for due in self.logged if _pain(due) > due.prescription.pain_limit]

    @property
    def must_stop(self) -> bool:
        return any(_pain(due) >= STOP_AT for due in self.logged)


def _pain(due: Due) -> int:
    return (due.log.pain if due.log else None) or 0


def today_of(patient: Patient, day: date) -> Today:
    """Four statements."""
    audit.seen(patient.pk)
    monday = day - timedelta(days=day.weekday())
    dues = due_between([patient.pk], monday, monday + timedelta(days=6)).get(patient.pk, [])
    return Today(
        day=day,
        dues=[due for due in dues if due.day == day],
        days=[_day(monday + timedelta(days=n), dues, day) for n in range(7)],
        week=occasion_share((due.occasion for due in dues), day),
        has_programme=HomeProgramme.objects.filter(ends_on__gte=day).exists(),
    )


def _day(day: date, dues: Sequence[Due], today: date) -> Day:
    mine = [due for due in dues if due.day == day]
    done = sum(due.is_done for due in mine)
    if not mine:
        state = "rest"
    elif done == len(mine):
        state = "done"
    elif done:
        state = "part"
    else:
        state = "ahead" if day >= today else "none"
    return Day(day, state, day == today)
