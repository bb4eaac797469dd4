"""What time alone raises, found by the worker over all clinics."""

from datetime import date, timedelta
from typing import Any

import pytest

from clinics.tenancy import clinic_scope
from programs.models import Alert, Episode, RedFlagScreen
from programs.services import alert_sweep
from tests.factories import NINE, Cast, appointment_at
from tests.factories.worker import as_worker
from tests.programs.test_episodes import opened

pytestmark = pytest.mark.django_db(transaction=True)


def sweep() -> None:
    with as_worker():
        for clinic_id in alert_sweep.clinics_with_work(NINE):
            with clinic_scope(clinic_id):
                alert_sweep.raise_what_is_due(clinic_id=clinic_id, now=NINE)


def old_screen(cast: Cast, days: int, **changes: Any) -> Episode:
    """Screened so many days before NINE, with a visit an hour after it."""
    episode = opened(cast)
    Episode.objects.filter(pk=episode.pk).update(started_on=date(2021, 1, 1))
    RedFlagScreen.objects.create(
        episode=episode, concern=changes.pop("concern", "clear"), screened_on=NINE.date() - timedelta(days=days),
        screened_by=cast.therapist,
    )  # fmt: skip
    appointment_at(cast, changes.pop("visit", NINE + timedelta(hours=1)))
    return episode


@pytest.mark.parametrize(
    ("days", "changes", "found"),
    [
        (31, {}, ["screen_expired"]),
        (30, {}, []),
        (31, {"visit": NINE - timedelta(hours=1)}, []),
        (31, {"concern": "emergency"}, []),
    ],
)
def test_a_screen_too_old_with_a_visit_ahead(
    north: Cast, south: Cast, days: int, changes: dict[str, Any], found: list[str]
) -> None:
    with clinic_scope(north.clinic.pk):
        old_screen(north, days, **changes)
    for _again in range(2):
        sweep()
    with clinic_scope(north.clinic.pk):
        assert [one.kind for one in Alert.objects.all()] == found
    with clinic_scope(south.clinic.pk):
        assert not Alert.objects.exists()


def test_it_is_due_when_the_visit_begins_and_nobody_raised_it(north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        old_screen(north, 31)
    sweep()
    with clinic_scope(north.clinic.pk):
        alert = Alert.objects.get()
    assert (alert.due_at, alert.raised_by) == (NINE + timedelta(hours=1), None)
