import uuid
from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from programs.models import MOST_REPS, MOST_SETS, Completion, ExerciseLog, Prescription, ReminderSetting
from programs.reminding import may_remind_at
from programs.services.logs import Entry


def efforts(target: int) -> list[tuple[str, Any]]:
    """Three words for the 0-10 scale of effort: "just right" is what was prescribed [to be confirmed]."""
    right = min(max(target, 2), 7)
    return [(str(right - 2), _("Easy")), (str(right), _("Just right")), (str(right + 3), _("Hard"))]


class LogForm(forms.Form):
    """How an occasion went. `one_tap` comes from Today's buttons, which ask for nothing more."""

    client_id = forms.UUIDField(widget=forms.HiddenInput, required=False)
    due_on = forms.DateField(widget=forms.HiddenInput)
    one_tap = forms.BooleanField(widget=forms.HiddenInput, required=False)
    completion = forms.ChoiceField(label=_("How much"), choices=Completion.choices, widget=forms.RadioSelect)
    pain = forms.TypedChoiceField(
        label=_("Strongest pain while doing it"), choices=[(str(n), str(n)) for n in range(11)],
        widget=forms.RadioSelect, coerce=int, required=False, empty_value=None,
    )  # fmt: skip
    effort = forms.TypedChoiceField(
        label=_("Effort"), widget=forms.RadioSelect, coerce=int, required=False, empty_value=None
    )
    sets_done = forms.IntegerField(label=_("Sets"), min_value=1, max_value=MOST_SETS)
    reps_done = forms.IntegerField(label=_("Times in each set"), min_value=1, max_value=MOST_REPS)
    stop_sign = forms.BooleanField(label=_("I noticed one of the signs to stop"), required=False)
    note = forms.CharField(label=_("A note for your therapist"), max_length=300, required=False)

    def __init__(
        self, *args: Any, prescription: Prescription, day: date, log: ExerciseLog | None, usual: str, **kwargs: Any
    ) -> None:
        self.prescription = prescription
        choices = efforts(prescription.effort_target)
        kwargs["initial"] = {
            "client_id": uuid.uuid4(),
            "due_on": day,
            "completion": log.completion if log else usual,
            "pain": None if log is None else log.pain,
            "effort": None if log is None else _nearest(log.effort, choices),
            "sets_done": log.sets_done if log and log.sets_done else prescription.sets,
            "reps_done": log.reps_done if log and log.reps_done else prescription.reps,
            "stop_sign": log.stop_sign if log else False,
            "note": log.note if log else "",
        }
        super().__init__(*args, **kwargs)
        self.fields["effort"].choices = choices  # type: ignore[attr-defined]  # a ChoiceField

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if given.get("one_tap") or given.get("completion") == Completion.SKIPPED:
            for name in ("sets_done", "reps_done"):  # not asked for then, or out of sight
                self.errors.pop(name, None)
            return given
        if given.get("completion") and given.get("pain") is None:
            self.add_error("pain", _("Please choose a number, 0 for no pain. It tells us whether the dose is right."))
        if {"completion", "sets_done", "reps_done"} <= set(given):
            self._check_amount(given)
        return given

    def _check_amount(self, given: dict[str, Any]) -> None:
        plan = self.prescription
        reaches_plan = given["sets_done"] >= plan.sets and given["reps_done"] >= plan.reps
        planned = {"sets": plan.sets, "reps": plan.reps}
        if given["completion"] == Completion.FULL and not reaches_plan:
            text = _now("The plan is %(sets)d sets of %(reps)d. Was it less? Then choose “Part” above.")
            self.add_error("sets_done", text % planned)
        if given["completion"] == Completion.PARTIAL and reaches_plan:
            text = _now("The plan is %(sets)d sets of %(reps)d. How much of it did you do?")
            self.add_error("sets_done", text % planned)

    def entry(self, done_at: datetime) -> Entry:
        given = self.cleaned_data
        return Entry(
            client_id=given["client_id"] or uuid.uuid4(),
            due_on=given["due_on"],
            done_at=done_at,
            completion=given["completion"],
            sets_done=given.get("sets_done") or self.prescription.sets,
            reps_done=given.get("reps_done") or self.prescription.reps,
            pain=given["pain"],
            effort=given["effort"],
            stop_sign=given["stop_sign"],
            note=given["note"],
        )


def _nearest(effort: int | None, choices: list[tuple[str, Any]]) -> str | None:
    """A log from elsewhere may hold any number of the scale."""
    return None if effort is None else min((key for key, _word in choices), key=lambda key: abs(int(key) - effort))


class ReminderForm(forms.ModelForm[ReminderSetting]):
    class Meta:
        model = ReminderSetting
        fields = ["local_time", "by_email", "in_portal", "paused"]
        labels = {
            "local_time": _("Remind me at"),
            "by_email": _("By e-mail"),
            "in_portal": _("Here, under Messages"),
            "paused": _("Pause reminders for now"),
        }
        widgets = {"local_time": forms.TimeInput(attrs={"type": "time"}, format="%H:%M")}

    def clean_local_time(self) -> Any:
        wall = self.cleaned_data["local_time"]
        if not may_remind_at(wall):
            raise ValidationError(_("Between 08:00 and 19:30, so that nobody is woken."))
        return wall

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if not (given.get("by_email") or given.get("in_portal") or given.get("paused")):
            self.add_error("in_portal", _("Choose one way at least, or pause your reminders."))
        return given
