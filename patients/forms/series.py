"""The forms of a series: its pattern, one of its visits by hand, and what goes with booking it."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from clinics.timekeeping import instant
from patients.forms.fields import PickField, day_field, in_two_years, time_field
from patients.forms.find_time import WeekdaysField
from patients.forms.outside import NOT_TICKED, outside_field
from patients.forms.slot_text import slot_of
from patients.models import Patient
from patients.models.series import MOST_WEEKS
from patients.queries.series_plan import SeriesPlan, SeriesWish, where_they_work
from patients.queries.supply import Supply
from patients.series import MOST_VISITS, Pattern
from patients.slots import Slot

OUT = "out"


class SeriesForm(forms.Form):
    patient = PickField(widget=forms.HiddenInput, error_messages={"required": _("Who comes?")})
    service = PickField(label=_("Service"), error_messages={"required": _("What for?")})
    therapist = PickField(label=_("Therapist"), error_messages={"required": _("Choose a therapist.")})
    location = PickField(label=_("Location"), required=False)
    weekdays = WeekdaysField(error_messages={"required": _("On which days of the week?")})
    time = time_field(label=_("Around"))
    weeks = forms.IntegerField(
        label=_("Weeks"), min_value=1, error_messages={"invalid": _("A number of weeks, please.")}
    )
    starts_on = day_field(label=_("From"))

    def __init__(
        self, given: QueryDict, *, supply: Supply, chosen: Patient | None, today: date, submitted: bool
    ) -> None:
        locations = list({room.location_id: room.location for room in supply.rooms}.values())
        defaults = {"starts_on": today.isoformat(), "weeks": "6"}
        values: dict[str, Any] = {**defaults, **given.dict(), "weekdays": given.getlist("weekdays")}
        super().__init__(data=values if submitted else None, initial=values)
        self.given, self.supply, self.chosen, self.today, self.locations = given, supply, chosen, today, locations
        services = [one for one in supply.services if not one.is_class]
        self._pick("patient", [chosen] if chosen else [])
        self._pick("service", services).offer(services, lambda one: f"{one.name}, {one.minutes} min")
        self._pick("therapist", supply.therapists).offer(supply.therapists)
        self._pick("location", locations).offer(locations, empty=_("Where they work at that time"))

    def _pick(self, name: str, rows: Any) -> PickField:
        field = cast("PickField", self.fields[name])
        field.rows = {str(row.pk): row for row in rows}
        return field

    @property
    def names_unknown_rows(self) -> bool:
        fields = {name: field for name, field in self.fields.items() if isinstance(field, PickField)}
        return any((value := self.given.get(name)) and value not in field.rows for name, field in fields.items())

    def clean_starts_on(self) -> date:
        day: date = self.cleaned_data["starts_on"]
        if day < self.today:
            raise ValidationError(_("That day is over. Choose today or a day to come."))
        return in_two_years(day, self.today)

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if not self.locations:
            raise ValidationError(_("No room can be booked yet. The clinic admin adds them."))
        weeks, visits = given.get("weeks", 1), given.get("weeks", 1) * len(given.get("weekdays", []))
        if visits > MOST_VISITS:
            words = _("That would be %(visits)d visits; a series has at most %(most)d. Book the rest later.")
            self.add_error("weeks", ValidationError(words, params={"visits": visits, "most": MOST_VISITS}))
        elif weeks > MOST_WEEKS:
            words = _("A series goes on for at most %(most)d weeks. Book the rest later.")
            self.add_error("weeks", ValidationError(words, params={"most": MOST_WEEKS}))
        return given

    @cached_property
    def wish(self) -> SeriesWish:
        given = self.cleaned_data
        pattern = Pattern(frozenset(given["weekdays"]), given["time"], given["weeks"], given["starts_on"])
        place = given["location"] or where_they_work(given["therapist"], pattern, self.locations)
        return SeriesWish(given["patient"], given["service"], given["therapist"], place, pattern)


def choices_of(posted: Mapping[str, Any], form: SeriesForm) -> dict[int, Slot | None]:
    """What the page has shown for each visit. Of anything else there is nothing here, and so nothing to book."""
    found: dict[int, Slot | None] = {}
    for number in range(1, form.wish.pattern.count + 1):
        text = str(posted.get(f"slot-{number}", ""))
        slot = slot_of(text, form.today)
        if text == OUT:
            found[number] = None
        elif slot is not None and slot.location == form.wish.location.pk:
            found[number] = slot
    return found


class VisitForm(forms.Form):
    """One visit by hand."""

    therapist = PickField(label=_("Therapist"), error_messages={"required": _("Choose a therapist.")})
    room = PickField(label=_("Room"), required=False)
    day = day_field()
    time = time_field(label=_("Start"))
    outside_ok = outside_field()

    outside = ""  # why it would be outside of the hours, once it was looked at

    def __init__(self, data: Mapping[str, Any] | None, *, plan: SeriesPlan, slot: Slot, today: date) -> None:
        local = plan.wish.location.local(slot.start)
        initial = {"therapist": slot.therapist, "room": slot.room, "day": local.date(), "time": local.time()}
        super().__init__(data, initial=initial, prefix="visit")
        self.location, self.today, reading = plan.wish.location, today, plan.reading
        fitting = {place.key for place in reading.world.places if place.location == self.location.pk}
        therapists = list(reading.therapists.values())
        rooms = [room for key, room in reading.rooms.items() if key in fitting]
        self._offer("therapist", therapists)
        self._offer("room", rooms, empty=_("Any that is free"))

    def _offer(self, name: str, rows: list[Any], **words: Any) -> None:
        field = cast("PickField", self.fields[name])
        field.rows = {str(row.pk): row for row in rows}
        field.offer(rows, **words)

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        return in_two_years(day, self.today)

    def is_unasked(self, outside: str) -> bool:
        """Outside of the hours, and nobody said that it is right."""
        self.outside = outside
        if not outside or self.cleaned_data["outside_ok"]:
            return False
        self.add_error("outside_ok", NOT_TICKED)
        return True

    @property
    def slot(self) -> Slot:
        given = self.cleaned_data
        start: datetime = instant(given["day"], given["time"], self.location.zone)
        return Slot(start, given["therapist"].pk, self.location.pk, given["room"].pk if given["room"] else 0)
