"""What time alone raises. What somebody does raises its alert in the service that does it."""

from datetime import date, datetime, timedelta

from clinics.models import Clinic
from clinics.tenancy import all_clinics
from clinics.timekeeping import local_day
from programs.models import AlertKind
from programs.queries.old_screens import with_old_screen
from programs.services.alerts import raise_alert


def clinics_with_work(now: datetime) -> list[int]:
    """Over all clinics, by the latest day that it is anywhere; which day it is there, each clinic knows."""
    with all_clinics("alert sweep"):
        return sorted(set(with_old_screen(now, _latest_day(now)).values_list("clinic_id", flat=True)))


def raise_what_is_due(*, clinic_id: int, now: datetime) -> None:
    """In the clinic's scope."""
    today = local_day(now, Clinic.objects.get(pk=clinic_id).zone)
    for episode in with_old_screen(now, today):
        due: datetime = episode.next_visit  # type: ignore[attr-defined]  # annotated by the query
        raise_alert(kind=AlertKind.SCREEN_EXPIRED, episode=episode, due_at=due, by=None)


def _latest_day(now: datetime) -> date:
    return now.date() + timedelta(days=1)
