"""Forward kinematics, two-bone inverse kinematics and tweening.

Angles are degrees, clockwise on screen: 0 forward (right), 90 down.
Screen space: x to the right, y DOWN, floor at y = 0 (height h is y = -h).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

Vec = tuple[float, float]
Joints = dict[str, Vec]

LENGTHS: dict[str, float] = {
    "spine1": 24,
    "spine2": 30,
    "neck": 9,
    "head": 10.5,
    "upper_arm": 31,
    "forearm": 27,
    "hand": 7,
    "thigh": 45,
    "shank": 44,
    "foot": 15,
}
SHOULDER_ON_SPINE2 = 0.86
SIDES = ("near", "far")


@dataclass(frozen=True)
class Pose:
    """One key pose: where the hip is, the direction of every segment, what touches what."""

    label: str
    hip: Vec
    seg: Mapping[str, float]
    fore: Mapping[str, float] = field(default_factory=dict)
    contacts: frozenset[tuple[str, str]] = frozenset()
    grip: Mapping[str, float] = field(default_factory=dict)  # 0 open hand, 1 fist
    lean: Mapping[str, float] = field(default_factory=dict)  # 1 hand flat on something
    toe: Mapping[str, float] = field(default_factory=dict)  # 1 toes bent flat on the floor

    def touching(self, part: str) -> bool:
        return any(p == part for p, _ in self.contacts)


@dataclass(frozen=True)
class Exercise:
    key: str
    name: str
    alt: str
    view: str
    poses: tuple[Pose, ...]
    props: tuple[Mapping[str, Any], ...]
    focus: tuple[str, ...]
    arrow: Mapping[str, Any] | None
    mat: bool = False
    walking: bool = False


def load_exercise(item: Mapping[str, Any]) -> Exercise:
    """Read one item of exercises.json."""
    p = item["pose"]
    held = any(q.get("type") in ("dowel", "weight", "box") or q.get("to") == "hands" for q in p["props"])
    poses = []
    for k in p["key_poses"]:
        contacts = frozenset((c["part"], c["on"]) for c in k["contacts"])
        lean = {s: float(any(q == f"{s}_hand" for q, _ in contacts)) for s in SIDES}
        grip = {s: float(k.get("grip", {}).get(s, held and not lean[s])) for s in SIDES}
        toe = {s: float((f"{s}_toe", "floor") in contacts and 15 < k["segments"][f"{s}_foot"] < 85) for s in SIDES}
        a = k["anchor"]
        poses.append(
            Pose(
                k["label"],
                (float(a["x"]), -float(a["height"])),
                dict(k["segments"]),
                dict(k.get("foreshorten", {})),
                contacts,
                grip,
                lean,
                toe,
            )
        )
    mat = "mat" in item.get("equipment", []) or p.get("mat", False)
    if p.get("contacts_move"):
        poses = [plant(q) for q in poses]
    return Exercise(
        item["key"],
        item["name"],
        item["alt_text"],
        p["view"],
        tuple(poses),
        tuple(p["props"]),
        tuple(p["focus_muscles"]),
        p.get("arrow"),
        mat,
        bool(p.get("contacts_move")),
    )


def go(p: Vec, deg: float, length: float) -> Vec:
    r = math.radians(deg)
    return (p[0] + length * math.cos(r), p[1] + length * math.sin(r))


def mix(a: Vec, b: Vec, t: float) -> Vec:
    return (a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t)


def turn(a: float, b: float) -> float:
    """Signed shortest turn from direction a to direction b, -180..180."""
    return (b - a + 180) % 360 - 180


def direction(a: Vec, b: Vec) -> float:
    return math.degrees(math.atan2(b[1] - a[1], b[0] - a[0]))


BALL = (11.5, 6.3)  # ball of the shoe in the frame of the foot


def ball_of_foot(ankle: Vec, foot: float) -> Vec:
    return go(go(ankle, foot, BALL[0]), foot + 90, BALL[1])


def ik(root: Vec, target: Vec, l1: float, l2: float, bend: int) -> tuple[float, float]:
    """Directions of two bones from root to target; bend +1 / -1 picks the side of the joint."""
    dist = max(abs(l1 - l2) + 1e-3, min(math.dist(root, target), l1 + l2 - 1e-3))
    base = direction(root, target)
    c = (l1 * l1 + dist * dist - l2 * l2) / (2 * l1 * dist)
    a1 = base + bend * math.degrees(math.acos(max(-1.0, min(1.0, c))))
    joint = go(root, a1, l1)
    return a1, direction(joint, go(root, base, dist))


def bone(pose: Pose, name: str) -> float:
    return LENGTHS[name.split("_", 1)[-1] if name.startswith(SIDES) else name] * pose.fore.get(name, 1.0)


def fk(pose: Pose) -> Joints:
    """All joint positions of a pose."""
    s, j = pose.seg, {"hip": pose.hip}
    j["mid"] = go(j["hip"], s["spine1"], bone(pose, "spine1"))
    j["chest"] = go(j["mid"], s["spine2"], bone(pose, "spine2"))
    j["neck"] = go(j["chest"], s["neck"], bone(pose, "neck"))
    j["head"] = go(j["neck"], s["neck"], LENGTHS["head"])
    shoulder = mix(j["mid"], j["chest"], SHOULDER_ON_SPINE2)
    for side in SIDES:
        chain = (
            ("shoulder", "upper_arm", "elbow"),
            ("elbow", "forearm", "wrist"),
            ("wrist", "hand", "hand"),
            ("hip", "thigh", "knee"),
            ("knee", "shank", "ankle"),
            ("ankle", "foot", "toe"),
        )
        j[f"{side}_shoulder"], j[f"{side}_hip"] = shoulder, j["hip"]
        for a, seg, b in chain:
            name = f"{side}_{seg}"
            j[f"{side}_{b}"] = go(j[f"{side}_{a}"], s[name], bone(pose, name))
    return j


def _blend(a: Mapping[str, float], b: Mapping[str, float], t: float, default: float) -> dict[str, float]:
    return {k: a.get(k, default) + (b.get(k, default) - a.get(k, default)) * t for k in {*a, *b}}


def between(p: Pose, q: Pose, t: float, walking: bool = False) -> Pose:
    """Pose at t (0..1) from p to q. Angles turn the short way round; shared contacts stay where they are."""
    if t <= 0 or t >= 1:
        return q if t >= 1 else p
    seg = {k: v + turn(v, q.seg[k]) * t for k, v in p.seg.items()}
    both = frozenset(c for c in p.contacts if c in q.contacts)
    pose = Pose(
        p.label,
        mix(p.hip, q.hip, t),
        seg,
        _blend(p.fore, q.fore, t, 1.0),
        both,
        _blend(p.grip, q.grip, t, 0.0),
        _blend(p.lean, q.lean, t, 0.0),
        _blend(p.toe, q.toe, t, 0.0),
    )
    if walking:
        return plant(pose)
    jp, jq = fk(p), fk(q)
    knee = next((s for s in SIDES if (f"{s}_knee", "floor") in both), None)
    if knee:  # kneeling: the knee is the pivot, the hip travels round it
        a = mix(jp[f"{knee}_knee"], jq[f"{knee}_knee"], t)
        hip = go(a, seg[f"{knee}_thigh"] + 180, bone(pose, f"{knee}_thigh"))
        pose = Pose(pose.label, hip, seg, pose.fore, both, pose.grip, pose.lean, pose.toe)
    j = fk(pose)
    for s in SIDES:
        parts = {c for c, _ in both}
        if f"{s}_foot" in parts or (f"{s}_toe" in parts and f"{s}_knee" not in parts):
            if f"{s}_foot" in parts:
                target = mix(jp[f"{s}_ankle"], jq[f"{s}_ankle"], t)
            else:
                ball = mix(*(ball_of_foot(j0[f"{s}_ankle"], x.seg[f"{s}_foot"]) for j0, x in ((jp, p), (jq, q))), t)
                off = ball_of_foot((0, 0), seg[f"{s}_foot"])
                target = (ball[0] - off[0], ball[1] - off[1])
            seg[f"{s}_thigh"], seg[f"{s}_shank"] = ik(
                j[f"{s}_hip"], target, bone(pose, f"{s}_thigh"), bone(pose, f"{s}_shank"), -1
            )
        if f"{s}_hand" in parts:
            target = mix(jp[f"{s}_wrist"], jq[f"{s}_wrist"], t)
            side = sum(turn(x.seg[f"{s}_upper_arm"], x.seg[f"{s}_forearm"]) for x in (p, q))
            seg[f"{s}_upper_arm"], seg[f"{s}_forearm"] = ik(
                j[f"{s}_shoulder"],
                target,
                bone(pose, f"{s}_upper_arm"),
                bone(pose, f"{s}_forearm"),
                1 if side < 0 else -1,
            )
    return pose


def ease(t: float) -> float:
    return t * t * t * (t * (6 * t - 15) + 10)


def plant(p: Pose) -> Pose:
    """Move the whole figure up or down until the lower shoe stands on the floor."""
    low = -999.0
    for s in SIDES:
        ankle, foot = fk(p)[f"{s}_ankle"], p.seg[f"{s}_foot"]
        low = max(low, ball_of_foot(ankle, foot)[1], go(go(ankle, foot, -6.6), foot + 90, 6.3)[1])
        if not p.toe.get(s):
            low = max(low, go(go(ankle, foot, 18.5), foot + 90, 6.0)[1])
    return replace(p, hip=(p.hip[0], p.hip[1] - low))


def frames(poses: Sequence[Pose], steps: int, walking: bool = False) -> list[Pose]:
    """Key poses with eased in-betweens, first to last."""
    out = [poses[0]]
    for a, b in zip(poses, poses[1:]):
        out += [between(a, b, ease(i / steps), walking) for i in range(1, steps + 1)]
    return out
