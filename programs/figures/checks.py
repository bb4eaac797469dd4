"""Can this be a body? Checks on key poses and in-betweens alike, for content and for whoever edits a pose."""

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from programs.figures.build import Shape
from programs.figures.geometry import bounds, turn
from programs.figures.palette import palette
from programs.figures.picture import STEPS, STEPS_WALKING
from programs.figures.reading import Data, Figure, read
from programs.figures.skeleton import ARM, LEG, LENGTHS, SIDES, KeyPose
from programs.figures.stage import Stage, framed
from programs.figures.tween import frames, stride

FLOOR_SLACK = 1.2  # soft tissue may flatten by this much
CONTACT_SLACK = 1.5  # how far what touches may drift; hip and head are wide, so more
WIDE_CONTACT_SLACK = 4.0
# Degrees, flexion positive. Wide limits of what a body can do, to catch slips in data; not clinical figures.
RANGES: Mapping[str, tuple[int, int]] = {
    "knee": (-4, 160),
    "elbow": (-4, 155),
    "hip": (-35, 135),
    "back": (-30, 60),
    "neck": (-60, 60),
}
JOINT_OF = {"foot": "ankle", "heel": "ankle", "hand": "wrist", "pelvis": "hip"}


def problems(pose: Data) -> list[str]:
    """Plain sentences; an empty list for a sound pose. PoseError for one that cannot be read."""
    figure = read(pose)
    stage = Stage(figure, palette(figure.skin), "f")
    poses = stride(figure.poses, STEPS_WALKING) if figure.is_walking else frames(figure.poses, STEPS)
    shapes = [stage.shapes(one) for one in poses]
    found = [*_below_the_floor(poses, shapes), *_lengths(stage, poses), *_outlines(shapes), *_frame(figure, shapes)]
    found += _ranges(poses) if figure.view == "side" else []
    found += [] if figure.is_walking else _drifts(stage, poses)
    return list(dict.fromkeys(found))


def _below_the_floor(poses: Sequence[KeyPose], shapes: Sequence[Sequence[Shape]]) -> Iterator[str]:
    for pose, its_shapes in zip(poses, shapes, strict=True):
        low = max(y for shape in its_shapes for _, y in shape.ring)
        if low > FLOOR_SLACK:
            yield f"{pose.label}: {low:.1f} below the floor"


def angles(pose: KeyPose) -> dict[str, float]:
    """Joint angles of a side view, flexion positive."""
    seg = pose.seg
    found = {"back": turn(seg["spine1"], seg["spine2"]), "neck": turn(seg["spine2"], seg["neck"])}
    for side in SIDES:
        found[f"{side}_knee"] = turn(seg[f"{side}_thigh"], seg[f"{side}_shank"])
        found[f"{side}_elbow"] = -turn(seg[f"{side}_upper_arm"], seg[f"{side}_forearm"])
        found[f"{side}_hip"] = turn(seg[f"{side}_thigh"], seg["spine1"] + 180)
    return found


def _ranges(poses: Sequence[KeyPose]) -> Iterator[str]:
    for pose in poses:
        for name, angle in angles(pose).items():
            low, high = RANGES[name.split("_")[-1]]
            if not low <= angle <= high and not _points_at_the_viewer(pose, name):
                yield f"{pose.label}: {name} at {angle:.0f} is outside {low} to {high}"


def _points_at_the_viewer(pose: KeyPose, joint: str) -> bool:
    """The drawn angle of a shortened arm is not the angle of its elbow."""
    side, _, name = joint.partition("_")
    return name == "elbow" and any(pose.fore.get(f"{side}_{bone}", 1) < 0.99 for bone in ("upper_arm", "forearm"))


def _lengths(stage: Stage, poses: Sequence[KeyPose]) -> Iterator[str]:
    for pose in poses:
        joints = stage.joints(pose)
        for side in SIDES:
            for start, segment, end in (*ARM[:2], *LEG[:2]):
                wanted = LENGTHS[segment] * pose.fore.get(f"{side}_{segment}", 1)
                if abs(math.dist(joints[f"{side}_{start}"], joints[f"{side}_{end}"]) - wanted) > 0.05:
                    yield f"{pose.label}: {side}_{segment} changes length"


def _outlines(shapes: Sequence[Sequence[Shape]]) -> Iterator[str]:
    if len({tuple(len(shape.ring) for shape in one) for one in shapes}) != 1:
        yield "point counts differ between frames"


def _frame(figure: Figure, shapes: Sequence[Sequence[Shape]]) -> Iterator[str]:
    every = [shape for one in shapes for shape in one]
    left, top, right, _ = framed(figure, every)
    x0, y0, x1, _ = bounds(point for shape in every for point in shape.ring)
    if x0 < left or y0 < top or x1 > right:
        yield "leaves the frame"


def _drifts(stage: Stage, poses: Sequence[KeyPose]) -> Iterator[str]:
    """What touches in two key poses must not slide between them."""
    for place, (start, end) in enumerate(pairwise(stage.figure.poses)):
        between = poses[place * STEPS : (place + 1) * STEPS + 1]
        for part, on in sorted(start.contacts & end.contacts):
            joint = _joint_of(part)
            track = [stage.joints(pose)[joint] for pose in between]
            drift = max(math.dist(track[0], point) for point in track)
            if drift > (WIDE_CONTACT_SLACK if joint in {"hip", "head"} else CONTACT_SLACK):
                yield f"{part} slides {drift:.1f} on {on}"


def _joint_of(part: str) -> str:
    side, _, name = part.rpartition("_")
    joint = JOINT_OF.get(name, name)
    return f"{side}_{joint}" if side else joint
