"""The form that opens a class."""

from datetime import date, datetime
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clinics.models import Service, User
from clinics.timekeeping import instant
from patients.forms.fields import PickField, day_field, in_two_years, time_field
from patients.forms.outside import OutsideForm
from patients.models import Appointment
from patients.queries.free_times import Wish
from patients.queries.supply import Supply
from patients.services.booking import Booked, row_for
from patients.services.claims import Taken
from patients.services.groups import open_class


def _label(one: Service) -> str:
    facts = {"name": one.name, "minutes": one.minutes, "places": one.capacity}
    return gettext("%(name)s, %(minutes)d min, %(places)d places") % facts


class ClassForm(OutsideForm):
    service = PickField(label=_("Class"), error_messages={"required": _("Which class?")})
    therapist = PickField(label=_("Therapist"), error_messages={"required": _("Choose a therapist.")})
    room = PickField(label=_("Room"), error_messages={"required": _("Choose a room.")})
    day = day_field()
    time = time_field(label=_("Start"))
    ends = time_field(label=_("End"), required=False)

    def __init__(self, data: dict[str, Any] | None, *, supply: Supply, today: date) -> None:
        super().__init__(data, initial={"day": today})
        self.supply, self.today = supply, today
        several = supply.has_several_locations()
        self._offer("service", supply.classes, _label)
        self._offer("therapist", supply.therapists)
        fitting = {room for one in supply.classes for room in supply.rooms_for(one)}
        rooms = [room for room in supply.rooms if room in fitting]
        self._offer("room", rooms, lambda one: f"{one.name}, {one.location.name}" if several else one.name)

    def _offer(self, name: str, rows: Any, label: Any = str) -> None:
        field = cast("PickField", self.fields[name])
        field.rows = {str(row.pk): row for row in rows}
        field.offer(rows, label)

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        return in_two_years(day, self.today)

    @property
    def starts_at(self) -> datetime:
        given = self.cleaned_data
        return instant(given["day"], given["time"], given["room"].location.zone)

    @property
    def _facts(self) -> dict[str, Any]:
        given = self.cleaned_data
        ends_at = instant(given["day"], given["ends"], given["room"].location.zone) if given["ends"] else None
        names = ("therapist", "room", "service")
        return {**{name: given[name] for name in names}, "starts_at": self.starts_at, "ends_at": ends_at}

    def wanted(self) -> Appointment:
        return row_for(**self._facts)

    def open(self, *, by: User) -> Booked | Taken | None:
        """None where the service refuses; its reasons then stand at the fields."""
        if self.is_unasked():
            return None
        try:
            return open_class(**self._facts, by=by)
        except ValidationError as refused:
            self.add_error(None, refused)
            return None

    def wish(self, *, not_before: datetime) -> Wish:
        given = self.cleaned_data
        return Wish(given["service"], max(self.starts_at, not_before), None, given["therapist"], given["room"])
