"""Move or cancel a series: this visit, this and those after it, or all that are still to come."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from clinics.models import User
from patients.forms.close import CloseForm
from patients.forms.fields import PickField, day_field, notify_field, time_field
from patients.models import Appointment, CancelReason
from patients.queries.supply import Supply
from patients.services.moving import Changed
from patients.services.series import Scope, SeriesMoved, SeriesTaken, cancel_series, move_series

SCOPES = [
    (Scope.THIS.value, _("This visit")),
    (Scope.FOLLOWING.value, _("This and those after it")),
    (Scope.ALL.value, _("All that are still to come")),
]


def seen_text(rows: Sequence[Appointment]) -> str:
    return " ".join(f"{row.pk}.{row.version}" for row in rows)


class ScopeForm(forms.Form):
    """The visit it starts from, and the versions of all that the page has shown."""

    scope = forms.ChoiceField(
        label=_("Which visits?"), choices=SCOPES, widget=forms.RadioSelect,
        error_messages={"required": _("Choose which visits.")},
    )  # fmt: skip
    seen = forms.RegexField(
        r"^(\d{1,18}\.\d{1,9}( |$))*$", required=False, widget=forms.HiddenInput, max_length=3000,
        error_messages={"invalid": _("Load this page again, please.")},
    )  # fmt: skip

    def __init__(self, data: Any, *, anchor: Appointment, rows: Sequence[Appointment], prefix: str) -> None:
        first = {"scope": Scope.THIS.value, "seen": seen_text(rows), "notify": anchor.clinic.tell_patients}
        super().__init__(data, initial={**first, **self.first_values(anchor)}, prefix=prefix)
        self.anchor = anchor

    @staticmethod
    def first_values(anchor: Appointment) -> dict[str, Any]:
        return {}

    @property
    def facts(self) -> dict[str, Any]:
        given = self.cleaned_data
        versions = dict(cast("tuple[int, int]", map(int, pair.split("."))) for pair in given["seen"].split())
        return {"anchor": self.anchor, "scope": Scope(given["scope"]), "seen": versions, "notify": given["notify"]}


class SeriesMoveForm(ScopeForm, CloseForm):
    day = day_field()
    time = time_field(label=_("Start"))
    therapist = PickField(label=_("Therapist"), required=False)
    room = PickField(label=_("Room"), required=False)

    def __init__(self, data: Any, *, supply: Supply, **kwargs: Any) -> None:
        super().__init__(data, prefix="move", **kwargs)
        several = supply.has_several_locations()
        self._offer("therapist", supply.therapists, empty=_("As it is"))
        self._offer(
            "room",
            supply.rooms,
            label=lambda one: f"{one.name}, {one.location.name}" if several else one.name,
            empty=_("As it is"),
        )

    @staticmethod
    def first_values(anchor: Appointment) -> dict[str, Any]:
        return {"day": anchor.local_start.date(), "time": anchor.local_start.time()}

    def _offer(self, name: str, rows: Any, **words: Any) -> None:
        field = cast("PickField", self.fields[name])
        field.rows = {str(row.pk): row for row in rows}
        field.offer(rows, **words)

    def move(self, *, by: User) -> SeriesMoved | SeriesTaken | Changed | None:
        """None where the service refuses; its reasons then stand at the fields."""
        given = self.cleaned_data
        shift: timedelta = datetime.combine(given["day"], given["time"]) - self.anchor.local_start
        try:
            return move_series(
                **self.facts, shift=shift, therapist=given["therapist"], room=given["room"], by=by,
                spacing_reason=self.accepted_reason,
            )  # fmt: skip
        except ValidationError as refused:
            self.refuse(refused)
            return None


class SeriesCancelForm(ScopeForm):
    reason = forms.ChoiceField(
        label=_("Why?"), choices=[("", _("Choose")), *CancelReason.choices],
        error_messages={"required": _("Choose what comes closest.")},
    )  # fmt: skip
    note = forms.CharField(label=_("Note"), max_length=200, required=False)
    notify = notify_field()

    def __init__(self, data: Any, **kwargs: Any) -> None:
        super().__init__(data, prefix="cancel", **kwargs)

    def cancel(self, *, by: User) -> SeriesMoved | Changed | None:
        given = self.cleaned_data
        try:
            return cancel_series(**self.facts, reason=given["reason"], note=given["note"], by=by)
        except ValidationError as refused:
            self.add_error(None, refused)
            return None
