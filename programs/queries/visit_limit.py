"""What signed care plans allow, for whoever books visits."""

from datetime import date

from django.db.models import Q

from patients.models import Appointment, Status
from patients.visit_limits import VisitLimit
from programs.models import CarePlan


def planned_visits(patient_id: int) -> VisitLimit | None:
    """Of several episodes in care at once the plans add up: which of them a visit is for shows only at the visit."""
    plans = list(CarePlan.objects.current().filter(patient=patient_id))
    if not plans:
        return None
    starts_on = min(plan.starts_on for plan in plans)
    return VisitLimit(
        visits=sum(plan.visits_allowed for plan in plans),
        used=visits_used(patient_id, since=starts_on),
        starts_on=starts_on,
        ends_on=max(plan.visits_until for plan in plans),
    )


def visits_used(patient_id: int, *, since: date, about: int | None = None) -> int:
    """Of one episode (`about`): without those whose note is about another one."""
    taken = Appointment.objects.filter(patient_id=patient_id, status=Status.COMPLETED).from_day(since)
    own = Q() if about is None else Q(session__isnull=True) | Q(session__episode=about)
    used: int = taken.filter(own).count()
    return used
