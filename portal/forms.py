import uuid
from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from programs.models import Completion, ExerciseLog, Prescription, ReminderSetting
from programs.reminding import may_remind_at
from programs.services.logs import Entry

EFFORTS = [("2", _("Easy")), ("4", _("Just right")), ("8", _("Hard"))]  # on the 0-10 scale of effort


class LogForm(forms.Form):
    client_id = forms.UUIDField(widget=forms.HiddenInput, required=False)
    due_on = forms.DateField(widget=forms.HiddenInput)
    completion = forms.ChoiceField(label=_("How much"), choices=Completion.choices, widget=forms.RadioSelect)
    pain = forms.TypedChoiceField(
        label=_("Strongest pain while doing it"), choices=[(str(n), str(n)) for n in range(11)],
        widget=forms.RadioSelect, coerce=int, required=False, empty_value=None,
    )  # fmt: skip
    effort = forms.TypedChoiceField(
        label=_("Effort"), choices=EFFORTS, widget=forms.RadioSelect, coerce=int, required=False, empty_value=None
    )
    sets_done = forms.IntegerField(label=_("Sets"), min_value=1, max_value=20, required=False)
    reps_done = forms.IntegerField(label=_("Repetitions in each set"), min_value=1, max_value=200, required=False)
    note = forms.CharField(label=_("A note for your therapist"), max_length=300, required=False)

    def __init__(
        self, *args: Any, prescription: Prescription, day: date, log: ExerciseLog | None, usual: str, **kwargs: Any
    ) -> None:
        self.prescription = prescription
        kwargs["initial"] = {
            "client_id": uuid.uuid4(),
            "due_on": day,
            "completion": log.completion if log else usual,
            "pain": None if log is None else log.pain,
            "effort": None if log is None else log.effort,
            "sets_done": log.sets_done if log and log.sets_done else prescription.sets,
            "reps_done": log.reps_done if log and log.reps_done else prescription.reps,
            "note": log.note if log else "",
        }
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if given.get("completion") not in {None, Completion.SKIPPED} and given.get("pain") is None:
            self.add_error("pain", _("Please choose a number, 0 for no pain. It tells us whether the dose is right."))
        return given

    def entry(self, done_at: datetime) -> Entry:
        given = self.cleaned_data
        return Entry(
            client_id=given["client_id"] or uuid.uuid4(),
            due_on=given["due_on"],
            done_at=done_at,
            completion=given["completion"],
            sets_done=given["sets_done"] or self.prescription.sets,
            reps_done=given["reps_done"] or self.prescription.reps,
            pain=given["pain"],
            effort=given["effort"],
            note=given["note"],
        )


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
