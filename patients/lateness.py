"""When a cancellation comes too late, and what it costs then. Pure: the policy and both instants come in, no clock."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Policy:
    """What the clinic asks for: so many hours of notice, else a fee."""

    notice_hours: int
    fee: Decimal


@dataclass(frozen=True, slots=True)
class Charge:
    is_late: bool
    fee: Decimal


def charge(policy: Policy, *, starts_at: datetime, now: datetime, is_exempt: bool) -> Charge:
    """Hours of real time, not of the clock on the wall: a night on which the clock is changed makes nobody late.

    Exactly in time is in time. What is late stays late when it costs nothing.
    """
    is_late = starts_at - now < timedelta(hours=policy.notice_hours)
    return Charge(is_late, policy.fee if is_late and not is_exempt else Decimal(0))
