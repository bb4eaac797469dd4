"""Where a hand in the calendar has put an appointment."""

from collections.abc import Iterable
from copy import copy
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from clinics.models import Room, User
from clinics.timekeeping import instant
from patients.forms.fields import PickField
from patients.forms.outside import OutsideForm
from patients.models import Appointment
from patients.models.status import LONGEST
from patients.queries.busy import need_of
from patients.queries.free_times import free_rooms
from patients.queries.supply import Supply
from patients.services.claims import Taken
from patients.services.moving import Changed, Moved, move

HOW_LONG = _("An appointment takes five minutes to twelve hours.")


class DropForm(OutsideForm):
    version = forms.IntegerField(min_value=1, max_value=2**31 - 1)
    therapist = PickField()
    room = PickField(required=False)  # a hand in the view of therapists says none: the one it has, or one that is free
    day = forms.DateField(input_formats=["%Y-%m-%d"])
    time = forms.TimeField(input_formats=["%H:%M"])
    minutes = forms.IntegerField(
        min_value=5, max_value=int(LONGEST / timedelta(minutes=1)),
        error_messages={"min_value": HOW_LONG, "max_value": HOW_LONG},
    )  # fmt: skip
    notify = forms.BooleanField(required=False)

    NEEDED = ("therapist", "day", "time", "minutes")

    def __init__(self, data: Any, *, appointment: Appointment, supply: Supply) -> None:
        super().__init__(data)
        self.appointment, self.supply = appointment, supply
        # Whoever has it now stays among the choices, even after leaving. What does not fit is the service's to refuse.
        self._know("therapist", [*supply.therapists, appointment.therapist])
        self._know("room", [*supply.rooms, appointment.room])

    def _know(self, name: str, rows: Iterable[Any]) -> None:
        cast("PickField", self.fields[name]).rows = {str(row.pk): row for row in rows}

    @property
    def place(self) -> Room:
        """Where it is to be; what stands in its way is said of this room."""
        return self.cleaned_data["room"] or self.appointment.room

    @property
    def starts_at(self) -> datetime:
        """Where the time on the wall has not changed, the instant has not: on one night an hour comes twice."""
        given, now = self.cleaned_data, self.appointment
        zone, before = self.place.location.zone, now.local_start
        is_same = zone == now.room.location.zone and (given["day"], given["time"]) == (before.date(), _minute(before))
        return now.starts_at if is_same else instant(given["day"], given["time"], zone)

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.cleaned_data["minutes"])

    def wanted(self) -> Appointment:
        one = copy(self.appointment)
        one.therapist, one.room = self.cleaned_data["therapist"], self.place
        one.starts_at, one.ends_at = self.starts_at, self.ends_at
        return one

    def instead_of(self) -> Appointment:
        return self.appointment

    def move(self, *, by: User) -> Moved | Taken | Changed:
        """ValidationError, by field, where it may not be there at all."""
        outcome = self._move_to(self.place, by)
        if not isinstance(outcome, Taken) or self.cleaned_data["room"]:
            return outcome
        for other in self._other_rooms()[:1]:
            second = self._move_to(other, by)
            return second if isinstance(second, Moved) else outcome
        return outcome

    def _move_to(self, room: Room, by: User) -> Moved | Taken | Changed:
        given = self.cleaned_data
        return move(
            appointment=self.appointment, version=given["version"], starts_at=self.starts_at,
            ends_at=self.ends_at, therapist=given["therapist"],
            room=room, by=by, notify=given["notify"], is_outside=bool(self.outside),
        )  # fmt: skip

    def _other_rooms(self) -> list[Room]:
        """Of the same location, with what the service needs, and free then."""
        given, service, now = self.cleaned_data, self.appointment.service, self.appointment.room
        rooms = [one for one in self.supply.rooms_for(service) if one.location_id == now.location_id and one != now]
        need = replace(need_of(service), length=timedelta(minutes=given["minutes"]))
        return free_rooms(rooms, need, given["day"], given["time"])

    def why_not(self, refused: ValidationError | None) -> str:
        """Whatever is wrong, in one line: a toast has no fields."""
        return " ".join(
            refused.messages if refused else [str(one) for errors in self.errors.values() for one in errors]
        )


def _minute(moment: datetime) -> time:
    return moment.time().replace(second=0, microsecond=0)
