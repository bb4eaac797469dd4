"""Where the places lie on the two drawn figures, in the units of the drawings.

Measured by us on the built drawings, for the patient's right and as a distance from the body's middle; the left is its
mirror image. From the front the patient's right is at the viewer's left, from the back at the viewer's right.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from programs.pain.places import BACK, FRONT, LEVELS, MIDDLE, PLACES, RIGHT, Mark

MALE, FEMALE, NEUTRAL = "male", "female", "neutral"
FIGURES = (MALE, FEMALE, NEUTRAL)


@dataclass(frozen=True, slots=True)
class Frame:
    """The body's middle in each view, and its crown and soles."""

    front: float
    back: float
    top: float
    bottom: float

    def middle(self, view: str) -> float:
        return self.front if view == FRONT else self.back


@dataclass(frozen=True, slots=True)
class Spot:
    """`across` from the body's middle and `y`, where a mark has its centre. With `rx` and `ry` a shape of our own."""

    across: float
    y: float
    rx: float = 0
    ry: float = 0


@dataclass(frozen=True, slots=True)
class Shape:
    """What is filled for a place: shapes of the figure by id, or an ellipse of our own. `x`, `y`: its centre."""

    x: float
    y: float
    uses: tuple[str, ...] = ()
    rx: float = 0
    ry: float = 0


FRAMES = {MALE: Frame(365, 1084.5, 97, 1353), FEMALE: Frame(321, 1142.5, 0, 1435)}

SPOTS: dict[str, dict[str, Spot]] = {
    MALE: {
        "front.head": Spot(28, 190, 26, 70), "front.head.middle": Spot(0, 190),
        "front.neck": Spot(21, 280), "front.neck.middle": Spot(0, 262, 9, 26),
        "front.shoulder_top": Spot(60, 299), "front.shoulder": Spot(127, 348), "front.upper_arm": Spot(158, 450),
        "front.elbow": Spot(166, 508, 30, 26), "front.forearm": Spot(193, 600), "front.wrist": Spot(218, 688, 30, 17),
        "front.hand": Spot(245, 732), "front.chest": Spot(55, 380), "front.chest.middle": Spot(0, 385, 9, 65),
        "front.abdomen": Spot(30, 560), "front.abdomen.middle": Spot(0, 570, 9, 130),
        "front.flank": Spot(78, 600), "front.hip": Spot(106, 690, 22, 46), "front.groin": Spot(50, 700, 22, 42),
        "front.thigh": Spot(82, 830), "front.inner_thigh": Spot(26, 800), "front.knee": Spot(76, 983),
        "front.lower_leg": Spot(78, 1105), "front.ankle": Spot(75, 1255), "front.foot": Spot(84, 1325),
        "back.head": Spot(28, 170, 26, 66), "back.head.middle": Spot(0, 170),
        "back.neck": Spot(24, 268), "back.neck.middle": Spot(0, 268, 8, 27),
        "back.shoulder_top": Spot(82, 312, 42, 16), "back.shoulder": Spot(140, 355), "back.upper_arm": Spot(152, 448),
        "back.elbow": Spot(174, 530, 28, 26), "back.forearm": Spot(205, 612), "back.wrist": Spot(222, 690, 30, 17),
        "back.hand": Spot(245, 732), "back.upper_back": Spot(55, 400), "back.upper_back.middle": Spot(0, 395, 8, 95),
        "back.low_back": Spot(37, 575), "back.low_back.middle": Spot(0, 570, 9, 68),
        "back.sacroiliac": Spot(30, 655, 18, 24), "back.tailbone.middle": Spot(0, 735, 10, 24),
        "back.hip": Spot(112, 715, 20, 44), "back.buttock": Spot(57, 715), "back.thigh": Spot(72, 865),
        "back.knee": Spot(75, 968, 32, 27), "back.lower_leg": Spot(78, 1080), "back.ankle": Spot(79, 1290, 24, 26),
        "back.foot": Spot(82, 1333),
    },
    FEMALE: {
        "front.head": Spot(28, 160, 26, 74), "front.head.middle": Spot(0, 160),
        "front.neck": Spot(19, 286), "front.neck.middle": Spot(0, 272),
        "front.shoulder_top": Spot(56, 281), "front.shoulder": Spot(118, 332), "front.upper_arm": Spot(140, 440),
        "front.elbow": Spot(152, 500, 26, 24), "front.forearm": Spot(196, 580), "front.wrist": Spot(236, 648, 24, 15),
        "front.hand": Spot(260, 698), "front.chest": Spot(54, 380), "front.chest.middle": Spot(0, 380, 7, 55),
        "front.abdomen": Spot(31, 560), "front.abdomen.middle": Spot(0, 560, 8, 115),
        "front.flank": Spot(71, 560), "front.hip": Spot(110, 680, 20, 46), "front.groin": Spot(50, 672, 20, 38),
        "front.thigh": Spot(80, 830), "front.inner_thigh": Spot(28, 745), "front.knee": Spot(56, 1003),
        "front.lower_leg": Spot(50, 1140), "front.ankle": Spot(44, 1350), "front.foot": Spot(60, 1412),
        "back.head": Spot(28, 140, 26, 70), "back.head.middle": Spot(0, 140),
        "back.neck": Spot(24, 252), "back.neck.middle": Spot(0, 252, 8, 27),
        "back.shoulder_top": Spot(76, 291, 42, 14), "back.shoulder": Spot(133, 332), "back.upper_arm": Spot(138, 430),
        "back.elbow": Spot(160, 503, 24, 22), "back.forearm": Spot(205, 585), "back.wrist": Spot(247, 650, 24, 15),
        "back.hand": Spot(266, 698), "back.upper_back": Spot(52, 400), "back.upper_back.middle": Spot(0, 400, 7, 95),
        "back.low_back": Spot(33, 565), "back.low_back.middle": Spot(0, 560, 8, 58),
        "back.sacroiliac": Spot(29, 645, 16, 22), "back.tailbone.middle": Spot(0, 722, 9, 20),
        "back.hip": Spot(116, 715, 18, 44), "back.buttock": Spot(62, 712), "back.thigh": Spot(57, 870),
        "back.knee": Spot(59, 1005, 29, 25), "back.lower_leg": Spot(56, 1115), "back.ankle": Spot(49, 1350, 20, 24),
        "back.foot": Spot(52, 1412),
    },
}  # fmt: skip
# Height of each level of the spine.
NECK, UPPER_BACK, LOW_BACK = LEVELS["neck"], LEVELS["upper_back"], LEVELS["low_back"]


