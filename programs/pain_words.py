"""Places, pains and their changes in plain words: the same for patients and for staff."""

from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from programs.models import PainKind, PainSide
from programs.pain.compare import Difference
from programs.pain.drawing import Letters
from programs.pain.places import BACK, FRONT, MIDLINE, PLACES, VIEWS, Mark

VIEW_NAMES: dict[str, Promise] = {FRONT: _("Front"), BACK: _("Back")}
PLACE_NAMES: dict[str, Promise] = {
    "front.head": _("Head and face"),
    "front.neck": _("Front of the neck"),
    "front.shoulder_top": _("Between neck and shoulder, front"),
    "front.shoulder": _("Front of the shoulder"),
    "front.upper_arm": _("Front of the upper arm"),
    "front.elbow": _("Inside of the elbow"),
    "front.forearm": _("Forearm, palm side"),
    "front.wrist": _("Wrist, palm side"),
    "front.hand": _("Palm and fingers"),
    "front.chest": _("Chest"),
    "front.abdomen": _("Belly"),
    "front.flank": _("Side of the belly"),
    "front.hip": _("Hip, front and side"),
    "front.groin": _("Groin"),
    "front.thigh": _("Front of the thigh"),
    "front.inner_thigh": _("Inside of the thigh"),
    "front.knee": _("Front of the knee"),
    "front.lower_leg": _("Shin"),
    "front.ankle": _("Front of the ankle"),
    "front.foot": _("Top of the foot"),
    "back.head": _("Back of the head"),
    "back.neck": _("Neck"),
    "back.shoulder_top": _("Between neck and shoulder"),
    "back.shoulder": _("Back of the shoulder"),
    "back.upper_arm": _("Back of the upper arm"),
    "back.elbow": _("Elbow"),
    "back.forearm": _("Forearm, back"),
    "back.wrist": _("Wrist, back"),
    "back.hand": _("Back of the hand"),
    "back.upper_back": _("Upper back"),
    "back.low_back": _("Low back"),
    "back.sacroiliac": _("Low on the back, beside the tailbone"),
    "back.tailbone": _("Tailbone"),
    "back.hip": _("Hip, back and side"),
    "back.buttock": _("Buttock"),
    "back.thigh": _("Back of the thigh"),
    "back.knee": _("Hollow of the knee"),
    "back.lower_leg": _("Calf"),
    "back.ankle": _("Back of the ankle"),
    "back.foot": _("Heel and sole"),
}


def letters() -> Letters:
    return Letters(
        right=_now("R"), left=_now("L"), views={view: str(name) for view, name in VIEW_NAMES.items()}
    )  # fmt: skip


def place_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """For a select, the back first: that is where most of it is."""
    return [
        (str(VIEW_NAMES[view]), [(key, str(PLACE_NAMES[key])) for key in PLACES if PLACES[key].view == view])
        for view in reversed(VIEWS)
    ]


def sided(view: str, region: str, side: str) -> str:
    """ "Low back, right"; what lies on the middle only needs no side."""
    key = f"{view}.{region}"
    name = str(PLACE_NAMES[key])
    if PLACES[key].sides == MIDLINE:
        return name
    return _now("%(place)s, %(side)s") % {"place": name, "side": PainSide(side).label}


def place_of(mark: Mark) -> str:
    """ "Low back, right, L4–S1"."""
    levels = "–".join(dict.fromkeys(mark.levels))
    return ", ".join(part for part in (sided(*mark.where), levels) if part)


def kind_of(mark: Mark) -> str:
    return str(PainKind(mark.kind).label)


def in_words(mark: Mark) -> str:
    """ "Low back, right: aching, 6 of 10"."""
    return _now("%(place)s: %(kind)s, %(intensity)d of 10") % {
        "place": place_of(mark), "kind": kind_of(mark), "intensity": mark.intensity,
    }  # fmt: skip


def map_in_words(marks: Sequence[Mark]) -> str:
    """What a drawing says to whoever cannot see it."""
    if not marks:
        return _now("Body chart. Nothing is marked.")
    return _now("Body chart. %(marks)s.") % {"marks": "; ".join(in_words(one) for one in marks)}


def difference_of(one: Difference) -> str:
    """ "2 points less: a clear change". Within two points it comes and goes from day to day."""
    if one.state in {"new", "gone"}:
        return {"new": _now("New"), "gone": _now("Gone")}[one.state]
    if not one.steps:
        return _now("The same")
    points = abs(one.steps)
    less = ngettext("%(n)d point less", "%(n)d points less", points) % {"n": points}
    more = ngettext("%(n)d point more", "%(n)d points more", points) % {"n": points}
    moved = less if one.steps > 0 else more
    if one.state == "no_real_change":
        return _now("%(moved)s: no clear change") % {"moved": capfirst(moved)}
    return _now("%(moved)s: a clear change") % {"moved": capfirst(moved)}
