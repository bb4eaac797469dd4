"""Outlines. Every part is a closed ring with a constant number of points, so any two poses can be tweened."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .skeleton import BALL, Joints, Pose, Vec, direction, fk, go, mix, turn

Profile = Sequence[tuple[float, float]]  # (place along the limb, offset)


@dataclass(frozen=True)
class Shape:
    fill: str  # palette role
    ring: tuple[Vec, ...]
    kind: str = "body"  # body | line | focus


@dataclass(frozen=True)
class Build:
    """Body type: thickness factors and clothes."""

    name: str
    hips: float = 1.0
    waist: float = 1.0
    chest: float = 1.0
    limb: float = 1.0
    hem: float = 1.62  # trouser end: 1 = knee, 2 = ankle
    loose: float = 0.7  # cloth over the limb at the hem
    sleeve: float = 0.6
    bust: float = 0.0
    bun: bool = False


BUILDS = {
    "a": Build("a", hips=1.03, waist=0.93, chest=0.93, limb=0.95, hem=1.6, loose=0.5, sleeve=0.5, bust=1.5, bun=True),
    "b": Build("b", hips=0.99, waist=1.06, chest=1.07, limb=1.07, hem=0.86, loose=1.8, sleeve=0.62),
}


def curve(profile: Profile) -> Callable[[float], float]:
    """Smooth interpolation through a profile (cosine between knots)."""

    def at(s: float) -> float:
        if s <= profile[0][0]:
            return profile[0][1]
        for (a, u), (b, v) in zip(profile, profile[1:]):
            if s <= b:
                k = (s - a) / (b - a)
                return u + (v - u) * (k * k * (3 - 2 * k))
        return profile[-1][1]

    return at


def local(origin: Vec, deg: float, pts: Sequence[Vec], scale: float = 1.0) -> tuple[Vec, ...]:
    """Points given as (along, to the clockwise side) in a frame that points along deg."""
    c, s = math.cos(math.radians(deg)), math.sin(math.radians(deg))
    return tuple((origin[0] + scale * (x * c - y * s), origin[1] + scale * (x * s + y * c)) for x, y in pts)


def limb(
    a: Vec,
    b: Vec,
    c: Vec,
    left: Profile,
    right: Profile,
    s0: float,
    s1: float,
    cap0: float = 1.0,
    cap1: float = 1.0,
    n: int = 7,
) -> tuple[Vec, ...]:
    """Outline of a bent limb a-b-c from s0 to s1 (0..1 upper bone, 1..2 lower bone).

    left / right are offsets on the counter-clockwise / clockwise side. The outer side of the joint is an arc,
    the inner side folds into one crease. cap0 / cap1: roundness of the ends.
    """
    u, v = direction(a, b), direction(b, c)
    la, lb = max(math.dist(a, b), 1e-6), max(math.dist(b, c), 1e-6)
    bend = turn(u, v)
    half = math.radians(min(abs(bend), 150) / 2)
    sides: list[list[Vec]] = []
    for sign, prof in ((-1, curve(left)), (1, curve(right))):
        r = prof(1.0)
        inner = bend * sign > 0
        keep = min(0.55, r * math.tan(half) / la + 0.06) if inner else 0.1
        keep_b = min(0.55, r * math.tan(half) / lb + 0.06) if inner else 0.1
        side: list[Vec] = []
        if s0 < 1:
            e = min(s1, 1 - keep) if s1 < 1 else 1 - keep
            side += [
                go(go(a, u, la * s), u + 90 * sign, prof(s)) for s in (s0 + (e - s0) * i / (n - 1) for i in range(n))
            ]
        if s0 < 1 < s1:
            soft = max(0.0, 1 - abs(bend) / 60) if inner else 1.0
            reach = r * (min(1 / max(math.cos(half), 0.3), 1.22) if inner else 1.0)
            side += [go(b, u + bend * (0.5 + w * soft) + 90 * sign, reach) for w in (-0.42, -0.2, 0.0, 0.2, 0.42)]
        if s1 > 1:
            f = max(s0 - 1, keep_b) if s0 > 1 else keep_b
            side += [
                go(go(b, v, lb * s), v + 90 * sign, prof(1 + s))
                for s in (f + (s1 - 1 - f) * i / (n - 1) for i in range(n))
            ]
        sides.append(side)
    lo, hi = sides

    def cap(p: Vec, q: Vec, deg: float, roundness: float) -> list[Vec]:
        m, r = mix(p, q, 0.5), math.dist(p, q) / 2
        base = direction(m, p)
        way = turn(base, deg)
        k = 1 if way > 0 else -1
        out = []
        for w in (36, 72, 108, 144):
            x = go(m, base + k * w, r)
            d = (x[0] - m[0]) * math.cos(math.radians(deg)) + (x[1] - m[1]) * math.sin(math.radians(deg))
            out.append(go(x, deg, -d * (1 - roundness)))
        return out

    end_dir = v if s1 > 1 else u
    start_dir = u if s0 < 1 else v
    return tuple(lo + cap(lo[-1], hi[-1], end_dir, cap1) + hi[::-1] + cap(hi[0], lo[0], start_dir + 180, cap0))


def scaled(p: Profile, k: float, plus: float = 0.0) -> Profile:
    return [(s, v * k + plus) for s, v in p]


# --- leg: left = front (counter-clockwise of a downward bone), right = back -------------------------------------------------
LEG_FRONT: Profile = [
    (0, 10.2),
    (0.35, 9.4),
    (0.75, 7.0),
    (0.92, 6.4),
    (1, 6.6),
    (1.12, 5.6),
    (1.35, 5.0),
    (1.7, 4.1),
    (2, 3.7),
]
LEG_BACK: Profile = [
    (0, 12.2),
    (0.2, 11.2),
    (0.38, 9.5),
    (0.7, 6.9),
    (0.92, 5.8),
    (1, 5.6),
    (1.12, 6.0),
    (1.32, 7.3),
    (1.55, 6.0),
    (1.85, 3.8),
    (2, 3.8),
]
# --- arm: left = front of a hanging arm, right = back ------------------------------------------------------------------------
ARM_FRONT: Profile = [(0, 6.2), (0.2, 6.3), (0.55, 5.2), (0.85, 4.3), (1, 4.2), (1.25, 4.7), (1.7, 3.3), (2, 2.7)]
ARM_BACK: Profile = [(0, 6.2), (0.2, 6.0), (0.55, 5.3), (0.85, 4.4), (1, 4.5), (1.25, 4.5), (1.7, 3.2), (2, 2.6)]

SHOE: tuple[Vec, ...] = (
    (-5.0, -5.2),
    (-6.3, -2.0),
    (-7.0, 1.6),
    (-6.9, 4.6),
    (-5.6, 6.1),
    (0, 6.2),
    (7, 6.2),
    (14, 6.2),
    (18, 5.8),
    (19.4, 4.0),
    (18.4, 1.8),
    (14.5, 0.2),
    (10.5, -1.4),
    (7.0, -3.6),
    (4.6, -5.6),
    (0, -5.0),
)
SOLE: tuple[Vec, ...] = (
    (-7.0, 4.0),
    (-7.2, 5.6),
    (-6.2, 6.5),
    (0, 6.5),
    (7, 6.5),
    (14, 6.5),
    (18.6, 6.4),
    (20.0, 4.9),
    (19.7, 3.9),
    (14, 4.5),
    (6, 4.5),
    (-2, 4.5),
)
SOCK = ((-4.2, -9), (-4.6, -6), (-4.8, -4), (0, -3), (4.6, -4.2), (4.1, -6.5), (3.8, -9), (0, -9.4))

HAND_OPEN = (
    (-2, -2.7),
    (1, -3.0),
    (4, -3.5),
    (8, -3.3),
    (11.4, -2.7),
    (13.4, -1.0),
    (13.4, 0.9),
    (11.6, 2.2),
    (8, 2.8),
    (4, 2.9),
    (1, 2.7),
    (-2, 2.5),
)
HAND_FLAT = (
    (-2.4, -2.5),
    (0, -2.7),
    (4, -1.8),
    (8, -1.2),
    (11.6, -0.7),
    (13.8, 0.4),
    (14, 1.6),
    (12, 2.4),
    (8, 2.5),
    (4, 2.5),
    (0, 2.5),
    (-2.6, 1.9),
)
HAND_FIST = (
    (-2, -2.7),
    (0, -3.3),
    (3, -4.0),
    (6, -4.0),
    (7.9, -3.0),
    (8.7, -1.0),
    (8.6, 1.2),
    (7.6, 3.0),
    (5.5, 3.8),
    (3, 3.6),
    (0.5, 3.0),
    (-2, 2.5),
)
THUMB_OPEN = (
    (0.6, -2.0),
    (2.4, -4.1),
    (5.0, -5.6),
    (7.2, -6.1),
    (8.3, -5.2),
    (7.6, -4.2),
    (5.6, -3.2),
    (4.2, -1.6),
    (2, -0.8),
)
THUMB_FLAT = (
    (0.6, -1.2),
    (2.4, -1.2),
    (4.4, -0.8),
    (6.4, -0.4),
    (8.0, 0.4),
    (7.6, 1.4),
    (5.6, 1.6),
    (4.2, 1.6),
    (2, 1.2),
)
THUMB_FIST = (
    (0.6, -2.0),
    (2.4, -3.6),
    (4.2, -4.2),
    (6.2, -3.6),
    (6.9, -2.2),
    (6.3, -1.2),
    (5.0, -1.4),
    (3.8, -1.4),
    (2, -0.8),
)

FACE = (
    (-5.5, -9.5),
    (-7.4, -5),
    (-9.0, 0),
    (-9.0, 5),
    (-6.6, 9.6),
    (-1.5, 11.8),
    (3.6, 11.3),
    (7.4, 8.6),
    (8.9, 5.0),
    (9.0, 2.6),
    (8.9, 1.4),
    (9.7, -0.2),
    (10.9, -1.9),
    (10.3, -3.0),
    (9.0, -3.5),
    (9.4, -4.8),
    (9.2, -6.0),
    (8.5, -6.7),
    (8.9, -8.4),
    (8.2, -10.3),
    (6.0, -11.3),
    (3.4, -10.6),
    (0.6, -9.2),
    (-0.8, -9.6),
    (-3, -11.5),
)
HAIR_SHORT = (
    (8.6, 6.6),
    (9.0, 8.6),
    (6.8, 11.4),
    (2.6, 13.2),
    (-2.8, 13.1),
    (-7.4, 10.8),
    (-10.4, 6.0),
    (-10.6, 0.6),
    (-9.4, -3.8),
    (-7.6, -7.2),
    (-6.2, -6.6),
    (-5.4, -3.6),
    (-4.9, -0.4),
    (-3.6, 1.2),
    (-1.6, 1.4),
    (-0.9, -0.4),
    (0.2, -1.6),
    (1.0, -0.6),
    (1.1, 2.4),
    (2.0, 4.8),
    (4.6, 6.0),
)
HAIR_LONG = (
    (8.6, 5.9),
    (9.3, 8.4),
    (7.0, 11.6),
    (2.6, 13.5),
    (-2.8, 13.3),
    (-7.6, 11.0),
    (-10.6, 6.4),
    (-10.9, 1.0),
    (-10.0, -3.0),
    (-8.0, -5.8),
    (-6.4, -5.2),
    (-5.0, -3.4),
    (-4.4, -0.4),
    (-3.4, 1.4),
    (-1.6, 1.6),
    (-0.6, -0.6),
    (0.1, -2.8),
    (0.9, -1.6),
    (1.6, 2.0),
    (3.2, 4.4),
    (5.8, 5.4),
)
HEAD = 1.06
EAR = ((-3.7, 0.4), (-4.3, -1.4), (-3.6, -3.6), (-2.4, -4.6), (-1.5, -3.4), (-1.1, -1.4), (-1.6, 0.4), (-2.8, 1.0))
EYE = ((6.5, 0.8), (7.1, 1.1), (7.5, 0.5), (7.3, -0.5), (6.8, -0.6), (6.4, 0.0))


def bend_toes(pts: Sequence[Vec], deg: float) -> list[Vec]:
    """Turn the part of a shoe in front of its ball by deg."""
    out = []
    for x, y in pts:
        k = max(0.0, min(1.0, (x - 9.5) / 4))
        out.append(local(BALL, -deg * k, [(x - BALL[0], y - BALL[1])])[0] if k else (x, y))
    return out


def circle(c: Vec, rx: float, ry: float, deg: float = 0, n: int = 14) -> tuple[Vec, ...]:
    return local(c, deg, [(rx * math.cos(2 * math.pi * i / n), ry * math.sin(2 * math.pi * i / n)) for i in range(n)])


def blend_rings(a: Sequence[Vec], b: Sequence[Vec], t: float) -> list[Vec]:
    return [mix(p, q, t) for p, q in zip(a, b)]


def spine_line(j: Joints, p: Pose) -> Callable[[float], tuple[Vec, float]]:
    """Point and direction at a distance s along the trunk from the hip (negative = below the hip)."""
    tail = go(j["hip"], p.seg["spine1"] + 180, 14)
    knots = [(-14.0, tail), (0.0, j["hip"]), (24.0, j["mid"]), (54.0, j["chest"]), (63.0, j["neck"])]

    def at(s: float) -> Vec:
        s = max(-14.0, min(63.0, s))
        i = next(i for i in range(4) if s <= knots[i + 1][0])
        (s0, a), (s1, b) = knots[i], knots[i + 1]

        def slope(k: int) -> Vec:
            lo, hi = knots[max(k - 1, 0)], knots[min(k + 1, 4)]
            d = hi[0] - lo[0]
            return ((hi[1][0] - lo[1][0]) / d, (hi[1][1] - lo[1][1]) / d)

        m0, m1, h = slope(i), slope(i + 1), s1 - s0
        t = (s - s0) / h
        w = (2 * t**3 - 3 * t**2 + 1, (t**3 - 2 * t**2 + t) * h, -2 * t**3 + 3 * t**2, (t**3 - t**2) * h)
        return (
            w[0] * a[0] + w[1] * m0[0] + w[2] * b[0] + w[3] * m1[0],
            w[0] * a[1] + w[1] * m0[1] + w[2] * b[1] + w[3] * m1[1],
        )

    def both(s: float) -> tuple[Vec, float]:
        return at(s), direction(at(s - 0.6), at(s + 0.6))

    return both


def trunk(
    line: Callable[[float], tuple[Vec, float]],
    front: Profile,
    back: Profile,
    s0: float,
    s1: float,
    plus: float = 0.0,
    n: int = 15,
    bow: float = 0.0,
) -> tuple[Vec, ...]:
    f, b = curve(front), curve(back)
    stations = [s0 + (s1 - s0) * i / (n - 1) for i in range(n)]
    fr = [go(*line(s), 0) for s in stations]
    fr = [go(line(s)[0], line(s)[1] + 90, f(s) + plus) for s in stations]
    bk = [go(line(s)[0], line(s)[1] - 90, b(s) + plus) for s in stations]
    mid_lo = go(mix(fr[0], bk[0], 0.5), line(s0)[1] + 180, bow)
    mid_hi = go(mix(fr[-1], bk[-1], 0.5), line(s1)[1], bow)
    return tuple(fr + [mid_hi] + bk[::-1] + [mid_lo])


def side_shapes(p: Pose, build: Build) -> list[Shape]:
    """The whole figure seen from its right side, back to front."""
    j, out = fk(p), []
    line = spine_line(j, p)
    h, w, c = build.hips, build.waist, build.chest
    front: Profile = [
        (-14, 5 * h),
        (-6, 8.8 * h),
        (0, 10.4 * h),
        (9, 10.6 * h),
        (17, 9.8 * w),
        (25, 9.8 * w),
        (33, 10.8 * c),
        (39, 12.0 * c + build.bust),
        (45, 10.8 * c + build.bust * 0.4),
        (50, 8.6 * c),
        (54, 6.4),
        (57.5, 4.6),
        (63, 4.4),
    ]
    back: Profile = [
        (-14, 8.6 * h),
        (-10, 10.6 * h),
        (-6, 12.1 * h),
        (-1, 13.2 * h),
        (4, 12.8 * h),
        (11, 10.2 * h),
        (18, 8.6 * w),
        (25, 8.9 * w),
        (34, 10.9 * c),
        (42, 11.7 * c),
        (48, 10.9 * c),
        (53, 8.2),
        (57.5, 6.2),
        (63, 5.2),
    ]

    def arm(side: str) -> list[Shape]:
        far = "_far" if side == "far" else ""
        s, e, r = j[f"{side}_shoulder"], j[f"{side}_elbow"], j[f"{side}_wrist"]
        k = build.limb
        af, ab = scaled(ARM_FRONT, k), scaled(ARM_BACK, k)
        flat, fist = p.lean.get(side, 0.0), p.grip.get(side, 0.0)
        hand = blend_rings(blend_rings(HAND_OPEN, HAND_FLAT, flat), HAND_FIST, fist)
        thumb = blend_rings(blend_rings(THUMB_OPEN, THUMB_FLAT, flat), THUMB_FIST, fist)
        deg = p.seg[f"{side}_hand"]
        shapes = [
            Shape(f"skin{far}", limb(s, e, r, af, ab, 0.1, 2, 1, 0.6)),
            Shape(f"skin{far}", local(r, deg, hand)),
            Shape(f"skin{far}" if far else "skin", local(r, deg, thumb)),
        ]
        if not far:
            shapes.append(
                Shape("skin_line", local(r, deg, [(3.2, -1.0), (5.0, -2.2), (6.4, -3.2), (5.2, -2.6), (3.4, -1.4)]))
            )
        sleeve = limb(s, e, r, scaled(af, 1, 1.1), scaled(ab, 1, 1.1), 0, build.sleeve, 1, 0.25)
        return shapes + [Shape(f"shirt{far}" if far else "sleeve", sleeve)]

    def leg(side: str) -> list[Shape]:
        far = "_far" if side == "far" else ""
        a, b, c_ = j[f"{side}_hip"], j[f"{side}_knee"], j[f"{side}_ankle"]
        k = build.limb
        lf, lb = scaled(LEG_FRONT, k), scaled(LEG_BACK, k)
        foot = p.seg[f"{side}_foot"]
        shin = direction(b, c_)
        toe = p.toe.get(side, 0.0) * foot
        cloth_f = [(s, v + build.loose * max(0.3, min(1, s / build.hem))) for s, v in lf]
        cloth_b = [(s, v + build.loose * max(0.3, min(1, s / build.hem))) for s, v in lb]
        return [
            Shape(f"skin{far}", limb(a, b, c_, lf, lb, 0.6, 1.98, 0.6, 0.6)),
            Shape("sock" if not far else "shoe_far", local(c_, shin - 90, SOCK)),
            Shape(f"shoe{far}", local(c_, foot, bend_toes(SHOE, toe))),
            Shape(f"sole{far}", local(c_, foot, bend_toes(SOLE, toe))),
            Shape(f"trousers{far}", limb(a, b, c_, cloth_f, cloth_b, 0, build.hem, 1, 0.2)),
        ]

    def head() -> list[Shape]:
        o, deg = go(j["head"], p.seg["neck"] + 180, 1.5), p.seg["neck"] + 90  # local x = forward, y = up along the neck
        ring = lambda pts: local(o, deg, [(x, -y) for x, y in pts], HEAD)
        hair = HAIR_LONG if build.bun else HAIR_SHORT
        shapes = [Shape("hair", ring(circle((-5.6, 13.4), 4.9, 4.5)))] if build.bun else []
        return shapes + [
            Shape("skin", ring(FACE)),
            Shape("skin_line", ring(EAR)),
            Shape("hair", ring(hair)),
            Shape("hair", ring(EYE)),
        ]

    neck_f: Profile = [(44, 5.0), (52, 5.4), (57, 4.5), (63, 4.3)]
    neck_b: Profile = [(44, 7.0), (52, 7.0), (57, 5.5), (63, 5.0)]
    out += arm("far") + leg("far")
    out.append(Shape("skin", trunk(line, neck_f, neck_b, 46, 63, bow=2)))
    out.append(Shape("trousers", trunk(line, front, back, -12, 13, plus=0.5, bow=2)))
    out += leg("near")
    out.append(Shape("shirt", trunk(line, front, back, 7.5, 56, plus=0.7, n=19, bow=-0.8)))
    out += head()
    out.append(Shape("focus", ()))  # slot: the renderer puts the focus glow here
    return out + arm("near")


def figure(p: Pose, build: Build, view: str = "side") -> list[Shape]:
    if view == "front":
        from .front import front_shapes

        return front_shapes(p, build)
    return side_shapes(p, build)


# --- where a muscle lies: (from joint, to joint, share, offset to the back) ---------------------------------------------
FOCUS: dict[str, tuple[str, str, float, float, float]] = {
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


def focus_spot(j: Joints, muscle: str) -> tuple[Vec, float, float] | None:
    """Centre, radius and direction of a muscle's glow."""
    if muscle not in FOCUS:
        return None
    a, b, t, off, r = FOCUS[muscle]
    d = direction(j[a], j[b])
    up = 1 if a in ("hip", "mid") else -1  # trunk bones point up, leg bones down: the front is on the other side
    return go(mix(j[a], j[b], t), d + 90 * up, off), r, d
