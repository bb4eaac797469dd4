from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patients.lateness import Charge, Policy, charge

POLICY = Policy(notice_hours=24, fee=Decimal(40))
START = datetime(2027, 3, 2, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("before", "is_exempt", "expected"),
    [
        (timedelta(hours=24), False, Charge(is_late=False, fee=Decimal(0))),
        (timedelta(hours=24, seconds=-1), False, Charge(is_late=True, fee=Decimal(40))),
        (timedelta(hours=2), True, Charge(is_late=True, fee=Decimal(0))),
        (timedelta(0), False, Charge(is_late=True, fee=Decimal(40))),
        (timedelta(hours=-1), False, Charge(is_late=True, fee=Decimal(40))),
    ],
)
def test_exactly_in_time_is_in_time(before: timedelta, is_exempt: bool, expected: Charge) -> None:
    assert charge(POLICY, starts_at=START, now=START - before, is_exempt=is_exempt) == expected


def test_the_night_on_which_the_clock_changes_makes_nobody_late() -> None:
    """Nine on the wall on both days, and only 23 hours between them."""
    zone = ZoneInfo("Europe/Berlin")
    saturday, sunday = (datetime(2027, 3, day, 9, tzinfo=zone).astimezone(UTC) for day in (27, 28))
    assert charge(POLICY, starts_at=sunday, now=saturday, is_exempt=False).is_late
    assert not charge(POLICY, starts_at=sunday, now=saturday - timedelta(hours=1), is_exempt=False).is_late


@given(st.integers(0, 168), st.integers(-10_000, 30_000))
def test_a_fee_is_asked_for_what_is_late_and_nothing_else(notice: int, minutes: int) -> None:
    found = charge(Policy(notice, Decimal(5)), starts_at=START, now=START - timedelta(minutes=minutes), is_exempt=False)
    assert found.is_late == (minutes < notice * 60)
    assert found.fee == (5 if found.is_late else 0)
