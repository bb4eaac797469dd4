"""Weekly hours, exceptions to them, and holidays."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any, Self

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseFormSet, formset_factory
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from clinics.forms.rows import Row, drop, posted, row_of
from clinics.models import HOW_OFTEN, WEEKDAYS, ExceptionKind, HoursException, Location, User, WorkingHours
from clinics.rota import Weekly, clash
from patients.forms.fields import PickField, check_times, day_field, time_field
from patients.services.fitting import FURTHEST

MOST_ROWS = 60
LONGEST = timedelta(days=366)
PREFIX = "hours"
KINDS = [(ExceptionKind.OFF.value, _("Off")), (ExceptionKind.EXTRA.value, _("Extra hours"))]


class RowForm(forms.Form):
    location = PickField(label=_("Location"))
    weekday = forms.TypedChoiceField(label=_("Weekday"), coerce=int, choices=WEEKDAYS)
    starts = time_field(label=_("From"))
    ends = time_field(label=_("To"))
    every_weeks = forms.TypedChoiceField(label=_("How often"), coerce=int, choices=HOW_OFTEN, initial=1)
    valid_from = day_field(label=_("First day"), required=False)
    valid_until = day_field(label=_("Last day"), required=False)

    def __init__(self, *args: Any, locations: Sequence[Location], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        place: PickField = self.fields["location"]  # type: ignore[assignment]  # declared above
        place.rows = {str(one.pk): one for one in locations}
        place.offer(locations)

    def clean(self) -> dict[str, Any]:
        check_times(self, "starts", "ends")
        given = self.cleaned_data
        first, last = given.get("valid_from"), given.get("valid_until")
        if first and first > self.today + FURTHEST:
            self.add_error("valid_from", _("A day within the next two years, please."))
        if last and last < self.today:
            self.add_error("valid_until", _("That day is over. To end these hours now, remove the row."))
        elif first and last and last < first:
            self.add_error("valid_until", _("The last day is not before the first."))
        if given.get("every_weeks") == 2 and not first and "valid_from" not in self.errors:
            self.add_error("valid_from", _("Every other week needs a first day: its week is a working one."))
        return given

    def row(self, therapist: User) -> Weekly:
        given = self.cleaned_data
        return Weekly(
            therapist.pk, given["location"].pk, given["weekday"], given["starts"], given["ends"],
            given["valid_from"], given["valid_until"], given["every_weeks"],
        )  # fmt: skip


class BaseRows(BaseFormSet[RowForm]):
    def clean(self) -> None:
        """Nobody is in two places at once."""
        sound = [(number, form) for number, form in enumerate(self.forms, 1) if not form.errors and form.cleaned_data]
        for place, (_number, form) in enumerate(sound):
            for number, before in sound[:place]:
                if day := _clash(before, form):
                    facts = {"row": number, "day": date_format(day, "j F Y")}
                    form.add_error("starts", _("Overlaps row %(row)s, first on %(day)s.") % facts)
                    break


def _clash(one: RowForm, other: RowForm) -> date | None:
    if one.cleaned_data["weekday"] != other.cleaned_data["weekday"]:
        return None
    hours = [form.row(User()).hours(form.cleaned_data["location"].zone) for form in (one, other)]
    return clash(hours[0], hours[1], since=one.today)


RowFormSet: Any = formset_factory(
    RowForm, formset=BaseRows, extra=0, max_num=MOST_ROWS, absolute_max=MOST_ROWS + 1, validate_max=True
)


class WeeklyForm:
    """The rows of a therapist's week: what is stored, what was posted, or that with a row more or less."""

    def __init__(
        self, locations: Sequence[Location], today: date, *, data: Any = None, initial: Sequence[Row] = ()
    ) -> None:
        self.start_at = ""  # the button where the keyboard goes on, once no row is left
        about = {"locations": locations, "today": today}
        self.rows: BaseFormSet[RowForm] = RowFormSet(data, prefix=PREFIX, initial=initial, form_kwargs=about)

    @classmethod
    def stored(cls, locations: Sequence[Location], today: date, therapist: User) -> Self:
        stored = WorkingHours.objects.filter(therapist=therapist).not_over(today)
        initial = [
            {
                "location": one.location_id, "weekday": one.weekday, "starts": one.starts, "ends": one.ends,
                "valid_from": one.valid_from, "valid_until": one.valid_until, "every_weeks": one.every_weeks,
            }
            for one in stored
        ]  # fmt: skip
        return cls(locations, today, initial=initial)

    @classmethod
    def changed(cls, locations: Sequence[Location], today: date, data: QueryDict, change: str) -> Self:
        rows = posted(data, PREFIX, RowForm, MOST_ROWS)
        if change == "add":
            rows.append(_the_day_after(rows[-1]) if rows else {})
        else:
            drop(rows, change)
        found = cls(locations, today, initial=rows)
        found._lead_to(change)
        return found

    def _lead_to(self, change: str) -> None:
        """The keyboard goes on in the new row, or in the one that took the place of the dropped one."""
        if not self.rows.forms:
            self.start_at = "add"
            return
        number = None if change == "add" else row_of(change, self.rows.forms)
        self.rows.forms[-1 if number is None else number].fields["weekday"].widget.attrs["autofocus"] = True

    def is_valid(self) -> bool:
        return self.rows.is_valid()

    @property
    def problems(self) -> int:
        return sum(len(form.errors) for form in self.rows)

    def weekly(self, therapist: User) -> list[Weekly]:
        return [form.row(therapist) for form in self.rows if form.cleaned_data]


