"""What stands still behind the figure."""

from collections.abc import Callable, Mapping

from programs.figures.geometry import Box, go
from programs.figures.palette import Palette
from programs.figures.reading import Figure, Prop
from programs.figures.svg import Piece, disc, drawn, rect

BACK = 86.0  # height of a chair's back


def furniture(figure: Figure, colours: Palette, box: Box) -> str:
    drawers = ((prop, DRAWERS.get(prop.kind)) for prop in figure.props)
    walls = (_wall(prop, figure, colours, box) for prop in figure.props if prop.kind == "wall")
    return "".join(walls) + "".join(draw(prop, colours) for prop, draw in drawers if draw)


def _wall(prop: Prop, figure: Figure, colours: Palette, box: Box) -> str:
    """Its surface is on the side of the person."""
    top, height, is_ahead = box[1] + 4, -box[1] - 3.4, prop.x > figure.poses[0].hip[0]
    body = rect(prop.x if is_ahead else prop.x - 7, top, 7, height, 1.5, colours["wall"])
    return body + rect(prop.x if is_ahead else prop.x - 1.2, top, 1.2, height, 0.6, colours["floor"])


def _pillow(prop: Prop, colours: Palette) -> str:
    radius = min(prop.thickness / 2, 2.6)
    body = rect(prop.x, -prop.top, prop.width, prop.thickness + 0.4, radius, colours["cloth"])
    return body + rect(prop.x + 1, prop.thickness - prop.top - 1, prop.width - 2, 1.2, 0.6, colours["cloth_dark"])


def _chair(prop: Prop, colours: Palette) -> str:
    x, y = prop.x, -prop.top
    legs = [
        Piece("prop_dark", ((at - 0.8, y), (at + 3.4, y), (at + 2.6, 0.4), (at, 0.4)))
        for at in (x + 2.5, prop.right - 4.5)
    ]
    post = Piece("prop_dark", ((x - 4.5, -BACK), (x - 0.6, -BACK), (x + 4, y + 2), (x - 0.2, y + 2)))
    rest = rect(x - 7, -BACK - 2, 6.5, 24, 3, colours["prop"])
    seat = rect(x - 1, y, prop.width + 1, prop.thickness, 2.4, colours["prop"])
    return "".join(drawn([piece], colours) for piece in (*legs, post)) + rest + seat


def _stool(prop: Prop, colours: Palette) -> str:
    legs = "".join(rect(at, -prop.top, 3, prop.top, 1, colours["prop_dark"]) for at in (prop.x + 2, prop.right - 5))
    rung = rect(prop.x + 2, -prop.top * 0.45, prop.width - 4, 2.2, 1, colours["prop_dark"])
    return legs + rung + rect(prop.x - 1, -prop.top, prop.width + 2, 5, 2.2, colours["prop"])


def _step(prop: Prop, colours: Palette) -> str:
    body = rect(prop.x, -prop.top, prop.width, prop.thickness, 1.6, colours["prop_dark"])
    return body + rect(prop.x - 1, -prop.top, prop.width + 2, 4, 1.6, colours["prop"])


def _bed(prop: Prop, colours: Palette) -> str:
    x, y, under = prop.x, -prop.top, prop.thickness - prop.top
    legs = "".join(rect(at, under - 2, 5, 2.4 - under, 1, colours["prop_dark"]) for at in (x + 4, prop.right - 9))
    frame = rect(x, under - 5, prop.width, 6, 2, colours["prop"])
    mattress = rect(x, y, prop.width, prop.thickness - 3, 4, colours["cloth"])
    return legs + frame + mattress + rect(x + 2, under - 5, prop.width - 4, 1.4, 0.7, colours["cloth_dark"])


def _bench(prop: Prop, colours: Palette) -> str:
    """A slanted hip pad on a post."""
    centre = prop.x + prop.width / 2, prop.thickness / 2 - prop.top
    pad = go(centre, prop.slant + 180, 13), go(centre, prop.slant, 13)
    post = (centre[0] - 2, centre[1] + 4), (centre[0] - 2, -1.0)
    foot = (centre[0] - 40, -1.6), (centre[0] + 18, -1.6)
    pieces = Piece("steel", post, 5), Piece("steel_dark", foot, 4), Piece("steel_dark", pad, 11)
    return "".join(drawn([piece], colours) for piece in pieces)


def _foot_hold(prop: Prop, colours: Palette) -> str:
    """A plate under the soles, a roller behind the ankles, and the rail that joins them to the bench."""
    centre = prop.x + prop.width / 2, prop.thickness / 2 - prop.top
    plate = go(centre, prop.slant + 180, 14), go(centre, prop.slant, 14)
    roller = go(plate[0], prop.slant - 62, 17)
    rail = (plate[1][0], -1.6), (plate[1][0] + 46, -1.6)
    frame = Piece("steel", (plate[0], roller), 3), Piece("steel_dark", rail, 4), Piece("steel_dark", plate, 3.4)
    return "".join(drawn([piece], colours) for piece in frame) + disc([roller], 4.6, colours["steel_dark"])


def _wedge(prop: Prop, colours: Palette) -> str:
    x, y = prop.x - 2, -prop.top
    return drawn([Piece("prop_dark", ((x, y), (prop.right, -0.2), (prop.right, 0.4), (x, 0.4)))], colours)


def _post(prop: Prop, colours: Palette) -> str:
    """What a band from beside is tied to: it stands a little farther away than the person."""
    if not prop.top:
        return ""
    post = rect(prop.x - 2, -prop.top - 14, 4, prop.top + 11, 1.4, colours["steel"])
    return post + rect(prop.x - 11, -4, 22, 3, 1.4, colours["steel_dark"])


DRAWERS: Mapping[str, Callable[[Prop, Palette], str]] = {
    "cushion": _pillow,
    "pillow": _pillow,
    "chair": _chair,
    "stool": _stool,
    "step": _step,
    "bed": _bed,
    "bench": _bench,
    "foot_hold": _foot_hold,
    "wedge": _wedge,
    "band": _post,
}
