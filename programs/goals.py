"""What a goal can be about: outcome measures, and the tests of an assessment on one side."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Measure:
    """With a test the value comes from its latest result on that side, else from the measure's latest score."""

    name: str | Promise
    unit: str = ""
    higher_is_better: bool = False
    test: str = ""
    side: str = "none"

    @property
    def operator(self) -> str:
        return ">=" if self.higher_is_better else "<="


MEASURES: dict[str, Measure] = {
    "nprs_average": Measure(_("Average pain"), "/10"),
    "psfs": Measure(_("Everyday activities (PSFS)"), "/10", higher_is_better=True),
    "odi": Measure(_("Disability (ODI)"), "%"),
    "fabq_pa": Measure(_("Fear of activity (FABQ-PA)"), "/24"),
    "lunge_right": Measure(_("Lunge, right"), "cm", True, "M12", "right"),
    "lunge_left": Measure(_("Lunge, left"), "cm", True, "M12", "left"),
    "bridge_right": Measure(_("Bridge hold, right"), "s", True, "M17", "right"),
    "bridge_left": Measure(_("Bridge hold, left"), "s", True, "M17", "left"),
    "sorensen": Measure(_("Sorensen hold"), "s", True, "M18"),
}


def measure_of(key: str) -> Measure:
    """A goal keeps its key even where the list above has lost it."""
    return MEASURES.get(key) or Measure(key)
