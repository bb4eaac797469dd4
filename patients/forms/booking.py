"""The booking form. It knows what fits and offers that; what does not fit is refused by the service, in words."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, datetime, time
from typing import Any, Self, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clinics.clock_words import clock_note
from clinics.models import Location, Room, Service, User
from clinics.timekeeping import instant
from patients.forms.close import CloseForm
from patients.forms.fields import PickField, day_field, in_two_years, is_row_id, reason_field, time_field
from patients.forms.outside import OutsideForm
from patients.models import Appointment, Patient
from patients.queries.busy import need_of
from patients.queries.free_times import Wish, free_rooms, rooms_near
from patients.queries.supply import Supply
from patients.services.booking import Booked, Taken, book, row_for
from patients.services.fitting import in_reach, room_lacks
from patients.services.holds import Held, hold
from patients.visit_words import Line, to_mind

Wall = time  # where a field of that name is in the way
WITH_WHAT = ("therapist", "room", "service")


@dataclass(frozen=True, slots=True)
class Draft:
    """What has been chosen so far, as it stands in an address or a form. Ids, a day and a time; never a name."""

    patient: str = ""
    service: str = ""
    therapist: str = ""
    room: str = ""
    day: str = ""
    time: str = ""
    ends: str = ""  # as long as the service where it is empty

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Self:
        return cls(**{field.name: str(given.get(field.name, "")).strip() for field in fields(cls)})

    def but(self, **changes: str) -> Self:
        return replace(self, **changes)

    def with_offer(self, offer: str) -> Self:
        """One of the free times: "therapist room day time"."""
        parts = offer.split(" ")
        names = ("therapist", "room", "day", "time")
        return replace(self, **dict(zip(names, parts, strict=True))) if len(parts) == len(names) else self

    def query(self, *names: str) -> str:
        """To go on in an address that has a query already."""
        return "".join(
            f"&{name}={value}" for name, value in self.given().items() if name in names and value.isdecimal()
        )

    def given(self) -> dict[str, str]:
        return {name: value for name, value in asdict(self).items() if value}


def completed(draft: Draft, known: Supply, today: date) -> Draft:
    """What follows from what was chosen so far: today, and the usual service."""
    draft = draft if draft.day else draft.but(day=today.isoformat())
    if not draft.service and known.usual_service:
        draft = draft.but(service=str(known.usual_service.pk))
    return draft


def with_a_fitting_room(draft: Draft, known: Supply, today: date, *, held: int | None = None) -> tuple[Draft, str]:
    """Where the room chosen does not suit what was chosen since, another one that is free; and why, in words."""
    why = why_not_there(draft, known, today)
    return with_a_room(draft.but(room="") if why else draft, known, today, held=held), why


def why_not_there(draft: Draft, known: Supply, today: date) -> str:
    service, room = known.service(draft.service), next((one for one in known.rooms if str(one.pk) == draft.room), None)
    if service is None or room is None:
        return ""
    if room not in known.rooms_for(service):
        return room_lacks(room, service)
    therapist = next((one for one in known.therapists if str(one.pk) == draft.therapist), None)
    try:
        day = date.fromisoformat(draft.day)
    except ValueError:  # said when it is sent
        return ""
    if therapist and in_reach(day, today) and room not in rooms_near(known.rooms, day, therapist_id=therapist.pk):
        facts = {"room": room.name, "therapist": therapist.name, "location": room.location.name}
        return gettext("%(room)s is at %(location)s, where %(therapist)s does not work that day.") % facts
    return ""


def with_a_room(
    draft: Draft, known: Supply, today: date, *, even_taken: bool = False, held: int | None = None
) -> Draft:
    """No room chosen means any that fits and is free then. The time held for this very form is not in its way.

    With `even_taken` one that is not free will do: the answer is then what stands there, and other times.
    """
    service = known.service(draft.service)
    if draft.room or service is None:
        return draft
    try:
        day, at, therapist_id = date.fromisoformat(draft.day), time.fromisoformat(draft.time), int(draft.therapist)
    except ValueError:  # not chosen yet
        return draft
    if not in_reach(day, today):  # the end of the calendar cannot be reckoned with
        return draft
    near = rooms_near(known.rooms_for(service), day, therapist_id=therapist_id)
    free = free_rooms(near, need_of(service), day, at, held=held)
    room = next(iter(free or (near if even_taken else [])), None)
    return draft.but(room=str(room.pk)) if room else draft


@dataclass(frozen=True, slots=True)
class Manner:
    """How it is booked, which is of no use in an address."""

    notify: str = ""
    close_ok: str = ""
    spacing_reason: str = ""
    outside_ok: str = ""
    override_reason: str = ""
    hold: str = ""

    @classmethod
    def of(cls, posted: Mapping[str, Any]) -> Self:
        return cls(**{field.name: str(posted.get(field.name, "")) for field in fields(cls)})

    @property
    def held(self) -> int | None:
        return int(self.hold) if is_row_id(self.hold) else None


class BookingForm(CloseForm, OutsideForm):
    patient = PickField(label=_("Patient"), widget=forms.HiddenInput, error_messages={"required": _("Who comes?")})
    service = PickField(label=_("Service"))
    therapist = PickField(label=_("Therapist"), error_messages={"required": _("Choose a therapist.")})
    room = PickField(label=_("Room"), required=False)
    day = day_field()
    time = time_field(label=_("Start"))
    ends = time_field(label=_("End"), required=False)
    override_reason = reason_field()

    NEEDED = (*OutsideForm.NEEDED, "service")
    LATER = OutsideForm.LATER | {"patient"}

    def __init__(
        self,
        draft: Draft,
        how: Manner | None = None,
        *,
        supply: Supply,
        chosen: Patient | None,
        today: date,
        submitted: bool = False,
        why_other_room: str = "",
    ) -> None:
        self.how = how or Manner()
        given = {**asdict(draft), **asdict(self.how)}
        super().__init__(data=given if submitted else None, initial=given)
        self.draft, self.supply, self.chosen, self.today = draft, supply, chosen, today
        self.why_other_room = why_other_room
        rows: dict[str, Any] = {
            "patient": [chosen] if chosen else [],
            "service": supply.services,
            "therapist": supply.therapists,
            "room": supply.rooms,
        }
        for name, known in rows.items():
            self._pick(name).rows = {str(row.pk): row for row in known}
        self._offer_what_fits()

    def _pick(self, name: str) -> PickField:
        return cast("PickField", self.fields[name])

    @property
    def names_unknown_rows(self) -> bool:
        """An id that is malformed or another clinic's: the page answers as if it did not exist."""
        given = asdict(self.draft)
        return any(
            given[name] and given[name] not in self._pick(name).rows
            for name in ("patient", "service", "therapist", "room")
        )

    @property
    def names_no_time(self) -> bool:
        """A day or a time in the address that is none."""
        try:
            for text in (self.draft.time, self.draft.ends):
                time.fromisoformat(text or "00:00")
            return bool(self.draft.day) and self.day_in_view != date.fromisoformat(self.draft.day)
        except ValueError:
            return True

    @property
    def service_in_view(self) -> Service | None:
        row = self._pick("service").rows.get(self.draft.service)
        return row if isinstance(row, Service) else None

    @property
    def day_in_view(self) -> date:
        try:
            return in_two_years(date.fromisoformat(self.draft.day), self.today)
        except (ValueError, ValidationError):
            return self.today

    @property
    def nobody_may(self) -> bool:
        """Nobody holds what the service asks for on that day."""
        service = self.service_in_view
        return service is not None and not self.supply.therapists_for(service, self.day_in_view)

    @property
    def _in_view(self) -> tuple[Wall, Location] | None:
        """The time chosen so far and where it is. Rooms still to be found share the first's clock."""
        room = self._pick("room").rows.get(self.draft.room) or next(iter(self.supply.rooms), None)
        try:
            wall = time.fromisoformat(self.draft.time)
        except ValueError:
            return None
        return (wall, room.location) if isinstance(room, Room) else None

    @property
    def clock_note(self) -> str:
        """Where the clock skips the time chosen, or shows it twice."""
        if self._in_view is None:
            return ""
        wall, location = self._in_view
        return clock_note(self.day_in_view, wall, location.zone)

    @property
    def to_mind(self) -> list[Line]:
        """Of the patient at the time chosen so far: needling close to other needling, and the plan's limits."""
        if self._in_view is None or self.chosen is None or self.service_in_view is None:
            return []
        wall, location = self._in_view
        return to_mind(self.chosen, self.service_in_view, instant(self.day_in_view, wall, location.zone), location)

    def _offer_what_fits(self) -> None:
        service, day = self.service_in_view, self.day_in_view
        therapists = self.supply.therapists_for(service, day) if service else list(self.supply.therapists)
        rooms = self.supply.rooms_for(service) if service else list(self.supply.rooms)
        single = [one for one in self.supply.services if not one.is_class]
        self._pick("service").offer(self._and_chosen("service", single), lambda one: f"{one.name}, {one.minutes} min")
        self._pick("therapist").offer(self._and_chosen("therapist", therapists))
        several = self.supply.has_several_locations()
        self._pick("room").offer(
            self._and_chosen("room", rooms),
            lambda one: f"{one.name}, {one.location.name}" if several else one.name,
            empty=_("Any that is free"),
        )

    def _and_chosen(self, name: str, rows: list[Any]) -> list[Any]:
        """What was chosen stays in sight even where it does not fit: the error beside it says why."""
        row = self._pick(name).rows.get(asdict(self.draft)[name])
        return rows if row is None or row in rows else [*rows, row]

    def clean(self) -> dict[str, Any]:
        if not self.errors and not self.cleaned_data["room"]:
            self.add_error("room", _("Where the therapist works that day, no room has what the service needs."))
        return self.cleaned_data

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        return in_two_years(day, self.today)

    @property
    def starts_at(self) -> datetime:
        given = self.cleaned_data
        return instant(given["day"], given["time"], given["room"].location.zone)

    @property
    def _facts(self) -> dict[str, Any]:
        """What booking and holding have in common."""
        given = self.cleaned_data
        zone = given["room"].location.zone
        ends_at = instant(given["day"], given["ends"], zone) if given.get("ends") else None
        return {**{name: given[name] for name in WITH_WHAT}, "starts_at": self.starts_at, "ends_at": ends_at}

    def wanted(self) -> Appointment:
        return row_for(**self._facts)

    def book(self, *, by: User, is_override: bool) -> Booked | Taken | None:
        """None where the service refuses; its reasons then stand at the fields."""
        given = self.cleaned_data
        if is_override and not given["override_reason"]:
            self.add_error("override_reason", _("Why are there two at the same time?"))
            return None
        if self.is_unasked():
            return None
        reason = given["override_reason"] if is_override else ""
        try:
            return book(
                patient=given["patient"], by=by, override_reason=reason, hold=self.how.held, notify=given["notify"],
                spacing_reason=self.accepted_reason, is_outside=bool(self.outside), **self._facts,
            )  # fmt: skip
        except ValidationError as refused:
            self.refuse(refused)
            return None

    def hold_time(self, *, by: User) -> Held | Taken | None:
        """None while something is missing or does not fit. Who comes may be chosen later."""
        if not self.is_complete:
            return None
        try:
            patient = self.cleaned_data.get("patient")
            return hold(patient=patient, by=by, instead_of=self.how.held, **self._facts)
        except ValidationError:  # said when it is booked
            return None

    def wish(self, *, not_before: datetime) -> Wish:
        given = self.cleaned_data
        room: Room = given["room"]
        start = max(self.starts_at, not_before)
        return Wish(given["service"], start, given.get("patient"), given["therapist"], room)
