"""A map of pain as SVG text: the figure is quiet, only pain speaks. Looks are classes, as the policy allows no style.

The figure's own shapes are drawn by `use` from the built files, so a page carries its marks and little else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

from programs.pain.figures import HEAD, NEUTRAL, Shape, frame_of, middle_of, shape_of
from programs.pain.places import BACK, FRONT, PLACES, VIEWS, Mark, in_reading_order

COLUMN = 660  # one view, with the arms' reach
ROOM_ABOVE, ROOM_BELOW = 130, 25  # for the letters of the sides; for the feet
BADGE, BARE_BADGE, APART = 32, 24, 70
# Told apart by shape first: filled or hollow, round or not, closed or dashed.
BADGES = {
    "ache": '<circle class="badge" r="{r}"/>',
    "sharp": '<path class="badge" d="M0 -{far}L{far} 0L0 {far}L-{far} 0Z"/>',
    "burning": '<path class="badge" d="M-{near} -{near}H{near}V{near}H-{near}Z"/>',
    "numb": '<circle class="badge hollow" r="{r}"/>',
    "tingling": '<circle class="badge hollow dashed" r="{r}"/>',
}


@dataclass(frozen=True, slots=True)
class Letters:
    """What is printed on the drawing."""

    right: str
    left: str
    views: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """`names`: what each place and side is called, where the drawing can be tapped. `before`: an earlier map, pale."""

    figure: str
    figure_url: str
    letters: Letters
    label: str = ""
    marks: Sequence[Mark] = ()
    before: Sequence[Mark] = ()
    views: Sequence[str] = VIEWS
    names: Mapping[tuple[str, str, str], str] = field(default_factory=dict)
    numbers: bool = True
    leader: bool = False

    @property
    def main(self) -> Mark | None:
        return in_reading_order(self.marks)[0] if self.marks else None

    @property
    def order(self) -> Sequence[str]:
        """A leader leaves at the end edge, so its view stands there."""
        if self.leader and self.main and self.main.view == FRONT and len(self.views) > 1:
            return (BACK, FRONT)
        return self.views

    def shift(self, view: str) -> float:
        return self.order.index(view) * COLUMN + COLUMN / 2 - frame_of(self.figure).middle(view)

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, width, height. With a leader its mark is at half height, whatever the size on the page."""
        frame = frame_of(self.figure)
        top, bottom = frame.top - ROOM_ABOVE, frame.bottom + ROOM_BELOW
        if self.leader and self.main:
            _, y = middle_of(self.main, self.figure)
            half = max(y - top, bottom - y)
            top, bottom = y - half, y + half
        return 0, top, COLUMN * len(self.views), bottom - top


def draw(chart: Chart) -> str:
    left, top, width, height = chart.box
    named = f'role="img" aria-label="{escape(chart.label)}"' if chart.label else 'aria-hidden="true"'
    kind = "bodychart" + (" one" if len(chart.views) == 1 else "") + (" tappable" if chart.names else "")
    ratio = ' preserveAspectRatio="xMaxYMid meet"' if chart.leader else ""
    return f'<svg class="{kind}" viewBox="{left:g} {top:g} {width:g} {height:g}"{ratio} {named}>{inside(chart)}</svg>'


def inside(chart: Chart) -> str:
    """The views without the frame around them."""
    return "".join(_view(chart, view) for view in chart.order) + (_leader(chart) if chart.leader else "")


def _view(chart: Chart, view: str) -> str:
    parts = [_use(chart, f"{view}-outline", "skin")]
    if chart.figure == NEUTRAL:
        x = frame_of(chart.figure).middle(view)
        parts.append(f'<ellipse class="skin" cx="{x:g}" cy="{HEAD.y:g}" rx="{HEAD.rx:g}" ry="{HEAD.ry:g}"/>')
    else:
        parts.append(_use(chart, f"{view}-parts", "parts"))
    parts += [_zone(chart, where, name) for where, name in chart.names.items() if where[0] == view]
    parts += [_filled(chart, mark, "pain-then") for mark in chart.before if mark.view == view]
    shown = [mark for mark in chart.marks if mark.view == view]
    parts += [_filled(chart, mark, f"pain-now {strength(mark.intensity)}") for mark in shown]
    parts += _badges(chart, shown)
    return f'<g transform="translate({chart.shift(view):g} 0)">{"".join(parts)}</g>{_letters(chart, view)}'


