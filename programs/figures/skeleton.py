"""The bones: one key pose, and where that puts every joint. A standing figure is about 180 high."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from programs.figures.geometry import Vec, go, mix, two_bones

Joints = dict[str, Vec]

SIDES = ("near", "far")
LENGTHS: Mapping[str, float] = {
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
ARM = (("shoulder", "upper_arm", "elbow"), ("elbow", "forearm", "wrist"), ("wrist", "hand", "hand"))
LEG = (("hip", "thigh", "knee"), ("knee", "shank", "ankle"), ("ankle", "foot", "toe"))
KNEE, ELBOW = -1, 1  # the side to which the joint bends
BALL: Vec = (11.5, 6.3)  # ball of the shoe in the frame of the foot
HEEL: Vec = (-6.6, 6.3)
TIP: Vec = (18.5, 6.0)


@dataclass(frozen=True, slots=True)
class KeyPose:
    """Where the hip is, the direction of every segment, what touches what.

    `fore` shortens a limb that points at the viewer. `grip`: 1 is a fist. `lean`: 1 is a hand flat on something.
    `toe`: 1 is a shoe bent at the ball, the toes flat on the floor.
    """

    label: str
    hip: Vec
    seg: Mapping[str, float]
    fore: Mapping[str, float] = field(default_factory=dict)
    contacts: frozenset[tuple[str, str]] = frozenset()
    grip: Mapping[str, float] = field(default_factory=dict)
    lean: Mapping[str, float] = field(default_factory=dict)
    toe: Mapping[str, float] = field(default_factory=dict)


def bone(pose: KeyPose, name: str) -> float:
    plain = name.split("_", 1)[-1] if name.startswith(SIDES) else name
    return LENGTHS[plain] * pose.fore.get(name, 1.0)


def trunk_joints(pose: KeyPose) -> Joints:
    seg, hip = pose.seg, pose.hip
    mid = go(hip, seg["spine1"], bone(pose, "spine1"))
    chest = go(mid, seg["spine2"], bone(pose, "spine2"))
    neck = go(chest, seg["neck"], bone(pose, "neck"))
    return {"hip": hip, "mid": mid, "chest": chest, "neck": neck, "head": go(neck, seg["neck"], LENGTHS["head"])}


def limb_joints(pose: KeyPose, side: str, shoulder: Vec, hip: Vec) -> Joints:
    joints = {f"{side}_shoulder": shoulder, f"{side}_hip": hip}
    for start, segment, end in (*ARM, *LEG):
        name = f"{side}_{segment}"
        joints[f"{side}_{end}"] = go(joints[f"{side}_{start}"], pose.seg[name], bone(pose, name))
    return joints


def side_joints(pose: KeyPose) -> Joints:
    """Seen from the side: both shoulders are one point, and so are both hips."""
    joints = trunk_joints(pose)
    shoulder = mix(joints["mid"], joints["chest"], SHOULDER_ON_SPINE2)
    for side in SIDES:
        joints |= limb_joints(pose, side, shoulder, pose.hip)
    return joints


def on_foot(ankle: Vec, foot: float, place: Vec) -> Vec:
    """A place in the frame of the foot, such as BALL."""
    return go(go(ankle, foot, place[0]), foot + 90, place[1])


def reach(pose: KeyPose, side: str, limb: tuple[str, str], root: Vec, target: Vec, bend: int) -> KeyPose:
    """The same pose with one arm or leg turned so that its end is at the target."""
    upper, lower = f"{side}_{limb[0]}", f"{side}_{limb[1]}"
    first, second = two_bones(root, target, (bone(pose, upper), bone(pose, lower)), bend)
    return replace(pose, seg={**pose.seg, upper: first, lower: second})


def planted(pose: KeyPose) -> KeyPose:
    """The whole figure moved up or down until the lower shoe stands on the floor."""
    joints = side_joints(pose)
    low = max(_lowest(joints[f"{side}_ankle"], pose.seg[f"{side}_foot"], pose.toe.get(side, 0)) for side in SIDES)
    return replace(pose, hip=(pose.hip[0], pose.hip[1] - low))


def _lowest(ankle: Vec, foot: float, toe: float) -> float:
    places = (BALL, HEEL) if toe else (BALL, HEEL, TIP)
    return max(on_foot(ankle, foot, place)[1] for place in places)
