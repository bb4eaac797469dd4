"""Needles on the body chart as SVG text, numbered as the rows are. Points as programs.needle_points has them."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from programs.needle_points import WHOLE, Point
from programs.pain.drawing import COLUMN, Chart, inside
from programs.pain.figures import frame_of

RADIUS, HALO = 26, 38
MARGIN, LEAST_HEIGHT = 200, 560  # around the needles: enough of the body to know where one is


@dataclass(frozen=True, slots=True)
class Needle:
    number: int
    point: Point
    still_in: bool


def draw_needles(chart: Chart, needles: Sequence[Needle]) -> str:
    """One view. What lies far from every needle is left out; without any, the whole figure shows."""
    view = chart.views[0]
    here = [one for one in needles if one.point.view == view]
    left, top, width, height = chart.box
    first, last = _span(chart, here) if here else (top, top + height)
    frame = frame_of(chart.figure)
    ends = f'data-top="{frame.top:g}" data-bottom="{frame.bottom:g}"'
    box = f'viewBox="{left:g} {first:g} {width:g} {last - first:g}"'
    body = inside(chart) + "".join(_mark(chart, one) for one in here) + _sides(chart, last)
    return f'<svg class="bodychart one needles" data-view="{view}" {ends} {box} aria-hidden="true">{body}</svg>'


def _span(chart: Chart, needles: Sequence[Needle]) -> tuple[float, float]:
    heights = [_place(chart, one.point)[1] for one in needles]
    first, last = min(heights) - MARGIN, max(heights) + MARGIN
    spare = max(LEAST_HEIGHT - (last - first), 0) / 2
    return first - spare, last + spare


def _place(chart: Chart, point: Point) -> tuple[float, float]:
    frame = frame_of(chart.figure)
    return point.x / WHOLE * COLUMN, frame.top + point.y / WHOLE * (frame.bottom - frame.top)


def _mark(chart: Chart, needle: Needle) -> str:
    x, y = _place(chart, needle.point)
    kind = "needle-mark in" if needle.still_in else "needle-mark"
    halo = f'<circle class="halo" r="{HALO}"/>' if needle.still_in else ""
    label = f'<text y="{RADIUS * 0.42:g}">{needle.number}</text>'
    return f'<g class="{kind}" transform="translate({x:g} {y:g})">{halo}<circle r="{RADIUS}"/>{label}</g>'


def _sides(chart: Chart, bottom: float) -> str:
    """At the foot of what shows: above, the letters may lie outside."""
    right, left = (60, COLUMN - 60) if chart.views[0] == "front" else (COLUMN - 60, 60)
    y = bottom - 24
    return (
        f'<g class="sides"><text x="{right}" y="{y:g}">{escape(chart.letters.right)}</text>'
        f'<text x="{left}" y="{y:g}">{escape(chart.letters.left)}</text></g>'
    )
