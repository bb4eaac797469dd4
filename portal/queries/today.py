"""What the patient's first page shows: today's occasions and the week so far."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from clinics import audit
from patients.models import Patient
from portal.queries.days import Day, seven_days
from programs.adherence import Share, occasion_share
from programs.models import Episode, HomeProgramme
from programs.queries.home_days import Due, due_between
from programs.queries.measures import due_at_home
from programs.queries.rest import exercises_rest

STOP_AT = 7  # pain from which the exercise is stopped, whatever its own limit: docs/clinical-sources.md


@dataclass(frozen=True, slots=True)
class Today:
    day: date
    dues: Sequence[Due]
    days: Sequence[Day]
    week: Share
    has_programme: bool
    can_draw: bool  # in care, with a complaint: there is a map of pain to draw on
    questions: int  # that are due
    resting: str  # why the exercises rest: emergency, concern_high or nothing
    client_id: uuid.UUID  # for the one-tap form, so that a second tap is the same log

    @property
    def open(self) -> list[Due]:
        return [due for due in self.dues if due.log is None]

    @property
    def later(self) -> list[Due]:
        """Behind the one card. Where it hurt too much there is no such card; where exercises rest, none of them."""
        if self.resting:
            return []
        return self.open if self.must_stop else self.open[1:]

    @property
    def logged(self) -> list[Due]:
        return [due for due in self.dues if due.log is not None]

    @property
    def done_count(self) -> int:
        return sum(due.is_done for due in self.dues)

    @property
    def hurt(self) -> list[Due]:
        """Where today's pain went over the prescription's limit."""
        return [due for due in self.logged if due_hurt(due)]

    @property
    def must_stop(self) -> bool:
        return any(must_stop_after(due) for due in self.logged)


def due_hurt(due: Due) -> bool:
    """Logged with more pain than the prescription allows, or with a sign to stop."""
    return _pain(due) > due.prescription.pain_limit or must_stop_after(due)


def must_stop_after(due: Due) -> bool:
    return _pain(due) >= STOP_AT or (due.log is not None and due.log.stop_sign)


def _pain(due: Due) -> int:
    return (due.log.pain if due.log else None) or 0


def today_of(patient: Patient, day: date) -> Today:
    """Seven statements. Who is not in care any more has no programme: nobody looks after it."""
    audit.seen(patient.pk)
    monday = day - timedelta(days=day.weekday())
    cared_for = [patient.pk] if patient.is_active else []
    episode = Episode.objects.open().filter(patient__in=cared_for).first()
    dues = due_between(cared_for, monday, monday + timedelta(days=6)).get(patient.pk, [])
    return Today(
        day=day,
        dues=[due for due in dues if due.day == day],
        days=seven_days(monday, dues, day),
        week=occasion_share((due.occasion for due in dues), day),
        can_draw=episode is not None,
        questions=due_at_home(episode, day).count if episode else 0,
        has_programme=HomeProgramme.objects.filter(patient__in=cared_for, ends_on__gte=day).exists(),
        resting=exercises_rest(patient.pk) if episode else "",
        client_id=uuid.uuid4(),
    )
