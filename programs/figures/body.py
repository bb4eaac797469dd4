"""A figure seen from its right side, back to front: far arm, far leg, trunk, near leg, head, near arm."""

from programs.figures.build import FOCUS_SLOT, Build, Shape
from programs.figures.geometry import Ring, circle, direction, go, local
from programs.figures.outline import Bones, Profile, Spine, clothed, limb, scaled, spine, trunk
from programs.figures.parts import (
    EAR,
    EYE,
    FACE,
    FINGERS,
    HAIR_LONG,
    HAIR_SHORT,
    SHOE,
    SOCK,
    SOLE,
    bent_at_the_ball,
    hand,
    thumb,
)
from programs.figures.skeleton import Joints, KeyPose, side_joints

HEAD_SCALE = 1.06

# fmt: off
LEG_FRONT: Profile = [
    (0, 10.2), (0.35, 9.4), (0.75, 7.0), (0.92, 6.4), (1, 6.6), (1.12, 5.6), (1.35, 5.0), (1.7, 4.1), (2, 3.7),
]
LEG_BACK: Profile = [
    (0, 12.2), (0.2, 11.2), (0.38, 9.5), (0.7, 6.9), (0.92, 5.8), (1, 5.6), (1.12, 6.0), (1.32, 7.3), (1.55, 6.0),
    (1.85, 3.8), (2, 3.8),
]
ARM_FRONT: Profile = [(0, 6.2), (0.2, 6.3), (0.55, 5.2), (0.85, 4.3), (1, 4.2), (1.25, 4.7), (1.7, 3.3), (2, 2.7)]
ARM_BACK: Profile = [(0, 6.2), (0.2, 6.0), (0.55, 5.3), (0.85, 4.4), (1, 4.5), (1.25, 4.5), (1.7, 3.2), (2, 2.6)]
NECK_FRONT: Profile = [(44, 5.0), (52, 5.4), (57, 4.5), (63, 4.3)]
NECK_BACK: Profile = [(44, 7.0), (52, 7.0), (57, 5.5), (63, 5.0)]
# fmt: on


def side_shapes(pose: KeyPose, build: Build) -> list[Shape]:
    joints = side_joints(pose)
    line = spine(joints, pose)
    front, back = _front(build), _back(build)
    seat = trunk(line, scaled(front, 1, 0.5), scaled(back, 1, 0.5), (-12, 13), bow=2)
    shirt = trunk(line, scaled(front, 1, 0.7), scaled(back, 1, 0.7), (7.5, 56), points=19, bow=-0.8)
    return [
        *_arm(pose, joints, build, "far"),
        *_leg(pose, joints, build, "far"),
        _neck(line),
        Shape("trousers", seat),
        *_leg(pose, joints, build, "near"),
        Shape("shirt", shirt),
        *_head(pose, joints, build),
        FOCUS_SLOT,
        *_arm(pose, joints, build, "near"),
    ]


def _front(build: Build) -> Profile:
    h, w, c = build.hips, build.waist, build.chest
    below = [(-14, 5 * h), (-6, 8.8 * h), (0, 10.4 * h), (9, 10.6 * h), (17, 9.8 * w), (25, 9.8 * w)]
    chest = [(33, 10.8 * c), (39, 12.0 * c + build.bust), (45, 10.8 * c + build.bust * 0.4), (50, 8.6 * c)]
    return [*below, *chest, (54, 6.4), (57.5, 4.6), (63, 4.4)]


def _back(build: Build) -> Profile:
    h, w, c = build.hips, build.waist, build.chest
    seat = [(-14, 8.6 * h), (-10, 10.6 * h), (-6, 12.1 * h), (-1, 13.2 * h), (4, 12.8 * h), (11, 10.2 * h)]
    back = [(18, 8.6 * w), (25, 8.9 * w), (34, 10.9 * c), (42, 11.7 * c), (48, 10.9 * c)]
    return [*seat, *back, (53, 8.2), (57.5, 6.2), (63, 5.2)]


def _neck(line: Spine) -> Shape:
    return Shape("skin", trunk(line, NECK_FRONT, NECK_BACK, (46, 63), bow=2))


def _arm(pose: KeyPose, joints: Joints, build: Build, side: str) -> list[Shape]:
    far = "_far" if side == "far" else ""
    bones = Bones(joints[f"{side}_shoulder"], joints[f"{side}_elbow"], joints[f"{side}_wrist"])
    front, back = scaled(ARM_FRONT, build.limb), scaled(ARM_BACK, build.limb)
    shapes = [
        Shape(f"skin{far}", limb(bones, front, back, (0.1, 2), (1, 0.6))),
        *_hand(pose, joints, side, far),
    ]
    sleeve = limb(bones, scaled(front, 1, 1.1), scaled(back, 1, 1.1), (0, build.sleeve), (1, 0.25))
    return [*shapes, Shape("shirt_far" if far else "sleeve", sleeve)]


def _hand(pose: KeyPose, joints: Joints, side: str, far: str) -> list[Shape]:
    wrist, deg = joints[f"{side}_wrist"], pose.seg[f"{side}_hand"]
    flat, fist = pose.lean.get(side, 0.0), pose.grip.get(side, 0.0)
    shapes = [Shape(f"skin{far}", local(wrist, deg, ring)) for ring in (hand(flat, fist), thumb(flat, fist))]
    return shapes if far else [*shapes, Shape("skin_line", local(wrist, deg, FINGERS))]


def _leg(pose: KeyPose, joints: Joints, build: Build, side: str) -> list[Shape]:
    far = "_far" if side == "far" else ""
    bones = Bones(joints[f"{side}_hip"], joints[f"{side}_knee"], joints[f"{side}_ankle"])
    front, back = scaled(LEG_FRONT, build.limb), scaled(LEG_BACK, build.limb)
    cloth = [clothed(one, build.loose, build.hem) for one in (front, back)]
    foot = pose.seg[f"{side}_foot"]
    bent = pose.toe.get(side, 0.0) * foot
    return [
        Shape(f"skin{far}", limb(bones, front, back, (0.6, 1.98), (0.6, 0.6))),
        Shape("shoe_far" if far else "sock", local(bones.c, direction(bones.b, bones.c) - 90, SOCK)),
        Shape(f"shoe{far}", local(bones.c, foot, bent_at_the_ball(SHOE, bent))),
        Shape(f"sole{far}", local(bones.c, foot, bent_at_the_ball(SOLE, bent))),
        Shape(f"trousers{far}", limb(bones, cloth[0], cloth[1], (0, build.hem), (1, 0.2))),
    ]


def _head(pose: KeyPose, joints: Joints, build: Build) -> list[Shape]:
    """In the head's frame x is forward and y up along the neck."""
    origin, deg = go(joints["head"], pose.seg["neck"] + 180, 1.5), pose.seg["neck"] + 90

    def placed(ring: Ring) -> Ring:
        return local(origin, deg, [(x, -y) for x, y in ring], HEAD_SCALE)

    bun = [Shape("hair", placed(circle((-5.6, 13.4), 4.9, 4.5)))] if build.bun else []
    hair = HAIR_LONG if build.bun else HAIR_SHORT
    face = [Shape("skin", placed(FACE)), Shape("skin_line", placed(EAR))]
    return [*bun, *face, Shape("hair", placed(hair)), Shape("hair", placed(EYE))]
