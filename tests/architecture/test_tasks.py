"""Work in the background runs in one clinic's scope, or says why it is the platform's."""

from celery import current_app

from clinics.tasks import ClinicTask
from config.celery import app
from tests.architecture.source import excused

PLATFORM_TASKS = {
    "clinics.tasks.dispatch_account_mail": "codes and news about accounts, which belong to no clinic",
    "clinics.tasks.deliver_account_mail": "as above",
    "clinics.tasks.heartbeat": "touches no clinic: says that beat and worker are alive",
    "clinics.tasks.dispatch_messages": "asks which clinics have due messages, then hands each to its clinic",
    "patients.tasks.sweep_held_times": "asks which held times ran out, in all clinics, with a recorded reason",
    "patients.tasks.sweep_news": "asks which patients are to hear of a change, then hands each to its clinic",
    "patients.tasks.sweep_visit_reminders": "asks which visits are near, in all clinics, with a recorded reason",
    "patients.tasks.sweep_waiting_list": "asks which offers and freed times are due, then hands each to its clinic",
    "programs.tasks.sweep_alerts": "asks which clinics have something that time alone raises, then hands it to each",
    "programs.tasks.sweep_factors": "asks which clinics have heard something from home, then hands it to each",
    "programs.tasks.sweep_reminders": "asks which patients are due, in all clinics, with a recorded reason",
}
HANDED_ON = {"clinics.tasks.deliver_account_mail"}  # by the one that dispatches it


def our_tasks() -> dict[str, object]:
    app.autodiscover_tasks(force=True)
    return {name: task for name, task in current_app.tasks.items() if not name.startswith("celery.")}


def test_every_task_is_a_clinic_task_or_says_why_not() -> None:
    platform = {name for name, task in our_tasks().items() if not isinstance(task, ClinicTask)}
    assert excused(platform, PLATFORM_TASKS) == (set(), set())


def test_everything_on_the_beat_exists_and_is_a_platform_task() -> None:
    scheduled = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert scheduled == set(PLATFORM_TASKS) - HANDED_ON
