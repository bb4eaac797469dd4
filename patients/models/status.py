"""What becomes of an appointment, and which of its states take time."""

from datetime import date, timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    BOOKED = "booked", _("Booked")
    ARRIVED = "arrived", _("Arrived")
    IN_SESSION = "in_session", _("In session")
    COMPLETED = "completed", _("Completed")
    NO_SHOW = "no_show", _("No-show")
    CANCELLED = "cancelled", _("Cancelled")
    HELD = "held", _("Held")  # while a booking form is open
    OFFERED = "offered", _("Offered")  # to somebody on the waiting list


# What may follow what. A wrong tap is put right by going one step back.
NEXT: dict[str, tuple[Status, ...]] = {
    Status.BOOKED: (Status.ARRIVED, Status.NO_SHOW, Status.CANCELLED),
    Status.ARRIVED: (Status.IN_SESSION, Status.BOOKED, Status.CANCELLED),
    Status.IN_SESSION: (Status.COMPLETED, Status.ARRIVED),
    Status.COMPLETED: (Status.IN_SESSION,),
    Status.NO_SHOW: (Status.ARRIVED, Status.BOOKED),
    Status.CANCELLED: (Status.BOOKED,),  # within the minutes of grace
    Status.HELD: (Status.BOOKED,),
    Status.OFFERED: (Status.BOOKED,),
}

STEPS = ", ".join(f"('{before}', '{after.value}')" for before, allowed in NEXT.items() for after in allowed)

# Only true once the day has come; a visit is missed only once it should have begun.
HERE = (Status.ARRIVED, Status.IN_SESSION, Status.COMPLETED)
# A completed visit still occupies its time: nobody was in two places. Cancelled and missed ones free it.
LIVE = [Status.BOOKED.value, Status.ARRIVED.value, Status.IN_SESSION.value, Status.COMPLETED.value]
# Taken as well, until a moment: kept for somebody who may still say yes. What comes of nothing is deleted.
KEPT = [Status.HELD.value, Status.OFFERED.value]
COMING = [Status.BOOKED.value, Status.ARRIVED.value, Status.IN_SESSION.value]
OCCUPYING = [*LIVE, *KEPT]
# What the constraints compare with each other: a deliberate double booking stands beside what was there before.
OCCUPIES = Q(status__in=OCCUPYING, is_override=False)
# Reads find what reaches into a day by starts_at, so they must know how far an appointment can reach.
LONGEST, WIDEST_BUFFER = timedelta(hours=12), timedelta(hours=1)
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)  # the days that have an address in the calendar
