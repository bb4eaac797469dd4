"""A side-lying figure faces the viewer, head to the left. near is the upper side, far the lower one."""

from programs.figures.body import ARM_BACK, ARM_FRONT
from programs.figures.build import FOCUS_SLOT, Build, Shape
from programs.figures.geometry import Ring, circle, direction, go, local, mix
from programs.figures.outline import Bones, Profile, blended, clothed, limb, scaled, spine, trunk
from programs.figures.parts import FRONT_FACE, FRONT_HAIR, FRONT_SHOE, FRONT_SOLE, THUMB_FLAT, THUMB_OPEN, hand
from programs.figures.skeleton import SHOULDER_ON_SPINE2, Joints, KeyPose, limb_joints, trunk_joints

# Wider hips and shoulders than from the side: knees and elbows hang from those, not from the spine.
HIP_HALF, SHOULDER_UP, SHOULDER_LOW = 5.5, 11.0, 9.0
LEG: Profile = [(0, 8.6), (0.35, 8.2), (0.75, 6.3), (1, 5.7), (1.3, 5.9), (1.7, 4.2), (2, 3.6)]
NECK: Profile = [(46, 6.0), (56, 5.0), (63, 4.8)]


def front_joints(pose: KeyPose) -> Joints:
    joints = trunk_joints(pose)
    shoulder = mix(joints["mid"], joints["chest"], SHOULDER_ON_SPINE2)
    for side, up, hip in (("near", SHOULDER_UP, HIP_HALF), ("far", -SHOULDER_LOW, -HIP_HALF)):
        hangs_from = go(shoulder, pose.seg["spine2"] + 90, up), go(pose.hip, pose.seg["spine1"] + 90, hip)
        joints |= limb_joints(pose, side, *hangs_from)
    return joints


def front_shapes(pose: KeyPose, build: Build) -> list[Shape]:
    joints = front_joints(pose)
    line = spine(joints, pose)
    upper, lower = _upper(build), _lower(build)
    seat = trunk(line, scaled(upper, 1, 0.4), scaled(lower, 1, 0.4), (-13, 13), bow=3)
    shirt = trunk(line, scaled(upper, 1, 0.7), scaled(lower, 1, 0.7), (8, 54), points=18, bow=0.8)
    return [
        *_arm(pose, joints, build, "far"),
        *_leg(joints, build, "far"),
        Shape("skin", trunk(line, NECK, NECK, (47, 63), bow=2)),
        Shape("trousers", seat),
        *_leg(joints, build, "near"),
        Shape("shirt", shirt),
        *_head(pose, joints, build),
        FOCUS_SLOT,
        *_arm(pose, joints, build, "near"),
    ]


def _upper(build: Build) -> Profile:
    h, w, c = build.hips, build.waist, build.chest
    hip = [(-14, 9 * h), (-4, 14.2 * h), (2, 14.4 * h), (12, 11.5 * w), (20, 10.2 * w)]
    return [*hip, (32, 12.2 * c), (42, 14.6 * c), (48, 14.2 * c), (52, 9 * c), (56, 5.4), (63, 4.8)]


def _lower(build: Build) -> Profile:
    h, w, c = build.hips, build.waist, build.chest
    hip = [(-14, 8.6 * h), (-4, 12.4 * h), (2, 12.6 * h), (12, 11 * w), (20, 10.4 * w)]
    return [*hip, (32, 11.6 * c), (42, 12.8 * c), (48, 12 * c), (52, 8.6 * c), (56, 5.4), (63, 4.8)]


def _arm(pose: KeyPose, joints: Joints, build: Build, side: str) -> list[Shape]:
    far = "_far" if side == "far" else ""
    bones = Bones(joints[f"{side}_shoulder"], joints[f"{side}_elbow"], joints[f"{side}_wrist"])
    front, back = scaled(ARM_FRONT, build.limb * 0.95), scaled(ARM_BACK, build.limb * 0.95)
    sleeve = limb(bones, scaled(front, 1, 1), scaled(back, 1, 1), (0, build.sleeve), (1, 0.25))
    return [
        Shape(f"skin{far}", limb(bones, front, back, (0.1, 2), (1, 0.6))),
        *(Shape(f"skin{far}", local(bones.c, pose.seg[f"{side}_hand"], ring)) for ring in _hand(pose, side)),
        Shape("shirt_far" if far else "sleeve", sleeve),
    ]


def _hand(pose: KeyPose, side: str) -> list[Ring]:
    """The upper hand rests on the thigh, thumb toward the belly: mirrored."""
    flat, fist = pose.lean.get(side, 0.0), pose.grip.get(side, 0.0)
    rings = [hand(flat, fist), blended(THUMB_OPEN, THUMB_FLAT, max(flat, fist))]
    return [tuple((x, -y) for x, y in ring) for ring in rings] if side == "near" else rings


def _leg(joints: Joints, build: Build, side: str) -> list[Shape]:
    far = "_far" if side == "far" else ""
    bones = Bones(joints[f"{side}_hip"], joints[f"{side}_knee"], joints[f"{side}_ankle"])
    profile = scaled(LEG, build.limb)
    cloth = clothed(profile, build.loose, build.hem)
    shin = direction(bones.b, bones.c)
    return [
        Shape(f"skin{far}", limb(bones, profile, profile, (0.6, 2), (0.6, 0.6))),
        Shape(f"shoe{far}", local(bones.c, shin, FRONT_SHOE)),
        Shape(f"sole{far}", local(bones.c, shin, FRONT_SOLE)),
        Shape(f"trousers{far}", limb(bones, cloth, cloth, (0, build.hem), (1, 0.2))),
    ]


def _head(pose: KeyPose, joints: Joints, build: Build) -> list[Shape]:
    def placed(ring: Ring) -> Ring:
        return local(joints["head"], pose.seg["neck"] + 90, [(x, -y) for x, y in ring])

    bun = [Shape("hair", placed(circle((0, 14.6), 4.8, 4.4)))] if build.bun else []
    eyes = [Shape("hair", placed(circle((x, -0.6), 0.75, 0.95, points=8))) for x in (-3.3, 3.3)]
    return [*bun, Shape("skin", placed(FRONT_FACE)), Shape("hair", placed(FRONT_HAIR)), *eyes]
