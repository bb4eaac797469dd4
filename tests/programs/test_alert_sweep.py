"""What time alone raises, found by the worker over all clinics."""

from datetime import date, timedelta
from typing import Any

import pytest

from clinics.models import Membership
from clinics.tenancy import clinic_scope
from programs.models import Alert, Episode, HandOver, RedFlagScreen
from programs.services import alert_sweep
from programs.services.emergencies import hand_over
from programs.services.red_flags import record_screen
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


def emergency(cast: Cast, minutes: int) -> RedFlagScreen:
    """Recorded so many minutes before NINE."""
    screen: RedFlagScreen = RedFlagScreen.objects.create(
        episode=opened(cast), concern="emergency", screened_on=NINE.date(), screened_by=cast.therapist,
        recorded_at=NINE - timedelta(minutes=minutes),
    )  # fmt: skip
    return screen


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


def test_an_emergency_that_nobody_handed_over_in_time(north: Cast, south: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        screen = emergency(north, minutes=16)
    for _again in range(2):
        sweep()
    with clinic_scope(north.clinic.pk):
        alert = Alert.objects.get()
        assert (alert.kind, alert.due_at, alert.raised_by) == ("hand_over", NINE - timedelta(minutes=1), None)
        assert list(Alert.objects.of_interest_to(Membership.objects.get(user=north.colleague))) == [alert]
        hand_over(
            screen=screen, handed_at=NINE, to_whom="Ward", how="phone", patient_advised="Go", by=north.therapist
        )  # fmt: skip
        assert not Alert.objects.open().exists()
    sweep()
    with clinic_scope(north.clinic.pk):
        assert Alert.objects.count() == 1


def test_a_lower_level_ends_the_wait_for_a_hand_over(north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        episode = emergency(north, minutes=16).episode
    sweep()
    with clinic_scope(north.clinic.pk):
        record_screen(
            episode=episode, concern="clear", positive=[], note="Wrong patient.", screened_on=NINE.date(),
            by=north.therapist,
        )  # fmt: skip
        assert not Alert.objects.open().exists()


@pytest.mark.parametrize("state", ["just found", "handed over", "cleared", "care ended"])
def test_no_alert_where_nobody_has_to_act(north: Cast, state: str) -> None:
    with clinic_scope(north.clinic.pk):
        screen = emergency(north, minutes=14 if state == "just found" else 60)
        if state == "handed over":
            HandOver.objects.create(
                screen=screen, handed_at=NINE, to_whom="Ward", how="phone", patient_advised="Go",
                handed_by=north.therapist,
            )  # fmt: skip
        elif state == "cleared":
            RedFlagScreen.objects.create(
                episode=screen.episode, concern="clear", note="Seen.", screened_on=NINE.date(),
                screened_by=north.therapist,
            )  # fmt: skip
        elif state == "care ended":
            Episode.objects.update(closed_on=NINE.date(), end_reason="goals")
    sweep()
    with clinic_scope(north.clinic.pk):
        assert not Alert.objects.exists()


def test_it_is_due_when_the_visit_begins_and_nobody_raised_it(north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        old_screen(north, 31)
    sweep()
    with clinic_scope(north.clinic.pk):
        alert = Alert.objects.get()
    assert (alert.due_at, alert.raised_by) == (NINE + timedelta(hours=1), None)
