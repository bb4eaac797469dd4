"""What is wished of a time. It stands in an address: ids, days and times, never a name."""

from datetime import date, timedelta
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext_lazy as _

from patients.forms.fields import PickField, check_times, day_field, in_two_years, time_field
from patients.models import Patient
from patients.queries.find_time import TimeWish
from patients.queries.supply import Supply


class WeekdaysField(forms.TypedMultipleChoiceField):
    """ISO weekdays, 1 is Monday. A malformed one is not among the choices."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            coerce=int,
            label=_("Days"),
            choices=[(str(number + 1), WEEKDAYS_ABBR[number]) for number in range(7)],
            widget=forms.CheckboxSelectMultiple,
            **kwargs,
        )
        self.error_messages["invalid_choice"] = _("Days of the week, please.")


class FindTimeForm(forms.Form):
    patient = PickField(required=False, widget=forms.HiddenInput)
    service = PickField(label=_("Service"), error_messages={"required": _("What for?")})
    therapist = PickField(label=_("Therapist"), required=False)
    location = PickField(label=_("Location"), required=False)
    weekdays = WeekdaysField(required=False)
    not_before = time_field(label=_("Not before"), required=False)
    not_after = time_field(label=_("Over by"), required=False)
    earliest = day_field(label=_("From"), required=False)

    def __init__(self, data: QueryDict, *, supply: Supply, chosen: Patient | None, today: date) -> None:
        super().__init__(data)
        self.given = data
        self.supply, self.chosen, self.today = supply, chosen, today
        self.locations = {room.location_id: room.location for room in supply.rooms}
        services = [one for one in supply.services if not one.is_class]
        self._pick("patient", [chosen] if chosen else [])
        self._pick("service", services).offer(services, lambda one: f"{one.name}, {one.minutes} min")
        self._pick("therapist", supply.therapists).offer(supply.therapists, empty=_("Anyone who may"))
        self._pick("location", self.locations.values()).offer(self.locations.values(), empty=_("Anywhere"))

    def _pick(self, name: str, rows: Any) -> PickField:
        field = cast("PickField", self.fields[name])
        field.rows = {str(row.pk): row for row in rows}
        return field

    @property
    def names_unknown_rows(self) -> bool:
        """An id that is malformed or another clinic's: the page answers as if it did not exist."""
        fields = {name: field for name, field in self.fields.items() if isinstance(field, PickField)}
        return any((value := self.data.get(name)) and value not in field.rows for name, field in fields.items())

    def clean_earliest(self) -> date | None:
        day: date | None = self.cleaned_data["earliest"]
        return day and in_two_years(day, self.today)

    def clean(self) -> dict[str, Any]:
        check_times(self, "not_before", "not_after", _("“Over by” must be later than “Not before”."))
        return self.cleaned_data

    @property
    def wish(self) -> TimeWish:
        given = self.cleaned_data
        therapist, location = given["therapist"], given["location"]
        return TimeWish(
            service=given["service"],
            patient=self.chosen,
            therapists=[therapist.pk] if therapist else (),
            location=location.pk if location else None,
            weekdays=given["weekdays"],
            not_before=given["not_before"],
            not_after=given["not_after"],
            earliest=given["earliest"],
        )


def a_day_later(day: date) -> str:
    return (day + timedelta(days=1)).isoformat()
