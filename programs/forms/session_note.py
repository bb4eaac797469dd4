"""The session's own fields: what was said, how it was before and after, and the record of the needles as a whole."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from clinics.models import Membership
from programs.forms.loose import read
from programs.forms.session_sites import NO_LEVEL
from programs.models import Aftercare, Position, Session, SkinPrep, Waveform
from programs.models.needling import Felt
from programs.session_draft import Current

LONG = 20000
LINES = {"rows": 3}


class NoteForm(forms.Form):
    version = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)
    page = forms.UUIDField(required=False, widget=forms.HiddenInput)
    subjective = forms.CharField(
        label=_("What the patient says"), required=False, widget=forms.Textarea(attrs=LINES), max_length=LONG
    )
    sign_name = forms.CharField(label=_("Comparable sign, such as bending forward"), max_length=120, required=False)
    sign_before = forms.CharField(label=_("The sign before"), max_length=60, required=False)
    sign_after = forms.CharField(label=_("The sign after"), max_length=60, required=False)
    pain_before = forms.IntegerField(label=_("Pain before, 0 to 10"), min_value=0, max_value=10, required=False)
    pain_after = forms.IntegerField(label=_("Pain after, 0 to 10"), min_value=0, max_value=10, required=False)
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 4}), max_length=LONG)
    next_time = forms.CharField(
        label=_("Next time"), required=False, widget=forms.Textarea(attrs={"rows": 2}), max_length=LONG
    )
    position = forms.ChoiceField(label=_("Position"), choices=[NO_LEVEL, *Position.choices], required=False)
    skin_prep = forms.ChoiceField(label=_("Skin cleaned with"), choices=[NO_LEVEL, *SkinPrep.choices], required=False)
    gloves = forms.BooleanField(label=_("Gloves worn"), required=False)
    hands_clean = forms.BooleanField(label=_("Hands cleaned"), required=False)
    sharps_disposed = forms.BooleanField(label=_("Sharps disposed of"), required=False)
    second_count_by_id = forms.TypedChoiceField(
        label=_("Needles also counted by"), required=False, coerce=int, empty_value=None
    )
    early_why = forms.CharField(label=_("Why the same muscle again so soon"), max_length=240, required=False)
    aftercare = forms.MultipleChoiceField(
        label=_("What to expect was explained"), choices=Aftercare.choices, required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["second_count_by_id"].choices = _colleagues  # type: ignore[attr-defined]  # a ChoiceField

    def clean_version(self) -> int:
        return self.cleaned_data["version"] or 0

    def clean_page(self) -> str:
        """A page of its own for each that was opened; what is no such name is none."""
        return str(self.cleaned_data["page"] or "")

    def session(self) -> Session:
        """As it stands on the page: what the gates read of it."""
        texts = {name: str(self[name].value() or "") for name in ("note", "position", "skin_prep", "early_why")}
        ticks = {name: bool(read(self, name, bool)) for name in ("hands_clean", "sharps_disposed")}
        return Session(**texts, **ticks, aftercare=list(self["aftercare"].value() or []))

    @property
    def tells_needling(self) -> bool:
        names = ("position", "skin_prep", "gloves", "hands_clean", "sharps_disposed", "second_count_by_id")
        return any(self[name].value() for name in names)


def _colleagues() -> list[Any]:
    members: QuerySet[Membership] = Membership.objects.active().select_related("user").order_by("user__name", "pk")
    return [NO_LEVEL, *((one.user_id, str(one.user)) for one in members)]


class CurrentForm(forms.Form):
    """Electrical stimulation, if any: all of it or nothing."""

    waveform = forms.ChoiceField(
        label=_("Waveform"), choices=[("", _("No current")), *Waveform.choices], required=False
    )
    frequency_hz = forms.IntegerField(label=_("Frequency, Hz"), min_value=1, max_value=150, required=False)
    pulse_us = forms.IntegerField(label=_("Pulse, µs"), min_value=20, max_value=1000, required=False)
    felt = forms.ChoiceField(label=_("Intensity"), choices=[NO_LEVEL, *Felt.choices], required=False)
    current_ma = forms.DecimalField(
        label=_("Current, mA"), min_value=0.1, max_value=100, decimal_places=1, max_digits=4, required=False
    )
    minutes = forms.IntegerField(label=_("Minutes"), min_value=1, max_value=60, required=False)
    pairs = forms.CharField(label=_("Needles joined"), max_length=80, required=False)

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if given.get("waveform"):
            for name in ("frequency_hz", "felt", "minutes"):
                if name in given and not given[name]:
                    self.add_error(name, _("This belongs to it."))
        return given

    @property
    def is_used(self) -> bool:
        return bool(self["waveform"].value())

    def current(self) -> Current | None:
        return Current(**self.cleaned_data) if self.cleaned_data.get("waveform") else None
