"""Which visits are to be remembered: one statement, however many there are."""

from collections.abc import Iterable
from functools import reduce
from operator import or_

from django.db.models import CharField, Exists, F, Func, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat

from clinics.models import Message
from patients.models import Appointment, Status
from patients.visit_reminding import Window

VISIT_REMINDER = "visit_reminder"  # the rule by which the outbox knows it


def zones_in(windows: Iterable[Window]) -> QuerySet[Appointment, str]:
    """Of the patients whose visits are near."""
    near: QuerySet[Appointment, str] = _in(windows).values_list("patient__time_zone", flat=True).order_by().distinct()
    return near


def due_in(windows: Iterable[Window], zones: Iterable[str]) -> QuerySet[Appointment]:
    """Booked visits in one of the windows, agreed on in time, whose reminder is not in the outbox yet."""
    found: QuerySet[Appointment] = _in(windows).filter(patient__time_zone__in=list(zones)).select_related("patient")
    return found.order_by("pk")


def _in(windows: Iterable[Window]) -> QuerySet[Appointment]:
    visits: QuerySet[Appointment] = Appointment.objects.filter(reduce(or_, map(_due, windows)), status=Status.BOOKED)
    return visits


def _due(window: Window) -> Q:
    return (
        Q(starts_at__gt=window.after, starts_at__lte=window.until)
        & Q(starts_at__gte=F("agreed_at") + window.lead.ahead)
        & ~Q(Exists(_queued(window.lead.name)))
    )


def _queued(lead: str) -> QuerySet[Message]:
    """As visit_reminding.slot_of says it."""
    utc = Func(Value("UTC"), OuterRef("starts_at"), function="timezone")
    slot = Concat(Value(f"{lead} "), Func(utc, Value("YYMMDDHH24MI"), function="to_char", output_field=CharField()))
    queued: QuerySet[Message] = Message.objects.filter(
        clinic_id=OuterRef("clinic_id"), patient_id=OuterRef("patient_id"), rule=VISIT_REMINDER,
        subject_id=OuterRef("pk"), slot=slot,
    )  # fmt: skip
    return queued
