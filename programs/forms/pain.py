from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from programs.models import PainKind, PainSide
from programs.pain.places import LEVELS, MIDDLE, MIDLINE, PLACES, Mark, Place
from programs.pain_words import PLACE_NAMES, place_choices

NO_LEVEL = ("", "–")


def _places() -> Iterator[Any]:
    yield "", _now("Choose a place")
    yield from place_choices()


def _levels() -> list[Any]:
    return [NO_LEVEL, *((PLACE_NAMES[f"back.{region}"], [(one, one) for one in LEVELS[region]]) for region in LEVELS)]


class MarkForm(forms.Form):
    """One pain at one place. The list of places does what tapping the drawing does."""

    place = forms.ChoiceField(label=_("Where"), choices=_places)
    side = forms.ChoiceField(
        label=_("Side"), choices=PainSide.choices, widget=forms.RadioSelect, required=False,
        help_text=_("The patient’s own left and right."),
    )  # fmt: skip
    kind = forms.ChoiceField(label=_("What it feels like"), choices=PainKind.choices, widget=forms.RadioSelect)
    intensity = forms.TypedChoiceField(
        label=_("How strong, 0 to 10"), choices=[(str(n), str(n)) for n in range(11)], widget=forms.RadioSelect,
        coerce=int,
    )  # fmt: skip
    both_sides = forms.BooleanField(label=_("The same on both sides"), required=False)
    upper_level = forms.ChoiceField(label=_("From level"), choices=_levels, required=False)
    lower_level = forms.ChoiceField(label=_("To level"), choices=_levels, required=False)

    @property
    def places_with_levels(self) -> str:
        """For the script that shows the levels where there are any."""
        return " ".join(place.key for place in PLACES.values() if place.levels)

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        place = PLACES.get(given.get("place", ""))
        if place is not None:
            self._check_side(place, given)
            self._check_levels(place, given)
        return given

    def _check_side(self, place: Place, given: dict[str, Any]) -> None:
        if place.sides == MIDLINE:
            given.update(side=MIDDLE, both_sides=False)
        elif given["both_sides"]:
            given["side"] = place.sides[0]
        elif given.get("side") == MIDDLE and MIDDLE not in place.sides:
            self.add_error("side", _("Left or right? This place has no middle."))
        elif not given.get("side") and "side" not in self.errors:
            self.add_error("side", _("Which side is it?"))

    def _check_levels(self, place: Place, given: dict[str, Any]) -> None:
        upper, lower = given.get("upper_level") or "", given.get("lower_level") or ""
        upper, lower = upper or lower, lower or upper
        if upper and not {upper, lower} <= set(place.levels):
            self.add_error("upper_level", _("These levels belong to another part of the spine."))
        elif upper and place.levels.index(upper) > place.levels.index(lower):
            self.add_error("lower_level", _("The upper level comes first."))
        given.update(upper_level=upper, lower_level=lower)

    def mark(self) -> Mark:
        given = self.cleaned_data
        view, region = given["place"].split(".")
        levels = (given["upper_level"], given["lower_level"]) if given["upper_level"] else ()
        return Mark(view, region, given["side"], given["kind"], given["intensity"], levels)


class OwnMarkForm(MarkForm):
    """As the patient fills it in: no levels, and "you"."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["upper_level"], self.fields["lower_level"]
        self.fields["side"].help_text = _("Your own left and right.")
