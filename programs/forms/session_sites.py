"""One needling site of a session's page."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from clinics.forms.rows import whole
from programs import catalogue
from programs.forms.loose import read
from programs.models import Depth, NeedlingSite, NeedlingTechnique, Side, Twitch
from programs.needle_points import is_on_the_figure
from programs.pain.places import VIEWS
from programs.session_draft import Site
from programs.words import REGIONS

MOST_NEEDLES = 30
DIAMETERS = ("0.16", "0.18", "0.20", "0.22", "0.25", "0.30", "0.35")  # mm; content: 0.16 to 0.35
LENGTHS = (13, 15, 25, 30, 40, 50, 60, 75, 100)  # mm; content: 13 to 100
NO_CHOICE = ("", _("Choose"))
NO_LEVEL = ("", "–")
LEVELS = tuple(f"{part}{n}" for part, last in (("C", 7), ("T", 12), ("L", 5), ("S", 1)) for n in range(1, last + 1))
COPIED = ("side", "diameter_mm", "length_mm", "technique", "brand", "lot", "expires_on", "depth", "dwell_s")


def muscle_choices() -> list[Any]:
    grouped: dict[str, list[tuple[str, str]]] = {}
    for muscle in catalogue.muscles():
        grouped.setdefault(muscle.region, []).append((muscle.key, muscle.name))
    return [NO_CHOICE, *((REGIONS.get(region, region), names) for region, names in grouped.items())]


class SiteForm(forms.Form):
    muscle = forms.ChoiceField(label=_("Muscle"))
    level = forms.ChoiceField(label=_("Level"), choices=[NO_LEVEL, *((one, one) for one in LEVELS)], required=False)
    side = forms.ChoiceField(label=_("Side"), choices=[NO_CHOICE, *Side.choices[:2]])
    diameter_mm = forms.TypedChoiceField(
        label=_("Diameter, mm"), choices=[(one, one) for one in DIAMETERS], coerce=Decimal, initial="0.30"
    )
    length_mm = forms.TypedChoiceField(
        label=_("Length, mm"), choices=[(one, str(one)) for one in LENGTHS], coerce=int, initial=50
    )
    technique = forms.ChoiceField(
        label=_("Technique"), choices=NeedlingTechnique.choices, initial=NeedlingTechnique.STATIC
    )
    needles_in = forms.IntegerField(label=_("In"), min_value=1, max_value=MOST_NEEDLES, initial=1)
    needles_out = forms.IntegerField(label=_("Out"), min_value=0, max_value=MOST_NEEDLES, initial=0)
    lot = forms.CharField(label=_("Lot"), max_length=40, required=False)
    expires_on = forms.DateField(
        label=_("Use by"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    brand = forms.CharField(label=_("Brand"), max_length=40, required=False)
    depth = forms.ChoiceField(label=_("Depth"), choices=[NO_LEVEL, *Depth.choices], required=False)
    depth_mm = forms.IntegerField(label=_("Depth, mm"), min_value=1, max_value=125, required=False)
    dwell_s = forms.IntegerField(label=_("Left in, seconds"), min_value=0, max_value=3600, required=False)
    twitch = forms.ChoiceField(label=_("Twitch"), choices=[NO_LEVEL, *Twitch.choices], required=False)
    pain = forms.IntegerField(label=_("Pain during, 0 to 10"), min_value=0, max_value=10, required=False)
    referred = forms.BooleanField(label=_("Pain felt elsewhere"), required=False)
    with_current = forms.BooleanField(label=_("With current"), required=False)
    safety = forms.CharField(label=_("How it was kept safe"), max_length=160, required=False)
    response = forms.CharField(label=_("Response"), max_length=120, required=False)
    view = forms.ChoiceField(
        choices=[("", ""), *((one, one) for one in VIEWS)], required=False, widget=forms.HiddenInput
    )
    x = forms.IntegerField(min_value=0, max_value=1000, required=False, widget=forms.HiddenInput)
    y = forms.IntegerField(min_value=0, max_value=1000, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["muscle"].choices = muscle_choices()  # type: ignore[attr-defined]  # a ChoiceField

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        muscle = catalogue.muscle(given["muscle"]) if "muscle" in given else None
        if muscle:
            self._fits(muscle)
        if given.get("needles_out", 0) > given.get("needles_in", MOST_NEEDLES):
            self.add_error("needles_out", _("No more needles can come out than went in."))
        if (given.get("depth_mm") or 0) > given.get("length_mm", 125):
            self.add_error("depth_mm", _("No deeper than the needle is long."))
        self._point()
        return given

    def _fits(self, muscle: catalogue.Muscle) -> None:
        given = self.cleaned_data
        if not muscle.level_required:
            given["level"] = ""
        elif given.get("level") not in muscle.levels:
            self.add_error("level", _("This muscle needs a level: %(levels)s.") % {"levels": ", ".join(muscle.levels)})
        longest = muscle.longest(given.get("level", ""))
        if longest and given.get("length_mm", 0) > longest:
            self.add_error(
                "length_mm", _("At most %(mm)s mm here: take a shorter needle or another place.") % {"mm": longest}
            )

    def _point(self) -> None:
        """Not placed by hand: the drawing knows where the muscle is."""
        given = self.cleaned_data
        view, x, y = given.get("view"), given.get("x"), given.get("y")
        if not view or x is None or y is None:
            given |= {"view": "", "x": None, "y": None}
        elif not is_on_the_figure(view, x, y):
            self.add_error(None, _("This point lies outside the figure. Tap on the body."))

    @property
    def still_in(self) -> bool:
        """Also where the counts cannot be right: only a site counted in and out in full is out."""
        counted = self._whole("needles_in")
        return counted < 1 or counted != self._whole("needles_out")

    @property
    def chosen(self) -> catalogue.Muscle | None:
        return catalogue.known_muscle(str(self["muscle"].value() or ""))

    def guards(self) -> list[str]:
        """What to mind at the place that stands in the row, saved or not."""
        muscle, level = self.chosen, str(self["level"].value() or "")
        if muscle is None:
            return []
        longest = muscle.longest(level)
        return [*muscle.guards(level), *([_now("At most %(mm)s mm long here.") % {"mm": longest}] if longest else [])]

    @property
    def tells_more(self) -> bool:
        """Something stands in the fields that are folded away, or needs a look there."""
        names = ("brand", "depth", "depth_mm", "dwell_s", "pain", "referred", "with_current", "response")
        return any(self[name].value() or self[name].errors for name in names)

    def row(self) -> NeedlingSite:
        """As it stands on the page. What cannot be read is not said."""
        texts = {name: str(self[name].value() or "") for name in ("muscle", "level", "side", "lot", "safety", "view")}
        placed = {name: read(self, name, int) for name in ("x", "y")}
        return NeedlingSite(
            **texts,
            **placed,
            expires_on=read(self, "expires_on", date),
            with_current=bool(read(self, "with_current", bool)),
            needles_in=self._whole("needles_in"),
            needles_out=self._whole("needles_out"),
        )

    def site(self) -> Site:
        return Site(**self.cleaned_data)

    def _whole(self, name: str) -> int:
        return whole(str(self[name].value() or ""), MOST_NEEDLES)
