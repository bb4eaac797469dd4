"""The forms that move and cancel an appointment: everything a drag in the calendar does, and why."""

from copy import copy
from datetime import date, datetime, time
from typing import Any, Self, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from clinics.models import Room, User
from clinics.timekeeping import instant
from patients.forms.booking import Draft, with_a_fitting_room
from patients.forms.close import CloseForm
from patients.forms.fields import PickField, day_field, notify_field, reason_field, time_field
from patients.forms.outside import OutsideForm
from patients.models import Appointment, Cancellation, CancelReason, Exemption
from patients.queries.free_times import Wish
from patients.queries.supply import Supply
from patients.services.cancelling import cancel
from patients.services.claims import Taken
from patients.services.moving import Changed, Moved, move
from patients.visit_words import Line, to_mind


def with_offer(given: dict[str, Any]) -> dict[str, Any]:
    """One of the free times in place of what was typed. It keeps the length."""
    offered = Draft().with_offer(str(given.get("offer", "")))
    try:
        starts, ends, free_from = (_minutes(text) for text in (given["time"], given["ends"], offered.time))
    except (KeyError, ValueError):
        return given
    hours, minutes = divmod((free_from + ends - starts) % (24 * 60), 60)
    return {**given, **offered.given(), "ends": f"{hours:02}:{minutes:02}"}


def _minutes(text: str) -> int:
    at = time.fromisoformat(text)
    return at.hour * 60 + at.minute


