"""Who waits, and with which wishes; and the offer that the desk makes by hand."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from clinics.models import User, WorkingHours
from clinics.timekeeping import instant
from patients.forms.fields import PickField, day_field, time_field
from patients.models import Appointment, Offer, Patient, WaitlistEntry
from patients.queries.supply import Supply
from patients.services.booking import Taken
from patients.services.offers import offer_by_hand
from patients.services.waiting_list import Wishes, add_entry, change_entry

USUALLY, LONGEST = timedelta(weeks=4), timedelta(days=365)
WEEKDAYS = cast("list[tuple[int, Any]]", WorkingHours._meta.get_field("weekday").choices)
PRIORITIES = cast("list[tuple[int, Any]]", WaitlistEntry._meta.get_field("priority").choices)


class WishesForm(forms.Form):
    service = PickField(label=_("Service"), error_messages={"required": _("What do they wait for?")})
    therapists = forms.TypedMultipleChoiceField(
        label=_("Therapists"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: anybody who gives it."),
    )  # fmt: skip
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Days"), coerce=int, required=False, choices=WEEKDAYS, widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: any day."),
    )  # fmt: skip
    not_before = time_field(label=_("Not before"), required=False)
    not_after = time_field(label=_("Over by"), required=False, help_text=_("The visit has ended by then."))
    location = PickField(label=_("Location"), required=False)
    valid_until = day_field(label=_("Of use until"), unsaid=_("Until which day is it of use?"))
    priority = forms.TypedChoiceField(
        label=_("Priority"), coerce=int, choices=PRIORITIES, initial=0, widget=forms.RadioSelect
    )
    instead_of = PickField(
        label=_("Instead of"), required=False,
        help_text=_("Only earlier times are offered. With the yes, this visit is cancelled without a fee."),
    )  # fmt: skip

    def __init__(
        self, data: Any = None, *, patient: Patient, supply: Supply, today: date, visits: Iterable[Appointment],
        entry: WaitlistEntry | None = None, given: dict[str, Any] | None = None,
    ) -> None:  # fmt: skip
        start = {"valid_until": today + USUALLY, **(given or {})} if entry is None else _as_initial(entry)
        super().__init__(data, initial=start)
        self.patient, self.supply, self.today, self.entry = patient, supply, today, entry
        self._offer(list(visits))

    def _offer(self, visits: list[Appointment]) -> None:
        known = {one.pk: one for room in self.supply.rooms for one in [room.location]}
        services = [one for one in self.supply.services if not one.is_class]
        self._pick("service", services, lambda one: f"{one.name}, {one.minutes} min")
        self._pick("location", list(known.values()), str, empty=_("Any"))
        self._pick("instead_of", visits, _visit_in_words, empty=_("Nothing: it is one more visit"))
        therapists = cast("forms.TypedMultipleChoiceField", self.fields["therapists"])
        therapists.choices = [(one.pk, one.name) for one in self.supply.therapists]
        if len(known) < 2:  # nothing to choose
            self.fields.pop("location")
        if not visits:
            self.fields.pop("instead_of")

    def _pick(self, name: str, rows: list[Any], label: Any, *, empty: Any = "") -> None:
        field = cast("PickField", self.fields[name])
        field.rows = {str(row.pk): row for row in rows}
        choices = [(str(row.pk), label(row)) for row in rows]
        field.widget.choices = [("", empty or _("Choose")), *choices]

    def clean_valid_until(self) -> date:
        day: date = self.cleaned_data["valid_until"]
        if day < self.today:
            raise ValidationError(_("That day is over. Choose today or a day to come."))
        if day > self.today + LONGEST:
            raise ValidationError(_("A day within the next year, please."))
        return day

    def clean(self) -> dict[str, Any]:
        first, last = self.cleaned_data.get("not_before"), self.cleaned_data.get("not_after")
        service = self.cleaned_data.get("service")
        if first and last and last <= first:
            self.add_error("not_after", _("“Over by” must be later than “Not before”."))
        elif first and last and service and _minutes(last) - _minutes(first) < service.minutes:
            words = _("%(service)s takes %(minutes)d minutes, which is longer than that.")
            self.add_error("not_after", words % {"service": service.name, "minutes": service.minutes})
        return self.cleaned_data

    def save(self, *, by: User) -> WaitlistEntry | None:
        """None where the service refuses; its reason then stands at the field."""
        given = {**self.cleaned_data}
        chosen = set(given.pop("therapists"))
        wishes = Wishes(therapists=[one for one in self.supply.therapists if one.pk in chosen], **given)
        try:
            if self.entry:
                return change_entry(entry=self.entry, wishes=wishes, by=by)
            return add_entry(patient=self.patient, wishes=wishes, by=by)
        except ValidationError as refused:
            self.add_error(None, refused)
            return None


def _as_initial(entry: WaitlistEntry) -> dict[str, Any]:
    return {
        "service": entry.service_id,
        "therapists": entry.therapists,
        "weekdays": entry.weekdays,
        "not_before": entry.not_before,
        "not_after": entry.not_after,
        "location": entry.location_id,
        "valid_until": entry.valid_until,
        "priority": entry.priority,
        "instead_of": entry.instead_of_id,
    }


def _visit_in_words(visit: Appointment) -> str:
    return f"{date_format(visit.local_start, 'D j M Y, H:i')}, {visit.service.name}"


def _minutes(wall: Any) -> int:
    return int(wall.hour) * 60 + int(wall.minute)


class OfferForm(forms.Form):
    """A free time, as one of the choices names it: "therapist room day time"."""

    offer = forms.CharField(error_messages={"required": _("Choose one of the times.")})

    def __init__(self, data: Any = None, *, supply: Supply) -> None:
        super().__init__(data)
        self.supply = supply

    def clean_offer(self) -> dict[str, Any]:
        parts = self.cleaned_data["offer"].split(" ")
        try:
            therapist, room, day, wall = parts
            found: dict[str, Any] = {
                "therapist": next(one for one in self.supply.therapists if str(one.pk) == therapist),
                "room": next(one for one in self.supply.rooms if str(one.pk) == room),
            }
            read = (forms.DateField().clean(day), forms.TimeField().clean(wall))
        except (ValueError, StopIteration, ValidationError):
            raise ValidationError(_("Choose one of the times.")) from None
        return {**found, "starts_at": instant(*read, found["room"].location.zone)}

    def send(self, entry: WaitlistEntry, *, by: User) -> Offer | Taken | None:
        """None where the service refuses; its reason then stands above the times."""
        try:
            return offer_by_hand(entry=entry, by=by, **self.cleaned_data["offer"])
        except ValidationError as refused:
            self.add_error(None, refused.messages)
            return None
