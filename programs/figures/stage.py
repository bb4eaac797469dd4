"""One figure in its colours: floor, furniture, body, things held. Back to front."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from programs.figures import svg
from programs.figures.arrow import Arrow
from programs.figures.body import side_shapes
from programs.figures.build import FOCUS_SLOT, Shape
from programs.figures.focus import Spot, glow
from programs.figures.front import front_joints, front_shapes
from programs.figures.geometry import Box, Vec, bounds
from programs.figures.held import corners
from programs.figures.palette import Palette
from programs.figures.reading import Figure
from programs.figures.skeleton import Joints, KeyPose, side_joints

PAD, LEAST_WIDTH, LEAST_HEIGHT, UNDER_THE_FLOOR = 12.0, 120.0, 70.0, 12.0
NEAR_THE_FLOOR = -3.2
CLIPPED_GLOW, FREE_GLOW = 1.35, 1.15
GLOWS_THROUGH = {"shirt", "trousers", "skin"}

Pieces = Callable[[Figure, KeyPose], list[svg.Piece]]


@dataclass(frozen=True, slots=True)
class Stage:
    """`uid` begins every id, so that several pictures may stand in one page."""

    figure: Figure
    colours: Palette
    uid: str

    def shapes(self, pose: KeyPose) -> list[Shape]:
        draw = front_shapes if self.figure.view == "front" else side_shapes
        return draw(pose, self.figure.build)

    def joints(self, pose: KeyPose) -> Joints:
        return front_joints(pose) if self.figure.view == "front" else side_joints(pose)

    def glow(self, pose: KeyPose) -> list[Spot]:
        return glow(self.joints(pose), self.figure.focus)

    @property
    def glow_fill(self) -> str:
        return f"url(#{self.uid}g)"


def framed(figure: Figure, shapes: Sequence[Shape], arrow: Arrow | None = None) -> Box:
    """Everything with some air round it. A low figure keeps some height, a slim one some width."""
    points = [*(point for shape in shapes for point in shape.ring), *(arrow or ()), *corners(figure)]
    left, top, right, _ = bounds(points)
    spare = max(0.0, LEAST_WIDTH - (right - left + 2 * PAD)) / 2
    return left - PAD - spare, min(top - PAD, -LEAST_HEIGHT), right + PAD + spare, UNDER_THE_FLOOR


def ground(stage: Stage, box: Box) -> str:
    left, width, colours = box[0] + 3, box[2] - box[0] - 6, stage.colours
    line = svg.rect(left, 3.4 if stage.figure.has_mat else 0.6, width, 1.6, 0.8, colours["floor"])
    if not stage.figure.has_mat:
        return line
    mat = svg.rect(left + 4, -0.2, width - 8, 3.8, 1.8, colours["mat"])
    return line + mat + svg.rect(left + 4, 2, width - 8, 1.6, 0.8, colours["mat_edge"])


def shadow(stage: Stage, shapes: Sequence[Shape]) -> str:
    """Soft, where the figure is close to the floor."""
    colour = stage.colours["mat_edge" if stage.figure.has_mat else "shadow"]
    runs = _runs(sorted(x for shape in shapes for x, y in shape.ring if y > NEAR_THE_FLOOR))
    return "".join(svg.ellipse(((a + b) / 2, 1), (b - a) / 2 + 4, 1.5, colour) for a, b in runs)


def _runs(xs: Sequence[float], apart: float = 9) -> list[Vec]:
    """Numbers in rising order as stretches without a gap."""
    runs: list[Vec] = []
    for x in xs:
        if runs and x - runs[-1][1] < apart:
            runs[-1] = runs[-1][0], x
        else:
            runs.append((x, x))
    return runs


def ghost(stage: Stage, shapes: Sequence[Shape]) -> str:
    return "".join(svg.filled([Shape("ghost", shape.ring)], stage.colours) for shape in shapes if shape.ring)


def painted(stage: Stage, pose: KeyPose, girdle: str, clip: str) -> str:
    """The body standing still. Its glow is clipped to the trunk and the near leg."""
    shapes = stage.shapes(pose)
    at = shapes.index(FOCUS_SLOT)
    rings = [svg.clockwise(shape.ring) for shape in shapes[:at] if shape.role in GLOWS_THROUGH]
    outline = "".join(svg.path("", [svg.smooth(ring)]) for ring in rings)
    discs = "".join(svg.disc([at], radius * CLIPPED_GLOW, stage.glow_fill) for at, radius in stage.glow(pose))
    glowing = f'<clipPath id="{clip}">{outline}</clipPath><g clip-path="url(#{clip})">{discs}</g>'
    before, after = (
        "".join(svg.filled([one], stage.colours) for one in some) for some in (shapes[:at], shapes[at + 1 :])
    )
    return before + glowing + girdle + after


def moving_body(stage: Stage, poses: Sequence[KeyPose], girdle: str, loop: svg.Loop) -> str:
    """The glow is smaller here and not clipped: a clip that moves costs a phone too much."""
    text = ""
    for part in zip(*(stage.shapes(pose) for pose in poses), strict=True):
        is_slot = part[0] is FOCUS_SLOT
        text += _moving_glow(stage, poses, loop) + girdle if is_slot else svg.filled(part, stage.colours, loop)
    return text


def _moving_glow(stage: Stage, poses: Sequence[KeyPose], loop: svg.Loop) -> str:
    """Two spots may come so near that they are one in some frame: then one only moves through all frames."""
    spots = [stage.glow(pose) for pose in poses]
    discs = ""
    for place in range(min(len(one) for one in spots)):
        centres, radius = [one[place][0] for one in spots], spots[0][place][1]
        discs += svg.disc(centres, radius * FREE_GLOW, stage.glow_fill, loop)
    return discs


def props(stage: Stage, pieces: Pieces, poses: Sequence[KeyPose], loop: svg.Loop | None = None) -> str:
    frames = zip(*(pieces(stage.figure, pose) for pose in poses), strict=True)
    return "".join(svg.drawn(piece, stage.colours, loop) for piece in frames)