class TellForm(forms.Form):
    """What both have: the row as the person saw it, and whether the patient is told."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    notify = notify_field()

    def as_of(self, changed: Changed) -> dict[str, Any]:
        """What was entered stays; whoever sends it again has read what changed."""
        return {**self.data, "version": changed.appointment.version}


class MoveForm(TellForm, CloseForm, OutsideForm):
    therapist = PickField(label=_("Therapist"), error_messages={"required": _("Choose a therapist.")})
    room = PickField(label=_("Room"), error_messages={"required": _("Choose a room.")})
    day = day_field()
    time = time_field(label=_("Start"))
    ends = time_field(label=_("End"))
    override_reason = reason_field()

    def __init__(
        self,
        data: dict[str, Any] | None,
        *,
        appointment: Appointment,
        supply: Supply,
        so_far: dict[str, Any] | None = None,
    ) -> None:
        """`so_far`: what has been chosen while one goes on choosing."""
        super().__init__(data, initial={**_as_it_is(appointment), **(so_far or {})})
        self.appointment, self.supply = appointment, supply
        self.why_other_room = ""
        several = supply.has_several_locations()
        self._offer("therapist", supply.therapists, appointment.therapist)
        self._offer("room", supply.rooms, appointment.room, several=several)

    def _offer(self, name: str, rows: Any, is_now: Any, *, several: bool = False) -> None:
        """Whoever stands there now stays among the choices, even after leaving."""
        field = cast("PickField", self.fields[name])
        known = list(rows) if is_now in rows else [*rows, is_now]
        field.rows = {str(row.pk): row for row in known}
        field.offer(known, lambda row: f"{row.name}, {row.location.name}" if several else row.name)

    @classmethod
    def going_on(cls, posted: dict[str, str], *, appointment: Appointment, supply: Supply, today: date) -> Self:
        """Nothing is sent yet: with another room where the one chosen does not suit the therapist."""
        draft = Draft.of({**posted, "service": appointment.service_id})
        fitting, why = with_a_fitting_room(draft, supply, today, held=appointment.pk)
        form = cls(None, appointment=appointment, supply=supply, so_far={**posted, "room": fitting.room})
        form.why_other_room = why
        return form

    @property
    def to_mind(self) -> list[Line]:
        """Of the patient at the time chosen so far, if it is another one."""
        one, room = self.appointment, cast("PickField", self.fields["room"]).rows.get(str(self["room"].value()))
        try:
            day, wall = date.fromisoformat(str(self["day"].value())), time.fromisoformat(str(self["time"].value()))
        except ValueError:  # said when it is sent
            return []
        if not one.patient_id or not isinstance(room, Room) or (day, wall) == _wall_of(one):
            return []
        start = instant(day, wall, room.location.zone)
        return to_mind(one.patient, one.service, start, room.location, instead_of=[one.pk])

    @property
    def starts_at(self) -> datetime:
        return self._instant("time")

    def _instant(self, name: str) -> datetime:
        """What reads as before is as before: a second pass that nobody touched does not become the first."""
        given, one = self.cleaned_data, self.appointment
        location = given["room"].location
        is_now = one.starts_at if name == "time" else one.ends_at
        if location.local(is_now) == datetime.combine(given["day"], given[name]):
            return is_now
        return instant(given["day"], given[name], location.zone)

    def wanted(self) -> Appointment:
        given, one = self.cleaned_data, copy(self.appointment)
        one.therapist, one.room = given["therapist"], given["room"]
        one.starts_at, one.ends_at = self.starts_at, self._instant("ends")
        return one

    def instead_of(self) -> Appointment:
        return self.appointment

    def move(self, *, by: User, is_override: bool) -> Moved | Taken | Changed | None:
        """None where the service refuses; its reasons then stand at the fields."""
        given = self.cleaned_data
        if is_override and not given["override_reason"]:
            self.add_error("override_reason", _("Why are there two at the same time?"))
            return None
        if self.is_unasked():
            return None
        try:
            return move(
                appointment=self.appointment, version=given["version"], starts_at=self.starts_at,
                ends_at=self._instant("ends"), therapist=given["therapist"], room=given["room"], by=by,
                notify=given["notify"], override_reason=given["override_reason"] if is_override else "",
                spacing_reason=self.accepted_reason, is_outside=bool(self.outside),
            )  # fmt: skip
        except ValidationError as refused:
            self.refuse(refused)
            return None

    def renewed(self, changed: Changed) -> Self:
        return type(self)(self.as_of(changed), appointment=changed.appointment, supply=self.supply)

    def wish(self, *, not_before: datetime) -> Wish:
        one, given = self.appointment, self.cleaned_data
        patient = one.patient if one.patient_id else None
        start = max(self.starts_at, not_before)
        return Wish(one.service, start, patient, given["therapist"], given["room"], instead_of=one.pk)


def _wall_of(one: Appointment) -> tuple[date, time]:
    return one.local_start.date(), one.local_start.time()


def _as_it_is(one: Appointment) -> dict[str, Any]:
    starts, ends = one.local_start, one.local_end
    return {
        "therapist": one.therapist_id, "room": one.room_id, "day": starts.date(), "time": starts.time(),
        "ends": ends.time(), "version": one.version, "notify": one.clinic.tell_patients,
        "override_reason": one.override_reason, "close_ok": False, "spacing_reason": "", "outside_ok": False,
    }  # fmt: skip


class CancelForm(TellForm):
    reason = forms.ChoiceField(
        label=_("Why?"), choices=CancelReason, widget=forms.RadioSelect,
        error_messages={"required": _("Choose what comes closest.")},
    )  # fmt: skip
    note = forms.CharField(label=_("Note"), max_length=200, required=False)
    exemption = forms.ChoiceField(
        label=_("The fee is waived because of"), required=False, widget=forms.RadioSelect,
        choices=[("", _("nothing: it is recorded")), *Exemption.choices],
    )  # fmt: skip

    def __init__(self, data: dict[str, Any] | None, *, appointment: Appointment) -> None:
        tell = appointment.clinic.tell_patients
        super().__init__(data, initial={"version": appointment.version, "notify": tell, "exemption": ""})
        self.appointment = appointment

    def renewed(self, changed: Changed) -> Self:
        return type(self)(self.as_of(changed), appointment=changed.appointment)

    def cancel(self, *, by: User) -> Cancellation | Changed | None:
        """None where the service refuses; its reason then stands above the form."""
        given = self.cleaned_data
        try:
            return cancel(
                appointment=self.appointment, version=given["version"], reason=given["reason"], by=by,
                note=given["note"], exemption=given["exemption"], notify=given["notify"],
            )  # fmt: skip
        except ValidationError as refused:
            self.add_error(None, refused)
            return None


class WaiveForm(forms.Form):
    """Afterwards: why a late cancellation costs nothing after all."""

    exemption = forms.ChoiceField(
        label=_("The fee is waived because of"), choices=Exemption.choices, widget=forms.RadioSelect,
        error_messages={"required": _("Choose what comes closest.")},
    )  # fmt: skip
