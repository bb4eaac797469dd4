"""Home programmes: what a patient does at home, and for how long."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max

from clinics import audit
from clinics.models import User
from programs.doses import SPREAD
from programs.models import (
    Episode,
    Exercise,
    ExerciseLog,
    HomeProgramme,
    PlannedDose,
    Prescription,
    ReminderSetting,
    Side,
)

USUAL_REMINDER = time(17, 30)  # the early evening slot of the reminder studies; patients choose their own


@dataclass(frozen=True, slots=True, kw_only=True)
class Dose:
    """One exercise and how much of it. `weekdays` are ISO 1-7; seconds and sets as on the patient's screen."""

    exercise: Exercise
    sets: int
    reps: int
    weekdays: tuple[int, ...]
    side: str = Side.NONE
    hold_seconds: int | None = None
    tempo: str = ""
    rest_seconds: int | None = None
    pain_limit: int = 4
    effort_target: int = 4
    why: str = ""


DOSE_FIELDS = tuple(field.name for field in fields(Dose))


def usual_dose(exercise: Exercise, why: str = "") -> Dose:
    """The library's."""
    usual = exercise.dose
    return Dose(
        exercise=exercise,
        side=Side.BOTH if exercise.sided else Side.NONE,
        sets=usual.get("sets") or 2,
        reps=usual.get("reps") or 10,
        hold_seconds=usual.get("hold_s"),
        tempo=usual.get("tempo") or "",
        rest_seconds=usual.get("rest_s"),
        weekdays=tuple(SPREAD[usual.get("days_per_week") or 5]),
        pain_limit=usual.get("pain_limit_nrs") or 4,
        effort_target=usual.get("effort_rpe10") or 4,
        why=why,
    )


def dose_of(planned: PlannedDose) -> Dose:
    return Dose(**{name: getattr(planned, name) for name in DOSE_FIELDS})


@transaction.atomic
def start_programme(*, episode: Episode, starts_on: date, weeks: int, doses: Sequence[Dose], by: User) -> HomeProgramme:
    """The episode's running programme ends the day before.

    One that began on the same day or later gives way while nothing of it was logged. Was something logged, it keeps
    that day and the new one starts on the next: each day is judged by what was prescribed on it.
    """
    starts_on = _make_room(episode, starts_on)
    programme = HomeProgramme.objects.create(
        patient_id=episode.patient_id,
        episode=episode,
        starts_on=starts_on,
        ends_on=starts_on + timedelta(weeks=weeks, days=-1),
    )
    Prescription.objects.bulk_create(
        Prescription(patient_id=programme.patient_id, programme=programme, position=position, **fields_of(dose))
        for position, dose in enumerate(doses)
    )
    ReminderSetting.objects.get_or_create(patient_id=episode.patient_id, defaults={"local_time": USUAL_REMINDER})
    audit.record("start_home_programme", subject=programme, by=by, patient_id=episode.patient_id)
    return programme


@transaction.atomic
def end_programme(*, episode: Episode, before: date, by: User) -> None:
    """What runs at home ends the day before, later only where that day was logged already."""
    running = HomeProgramme.objects.filter(episode=episode, ends_on__gte=before).order_by("starts_on").first()
    if running is not None:
        _make_room(episode, before)
        audit.record("end_home_programme", subject=running, by=by, patient_id=episode.patient_id)


def _make_room(episode: Episode, starts_on: date) -> date:
    """The day on which the new programme can start."""
    in_the_way = HomeProgramme.objects.filter(episode=episode, ends_on__gte=starts_on).order_by("starts_on")
    for programme in in_the_way.select_for_update():
        last = ExerciseLog.objects.filter(prescription__programme=programme).aggregate(day=Max("due_on"))["day"]
        if last is not None and last >= starts_on:
            starts_on = last + timedelta(days=1)
        if programme.starts_on < starts_on:
            HomeProgramme.objects.filter(pk=programme.pk).update(ends_on=starts_on - timedelta(days=1))
        else:
            programme.prescriptions.all().delete()
            programme.delete()
    return starts_on


def fields_of(dose: Dose) -> dict[str, Any]:
    """As a table keeps it."""
    return {name: getattr(dose, name) for name in DOSE_FIELDS} | {"weekdays": sorted(set(dose.weekdays))}
