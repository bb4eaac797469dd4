"""Side-lying figures: the person faces the viewer, head to the left. near = upper side, far = lower side."""

from __future__ import annotations

from .body import (
    ARM_BACK,
    ARM_FRONT,
    HAND_FIST,
    HAND_FLAT,
    HAND_OPEN,
    THUMB_FLAT,
    THUMB_OPEN,
    Build,
    Profile,
    Shape,
    blend_rings,
    circle,
    limb,
    local,
    scaled,
    spine_line,
    trunk,
)
from .skeleton import Joints, Pose, bone, direction, fk, go

HIP_HALF, SHOULDER_UP, SHOULDER_LOW = 5.5, 11.0, 9.0
LEG: Profile = [(0, 8.6), (0.35, 8.2), (0.75, 6.3), (1, 5.7), (1.3, 5.9), (1.7, 4.2), (2, 3.6)]
FACE = (
    (-6.6, -7),
    (-8.2, -2),
    (-8.6, 3),
    (-7.6, 8),
    (-3.8, 11.4),
    (0, 11.9),
    (3.8, 11.4),
    (7.6, 8),
    (8.6, 3),
    (8.2, -2),
    (6.6, -7),
    (3.4, -10.6),
    (0, -11.6),
    (-3.4, -10.6),
)
HAIR = (
    (-8.6, -0.5),
    (-9.8, 3),
    (-9.4, 8.4),
    (-5.8, 12.4),
    (0, 13.6),
    (5.8, 12.4),
    (9.4, 8.4),
    (9.8, 3),
    (8.6, -0.5),
    (7.9, 3.4),
    (6.6, 6.6),
    (2.4, 8.2),
    (-2.4, 6.6),
    (-5.6, 7.4),
    (-7.6, 4.2),
)
SHOE = (
    (-4.4, -4.2),
    (-1, -4.6),
    (3, -5.0),
    (6.2, -4.4),
    (7.4, -2),
    (7.6, 1),
    (7.4, 3.4),
    (6.2, 4.8),
    (3, 5.0),
    (-1, 4.6),
    (-4.4, 4.2),
    (-5, 0),
)
SOLE = ((6.0, -4.7), (7.6, -4.4), (8.6, -2), (8.8, 1), (8.4, 3.8), (6.2, 5.0), (6.8, 2.6), (7.0, 0), (6.8, -2.6))


def front_joints(p: Pose) -> Joints:
    j = fk(p)
    d1, d2 = p.seg["spine1"], p.seg["spine2"]
    for side, up, hip in (("near", SHOULDER_UP, HIP_HALF), ("far", -SHOULDER_LOW, -HIP_HALF)):
        j[f"{side}_shoulder"] = go(j[f"{side}_shoulder"], d2 + 90, up)
        j[f"{side}_hip"] = go(j["hip"], d1 + 90, hip)
        for a, seg, b in (
            ("shoulder", "upper_arm", "elbow"),
            ("elbow", "forearm", "wrist"),
            ("wrist", "hand", "hand"),
            ("hip", "thigh", "knee"),
            ("knee", "shank", "ankle"),
            ("ankle", "foot", "toe"),
        ):
            j[f"{side}_{b}"] = go(j[f"{side}_{a}"], p.seg[f"{side}_{seg}"], bone(p, f"{side}_{seg}"))
    return j


def front_shapes(p: Pose, build: Build) -> list[Shape]:
    j = front_joints(p)
    line = spine_line(j, p)
    h, w, c, k = build.hips, build.waist, build.chest, build.limb
    up: Profile = [
        (-14, 9 * h),
        (-4, 14.2 * h),
        (2, 14.4 * h),
        (12, 11.5 * w),
        (20, 10.2 * w),
        (32, 12.2 * c),
        (42, 14.6 * c),
        (48, 14.2 * c),
        (52, 9 * c),
        (56, 5.4),
        (63, 4.8),
    ]
    low: Profile = [
        (-14, 8.6 * h),
        (-4, 12.4 * h),
        (2, 12.6 * h),
        (12, 11 * w),
        (20, 10.4 * w),
        (32, 11.6 * c),
        (42, 12.8 * c),
        (48, 12 * c),
        (52, 8.6 * c),
        (56, 5.4),
        (63, 4.8),
    ]

    def arm(side: str) -> list[Shape]:
        far = "_far" if side == "far" else ""
        s, e, r = j[f"{side}_shoulder"], j[f"{side}_elbow"], j[f"{side}_wrist"]
        flat, fist, deg = p.lean.get(side, 0.0), p.grip.get(side, 0.0), p.seg[f"{side}_hand"]
        hand = blend_rings(blend_rings(HAND_OPEN, HAND_FLAT, flat), HAND_FIST, fist)
        thumb = blend_rings(THUMB_OPEN, THUMB_FLAT, max(flat, fist))
        if side == "near":  # the upper hand rests on the thigh, thumb toward the belly
            hand, thumb = [(x, -y) for x, y in hand], [(x, -y) for x, y in thumb]
        af, ab = scaled(ARM_FRONT, k * 0.95), scaled(ARM_BACK, k * 0.95)
        return [
            Shape(f"skin{far}", limb(s, e, r, af, ab, 0.1, 2, 1, 0.6)),
            Shape(f"skin{far}", local(r, deg, hand)),
            Shape(f"skin{far}", local(r, deg, thumb)),
            Shape(
                f"shirt{far}" if far else "sleeve",
                limb(s, e, r, scaled(af, 1, 1), scaled(ab, 1, 1), 0, build.sleeve, 1, 0.25),
            ),
        ]

    def leg(side: str) -> list[Shape]:
        far = "_far" if side == "far" else ""
        a, b, e = j[f"{side}_hip"], j[f"{side}_knee"], j[f"{side}_ankle"]
        prof = scaled(LEG, k)
        cloth = [(s, v + build.loose * max(0.3, min(1, s / build.hem))) for s, v in prof]
        shin = direction(b, e)
        return [
            Shape(f"skin{far}", limb(a, b, e, prof, prof, 0.6, 2, 0.6, 0.6)),
            Shape(f"shoe{far}", local(e, shin, SHOE)),
            Shape(f"sole{far}", local(e, shin, SOLE)),
            Shape(f"trousers{far}", limb(a, b, e, cloth, cloth, 0, build.hem, 1, 0.2)),
        ]

    deg = p.seg["neck"] + 90
    ring = lambda pts: local(j["head"], deg, [(x, -y) for x, y in pts])
    head = [Shape("hair", ring(circle((0, 14.6), 4.8, 4.4)))] if build.bun else []
    head += [
        Shape("skin", ring(FACE)),
        Shape("hair", ring(HAIR)),
        Shape("hair", ring(circle((-3.3, -0.6), 0.75, 0.95, n=8))),
        Shape("hair", ring(circle((3.3, -0.6), 0.75, 0.95, n=8))),
    ]
    neck: Profile = [(46, 6.0), (56, 5.0), (63, 4.8)]
    return (
        arm("far")
        + leg("far")
        + [
            Shape("skin", trunk(line, neck, neck, 47, 63, bow=2)),
            Shape("trousers", trunk(line, up, low, -13, 13, plus=0.4, bow=3)),
        ]
        + leg("near")
        + [Shape("shirt", trunk(line, up, low, 8, 54, plus=0.7, n=18, bow=0.8))]
        + head
        + [Shape("focus", ())]
        + arm("near")
    )
