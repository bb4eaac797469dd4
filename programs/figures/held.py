"""Props that move with the figure, as pieces with the same number of points in every pose."""

from programs.figures.geometry import Ring, Vec, circle, direction, go, mix
from programs.figures.reading import Figure, Prop
from programs.figures.skeleton import Joints, KeyPose, side_joints
from programs.figures.svg import Piece

IN_HAND = 5.0  # from the wrist
BAND_REACH = 62.0  # how far behind the person a band is fixed


def pieces_behind(figure: Figure, pose: KeyPose) -> list[Piece]:
    pieces: list[Piece] = []
    joints = side_joints(pose)
    for prop in figure.props:
        if prop.kind == "dowel":
            pieces.append(Piece("prop_dark", stick(pose), 3))
        elif prop.kind == "band" and prop.to == "hands":
            pieces.append(Piece("band", (_fixed(prop), _hand(pose, joints, "near")), 2.8))
        elif prop.kind == "band" and prop.to == "hip":
            x, y = joints["hip"]
            pieces.append(Piece("band", ((x - BAND_REACH, -12), (x - 2, y - 3)), 3.2))
    return pieces


def _fixed(prop: Prop) -> Vec:
    return prop.x, -prop.top


def pieces_in_front(figure: Figure, pose: KeyPose) -> list[Piece]:
    pieces: list[Piece] = []
    joints = side_joints(pose)
    hands = mix(_hand(pose, joints, "near"), _hand(pose, joints, "far"), 0.3)
    for prop in figure.props:
        if prop.kind == "weight":
            pieces += kettlebell(hands)
        elif prop.kind == "box":
            pieces += _box(hands)
    return pieces


def pieces_round(figure: Figure, pose: KeyPose) -> list[Piece]:
    """Over the trunk, under the near arm."""
    is_banded = any(prop.kind == "band" and prop.to == "hip" for prop in figure.props)
    return [_girdle(pose, side_joints(pose))] if is_banded else []


def _hand(pose: KeyPose, joints: Joints, side: str) -> Vec:
    return go(joints[f"{side}_wrist"], pose.seg[f"{side}_hand"], IN_HAND)


def stick(pose: KeyPose) -> Ring:
    """Along the back: touches the sacrum and the back of the head."""
    joints = side_joints(pose)
    along = direction(joints["hip"], joints["chest"])
    base, top = go(joints["hip"], along - 90, 14.4), go(joints["head"], along - 90, 12.4)
    along = direction(base, top)
    return go(base, along + 180, 16), go(top, along, 16)


def kettlebell(top: Vec) -> list[Piece]:
    """Handle at the hand, bell hanging straight down."""
    x, y = top
    handle = ((-3.4, 7.0), (-4.4, 2.0), (-2.6, -0.6), (2.6, -0.6), (4.4, 2.0), (3.4, 7.0))
    bell = circle((x, y + 12.4), 7.4, 7, points=24)
    return [Piece("steel_dark", tuple((x + dx, y + dy) for dx, dy in handle), 2.6), Piece("steel", bell)]


def _box(hands: Vec) -> list[Piece]:
    x, y = hands[0] - 3, hands[1] - 3
    return [Piece("prop", _block(x, y, 12)), Piece("prop_dark", _block(x, y + 4.4, 1.8))]


def _block(x: float, y: float, height: float, width: float = 14) -> Ring:
    return (x, y), (x + width, y), (x + width, y + height), (x, y + height)


def _girdle(pose: KeyPose, joints: Joints) -> Piece:
    """A band round the hips."""
    deg = pose.seg["spine1"]
    middle = go(joints["hip"], deg, 3)
    front, back = go(middle, deg + 90, 11.6), go(middle, deg - 90, 11)
    return Piece("band", (back, mix(front, back, 0.4), front), 3.4)


def along_sticks(figure: Figure, pose: KeyPose) -> list[Vec]:
    """Points on thin props, to keep the arrow clear of them."""
    if not any(prop.kind == "dowel" for prop in figure.props):
        return []
    start, end = stick(pose)
    return [mix(start, end, step / 12) for step in range(13)]


def corners(figure: Figure) -> list[Vec]:
    """Points of all props that the frame must hold."""
    return [point for prop in figure.props for point in _corners(prop, figure)]


def _corners(prop: Prop, figure: Figure) -> list[Vec]:
    match prop.kind:
        case "wall":
            return [(prop.x, -6.0 * step) for step in range(21)]
        case "band" if prop.to == "hip":
            return [(pose.hip[0] - BAND_REACH - 4, -14.0) for pose in figure.poses]
        case "band":
            return [(prop.x, -prop.top - 14), (prop.x - 11, 0.0), (prop.x + 11, 0.0)]
        case "chair":
            return [(prop.x - 4, -84.0), (prop.right, -prop.top)]
        case "box" | "cushion" | "pillow" | "weight" | "dowel":
            return []
    grid = [(across / 4, up / 4) for across in range(5) for up in range(5)]
    return [(prop.x + prop.width * across, -prop.top * up) for across, up in grid]
