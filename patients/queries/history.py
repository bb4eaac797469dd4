"""What there was, and what is booked already, as far as it matters to the next visit."""

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from clinics.models import Content
from patients.models import Appointment, Patient, Status
from patients.models.status import COMING
from patients.spacing import SOFT
from patients.visit_limits import VisitLimit


def needling_starts(
    patient: Patient, first: datetime, last: datetime, *, besides: Sequence[int] = ()
) -> list[datetime]:
    """Near enough to matter to a visit between first and last."""
    near = Appointment.objects.live().between(first - SOFT, last + SOFT)
    rows = near.filter(patient=patient, service__contains__contains=[Content.NEEDLING.value])
    return list(rows.exclude(pk__in=besides).values_list("starts_at", flat=True))


def last_needling(patient: Patient, before: datetime) -> Appointment | None:
    rows = Appointment.objects.live().filter(
        patient=patient, starts_at__lt=before, service__contains__contains=[Content.NEEDLING.value]
    )
    return cast("Appointment | None", rows.select_related("room__location").order_by("-starts_at").first())


def booked_visits(patient: Patient, limit: VisitLimit) -> int:
    """Still to come, from the plan's first day on."""
    count: int = Appointment.objects.filter(
        patient=patient, status__in=COMING, starts_at__date__gte=limit.starts_on
    ).count()
    return count


def last_therapist(patient: Patient) -> int | None:
    seen = Appointment.objects.filter(patient=patient, status=Status.COMPLETED).order_by("-starts_at")
    return cast("int | None", seen.values_list("therapist", flat=True).first())
