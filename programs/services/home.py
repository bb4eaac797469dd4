"""Home programmes: what a patient does at home, and for how long."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from django.db import transaction

from clinics import audit
from clinics.models import User
from programs.models import Episode, Exercise, HomeProgramme, Prescription, ReminderSetting, Side

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


@transaction.atomic
def start_programme(*, episode: Episode, starts_on: date, weeks: int, doses: Sequence[Dose], by: User) -> HomeProgramme:
    """The episode's running programme ends the day before; one that would start on the same day or later is replaced
    only while nothing of it was logged.
    """
    _make_room(episode, starts_on)
    programme = HomeProgramme.objects.create(
        patient_id=episode.patient_id,
        episode=episode,
        starts_on=starts_on,
        ends_on=starts_on + timedelta(weeks=weeks, days=-1),
    )
    Prescription.objects.bulk_create(_prescription(programme, dose, position) for position, dose in enumerate(doses))
    ReminderSetting.objects.get_or_create(patient_id=episode.patient_id, defaults={"local_time": USUAL_REMINDER})
    audit.record("start_home_programme", subject=programme, by=by, patient_id=episode.patient_id)
    return programme


def _make_room(episode: Episode, starts_on: date) -> None:
    episode.home_programmes.filter(starts_on__lt=starts_on, ends_on__gte=starts_on).update(
        ends_on=starts_on - timedelta(days=1)
    )
    later = episode.home_programmes.filter(starts_on__gte=starts_on, prescriptions__logs__isnull=True)
    for programme in later.distinct():
        programme.prescriptions.all().delete()
        programme.delete()


def _prescription(programme: HomeProgramme, dose: Dose, position: int) -> Prescription:
    return Prescription(
        patient_id=programme.patient_id,
        programme=programme,
        exercise=dose.exercise,
        side=dose.side,
        sets=dose.sets,
        reps=dose.reps,
        hold_seconds=dose.hold_seconds,
        tempo=dose.tempo,
        rest_seconds=dose.rest_seconds,
        weekdays=sorted(set(dose.weekdays)),
        pain_limit=dose.pain_limit,
        effort_target=dose.effort_target,
        why=dose.why,
        position=position,
    )
