"""What is new to a patient: the appointment as it is now against what they were told last. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any


class News(StrEnum):
    BOOKED = "booked"
    MOVED = "moved"
    CHANGED = "changed"  # somebody else treats, or somewhere else
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Known:
    """As much of an appointment as a patient goes by. A room of the same place is not part of it."""

    starts_at: datetime
    ends_at: datetime
    room: int
    place: int
    therapist: int
    is_on: bool

    @property
    def mark(self) -> int:
        """What was agreed on, as a number: a link in a message holds good as long as it is the same.

        Whether it is on is not part of it: what is cancelled and taken back is as it was.
        """
        facts = (self.starts_at.astimezone(UTC), self.ends_at.astimezone(UTC), self.place, self.therapist)
        return int(sha256(repr(facts).encode()).hexdigest()[:7], 16)

    def as_json(self) -> dict[str, Any]:
        return {
            "starts_at": self.starts_at.isoformat(),
            "ends_at": self.ends_at.isoformat(),
            "room": self.room,
            "place": self.place,
            "therapist": self.therapist,
            "is_on": self.is_on,
        }

    @classmethod
    def of_json(cls, told: dict[str, Any] | None) -> "Known | None":
        if told is None:
            return None
        instants = {name: datetime.fromisoformat(told[name]) for name in ("starts_at", "ends_at")}
        return cls(**{**told, **instants})


def what_is_new(before: Known | None, after: Known, now: datetime) -> News | None:
    """None where nothing is: taken back in time, never said, or over by now."""
    knew_of_it = before is not None and before.is_on
    if not after.is_on:
        return News.CANCELLED if before is not None and before.is_on and before.starts_at > now else None
    if after.starts_at <= now:
        return None
    if not knew_of_it or before is None:
        return News.BOOKED
    if (before.starts_at, before.ends_at) != (after.starts_at, after.ends_at):
        return News.MOVED
    return News.CHANGED if (before.place, before.therapist) != (after.place, after.therapist) else None
