"""What there was, and what is booked already, as far as it matters to the next visit."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from clinics.models import Content, Location, Service
from patients.models import Appointment, Patient, Status
from patients.models.status import COMING
from patients.spacing import SOFT, TooClose, too_close
from patients.visit_limits import VisitLimit, limits_of


def needling_starts(
    patient: Patient, first: datetime, last: datetime, *, besides: Collection[int] = ()
) -> list[datetime]:
    """Near enough to matter to a visit between first and last."""
    near = Appointment.objects.live().between(first - SOFT, last + SOFT)
    rows = near.filter(patient=patient, service__contains__contains=[Content.NEEDLING.value])
    return list(rows.exclude(pk__in=besides).values_list("starts_at", flat=True))


def close_needling(
    patient: Patient, service: Service, starts: Sequence[datetime], *, instead_of: Collection[int] = ()
) -> list[TooClose]:
    """Needling visits that would follow each other too soon. `instead_of`: appointments that these starts replace."""
    if Content.NEEDLING not in service.contains or not starts:
        return []
    return too_close(starts, needling_starts(patient, min(starts), max(starts), besides=instead_of))


def last_needling(patient: Patient, before: datetime) -> Appointment | None:
    rows = Appointment.objects.live().filter(
        patient=patient, starts_at__lt=before, service__contains__contains=[Content.NEEDLING.value]
    )
    return cast("Appointment | None", rows.select_related("room__location").order_by("-starts_at").first())


def booked_visits(patient: Patient, limit: VisitLimit, *, besides: Collection[int] = ()) -> int:
    """Still to come, from the plan's first day on."""
    rows = Appointment.objects.filter(patient=patient, status__in=COMING).from_day(limit.starts_on)
    count: int = rows.exclude(pk__in=besides).count()
    return count


@dataclass(frozen=True, slots=True)
class Beyond:
    """Visits that the plan does not authorise: so many too many, and so many after its last day."""

    limit: VisitLimit
    asked: int
    booked: int  # before these
    too_many: int
    too_late: int


def beyond_plan(
    patient: Patient, starts: Sequence[datetime], location: Location, *, instead_of: Collection[int] = ()
) -> list[Beyond]:
    found = []
    for limit in limits_of(patient.pk):
        booked = booked_visits(patient, limit, besides=instead_of)
        too_many = max(0, len(starts) - max(0, limit.left - booked))
        too_late = sum(location.local(start).date() > limit.ends_on for start in starts)
        if too_many or too_late:
            found.append(Beyond(limit, len(starts), booked, too_many, too_late))
    return found


def last_therapist(patient: Patient) -> int | None:
    seen = Appointment.objects.filter(patient=patient, status=Status.COMPLETED).order_by("-starts_at")
    return cast("int | None", seen.values_list("therapist", flat=True).first())
