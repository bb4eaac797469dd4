"""Words and glyphs for the keys of the clinical content."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import template
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from programs import catalogue
from programs.change import Change
from programs.measures import Measure
from programs.models import (
    Concern,
    Exercise,
    Factor,
    InterventionKind,
    NeedlingSite,
    Prescription,
    Side,
    Suggestion,
    TestKind,
)
from programs.outcomes import Outcome
from programs.pictures import version_of
from programs.precautions import Caution
from programs.reasoning import SideState, State
from programs.retest import Moved, Standstill
from programs.sentences import amount, reasons
from programs.support import lacking
from programs.words import (
    ANSWERS,
    CHANGES,
    EFFECTS,
    JUDGED,
    MOVED,
    OUTCOMES,
    REGIONS,
    SIDE_STATES,
    STANDSTILLS,
    TREATMENTS,
)

register = template.Library()

SIDES: Mapping[Side, Any] = {
    Side.BOTH: gettext_lazy(", on each side"),
    Side.LEFT: gettext_lazy(", on the left"),
    Side.RIGHT: gettext_lazy(", on the right"),
}

ICONS = {
    InterventionKind.ASSESSMENT: "rotate-ccw",
    InterventionKind.EXERCISE: "dumbbell",
    InterventionKind.NEEDLING: "pin",
    InterventionKind.MANUAL: "hand",
    InterventionKind.EDUCATION: "brain",
}


@register.filter
def region(key: str) -> str:
    return str(REGIONS.get(key, key))


@register.filter
def code(test: str) -> str:
    """The number of a test that somebody examines: M12. What is asked has none, only a name."""
    known = catalogue.known_test(test)
    return "" if known and known.kind == TestKind.ASKED else test


@register.filter
def codes(tests: Iterable[str]) -> str:
    """M12, own fear of movement: what has no number by its name."""
    return ", ".join(code(key) or catalogue.test(key).name for key in tests)


@register.filter
def listed(things: Iterable[object]) -> str:
    """3, 6 and 9."""
    return get_text_list([str(one) for one in things], _("and"))


@register.filter
def changed(change: Change) -> str:
    return str(CHANGES[change])


@register.filter
def moved(state: Moved) -> str:
    return str(MOVED[state])


@register.filter
def judged(state: State) -> str:
    return str(JUDGED[state])


@register.filter
def side_judged(state: SideState) -> str:
    return str(SIDE_STATES[state])


@register.filter
def standstill(found: Standstill) -> str:
    return str(STANDSTILLS[found])


@register.filter
def outcome(key: str) -> str:
    return str(OUTCOMES[Outcome(key)]).capitalize()


@register.filter
def effects(caution: Caution) -> str:
    """Needling: only with your reasoning. Electrical stimulation: not for this patient."""
    return " ".join(f"{TREATMENTS[what]}: {EFFECTS[effect]}." for what, effect in caution.effects)


@register.filter
def gained(value: float, unit: str) -> str:
    """+2 cm, -3.5°: with its sign, and better is plus."""
    return f"{'+' if value > 0 else '−' if value < 0 else '±'}{amount(abs(value), unit)}"


@register.filter
def with_unit(value: float, unit: str) -> str:
    return amount(value, unit)


@register.filter
def kind_icon(kind: str) -> str:
    return ICONS.get(InterventionKind(kind), "info")


@register.filter
def muscle(key: str) -> str:
    return catalogue.muscle(key).name


@register.filter
def technique(key: str) -> str:
    return catalogue.technique(key).name


@register.filter
def site(needled: NeedlingSite) -> str:
    """Right lumbar multifidus L5."""
    name = catalogue.muscle(needled.muscle).name
    sided = {Side.LEFT: _("Left %(muscle)s"), Side.RIGHT: _("Right %(muscle)s")}.get(Side(needled.side), "%(muscle)s")
    return f"{sided % {'muscle': name[:1].lower() + name[1:]}} {needled.level}".strip()


@register.filter
def site_so_far(needled: NeedlingSite) -> str:
    """The same of a row in which something may not be chosen yet."""
    if catalogue.known_muscle(needled.muscle) is None or needled.side not in Side.values:
        return _("muscle and side not chosen yet")
    return site(needled)


register.filter("reasons", reasons)


@register.filter
def dated(because: Sequence[Mapping[str, Any]], tested: Mapping[str, date]) -> list[tuple[str, date | None]]:
    """Each reason with the day on which its test was taken last."""
    return [(text, tested.get(one["test"])) for text, one in zip(reasons(because), because, strict=True)]


@register.filter
def not_yet(factor: Factor) -> str:
    """Why a possible factor is not supported; nothing for the others."""
    if factor.suggestion != Suggestion.POSSIBLE:
        return ""
    found = lacking(factor.evidence, (*factor.kind.core, *factor.kind.extra))
    if found.second:
        said = _("Not supported yet: one test is outside, and it takes two, at least one of them a measured number.")
    else:
        said = _("Not supported yet: none of the tests that are outside is a measured number.")
    return f"{said} {_could_be(found.measured)}".strip()


@register.filter
def would_tell(factor: Factor) -> str:
    """The tests that decide on it: M12 Weight-bearing lunge, own fear of movement."""
    known = {key: catalogue.known_test(key) for key in factor.kind.core}
    return ", ".join(f"{code(key)} {one.name}".strip() if one else key for key, one in known.items())


def _could_be(measured: Sequence[str]) -> str:
    return _("Measured ones are: %(tests)s.") % {"tests": ", ".join(measured)} if measured else ""


@register.filter
def figure(value: Decimal | None) -> str:
    """7.00 -> 7, 10.50 -> 10.5."""
    return "–" if value is None else f"{value.normalize():f}"


@register.filter
def score(value: Decimal, measure: Measure) -> str:
    """What is a change by itself keeps its sign: +5, −2."""
    return gained(float(value), "") if measure.absolute and value else figure(value)


@register.filter
def answer(value: str) -> str:
    """+ and numbers stay what they are."""
    return value if value in {"+", "-"} else str(ANSWERS.get(value, value))


@register.filter
def dose(prescription: Prescription) -> str:
    """2 × 5 × 5 s, each side."""
    parts = f"{prescription.sets} × {prescription.reps}"
    if prescription.hold_seconds:
        parts += f" × {prescription.hold_seconds} s"
    if prescription.tempo:
        parts += _(", tempo %(tempo)s") % {"tempo": prescription.tempo}
    return parts + (_(", each side") if prescription.side == Side.BOTH else "")


@register.filter
def plain_dose(prescription: Prescription) -> str:
    """2 rounds of 5, hold 5 seconds, on each side: for patients."""
    said = {"sets": prescription.sets, "reps": prescription.reps}
    parts = ngettext("1 round of %(reps)s", "%(sets)s rounds of %(reps)s", prescription.sets) % said
    if prescription.hold_seconds:
        hold = ngettext("hold 1 second", "hold %(held)s seconds", prescription.hold_seconds)
        parts += f", {hold % {'held': prescription.hold_seconds}}"
    return f"{parts}{SIDES.get(Side(prescription.side), '')}"


@register.filter
def days(prescription: Prescription) -> str:
    """Mon, Wed, Fri."""
    return ", ".join(str(WEEKDAYS_ABBR[day - 1]) for day in prescription.weekdays)


@register.filter
def pose_version(exercise: Exercise) -> str:
    return version_of(exercise)


@register.filter
def concern_name(concern: str) -> str:
    return str(Concern(concern).label)
