"""Who is expected today and who is in the house: arrived, in session, done; and how long they have waited."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from clinics.models import Location
from patients.models import HERE, Appointment, Status

LONG_WAIT = 10  # minutes after which somebody who waits is pointed out
TODAY = [Status.BOOKED, *HERE, Status.NO_SHOW]
FARTHEST = timedelta(hours=36)  # today, wherever the location is


@dataclass(frozen=True, slots=True)
class Guest:
    appointment: Appointment
    minutes: int  # since they arrived
    is_early: bool

    @property
    def is_late(self) -> bool:
        """Should be here by now."""
        return self.appointment.status == Status.BOOKED and not self.is_early

    @property
    def is_long(self) -> bool:
        return not self.is_early and self.minutes >= LONG_WAIT


@dataclass(frozen=True, slots=True)
class WaitingArea:
    expected: Sequence[Guest]
    arrived: Sequence[Guest]
    in_session: Sequence[Guest]
    done: Sequence[Guest]  # or missed
    location: Location | None
    locations: Sequence[Location]

    @property
    def guests(self) -> list[Guest]:
        return [*self.expected, *self.arrived, *self.in_session, *self.done]

    @property
    def etag(self) -> str:
        """The same as long as the page says the same."""
        place = self.location.pk if self.location else 0
        seen = [
            (one.appointment.pk, one.appointment.version, one.appointment.patient.name, one.minutes, one.is_early)
            for one in self.guests
        ]
        return f'"{sha256(repr((place, seen)).encode()).hexdigest()[:32]}"'


def waiting_area(now: datetime, *, location: Location | None = None) -> WaitingArea:
    """Two statements. At the longest wait first; who is done last stands first."""
    rows = Appointment.objects.filter(status__in=TODAY).between(now - FARTHEST, now + FARTHEST).for_board()
    if location:
        rows = rows.filter(room__location=location)
    today = [
        _guest(one, now)
        for one in rows.select_related("room__location")
        if one.local_start.date() == one.room.location.local(now).date()
    ]
    return WaitingArea(
        expected=_of(today, Status.BOOKED),
        arrived=sorted(_of(today, Status.ARRIVED), key=lambda one: (one.is_early, -one.minutes)),
        in_session=_of(today, Status.IN_SESSION),
        done=_of(today, Status.COMPLETED, Status.NO_SHOW)[::-1],
        location=location,
        locations=list(Location.objects.order_by("name", "pk")),
    )


def _of(guests: Sequence[Guest], *statuses: Status) -> list[Guest]:
    return [one for one in guests if one.appointment.status in statuses]


def _guest(one: Appointment, now: datetime) -> Guest:
    # Only who is in the house waits: else the minutes would go on for ever, and change the page every minute.
    since = one.arrived_at or one.starts_at
    is_in = one.status in (Status.ARRIVED, Status.IN_SESSION)
    minutes = 0 if not is_in else max(0, int((now - since).total_seconds() // 60))
    return Guest(one, minutes, one.starts_at > now)