def _heights(neck: Sequence[int], low_back: Sequence[int]) -> dict[str, float]:
    """Twelve even steps between the neck and the low back: what can be told apart on a figure of this size."""
    step = (low_back[0] - neck[-1]) / (len(UPPER_BACK) + 1)
    upper_back = [neck[-1] + step * (n + 1) for n in range(len(UPPER_BACK))]
    return dict(zip((*NECK, *UPPER_BACK, *LOW_BACK), (*neck, *upper_back, *low_back), strict=True))


LEVEL_HEIGHTS = {
    MALE: _heights((232, 241, 250, 259, 268, 277, 287), (505, 530, 555, 580, 607, 634)),
    FEMALE: _heights((222, 230, 238, 246, 254, 262, 271), (500, 522, 545, 568, 592, 617)),
}
HEAD = Spot(0, 186, 58, 89)  # of the neutral figure: the outline ends at the neck, where hair and face would follow
LEVEL_WIDTH = 24  # half of it; beside the spine, or across it


def drawn_as(figure: str) -> str:
    """The neutral figure is the male outline without hair and muscles."""
    return FEMALE if figure == FEMALE else MALE


def frame_of(figure: str) -> Frame:
    return FRAMES[drawn_as(figure)]


def offset(view: str, side: str, across: float) -> float:
    """Signed for the viewer. This is the one place where the patient's side becomes left or right on the page."""
    if side == MIDDLE:
        return across
    towards_right_of_page = (view == BACK) == (side == RIGHT)
    return across if towards_right_of_page else -across


def shape_of(figure: str, view: str, region: str, side: str, levels: tuple[str, ...] = ()) -> Shape:
    drawn, key = drawn_as(figure), f"{view}.{region}"
    spots = SPOTS[drawn]
    spot = spots[f"{key}.middle"] if side == MIDDLE else spots[key]
    x = FRAMES[drawn].middle(view) + offset(view, side, spot.across)
    if levels:
        first, last = (LEVEL_HEIGHTS[drawn][level] for level in (levels[0], levels[-1]))
        return Shape(x, (first + last) / 2, rx=LEVEL_WIDTH, ry=(last - first) / 2 + LEVEL_WIDTH / 2)
    if spot.rx:
        return Shape(x, spot.y, rx=spot.rx, ry=spot.ry)
    return Shape(x, spot.y, tuple(f"{view}-{part}-{side}" for part in PLACES[key].parts))


def middle_of(mark: Mark, figure: str) -> tuple[float, float]:
    """Where a mark has its centre on the figure's own drawing, so that a line can start there."""
    shape = shape_of(figure, mark.view, mark.region, mark.side, mark.levels)
    return shape.x, shape.y