def _the_day_after(row: Row) -> Row:
    """A further day is mostly like the one before."""
    weekday = str(row.get("weekday", ""))
    following = {str(n): n % 7 + 1 for n in range(1, 8)}
    return {**row, "weekday": following.get(weekday, 1)}


class ExceptionForm(forms.Form):
    kind = forms.ChoiceField(label=_("What"), choices=KINDS, initial=ExceptionKind.OFF)
    location = PickField(label=_("Where"), required=False)
    first_day = day_field(label=_("First day"))
    last_day = day_field(label=_("Last day"), required=False, help_text=_("Left empty, it is one day."))
    starts = time_field(label=_("From"), required=False)
    ends = time_field(label=_("To"), required=False, help_text=_("Without times it is the whole day."))
    note = forms.CharField(label=_("Note"), required=False, max_length=120, help_text=_("The team reads it."))

    def __init__(self, data: Any, *, locations: Iterable[Location], therapist: User, today: date) -> None:
        super().__init__(data)
        self.therapist, self.today = therapist, today
        place: PickField = self.fields["location"]  # type: ignore[assignment]  # declared above
        place.rows = {str(one.pk): one for one in locations}
        place.offer(locations, empty=_("Everywhere"))

    def clean(self) -> dict[str, Any]:
        check_times(self, "starts", "ends")
        self._check_days()
        given = self.cleaned_data
        for name, other in (("starts", "ends"), ("ends", "starts")):
            if given.get(other) and not given.get(name) and name not in self.errors:
                self.add_error(name, _("Both times, or neither."))
        if given.get("kind") == ExceptionKind.EXTRA:
            self._check_extra()
        return given

    def _check_days(self) -> None:
        given = self.cleaned_data
        if not given.get("last_day") and "last_day" not in self.errors:
            given["last_day"] = given.get("first_day")
        first, last = given.get("first_day"), given.get("last_day")
        if first and first > self.today + FURTHEST:
            self.add_error("first_day", _("A day within the next two years, please."))
        elif first and last and last < first:
            self.add_error("last_day", _("The last day is not before the first."))
        elif first and last and last < self.today:
            self.add_error("last_day" if self["last_day"].value() else "first_day", _("That day is over."))
        elif first and last and last - first > LONGEST:
            self.add_error("last_day", _("A year at most. For longer, change the weekly hours."))

    def _check_extra(self) -> None:
        given = self.cleaned_data
        if not given.get("location") and "location" not in self.errors:
            self.add_error("location", _("Extra hours have a location."))
        if not given.get("starts") and "starts" not in self.errors:
            self.add_error("starts", _("Extra hours have times."))

    def exception(self) -> HoursException:
        return HoursException(therapist=self.therapist, **self.cleaned_data)


class HolidayForm(forms.Form):
    day = day_field()
    name = forms.CharField(label=_("Name"), max_length=80)
    location = PickField(label=_("Where"), required=False)

    def __init__(self, data: Any, *, locations: Iterable[Location], today: date) -> None:
        super().__init__(data)
        self.today = today
        place: PickField = self.fields["location"]  # type: ignore[assignment]  # declared above
        place.rows = {str(one.pk): one for one in locations}
        place.offer(locations, empty=_("All locations"))

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if not self.today <= day <= self.today + FURTHEST:
            raise ValidationError(_("A day from today on, within two years, please."))
        return day
