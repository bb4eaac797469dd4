"""Outlines of limbs and trunk. Every ring has a constant number of points, so any two poses can be tweened."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from programs.figures.geometry import Ring, Vec, direction, go, mix, turn
from programs.figures.skeleton import Joints, KeyPose

Profile = Sequence[tuple[float, float]]  # (place along the limb, offset from the bone)
Width = Callable[[float], float]
Spine = Callable[[float], tuple[Vec, float]]

POINTS = 7  # on one side of one bone
JOINT_ARC = (-0.42, -0.2, 0.0, 0.2, 0.42)
CAP_ARC = (36, 72, 108, 144)


def width_of(profile: Profile) -> Width:
    """Smooth interpolation through the knots of a profile."""

    def width(place: float) -> float:
        if place <= profile[0][0]:
            return profile[0][1]
        for (a, u), (b, v) in pairwise(profile):
            if place <= b:
                share = (place - a) / (b - a)
                return u + (v - u) * (share * share * (3 - 2 * share))
        return profile[-1][1]

    return width


def scaled(profile: Profile, factor: float, plus: float = 0.0) -> Profile:
    return [(place, offset * factor + plus) for place, offset in profile]


def clothed(profile: Profile, loose: float, hem: float) -> Profile:
    """Cloth over a limb: close at the hip, `loose` at the hem."""
    return [(place, offset + loose * max(0.3, min(1.0, place / hem))) for place, offset in profile]


@dataclass(frozen=True, slots=True)
class Bones:
    """Two bones a-b-c. Places run from 0 to 1 on the upper and from 1 to 2 on the lower one."""

    a: Vec
    b: Vec
    c: Vec

    @property
    def upper(self) -> float:
        return direction(self.a, self.b)

    @property
    def lower(self) -> float:
        return direction(self.b, self.c)

    @property
    def bend(self) -> float:
        return turn(self.upper, self.lower)


def limb(
    bones: Bones, left: Profile, right: Profile, part: tuple[float, float], caps: tuple[float, float] = (1, 1)
) -> Ring:
    """Outline of a bent limb over `part` of it. `caps`: roundness of the ends.

    `left` and `right` are the counter-clockwise and the clockwise side. The outer side of the joint is an arc, the
    inner side folds into one crease.
    """
    first, last = part
    lo = _edge(bones, -1, width_of(left), first, last)
    hi = _edge(bones, 1, width_of(right), first, last)
    start, end = (bones.upper if first < 1 else bones.lower), (bones.lower if last > 1 else bones.upper)
    return (*lo, *_cap(lo[-1], hi[-1], end, caps[1]), *reversed(hi), *_cap(hi[0], lo[0], start + 180, caps[0]))


def _edge(bones: Bones, sign: int, width: Width, first: float, last: float) -> list[Vec]:
    is_inner = bones.bend * sign > 0
    edge: list[Vec] = []
    if first < 1:
        stop = min(last, 1 - _kept_free(bones, width(1.0), is_inner, math.dist(bones.a, bones.b)))
        edge += _along(bones.a, bones.upper, math.dist(bones.a, bones.b), sign, width, (first, stop), 0)
    if first < 1 < last:
        edge += _joint(bones, sign, width(1.0), is_inner)
    if last > 1:
        free = _kept_free(bones, width(1.0), is_inner, math.dist(bones.b, bones.c))
        start = max(first - 1, free)
        edge += _along(bones.b, bones.lower, math.dist(bones.b, bones.c), sign, width, (start, last - 1), 1)
    return edge


def _kept_free(bones: Bones, radius: float, is_inner: bool, length: float) -> float:
    """Share of a bone that belongs to the joint: more on the inner side of a sharp bend, where flesh folds."""
    if not is_inner:
        return 0.1
    return min(0.55, radius * math.tan(_half_bend(bones)) / max(length, 1e-6) + 0.06)


def _half_bend(bones: Bones) -> float:
    return math.radians(min(abs(bones.bend), 150) / 2)


def _along(
    start: Vec, deg: float, length: float, sign: int, width: Width, part: tuple[float, float], base: int
) -> list[Vec]:
    places = [part[0] + (part[1] - part[0]) * step / (POINTS - 1) for step in range(POINTS)]
    return [go(go(start, deg, length * place), deg + 90 * sign, width(base + place)) for place in places]


def _joint(bones: Bones, sign: int, radius: float, is_inner: bool) -> list[Vec]:
    soft = max(0.0, 1 - abs(bones.bend) / 60) if is_inner else 1.0
    reach = radius * (min(1 / max(math.cos(_half_bend(bones)), 0.3), 1.22) if is_inner else 1.0)
    return [go(bones.b, bones.upper + bones.bend * (0.5 + w * soft) + 90 * sign, reach) for w in JOINT_ARC]


def _cap(start: Vec, end: Vec, deg: float, roundness: float) -> list[Vec]:
    """Half a circle from start to end, flattened against deg."""
    centre, radius = mix(start, end, 0.5), math.dist(start, end) / 2
    base = direction(centre, start)
    way = 1 if turn(base, deg) > 0 else -1
    return [_flattened(go(centre, base + way * w, radius), centre, deg, roundness) for w in CAP_ARC]


def _flattened(point: Vec, centre: Vec, deg: float, roundness: float) -> Vec:
    turned = math.radians(deg)
    depth = (point[0] - centre[0]) * math.cos(turned) + (point[1] - centre[1]) * math.sin(turned)
    return go(point, deg, -depth * (1 - roundness))


TAIL, CROWN = -14.0, 63.0  # the spine's line runs a little below the hip, and up to the neck


def spine(joints: Joints, pose: KeyPose) -> Spine:
    """Point and direction at a distance along the trunk from the hip: a Hermite curve, so it bends without a seam."""
    tail = go(joints["hip"], pose.seg["spine1"] + 180, -TAIL)
    knots = [(TAIL, tail), (0.0, joints["hip"]), (24.0, joints["mid"]), (54.0, joints["chest"])]
    knots.append((CROWN, joints["neck"]))

    def at(place: float) -> tuple[Vec, float]:
        return _hermite(knots, place), direction(_hermite(knots, place - 0.6), _hermite(knots, place + 0.6))

    return at


def _hermite(knots: Sequence[tuple[float, Vec]], place: float) -> Vec:
    place = max(TAIL, min(CROWN, place))
    i = next(i for i in range(len(knots) - 1) if place <= knots[i + 1][0])
    (s0, a), (s1, b) = knots[i], knots[i + 1]
    m0, m1, h = _slope(knots, i), _slope(knots, i + 1), s1 - s0
    t = (place - s0) / h
    weights = (2 * t**3 - 3 * t**2 + 1, (t**3 - 2 * t**2 + t) * h, -2 * t**3 + 3 * t**2, (t**3 - t**2) * h)
    x, y = (sum(w * v[axis] for w, v in zip(weights, (a, m0, b, m1), strict=True)) for axis in (0, 1))
    return x, y


def _slope(knots: Sequence[tuple[float, Vec]], k: int) -> Vec:
    (s0, a), (s1, b) = knots[max(k - 1, 0)], knots[min(k + 1, len(knots) - 1)]
    return (b[0] - a[0]) / (s1 - s0), (b[1] - a[1]) / (s1 - s0)


def trunk(
    line: Spine, front: Profile, back: Profile, part: tuple[float, float], *, points: int = 15, bow: float
) -> Ring:
    """Outline between two distances along the spine. `bow` rounds the ends outward."""
    places = [part[0] + (part[1] - part[0]) * step / (points - 1) for step in range(points)]
    fore_width, aft_width = width_of(front), width_of(back)
    fore = [_beside(line, place, 90, fore_width) for place in places]
    aft = [_beside(line, place, -90, aft_width) for place in places]
    low = go(mix(fore[0], aft[0], 0.5), line(part[0])[1] + 180, bow)
    high = go(mix(fore[-1], aft[-1], 0.5), line(part[1])[1], bow)
    return (*fore, high, *reversed(aft), low)


def _beside(line: Spine, place: float, side: int, width: Width) -> Vec:
    point, deg = line(place)
    return go(point, deg + side, width(place))


def blended(a: Sequence[Vec], b: Sequence[Vec], share: float) -> Ring:
    return tuple(mix(p, q, share) for p, q in zip(a, b, strict=True))
