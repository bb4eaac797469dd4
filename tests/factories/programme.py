"""A home programme of three exercises, as in the worked example: 5, 3 and 5 days a week."""

from datetime import date, time

from clinics.tenancy import clinic_scope
from programs.models import Episode, Exercise, HomeProgramme, ReminderSetting, Side
from programs.services.catalogue import install_catalogue
from programs.services.home import Dose, start_programme
from tests.factories.cast import Cast

MONDAY = date(2021, 3, 1)
WORKDAYS = (1, 2, 3, 4, 5)


def make_programme(
    cast: Cast, *, starts_on: date = MONDAY, weeks: int = 6, reminder: time = time(17, 30)
) -> HomeProgramme:
    with clinic_scope(cast.clinic.pk):
        install_catalogue(by=cast.owner)
        episode = Episode.objects.create(patient=cast.patient, complaint="Low back", started_on=starts_on)
        doses = [
            _dose("half_kneel_glute", WORKDAYS, reps=5, hold_seconds=5, side=Side.BOTH),
            _dose("lumbar_extension", (1, 3, 5), reps=8, hold_seconds=2),
            _dose("hip_hinge", WORKDAYS, reps=10),
        ]
        programme = start_programme(episode=episode, starts_on=starts_on, weeks=weeks, doses=doses, by=cast.therapist)
        ReminderSetting.objects.update(local_time=reminder)
        return programme


def _dose(
    key: str, weekdays: tuple[int, ...], *, reps: int, hold_seconds: int | None = None, side: str = Side.NONE
) -> Dose:
    exercise = Exercise.objects.get(key=key)
    return Dose(exercise=exercise, sets=2, reps=reps, hold_seconds=hold_seconds, weekdays=weekdays, side=side)
