"""Where the glow of a working muscle lies."""

import math
from collections.abc import Mapping, Sequence

from programs.figures.geometry import Vec, direction, go, mix
from programs.figures.skeleton import Joints

Spot = tuple[Vec, float]  # centre, radius
AT_MOST = 2
APART = 7.0  # two spots nearer than that are one

# Between which joints, share of the way, offset to the front, radius.
SPOTS: Mapping[str, tuple[str, str, float, float, float]] = {
    "gluteus_maximus": ("hip", "mid", -0.12, -7.0, 9),
    "gluteus_medius": ("hip", "mid", 0.3, -1.5, 8),
    "gluteus_minimus": ("hip", "mid", 0.22, 1.5, 7),
    "lumbar_multifidus": ("hip", "mid", 0.72, -5.6, 7.5),
    "longissimus_lumborum": ("hip", "mid", 0.98, -5.6, 7.5),
    "quadratus_lumborum": ("hip", "mid", 0.8, -3, 7),
    "longissimus_thoracis": ("mid", "chest", 0.45, -6.5, 8),
    "rectus_abdominis": ("hip", "mid", 0.75, 6.0, 8),
    "external_oblique": ("hip", "mid", 0.85, 2.0, 8),
    "iliacus": ("hip", "mid", 0.2, 6.5, 6.5),
    "psoas_major": ("hip", "mid", 0.45, 5.0, 7),
    "rectus_femoris": ("near_hip", "near_knee", 0.42, 4.5, 8),
    "vastus_lateralis": ("near_hip", "near_knee", 0.58, 2.5, 8.5),
    "biceps_femoris": ("near_hip", "near_knee", 0.52, -4.2, 8),
    "semitendinosus": ("near_hip", "near_knee", 0.55, -4.2, 8),
    "semimembranosus": ("near_hip", "near_knee", 0.6, -4.2, 8),
    "adductor_magnus": ("near_hip", "near_knee", 0.4, -1.0, 8),
    "soleus": ("near_knee", "near_ankle", 0.5, -2.8, 7),
    "gastrocnemius_medial": ("near_knee", "near_ankle", 0.3, -3.4, 7),
}


def glow(joints: Joints, muscles: Sequence[str]) -> list[Spot]:
    """The first two muscles that have a place; the second one smaller."""
    spots: list[Spot] = []
    for muscle in [one for one in muscles if one in SPOTS][:AT_MOST]:
        centre, radius = _spot(joints, muscle)
        if all(math.dist(centre, other) > APART for other, _ in spots):
            spots.append((centre, radius * 0.8 if spots else radius))
    return spots


def _spot(joints: Joints, muscle: str) -> Spot:
    start, end, share, offset, radius = SPOTS[muscle]
    deg = direction(joints[start], joints[end])
    # Trunk bones point up and leg bones down, so the front lies on opposite sides of them.
    front = 90 if start in {"hip", "mid"} else -90
    return go(mix(joints[start], joints[end], share), deg + front, offset), radius
