"""The pictures of one exercise: a still, a loop, and its key poses side by side."""

from collections.abc import Sequence

from programs.figures import svg
from programs.figures.arrow import draw_arrow, place_arrow
from programs.figures.furniture import furniture
from programs.figures.geometry import Box
from programs.figures.held import pieces_behind, pieces_in_front, pieces_round
from programs.figures.palette import palette
from programs.figures.reading import Data, Figure, read
from programs.figures.skeleton import KeyPose
from programs.figures.stage import Stage, framed, ghost, ground, moving_body, painted, props, shadow
from programs.figures.tween import frames, stride

STEPS, STEPS_WALKING = 6, 4  # frames from one key pose to the next
MOVE_S, HOLD_S, STEP_S = 1.6, 0.9, 0.35


def still(pose: Data, uid: str = "f", *, title: str = "", text: str = "") -> str:
    """The last key pose, with the first one as a pale silhouette behind it. A walk shows its step."""
    stage = _stage(pose, uid)
    figure = stage.figure
    start, end = figure.poses[0], figure.poses[0 if figure.is_walking else -1]
    before = [] if start is end else stage.shapes(start)
    seen = [*stage.shapes(end), *before]
    arrow = place_arrow(figure, stage.joints(end), seen)
    box = framed(figure, seen, arrow)
    body = _standing(stage, end, box, behind=ghost(stage, before), clip=f"{uid}c")
    return _document(stage, box, body + draw_arrow(arrow, stage.colours), title, text)


def strip(pose: Data, uid: str = "f", *, title: str = "", text: str = "") -> str:
    """All key poses side by side, for paper."""
    stage = _stage(pose, uid)
    poses = stage.figure.poses
    left, top, right, bottom = box = framed(stage.figure, [shape for one in poses for shape in stage.shapes(one)])
    body = ""
    for place, one in enumerate(poses):
        shift = svg.number(place * (right - left))
        body += f'<g transform="translate({shift} 0)">{_standing(stage, one, box, clip=f"{uid}c{place}")}</g>'
    return _document(stage, (left, top, left + (right - left) * len(poses), bottom), body, title, text)


def animation(pose: Data, uid: str = "f", *, title: str = "", text: str = "") -> str:
    """An endless loop, without an arrow: the motion shows its way.

    SMIL ignores reduced motion: there a page shows the still, and so does paper.
    """
    stage = _stage(pose, uid)
    figure = stage.figure
    poses, loop = _walked(figure) if figure.is_walking else _there_and_back(figure)
    box = framed(figure, [shape for one in poses for shape in stage.shapes(one)])
    body = ground(stage, box) + furniture(figure, stage.colours, box) + props(stage, pieces_behind, poses, loop)
    body += moving_body(stage, poses, props(stage, pieces_round, poses, loop), loop)
    return _document(stage, box, body + props(stage, pieces_in_front, poses, loop), title, text)


def _stage(pose: Data, uid: str) -> Stage:
    figure = read(pose)
    return Stage(figure, palette(figure.skin), uid)


def _standing(stage: Stage, pose: KeyPose, box: Box, *, clip: str, behind: str = "") -> str:
    body = ground(stage, box) + furniture(stage.figure, stage.colours, box) + props(stage, pieces_behind, [pose])
    body += shadow(stage, stage.shapes(pose)) + behind
    return body + painted(stage, pose, props(stage, pieces_round, [pose]), clip) + props(stage, pieces_in_front, [pose])


def _there_and_back(figure: Figure) -> tuple[Sequence[KeyPose], svg.Loop]:
    """With a pause at both ends."""
    poses = frames(figure.poses, STEPS)
    last = max(len(poses) - 1, 1)
    move = MOVE_S * (len(figure.poses) - 1)
    seconds = 2 * (move + HOLD_S)
    ahead = [HOLD_S / 2 + move * frame / last for frame in range(len(poses))]
    clock = [0.0, *ahead, *(seconds - moment for moment in reversed(ahead)), seconds]
    order = [0, *range(len(poses)), *reversed(range(len(poses))), 0]
    return poses, svg.Loop([moment / seconds for moment in clock], order, seconds)


def _walked(figure: Figure) -> tuple[Sequence[KeyPose], svg.Loop]:
    """Both steps, without a pause."""
    poses = stride(figure.poses, STEPS_WALKING)
    order = range(len(poses))
    return poses, svg.Loop([frame / order[-1] for frame in order], order, 2 * len(figure.poses) * STEP_S)


def _document(stage: Stage, box: Box, body: str, title: str, text: str) -> str:
    fade = svg.radial_fade(f"{stage.uid}g", stage.colours["focus"])
    return svg.document(box, body, fade, uid=stage.uid, title=title, text=text)
