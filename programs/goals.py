"""What a goal can be about: outcome measures, and the tests of an assessment on one side."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from programs.catalogue import test
from programs.measures import measures


@dataclass(frozen=True, slots=True)
class Target:
    """With a test the value comes from its latest result on that side, else from the measure's latest score."""

    name: str | Promise
    unit: str | Promise = ""
    higher_is_better: bool = False
    test: str = ""
    side: str = "none"

    @property
    def operator(self) -> str:
        return ">=" if self.higher_is_better else "<="


_TESTED = {
    "lunge_right": Target(_("Lunge, right"), "cm", True, "M12", "right"),
    "lunge_left": Target(_("Lunge, left"), "cm", True, "M12", "left"),
    "bridge_right": Target(_("Bridge hold, right"), "s", True, "M17", "right"),
    "bridge_left": Target(_("Bridge hold, left"), "s", True, "M17", "left"),
    "side_bridge_right": Target(_("Side bridge, right"), "s", True, "M19", "right"),
    "side_bridge_left": Target(_("Side bridge, left"), "s", True, "M19", "left"),
    "sorensen": Target(_("Sorensen hold"), "s", True, "M18"),
    "sts30": Target(_("30-second sit to stand"), _("times"), True, "M15"),
}
TARGETS: Mapping[str, Target] = {
    **{one.key: Target(one.name, one.unit, one.better == "higher") for one in measures().values() if not one.absolute},
    **_TESTED,
}

SIGNS = {">=": "≥", "<=": "≤"}


def sign_of(operator: str) -> str:
    return SIGNS.get(operator, operator)


def target_of(key: str) -> Target:
    """A goal keeps its key even where the list above has lost it."""
    return TARGETS.get(key) or Target(key)


def bounds_of(key: str) -> tuple[Decimal, Decimal] | None:
    """What the measure or the test can be at all, as the library has it. None where nobody has said."""
    about = target_of(key)
    if about.test:
        found = test(about.test).possible
        ends = None if found is None else (found[0], found[1])
    else:
        ends = (measures()[key].low, measures()[key].high) if key in measures() else None
    return None if ends is None else (Decimal(str(ends[0])), Decimal(str(ends[1])))


def way_gone(start: Decimal | None, now: Decimal | None, target: Decimal) -> float | None:
    """How much of the way from the start to the target is gone, 0 to 100. None where one end is not known."""
    if start is None or now is None:
        return None
    if start == target:
        return 100.0 if now == target else 0.0
    return min(100.0, max(0.0, float(100 * (now - start) / (target - start))))
