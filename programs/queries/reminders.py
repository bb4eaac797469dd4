"""Who is to be reminded: one statement, however many patients there are."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from functools import reduce
from operator import or_

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from clinics.models import Message
from programs.models import Concern, Episode, PatientCheck, Prescription, RaisedFlag, RedFlagScreen, ReminderSetting
from programs.reminding import Window

EXERCISE_REMINDER = "exercise_reminder"  # the rule by which the outbox knows it


def due_in(windows: Iterable[Window]) -> QuerySet[ReminderSetting]:
    """Settings whose time has come in one of the windows, with something still open, and nothing queued that day."""
    by_day: dict[date, list[Q]] = defaultdict(list)
    for window in windows:
        by_day[window.day].append(Q(patient__time_zone=window.zone, local_time__lte=window.wall))
    if not by_day:
        return ReminderSetting.objects.none()
    return _wanted().filter(reduce(or_, (_on(day, reduce(or_, times)) for day, times in by_day.items())))


def wanted_on(day: date) -> QuerySet[ReminderSetting]:
    """Settings of those who still have something open on that day and want to hear of it."""
    return _wanted().filter(_something_open(day))


def _on(day: date, times: Q) -> Q:
    queued = Message.objects.filter(
        clinic_id=OuterRef("clinic_id"), patient_id=OuterRef("patient_id"), rule=EXERCISE_REMINDER, local_date=day
    )
    return times & Q(_something_open(day)) & ~Q(Exists(queued))


def _something_open(day: date) -> Exists:
    """Where care has ended a patient may go on with the exercises, but is not reminded of them any more."""
    mine = Prescription.objects.open_on(day).filter(patient=OuterRef("patient"))
    return Exists(mine.filter(programme__episode__closed_on__isnull=True))


def _wanted() -> QuerySet[ReminderSetting]:
    some_way = Q(in_portal=True) | Q(by_email=True) & ~Q(patient__email="")
    return (
        ReminderSetting.objects.filter(some_way, ~Exists(_resting()), paused=False, patient__is_active=True)
        .select_related("patient", "clinic")
        .order_by("pk")
    )


def _resting() -> QuerySet[Episode]:
    """Open episodes with an emergency, screened, found or told by the patient, that no clinician has cleared; and with
    answers of high concern that no clinician has looked at, whose page said to stop.

    Nobody asks these patients to exercise: the same as exercises_rest in programs/sql.py. A level between the two, set
    on the way down, clears no emergency.
    """
    screens = RedFlagScreen.objects.filter(episode=OuterRef("pk"))
    decided = screens.filter(concern__in=[Concern.CLEAR, Concern.EMERGENCY]).order_by("-screened_on", "-pk")
    cleared = RedFlagScreen.objects.filter(
        episode=OuterRef("episode"), concern=Concern.CLEAR,
        recorded_at__gt=OuterRef("raised_at"), screened_on__gte=OuterRef("found_on"),
    )  # fmt: skip
    found = RaisedFlag.objects.filter(~Exists(cleared), episode=OuterRef("pk"), level=Concern.EMERGENCY)
    answered = PatientCheck.objects.filter(~Exists(cleared), episode=OuterRef("pk"), level=Concern.EMERGENCY)
    high = PatientCheck.objects.filter(episode=OuterRef("pk"), level=Concern.HIGH).waiting(date.max)
    return (
        Episode.objects.filter(patient=OuterRef("patient"), closed_on__isnull=True)
        .annotate(concern=Subquery(decided.values("concern")[:1]))
        .filter(Q(Exists(found)) | Q(Exists(answered)) | Q(Exists(high)) | Q(concern=Concern.EMERGENCY))
    )
