"""From the pose data of an exercise to what is drawn."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from programs.figures.build import BUILDS, Build
from programs.figures.geometry import Vec
from programs.figures.palette import SKINS
from programs.figures.skeleton import LENGTHS, SIDES, KeyPose, planted

Data = Mapping[str, Any]
TRUNK = ("spine1", "spine2", "neck")
SEGMENTS = (*TRUNK, *(f"{side}_{name}" for side in SIDES for name in LENGTHS if name not in {*TRUNK, "head"}))
ARROW_LENGTH = 22.0
HELD = {"dowel", "weight", "box"}
TOES_BENT = (15, 85)  # degrees of the foot with its toes on the floor


class PoseError(ValueError):
    """The data cannot be drawn."""


@dataclass(frozen=True, slots=True)
class Prop:
    """Heights are above the floor, `x` is the left edge. `to`: what a band pulls at, hands or hip."""

    kind: str
    x: float = 0.0
    top: float = 0.0
    width: float = 0.0
    thickness: float = 0.0
    slant: float = 0.0
    to: str = ""

    @property
    def right(self) -> float:
        return self.x + self.width


@dataclass(frozen=True, slots=True)
class ArrowHint:
    """Which joint moves, and which way. `at` is where the tail is drawn when free space does not say it well."""

    joint: str
    deg: float
    length: float
    at: Vec | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    view: str
    poses: Sequence[KeyPose]
    props: Sequence[Prop]
    focus: Sequence[str]
    arrow: ArrowHint | None
    build: Build
    skin: str
    has_mat: bool
    is_walking: bool


def read(pose: Data) -> Figure:
    """PoseError where something is missing or no number."""
    try:
        return _read(pose)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise PoseError(f"cannot be drawn: {error!r}") from error


def _read(pose: Data) -> Figure:
    props, look, is_walking = pose["props"], pose.get("look", {}), bool(pose.get("contacts_move"))
    is_holding = any(prop["type"] in HELD or prop.get("to") == "hands" for prop in props)
    poses = [_key_pose(one, is_holding) for one in pose["key_poses"]]
    if not poses or pose["view"] not in {"side", "front"} or look.get("skin", "medium") not in SKINS:
        raise ValueError("no key pose, or an unknown view or skin")
    return Figure(
        view=pose["view"],
        poses=tuple(planted(one) for one in poses) if is_walking else tuple(poses),
        props=tuple(_prop(prop) for prop in props),
        focus=tuple(pose["focus_muscles"]),
        arrow=_arrow(pose["arrow"]) if pose.get("arrow") else None,
        build=BUILDS[look.get("build", "a")],
        skin=look.get("skin", "medium"),
        has_mat=bool(pose.get("mat")),
        is_walking=is_walking,
    )


def _key_pose(data: Data, is_holding: bool) -> KeyPose:
    seg = {name: _number(data["segments"][name]) for name in SEGMENTS}
    contacts = frozenset((one["part"], one["on"]) for one in data["contacts"])
    lean = {side: float(any(part == f"{side}_hand" for part, _ in contacts)) for side in SIDES}
    return KeyPose(
        label=data["label"],
        hip=(_number(data["anchor"]["x"]), -_number(data["anchor"]["height"])),
        seg=seg,
        fore={name: _number(share) for name, share in data.get("foreshorten", {}).items()},
        contacts=contacts,
        grip={side: float(data.get("grip", {}).get(side, is_holding and not lean[side])) for side in SIDES},
        lean=lean,
        toe={side: float(data.get("toe", {}).get(side, _has_bent_toes(side, seg, contacts))) for side in SIDES},
    )


def _has_bent_toes(side: str, seg: Mapping[str, float], contacts: frozenset[tuple[str, str]]) -> bool:
    low, high = TOES_BENT
    return (f"{side}_toe", "floor") in contacts and low < seg[f"{side}_foot"] < high


def _prop(data: Data) -> Prop:
    sizes = {name: _number(data.get(name, 0)) for name in ("x", "top", "width", "thickness")}
    return Prop(data["type"], **sizes, slant=_number(data.get("slant_deg", 0)), to=data.get("to", ""))


def _arrow(data: Data) -> ArrowHint:
    at = data.get("at")
    place = (_number(at["x"]), -_number(at["height"])) if at else None
    length = _number(data.get("length", ARROW_LENGTH))
    return ArrowHint(data["from_joint"], _number(data["direction_deg"]), length, place)


def _number(value: Any) -> float:
    number = float(value)
    if not math.isfinite(number):
        raise ValueError("not a number")
    return number
