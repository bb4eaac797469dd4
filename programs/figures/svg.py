"""SVG text. Presentation attributes only, so a strict content policy holds.

Coordinates are written in tenths of a unit: whole numbers, and much shorter text.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from programs.figures.build import Shape
from programs.figures.geometry import Box, Ring, Vec, edges
from programs.figures.palette import Palette

TENTHS = 10


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a prop that may move. Filled and closed, or with a `width` a line that wide."""

    role: str
    points: Ring
    width: float = 0.0


@dataclass(frozen=True, slots=True)
class Loop:
    """When an endless animation shows which frame: `times` are shares of `seconds`, `order` the frames' numbers."""

    times: Sequence[float]
    order: Sequence[int]
    seconds: float


def number(value: float) -> str:
    return str(round(value * TENTHS))


def packed(numbers: Iterable[int]) -> str:
    """With a blank only where no minus sign parts two numbers."""
    text = "".join(f"{one}" if one < 0 else f" {one}" for one in numbers)
    return text.removeprefix(" ")


def smooth(ring: Ring) -> str:
    """Closed quadratic B-spline: from middle to middle of the ring's edges, its points as controls.

    Each control mirrors the one before it, so only the middles are written (t). Every middle is rounded against the
    control as drawn; rounded each for itself the errors would add up along the ring.
    """
    points = [(x * TENTHS, y * TENTHS) for x, y in ring]
    start = _middle(points[-1], points[0])
    control = round(points[0][0]), round(points[0][1])
    at, steps = start, []
    for point in points[1:]:
        middle = _middle(control, point)
        steps.append((middle[0] - at[0], middle[1] - at[1]))
        control, at = (2 * middle[0] - control[0], 2 * middle[1] - control[1]), middle
    steps.append((start[0] - at[0], start[1] - at[1]))
    first = round(points[0][0]) - start[0], round(points[0][1]) - start[1]
    rest = "".join(f"t{packed(step)}" for step in steps[1:])
    return f"M{packed(start)}q{packed((*first, *steps[0]))}{rest}z"


def _middle(a: Vec, b: Vec) -> tuple[int, int]:
    return round((a[0] + b[0]) / 2), round((a[1] + b[1]) / 2)


def straight(points: Ring, *, is_closed: bool) -> str:
    text = "L".join(packed((round(x * TENTHS), round(y * TENTHS))) for x, y in points)
    return f"M{text}z" if is_closed else f"M{text}"


def clockwise(ring: Ring) -> Ring:
    """One winding for every ring of a clip: some PDF and SVG engines merge them and would cut holes."""
    area = sum(a[0] * b[1] - b[0] * a[1] for a, b in edges(ring))
    return ring if area > 0 else ring[::-1]


def animate(attribute: str, values: Sequence[str], loop: Loop | None) -> str:
    """`values` hold one value per frame. Nothing where nothing moves."""
    if loop is None or len(set(values)) == 1:
        return ""
    times = ";".join(f"{time:.3f}".rstrip("0").rstrip(".") for time in loop.times)
    shown = ";".join(values[frame] for frame in loop.order)
    return (
        f'<animate attributeName="{attribute}" dur="{loop.seconds:g}s" repeatCount="indefinite" '
        f'keyTimes="{times}" values="{shown}"/>'
    )


def path(attributes: str, ds: Sequence[str], loop: Loop | None = None) -> str:
    moving = animate("d", ds, loop)
    return f'<path {attributes} d="{ds[0]}"' + (f">{moving}</path>" if moving else "/>")


def filled(frames: Sequence[Shape], colours: Palette, loop: Loop | None = None) -> str:
    """One part of the body through all frames; a single frame stands still."""
    return path(f'fill="{colours[frames[0].role]}"', [smooth(shape.ring) for shape in frames], loop)


def drawn(frames: Sequence[Piece], colours: Palette, loop: Loop | None = None) -> str:
    piece = frames[0]
    ds = [straight(one.points, is_closed=not piece.width) for one in frames]
    colour = colours[piece.role]
    return path(line_style(colour, piece.width) if piece.width else f'fill="{colour}"', ds, loop)


def line_style(colour: str, width: float) -> str:
    return (
        f'fill="none" stroke="{colour}" stroke-width="{number(width)}" stroke-linecap="round" stroke-linejoin="round"'
    )


def rect(left: float, top: float, width: float, height: float, radius: float, colour: str) -> str:
    size = f'x="{number(left)}" y="{number(top)}" width="{number(width)}" height="{number(height)}"'
    return f'<rect {size} rx="{number(radius)}" fill="{colour}"/>'


def ellipse(centre: Vec, across: float, along: float, colour: str) -> str:
    place = f'cx="{number(centre[0])}" cy="{number(centre[1])}" rx="{number(across)}" ry="{number(along)}"'
    return f'<ellipse {place} fill="{colour}"/>'


def disc(centres: Sequence[Vec], radius: float, fill: str, loop: Loop | None = None) -> str:
    """A circle with one centre per frame."""
    xs, ys = [number(x) for x, _ in centres], [number(y) for _, y in centres]
    moving = animate("cx", xs, loop) + animate("cy", ys, loop)
    place = f'cx="{xs[0]}" cy="{ys[0]}" r="{number(radius)}"'
    return f'<circle {place} fill="{fill}"' + (f">{moving}</circle>" if moving else "/>")


def radial_fade(name: str, colour: str) -> str:
    """Strong in the middle, gone at the rim."""
    stops = ((0, 0.95), (0.45, 0.8), (0.75, 0.35), (1, 0))
    text = "".join(f'<stop offset="{at}" stop-color="{colour}" stop-opacity="{alpha}"/>' for at, alpha in stops)
    return f'<radialGradient id="{name}">{text}</radialGradient>'


def document(box: Box, body: str, defs: str, *, uid: str, title: str, text: str) -> str:
    """Without a title the picture is decoration: the page around it says what it shows."""
    left, top, right, bottom = box
    view = " ".join(number(value) for value in (left, top, right - left, bottom - top))
    named = f'role="img" aria-labelledby="{uid}t {uid}d"' if title else 'aria-hidden="true"'
    words = f'<title id="{uid}t">{escape(title)}</title><desc id="{uid}d">{escape(text)}</desc>' if title else ""
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{view}" {named}>{words}<defs>{defs}</defs>{body}</svg>'
