"""One arrow beside the joint that moves, in free space."""

import math
from collections.abc import Iterator, Sequence

from programs.figures.build import Shape
from programs.figures.geometry import Ring, Vec, direction, go, is_inside, mix
from programs.figures.held import along_sticks, corners
from programs.figures.palette import Palette
from programs.figures.reading import ArrowHint, Figure
from programs.figures.skeleton import Joints
from programs.figures.svg import Piece, drawn

Arrow = tuple[Vec, Vec]  # tail, tip
HEAD = 7.5
GAP = 7.0  # to anything drawn
CLEAR_OF_FLOOR = -4.0


def place_arrow(figure: Figure, joints: Joints, shapes: Sequence[Shape]) -> Arrow | None:
    """The nearest free place to the joint; `at` of the hint wins over any search."""
    hint = figure.arrow
    if hint is None:
        return None
    if hint.at:
        return hint.at, go(hint.at, hint.deg, hint.length)
    points = [point for shape in shapes for point in shape.ring]
    points += [*corners(figure), *along_sticks(figure, figure.poses[-1])]
    rings = [shape.ring for shape in shapes if len(shape.ring) > 8]
    walls = [prop.x for prop in figure.props if prop.kind == "wall"]
    best: tuple[float, Arrow | None] = (math.inf, None)
    for score, arrow in sorted(_places(hint, joints[hint.joint])):
        if score >= best[0]:
            break  # nothing that follows can be better
        gap = _gap(arrow, points, rings)
        if gap >= GAP:
            full = score + 110 * _is_behind_a_wall(arrow, walls, joints) + max(0.0, 10 - gap)
            best = min(best, (full, arrow), key=lambda one: one[0])
    return best[1]


def _places(hint: ArrowHint, joint: Vec) -> Iterator[tuple[float, Arrow]]:
    for along in range(-92, 56, 4):
        for across in range(-60, 61, 4):
            tail = go(go(joint, hint.deg, along), hint.deg + 90, across)
            tip = go(tail, hint.deg, hint.length)
            if max(tail[1], tip[1]) <= CLEAR_OF_FLOOR:
                is_low = across > 0 and hint.deg in {0, 180}
                yield abs(across) * 1.15 + abs(along - 4) + 6 * is_low, (tail, tip)


def _gap(arrow: Arrow, points: Sequence[Vec], rings: Sequence[Ring]) -> float:
    """Distance to the nearest thing, 0 inside a body part."""
    line = [mix(*arrow, step / 4) for step in range(5)]
    gap = min(math.dist(point, place) for point in points for place in line)
    return 0.0 if any(is_inside(place, ring) for place in line[::2] for ring in rings) else gap


def _is_behind_a_wall(arrow: Arrow, walls: Sequence[float], joints: Joints) -> bool:
    return any((wall - joints["hip"][0]) * (wall - arrow[1][0]) < 0 for wall in walls)


def draw_arrow(arrow: Arrow | None, colours: Palette) -> str:
    if arrow is None:
        return ""
    tail, tip = arrow
    deg = direction(tail, tip)
    head = go(tip, deg + 140, HEAD), tip, go(tip, deg - 140, HEAD)
    return "".join(drawn([Piece("arrow", points, 3.2)], colours) for points in ((tail, tip), head))