def strength(intensity: int) -> str:
    """Three tints beside the number, never instead of it."""
    return "mild" if intensity <= 3 else "middling" if intensity <= 6 else "strong"


def _letters(chart: Chart, view: str) -> str:
    start = chart.order.index(view) * COLUMN
    y = frame_of(chart.figure).top - 55
    right, left = (60, COLUMN - 60) if view == FRONT else (COLUMN - 60, 60)
    return (
        f'<text class="side" x="{start + right}" y="{y:g}">{escape(chart.letters.right)}</text>'
        f'<text class="side" x="{start + left}" y="{y:g}">{escape(chart.letters.left)}</text>'
        f'<text class="view" x="{start + COLUMN // 2}" y="{y:g}">{escape(chart.letters.views[view])}</text>'
    )


def _use(chart: Chart, part: str, kind: str) -> str:
    return f'<use class="{kind}" href="{chart.figure_url}#{part}"/>'


def _shape(chart: Chart, shape: Shape) -> str:
    if shape.rx:
        return f'<ellipse cx="{shape.x:g}" cy="{shape.y:g}" rx="{shape.rx:g}" ry="{shape.ry:g}"/>'
    return "".join(f'<use href="{chart.figure_url}#{part}"/>' for part in shape.uses)


def _zone(chart: Chart, where: tuple[str, str, str], name: str) -> str:
    view, region, side = where
    inside = _shape(chart, shape_of(chart.figure, view, region, side))
    return f'<g class="zone" data-place="{view}.{region}" data-side="{side}"><title>{escape(name)}</title>{inside}</g>'


def _filled(chart: Chart, mark: Mark, kind: str) -> str:
    shape = shape_of(chart.figure, mark.view, mark.region, mark.side, mark.levels)
    return f'<g class="{kind}">{_shape(chart, shape)}</g>'


def _badges(chart: Chart, marks: Sequence[Mark]) -> list[str]:
    """One below the other where several kinds of pain share a place."""
    taken: dict[tuple[float, float], int] = {}
    found = []
    for mark in marks:
        x, y = at = middle_of(mark, chart.figure)
        nth = taken[at] = taken.get(at, -1) + 1
        found.append(_badge(mark, x, y + nth * APART, numbers=chart.numbers))
    return found


def _badge(mark: Mark, x: float, y: float, *, numbers: bool) -> str:
    r = BADGE if numbers else BARE_BADGE
    shape = badge_shape(mark.kind, r)
    number = f'<text y="{r * 0.42:g}">{mark.intensity}</text>' if numbers else ""
    return f'<g class="mark" transform="translate({x:g} {y:g})">{shape}{number}</g>'


def badge_shape(kind: str, r: int) -> str:
    return BADGES[kind].format(r=r, near=round(r * 0.9), far=round(r * 1.3))


def _leader(chart: Chart) -> str:
    if chart.main is None:
        return ""
    x, y = middle_of(chart.main, chart.figure)
    start = x + chart.shift(chart.main.view) + (BADGE if chart.numbers else BARE_BADGE)
    return f'<path class="leader" d="M{start:g} {y:g}H{chart.box[2]:g}"/>'


def zones(views: Sequence[str]) -> list[tuple[str, str, str]]:
    """View, region and side of everything that can be tapped, own shapes last: they lie on top of the muscles."""
    found = [
        (place.view, place.region, side) for place in PLACES.values() for side in place.sides if place.view in views
    ]
    return sorted(found, key=lambda where: bool(shape_of("male", *where).rx))
