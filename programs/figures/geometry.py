"""Plane geometry of the figures.

Angles are degrees, clockwise on screen: 0 forward (right), 90 down. x runs to the right, y DOWN, the floor is y = 0.
"""

import math
from collections.abc import Iterable, Sequence

Vec = tuple[float, float]
Ring = tuple[Vec, ...]
Box = tuple[float, float, float, float]  # left, top, right, bottom


def go(start: Vec, deg: float, length: float) -> Vec:
    turned = math.radians(deg)
    return start[0] + length * math.cos(turned), start[1] + length * math.sin(turned)


def mix(a: Vec, b: Vec, share: float) -> Vec:
    return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share


def turn(a: float, b: float) -> float:
    """Signed shortest turn from direction a to direction b, -180 to 180."""
    return (b - a + 180) % 360 - 180


def direction(a: Vec, b: Vec) -> float:
    return math.degrees(math.atan2(b[1] - a[1], b[0] - a[0]))


def local(origin: Vec, deg: float, points: Iterable[Vec], scale: float = 1.0) -> Ring:
    """Points given as (along, to the clockwise side) in a frame that points along deg."""
    c, s = math.cos(math.radians(deg)), math.sin(math.radians(deg))
    return tuple((origin[0] + scale * (x * c - y * s), origin[1] + scale * (x * s + y * c)) for x, y in points)


def circle(centre: Vec, across: float, along: float, points: int = 14) -> Ring:
    steps = (2 * math.pi * step / points for step in range(points))
    return tuple((centre[0] + across * math.cos(step), centre[1] + along * math.sin(step)) for step in steps)


def bounds(points: Iterable[Vec]) -> Box:
    xs, ys = zip(*points, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def edges(ring: Sequence[Vec]) -> Iterable[tuple[Vec, Vec]]:
    """Each point with the next one, the last with the first."""
    return zip(ring, [*ring[1:], ring[0]], strict=True)


def is_inside(point: Vec, ring: Sequence[Vec]) -> bool:
    """Counts the edges that a ray to the right crosses."""
    x, y = point
    hit = False
    for (x1, y1), (x2, y2) in edges(ring):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            hit = not hit
    return hit


def two_bones(root: Vec, target: Vec, lengths: tuple[float, float], bend: int) -> tuple[float, float]:
    """Directions of two bones from root to target. `bend` is the side of the joint: -1 for knees, +1 for elbows.

    A target out of reach is approached as far as the bones go.
    """
    upper, lower = lengths
    distance = max(abs(upper - lower) + 1e-3, min(math.dist(root, target), upper + lower - 1e-3))
    base = direction(root, target)
    cosine = (upper * upper + distance * distance - lower * lower) / (2 * upper * distance)
    first = base + bend * math.degrees(math.acos(max(-1.0, min(1.0, cosine))))
    return first, direction(go(root, first, upper), go(root, base, distance))
