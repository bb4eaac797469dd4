"""In-betweens: angles turn the short way round, and what touches in both key poses stays where it is."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from programs.figures.geometry import Vec, go, mix, turn
from programs.figures.skeleton import (
    BALL,
    ELBOW,
    KNEE,
    SIDES,
    KeyPose,
    bone,
    on_foot,
    planted,
    reach,
    side_joints,
)


def frames(poses: Sequence[KeyPose], steps: int) -> list[KeyPose]:
    """First to last, eased, with the key poses among them."""
    tweened = [poses[0]]
    for start, end in pairwise(poses):
        tweened += [between(start, end, ease(step / steps)) for step in range(1, steps + 1)]
    return tweened


def stride(poses: Sequence[KeyPose], steps: int) -> list[KeyPose]:
    """Walking on the spot: the steps of one leg, then the same of the other, and back at the first frame."""
    keys = [*poses, *(swapped(pose) for pose in poses), poses[0]]
    walked = [planted(keys[0])]
    for start, end in pairwise(keys):
        walked += [planted(_blend(start, end, step / steps)) for step in range(1, steps + 1)]
    return walked


def swapped(pose: KeyPose) -> KeyPose:
    """Near and far change places."""
    return replace(
        pose,
        seg=_swap(pose.seg),
        fore=_swap(pose.fore),
        contacts=frozenset((_other(part), on) for part, on in pose.contacts),
        grip=_swap(pose.grip),
        lean=_swap(pose.lean),
        toe=_swap(pose.toe),
    )


def _swap(values: Mapping[str, float]) -> dict[str, float]:
    return {_other(name): value for name, value in values.items()}


def _other(name: str) -> str:
    if name.startswith("near"):
        return "far" + name.removeprefix("near")
    return "near" + name.removeprefix("far") if name.startswith("far") else name


def ease(t: float) -> float:
    """Slow, fast, slow: no jerk at either end."""
    return t * t * t * (t * (6 * t - 15) + 10)


def between(start: KeyPose, end: KeyPose, t: float) -> KeyPose:
    if t <= 0 or t >= 1:
        return end if t >= 1 else start
    pose = _round_the_knee(_blend(start, end, t), start, end, t)
    for side in SIDES:
        pose = _hold_foot(pose, side, start, end, t)
        pose = _hold_hand(pose, side, start, end, t)
    return pose


def _blend(start: KeyPose, end: KeyPose, t: float) -> KeyPose:
    return KeyPose(
        label=start.label,
        hip=mix(start.hip, end.hip, t),
        seg={name: deg + turn(deg, end.seg[name]) * t for name, deg in start.seg.items()},
        fore=_numbers(start.fore, end.fore, t, 1.0),
        contacts=start.contacts & end.contacts,
        grip=_numbers(start.grip, end.grip, t, 0.0),
        lean=_numbers(start.lean, end.lean, t, 0.0),
        toe=_numbers(start.toe, end.toe, t, 0.0),
    )


def _numbers(a: Mapping[str, float], b: Mapping[str, float], t: float, default: float) -> dict[str, float]:
    return {name: a.get(name, default) + (b.get(name, default) - a.get(name, default)) * t for name in {*a, *b}}


def _parts(pose: KeyPose) -> set[str]:
    return {part for part, _ in pose.contacts}


def _moved(joint: str, start: KeyPose, end: KeyPose, t: float) -> Vec:
    return mix(side_joints(start)[joint], side_joints(end)[joint], t)


def _round_the_knee(pose: KeyPose, start: KeyPose, end: KeyPose, t: float) -> KeyPose:
    """Kneeling: the knee is the pivot, and the hip travels round it."""
    side = next((one for one in SIDES if (f"{one}_knee", "floor") in pose.contacts), None)
    if side is None:
        return pose
    knee, thigh = _moved(f"{side}_knee", start, end, t), f"{side}_thigh"
    return replace(pose, hip=go(knee, pose.seg[thigh] + 180, bone(pose, thigh)))


def _hold_foot(pose: KeyPose, side: str, start: KeyPose, end: KeyPose, t: float) -> KeyPose:
    parts = _parts(pose)
    if f"{side}_foot" in parts:
        target = _moved(f"{side}_ankle", start, end, t)
    elif f"{side}_toe" in parts and f"{side}_knee" not in parts:
        target = _over_the_ball(pose, side, start, end, t)
    else:
        return pose
    return reach(pose, side, ("thigh", "shank"), pose.hip, target, KNEE)


def _over_the_ball(pose: KeyPose, side: str, start: KeyPose, end: KeyPose, t: float) -> Vec:
    """The ankle turns round the ball of the foot, which stays."""
    foot = f"{side}_foot"
    balls = [on_foot(side_joints(one)[f"{side}_ankle"], one.seg[foot], BALL) for one in (start, end)]
    ball, offset = mix(balls[0], balls[1], t), on_foot((0, 0), pose.seg[foot], BALL)
    return ball[0] - offset[0], ball[1] - offset[1]


def _hold_hand(pose: KeyPose, side: str, start: KeyPose, end: KeyPose, t: float) -> KeyPose:
    if f"{side}_hand" not in _parts(pose):
        return pose
    bends = sum(turn(one.seg[f"{side}_upper_arm"], one.seg[f"{side}_forearm"]) for one in (start, end))
    root, target = side_joints(pose)[f"{side}_shoulder"], _moved(f"{side}_wrist", start, end, t)
    return reach(pose, side, ("upper_arm", "forearm"), root, target, ELBOW if bends < 0 else -ELBOW)
