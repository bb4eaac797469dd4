from datetime import date, time, timedelta

import pytest
from django.db import IntegrityError, transaction

from clinics.models import AuditEvent
from programs.models import Episode, ExerciseLog, HomeProgramme, Prescription, ReminderSetting
from programs.services.home import Dose, start_programme
from programs.services.logs import record_log
from tests.factories import Cast
from tests.factories.programme import MONDAY, make_programme
from tests.programs.test_logs import EVENING, entry

Run = tuple[date, date, int]


@pytest.fixture
def running(in_north: Cast) -> HomeProgramme:
    return make_programme(in_north)


def again(cast: Cast, starts_on: date, weeks: int = 6) -> HomeProgramme:
    known = Prescription.objects.filter(exercise__key="hip_hinge").select_related("exercise")[0]
    dose = Dose(exercise=known.exercise, sets=3, reps=12, weekdays=(5, 1, 3, 1), pain_limit=5, why="To lift well.")
    episode = Episode.objects.get(patient=cast.patient)
    return start_programme(episode=episode, starts_on=starts_on, weeks=weeks, doses=[dose], by=cast.therapist)


def runs() -> list[Run]:
    found = HomeProgramme.objects.order_by("starts_on")
    return [(one.starts_on, one.ends_on, one.prescriptions.count()) for one in found]


def test_a_programme_lasts_whole_weeks_and_keeps_its_doses(in_north: Cast, running: HomeProgramme) -> None:
    assert runs() == [(MONDAY, MONDAY + timedelta(days=41), 3)]
    hold = Prescription.objects.get(exercise__key="half_kneel_glute")
    assert (hold.sets, hold.reps, hold.hold_seconds, hold.side, hold.weekdays) == (2, 5, 5, "both", [1, 2, 3, 4, 5])
    assert AuditEvent.objects.filter(action="start_home_programme", subject_ids=[running.pk]).count() == 1


def test_the_first_programme_brings_a_reminder_in_the_early_evening(in_north: Cast, running: HomeProgramme) -> None:
    ReminderSetting.objects.all().delete()
    again(in_north, MONDAY + timedelta(weeks=1))
    assert ReminderSetting.objects.get().local_time == time(17, 30)


def test_a_reminder_that_the_patient_chose_stays(in_north: Cast, running: HomeProgramme) -> None:
    ReminderSetting.objects.update(local_time=time(9))
    again(in_north, MONDAY + timedelta(weeks=1))
    assert ReminderSetting.objects.get().local_time == time(9)


def test_a_new_programme_ends_the_running_one_the_day_before(in_north: Cast, running: HomeProgramme) -> None:
    wednesday = MONDAY + timedelta(days=9)
    new = again(in_north, wednesday, weeks=4)
    assert runs() == [
        (MONDAY, wednesday - timedelta(days=1), 3),
        (wednesday, wednesday + timedelta(days=27), 1),
    ]
    assert new.prescriptions.get().weekdays == [1, 3, 5]


def test_one_that_nobody_followed_yet_gives_way(in_north: Cast, running: HomeProgramme) -> None:
    again(in_north, MONDAY)
    assert runs() == [(MONDAY, MONDAY + timedelta(days=41), 1)]


def test_what_was_logged_today_keeps_today(in_north: Cast, running: HomeProgramme) -> None:
    hinge = Prescription.objects.get(exercise__key="hip_hinge")
    record_log(prescription=hinge, entry=entry(), now=EVENING, by=in_north.login)
    again(in_north, MONDAY)
    tuesday = MONDAY + timedelta(days=1)
    assert runs() == [(MONDAY, MONDAY, 3), (tuesday, tuesday + timedelta(days=41), 1)]
    assert ExerciseLog.objects.count() == 1


def test_the_database_holds_one_programme_at_a_time(in_north: Cast, running: HomeProgramme) -> None:
    with pytest.raises(IntegrityError, match="programs_home_one_at_a_time"), transaction.atomic():
        HomeProgramme.objects.create(
            patient=in_north.patient,
            episode_id=running.episode_id,
            starts_on=running.ends_on,
            ends_on=running.ends_on + timedelta(days=7),
        )
