"""Where needles stand on the body chart. Pure; points are thousandths of one view, from its left and its top.

A site that nobody placed by hand stands where its muscle is drawn, at its level beside the spine. Measured by us on
the male drawing; on the other figures a point is as near as their build allows.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from programs import catalogue
from programs.pain.drawing import COLUMN
from programs.pain.figures import LEVEL_HEIGHTS, MALE, SPOTS, frame_of, offset

WHOLE = 1000
# Place of the pain chart that a muscle lies in, and how far from that place's middle: away from the spine, and down.
_PLACED: Mapping[str, tuple[str, int, int]] = {
    "gluteus_maximus": ("buttock", 0, 20), "gluteus_medius": ("buttock", 20, -55),
    "gluteus_minimus": ("buttock", 38, -40), "piriformis": ("buttock", -8, -12),
    "deep_hip_rotators": ("buttock", 20, 18), "quadratus_femoris": ("buttock", 25, 45),
    "tensor_fasciae_latae": ("hip", 0, -15), "iliacus": ("groin", 20, -45), "psoas_major": ("abdomen", 20, 60),
    "rectus_femoris": ("thigh", 0, 0), "vastus_lateralis": ("thigh", 28, 40), "vastus_medialis": ("thigh", -22, 90),
    "vastus_intermedius": ("thigh", 4, 50), "sartorius": ("thigh", -5, -85), "pectineus": ("groin", -10, 35),
    "adductor_longus": ("inner_thigh", 5, -20), "adductor_brevis": ("inner_thigh", 8, -5),
    "gracilis": ("inner_thigh", 2, 40), "adductor_magnus": ("thigh", -40, -30), "biceps_femoris": ("thigh", 20, 20),
    "semitendinosus": ("thigh", -8, 20), "semimembranosus": ("thigh", -22, 50), "popliteus": ("knee", -5, 15),
    "gastrocnemius_medial": ("lower_leg", -18, -20), "gastrocnemius_lateral": ("lower_leg", 18, -20),
    "soleus": ("lower_leg", 0, 55), "tibialis_posterior": ("lower_leg", -8, 35),
    "flexor_hallucis_longus": ("lower_leg", 12, 95), "tibialis_anterior": ("lower_leg", 8, -20),
    "extensor_digitorum_longus": ("lower_leg", 18, 20), "extensor_hallucis_longus": ("lower_leg", 10, 70),
    "fibularis_longus": ("lower_leg", 26, -10), "fibularis_brevis": ("lower_leg", 24, 60),
    "abductor_hallucis": ("foot", -18, 0), "flexor_digitorum_brevis": ("foot", 0, 5),
    "latissimus_dorsi": ("upper_back", 35, 60), "trapezius_upper": ("shoulder_top", -25, -5),
    "trapezius_middle": ("upper_back", -15, -40), "trapezius_lower": ("upper_back", -25, 45),
    "rhomboids": ("upper_back", -20, -15), "levator_scapulae": ("neck", 18, 25),
    "serratus_anterior": ("chest", 45, 70), "pectoralis_major": ("chest", 5, 0),
    "pectoralis_minor": ("chest", 25, -20), "intercostals": ("chest", 15, 60),
    "supraspinatus": ("shoulder_top", 5, 18), "infraspinatus": ("upper_back", 35, -15),
    "subscapularis": ("shoulder", -25, 35), "splenius_capitis": ("neck", -4, -10), "suboccipitals": ("neck", -8, -32),
    "sternocleidomastoid": ("neck", 0, 0), "scalenes": ("neck", 12, 12), "masseter": ("head", 8, 30),
    "rectus_abdominis": ("abdomen", -8, 0), "external_oblique": ("flank", 0, -30),
    "first_dorsal_interosseous": ("hand", -8, 0),
}  # fmt: skip
# Beside the spine at the height of their level.
_BESIDE_SPINE: Mapping[str, int] = {
    "lumbar_multifidus": 20, "thoracic_multifidus": 18, "longissimus_lumborum": 36, "longissimus_thoracis": 34,
    "iliocostalis_lumborum": 56, "iliocostalis_thoracis": 54, "quadratus_lumborum": 62,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Point:
    view: str
    x: int
    y: int


def point_of(muscle: str, level: str, side: str) -> Point | None:
    """None for what was not chosen yet. Without a side it stands over the spine."""
    known = catalogue.known_muscle(muscle)
    if known is None:
        return None
    if muscle in _BESIDE_SPINE:
        if level not in LEVEL_HEIGHTS[MALE]:
            return None
        return _on_chart("back", side, _BESIDE_SPINE[muscle], LEVEL_HEIGHTS[MALE][level])
    place, aside, down = _PLACED[muscle]
    spot = SPOTS[MALE][f"{known.body_view}.{place}"]
    return _on_chart(known.body_view, side, spot.across + aside, spot.y + down)


def _on_chart(view: str, side: str, across: float, height: float) -> Point:
    frame = frame_of(MALE)
    x = COLUMN / 2 + (offset(view, side, across) if side in {"left", "right"} else 0)
    y = (height - frame.top) / (frame.bottom - frame.top)
    return Point(view, round(x / COLUMN * WHOLE), round(y * WHOLE))


def is_on_the_figure(view: str, x: int, y: int) -> bool:
    """Whether the body is there, generously: head, trunk, arms and legs of the male drawing, either view."""
    frame = frame_of(MALE)
    across = abs(x / WHOLE * COLUMN - COLUMN / 2)
    height = frame.top + y / WHOLE * (frame.bottom - frame.top)
    head = across <= 66 and height <= 300
    trunk = across <= (172 if height < 420 else 125) and 285 <= height <= 770
    leg = 4 <= across <= 132 and height >= 740
    arm = _distance((across, height), (135, 330), (250, 745)) <= 48
    return head or trunk or leg or arm


def _distance(point: tuple[float, float], start: tuple[float, float], end: tuple[float, float]) -> float:
    along = ((point[0] - start[0]) * (end[0] - start[0]) + (point[1] - start[1]) * (end[1] - start[1])) / (
        (end[0] - start[0]) ** 2 + (end[1] - start[1]) ** 2
    )
    t = min(max(along, 0), 1)
    return math.dist(point, (start[0] + t * (end[0] - start[0]), start[1] + t * (end[1] - start[1])))
