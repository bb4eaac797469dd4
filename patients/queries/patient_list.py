"""Everybody in care, with the next visit."""

from datetime import datetime

from django.db.models import OuterRef, QuerySet, Subquery

from patients.models import Appointment, Patient, Status


def patients_in_care(now: datetime) -> QuerySet[Patient]:
    """By name. `next_visit` is an instant; `next_zone`, the zone of the place where it is, says what clock to read."""
    coming = Appointment.objects.filter(patient=OuterRef("pk"), starts_at__gte=now, status=Status.BOOKED)
    soonest = coming.order_by("starts_at", "pk")
    found: QuerySet[Patient] = (
        Patient.objects.active()
        .annotate(
            next_visit=Subquery(soonest.values("starts_at")[:1]),
            next_zone=Subquery(soonest.values("room__location__time_zone")[:1]),
        )
        .by_name()
    )
    return found
