"""Drawings of measurements as SVG text. Geometry sits in attributes and looks in classes: the CSP allows no style.

Nothing is smoothed: a line joins what was measured, and right of a gauge's line is always the good side.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import cos, pi, sin

# Per cent of due exercise that was done; 80 is a common research threshold [to be confirmed by the clinic].
GOOD_SHARE, PARTIAL_SHARE = 80, 50


@dataclass(frozen=True, slots=True)
class Measure:
    """What a gauge shows: `start` is hollow and may be missing, `now` is solid, `line` is the reference."""

    now: float
    line: float
    reach: float  # from the line to either end of the track
    start: float | None = None
    lower_is_better: bool = False
    line_is_out: bool = False  # the value on the line lies outside

    def holds(self) -> bool:
        if self.now == self.line:
            return not self.line_is_out
        return self.now <= self.line if self.lower_is_better else self.now >= self.line

    def x(self, value: float) -> float:
        sign = -1 if self.lower_is_better else 1
        middle = (
            74 if self.line_is_out and value == self.line else 80
        )  # what must not reach the line stands clear of it
        return round(min(156.0, max(4.0, middle + sign * (value - self.line) / self.reach * 76)), 1)


def _svg(kind: str, width: int, height: int, body: str, label: str, *, stretch: bool = False) -> str:
    named = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    ratio = ' preserveAspectRatio="none"' if stretch else ""
    return f'<svg class="{kind}" viewBox="0 0 {width} {height}"{ratio} {named}>{body}</svg>'


def gauge(measure: Measure, label: str = "") -> str:
    """One measure against its plumb line."""
    state, now = ("true" if measure.holds() else "off"), measure.x(measure.now)
    body = (
        '<path class="track" d="M4 11H156"/><path class="plumb" d="M80 1V17"/>'
        '<path class="weight" d="m80 16 2.5 3-2.5 4-2.5-4z"/>'
    )
    if measure.start is not None and measure.start != measure.now:
        start = measure.x(measure.start)
        body += (
            f'<path class="moved {state}" d="M{start} 11H{now}"/><circle class="then" cx="{start}" cy="11" r="3.2"/>'
        )
    return _svg("gauge", 160, 24, f'{body}<circle class="now {state}" cx="{now}" cy="11" r="4.5"/>', label)


def spark(values: Sequence[float], low: float, high: float, label: str = "", line: float | None = None) -> str:
    """Re-tests in order, on a fixed scale so that two of them can be compared."""

    def y(value: float) -> float:
        return round(22 - (min(high, max(low, value)) - low) / ((high - low) or 1) * 18, 1)

    step = 64 / max(1, len(values) - 1)
    points = [(round(4 + i * step, 1), y(value)) for i, value in enumerate(values)]
    body = f'<path class="ref" d="M0 {y(line)}H72"/>' if line is not None else ""
    body += f'<path class="line" d="M{"L".join(f"{a} {b}" for a, b in points)}"/>' if points else ""
    body += "".join(f'<circle class="dot" cx="{a}" cy="{b}" r="1.7"/>' for a, b in points[:-1])
    body += "".join(f'<circle class="last" cx="{a}" cy="{b}" r="3"/>' for a, b in points[-1:])
    return _svg("spark", 72, 26, body, label)


def trend(values: Sequence[float], days: Sequence[int] = (), ends: Sequence[str] = (), label: str = "") -> str:
    """Pain from 0 to 10, as it was said from one time to the next. `days` since the first time put each value where it
    was in time, else they stand equally far apart; `ends` are the words for the first and the last day.
    """

    def y(value: float) -> float:
        return round(112 - min(10.0, max(0.0, value)) / 10 * 102, 1)

    body = "".join(
        f'<path class="grid" d="M22 {y(tick)}H296"/><text class="tick" x="0" y="{y(tick) + 3}">{tick}</text>'
        for tick in (0, 5, 10)
    )
    places = days or range(len(values))
    step = 264 / max(1, *places) if values else 0
    points = [(round(26 + place * step, 1), y(value)) for place, value in zip(places, values, strict=True)]
    body += f'<path class="line" d="M{"L".join(f"{a} {b}" for a, b in points)}"/>' if points else ""
    body += "".join(f'<circle class="dot" cx="{a}" cy="{b}" r="2.5"/>' for a, b in points[:-1])
    body += "".join(f'<circle class="last" cx="{a}" cy="{b}" r="4.5"/>' for a, b in points[-1:])
    for x, kind, words in zip((22, 296), ("tick", "tick end"), ends, strict=False):
        body += f'<text class="{kind}" x="{x}" y="130">{escape(words)}</text>'
    return _svg("trend", 300, 134 if ends else 118, body, label)


def ring(done: int, total: int, label: str = "") -> str:
    """One arc for each thing to do, so three of three reads without arithmetic."""

    def at(angle: float) -> str:
        return f"{32 + 26 * cos(angle):.2f} {32 + 26 * sin(angle):.2f}"

    if total <= 1:  # an arc cannot end where it begins
        mark = ' class="on"' if total and done else ""
        return _svg("ring", 64, 64, f'<path{mark} d="M32 6A26 26 0 1 1 31.99 6"/>', label)
    gap, body = min(0.16, pi / total / 3), ""
    for i in range(total):
        begin, end = (2 * pi * turn / total - pi / 2 for turn in (i, i + 1))
        begin, end = begin + gap, end - gap
        mark = ' class="on"' if i < done else ""
        body += f'<path{mark} d="M{at(begin)}A26 26 0 {int(end - begin > pi)} 1 {at(end)}"/>'
    return _svg("ring", 64, 64, body, label)


def bar(share: float, label: str = "", state: str = "") -> str:
    """A share from 0 to 100. `state`: true, off, low, act, or none for grey."""
    width = min(100.0, max(0.0, share))
    body = '<rect class="rest" width="100" height="6"/>'
    body += f'<rect class="fill {escape(state)}" width="{width:.1f}" height="6"/>'
    return _svg("bar", 100, 6, body, label, stretch=True)


def links(paths: Sequence[tuple[float, float, str]], rows: int) -> str:
    """Lines across a gutter of the reasoning board, from one row to another; `rows` is its height in rows.

    The third of each is its classes. Stretched to the gutter, so rows stay where the grid has them.
    """
    body = "".join(
        f'<path class="{escape(classes)}" d="M0 {start:g}C50 {start:g} 50 {end:g} 100 {end:g}"/>'
        for start, end, classes in paths
    )
    return _svg("links", 100, rows, body, "", stretch=True)


def weeks(shares: Sequence[float | None], label: str = "") -> str:
    """Adherence by week in per cent; the hairline is 80. A week with nothing due (None) leaves a gap."""
    body = '<path class="ref" d="M0 10.4H96"/>'
    step = 96 / max(6, len(shares))
    for i, share in enumerate(shares):
        if share is None:
            continue
        height = round(max(1.0, min(100.0, share) / 100 * 32), 1)
        band = "good" if share >= GOOD_SHARE else "partial" if share >= PARTIAL_SHARE else "low"
        at, width = round(i * step + step / 8, 1), round(step * 0.7, 1)
        body += f'<rect class="{band}" x="{at}" y="{round(36 - height, 1)}" width="{width}" height="{height}" rx="2"/>'
    return _svg("weeks", 96, 36, body, label)
