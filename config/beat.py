"""What runs by the clock: the task's name, and how often."""

from typing import Any

from config import env


def _every(seconds: int, task: str, *, expires: int) -> dict[str, Any]:
    """`expires`: with the broker gone for a while, old ticks must not pile up."""
    return {"task": task, "schedule": seconds, "options": {"expires": expires}}


REMINDERS = env.number("REMINDER_SWEEP_SECONDS", 60)
WAITING_LIST = env.number("WAITING_LIST_SWEEP_SECONDS", 30)
MESSAGES = env.number("DISPATCH_SECONDS", 20)
SCHEDULE: dict[str, dict[str, Any]] = {
    "heartbeat": _every(3, "clinics.tasks.heartbeat", expires=20),
    "dispatch-account-mail": _every(2, "clinics.tasks.dispatch_account_mail", expires=10),  # somebody waits for a code
    "sweep-held-times": _every(60, "patients.tasks.sweep_held_times", expires=60),
    "sweep-waiting-list": _every(WAITING_LIST, "patients.tasks.sweep_waiting_list", expires=30),
    "sweep-visit-reminders": _every(REMINDERS, "patients.tasks.sweep_visit_reminders", expires=60),
    "sweep-reminders": _every(REMINDERS, "programs.tasks.sweep_reminders", expires=60),
    "sweep-alerts": _every(300, "programs.tasks.sweep_alerts", expires=200),
    "sweep-factors": _every(120, "programs.tasks.sweep_factors", expires=100),
    "sweep-news": _every(MESSAGES, "patients.tasks.sweep_news", expires=60),
    "dispatch-messages": _every(MESSAGES, "clinics.tasks.dispatch_messages", expires=60),
}
