"""Props: furniture behind the figure, held things in front. Heights in data are above the floor."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from .palette import Palette
from .skeleton import Exercise, Pose, Vec, fk, go, mix

Box = tuple[float, float, float, float]


def _n(v: float) -> str:
    return f"{v:.1f}".removesuffix(".0")


def rect(x: float, y: float, w: float, h: float, r: float, fill: str) -> str:
    return f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(w)}" height="{_n(h)}" rx="{_n(r)}" fill="{fill}"/>'


def poly(pts: list[Vec], fill: str) -> str:
    return f'<path fill="{fill}" d="M' + "L".join(f"{_n(x)} {_n(y)}" for x, y in pts) + 'Z"/>'


def line(pts: list[Vec], colour: str, width: float) -> str:
    return (
        f'<path fill="none" stroke="{colour}" stroke-width="{_n(width)}" stroke-linecap="round" stroke-linejoin="round" d="M'
        + "L".join(f"{_n(x)} {_n(y)}" for x, y in pts)
        + '"/>'
    )


def span(q: Mapping[str, Any]) -> tuple[float, float, float, float]:
    """Left, top, width, height. x is the left edge."""
    return float(q["x"]), -float(q["top"]), float(q["width"]), float(q["thickness"])


def prop_boxes(ex: Exercise) -> list[list[Vec]]:
    """Corner points that the frame must contain."""
    out: list[list[Vec]] = []
    for q in ex.props:
        if q["type"] == "wall":
            x = float(q["x"])
            out.append([(x, -6.0 * i) for i in range(21)])
        elif q["type"] == "band" and q.get("to") == "hip":
            out.append([(p.hip[0] - 66, -14.0) for p in ex.poses])
        elif q["type"] == "band":
            out.append([(fk(p)["chest"][0] - 62, fk(p)["chest"][1]) for p in ex.poses])
        elif q["type"] == "chair":
            x, y, w, h = span(q)
            out.append([(x - 4, -84.0), (x + w, y)])
        elif "width" in q and q["type"] not in ("box", "cushion", "pillow"):
            x, y, w, h = span(q)
            out.append([(x + w * a / 4, y * b / 4) for a in range(5) for b in range(5)])
    return out


def behind(ex: Exercise, pose: Pose, pal: Palette, box: Box) -> str:
    out = ""
    for q in ex.props:
        kind = q["type"]
        if kind == "wall":
            x = float(q["x"])
            right = x > pose.hip[0]
            out += rect(x if right else x - 7, box[1] + 4, 7, -box[1] - 3.4, 1.5, pal.wall) + rect(
                x if right else x - 1.2, box[1] + 4, 1.2, -box[1] - 3.4, 0.6, pal.floor
            )
        elif kind in ("cushion", "pillow"):
            x, y, w, h = span(q)
            out += rect(x, y, w, h + 0.4, min(h / 2, 2.6), pal.cloth) + rect(
                x + 1, y + h - 1, w - 2, 1.2, 0.6, pal.cloth_dark
            )
        elif kind == "chair":
            x, y, w, h = span(q)
            for lx, top in ((x + 2.5, y), (x + w - 4.5, y)):
                out += poly([(lx - 0.8, top), (lx + 3.4, top), (lx + 2.6, 0.4), (lx, 0.4)], pal.prop_dark)
            out += poly([(x - 4.5, -86), (x - 0.6, -86), (x + 4, y + 2), (x - 0.2, y + 2)], pal.prop_dark) + rect(
                x - 7, -88, 6.5, 24, 3, pal.prop
            )
            out += rect(x - 1, y, w + 1, h, 2.4, pal.prop)
        elif kind in ("stool", "step"):
            x, y, w, h = span(q)
            if kind == "stool":
                for lx in (x + 2, x + w - 5):
                    out += rect(lx, y, 3, -y, 1, pal.prop_dark)
                out += rect(x + 2, y * 0.45, w - 4, 2.2, 1, pal.prop_dark) + rect(x - 1, y, w + 2, 5, 2.2, pal.prop)
            elif kind == "step":
                out += rect(x, y, w, h, 1.6, pal.prop_dark) + rect(x - 1, y, w + 2, 4, 1.6, pal.prop)
        elif kind == "bed":
            x, y, w, h = span(q)
            for lx in (x + 4, x + w - 9):
                out += rect(lx, y + h - 2, 5, -y - h + 2.4, 1, pal.prop_dark)
            out += (
                rect(x, y + h - 5, w, 6, 2, pal.prop)
                + rect(x, y, w, h - 3, 4, pal.cloth)
                + rect(x + 2, y + h - 5, w - 4, 1.4, 0.7, pal.cloth_dark)
            )
        elif kind == "bench":
            x, y, w, h = span(q)
            c, d = (x + w / 2, y + h / 2), float(q.get("slant_deg", 0))
            out += line([(c[0] - 2, c[1] + 4), (c[0] - 2, -1)], pal.steel, 5) + line(
                [(c[0] - 40, -1.6), (c[0] + 18, -1.6)], pal.steel_dark, 4
            )
            a, b = go(c, d + 180, 13), go(c, d, 13)
            out += line([a, b], pal.steel_dark, 11)
        elif kind == "foot_hold":
            x, y, w, h = span(q)
            out += line([(x + 3, -1.2), (x + 19, -1.2)], pal.steel_dark, 3)
        elif kind == "wedge":
            x, y, w, h = span(q)
            out += poly([(x - 2, y), (x + w, -0.2), (x + w, 0.4), (x - 2, 0.4)], pal.prop_dark)
        elif kind == "dowel":
            out += line(dowel_line(pose), pal.prop_dark, 3)
        elif kind == "band" and q.get("to") == "hands":
            j = fk(pose)
            out += line(
                [(j["chest"][0] - 62, j["chest"][1] + 9), go(j["near_wrist"], pose.seg["near_hand"], 5)], pal.band, 2.8
            )
        elif kind == "band" and q.get("to") == "hip":
            h = fk(pose)["hip"]
            out += line([(h[0] - 62, -12), (h[0] - 2, h[1] - 3)], pal.band, 3.2)
    return out


def dowel_line(pose: Pose) -> list[Vec]:
    """Stick along the back: touches the sacrum and the back of the head."""
    j = fk(pose)
    d = math.degrees(math.atan2(j["chest"][1] - j["hip"][1], j["chest"][0] - j["hip"][0]))
    base, top = go(j["hip"], d - 90, 14.4), go(j["head"], d - 90, 12.4)
    d = math.degrees(math.atan2(top[1] - base[1], top[0] - base[0]))
    return [go(base, d + 180, 16), go(top, d, 16)]


def stick_ends(ex: Exercise, pose: Pose) -> list[list[Vec]]:
    """Points along thin props, for keeping the arrow clear of them."""
    out = []
    for q in ex.props:
        if q["type"] == "dowel":
            a, b = dowel_line(pose)
            out.append([mix(a, b, k / 12) for k in range(13)])
    return out


def in_front(ex: Exercise, pose: Pose, pal: Palette) -> str:
    """Things in the hands and bands round the hips. Same path structure for every pose."""
    out, j = "", fk(pose)
    for q in ex.props:
        kind = q["type"]
        hands = mix(go(j["near_wrist"], pose.seg["near_hand"], 5), go(j["far_wrist"], pose.seg["far_hand"], 5), 0.3)
        if kind == "weight":
            out += kettlebell(hands, pal)
        elif kind == "box":
            x, y = hands[0] - 3, hands[1] - 3
            out += poly([(x, y), (x + 14, y), (x + 14, y + 12), (x, y + 12)], pal.prop) + poly(
                [(x, y + 4.4), (x + 14, y + 4.4), (x + 14, y + 6.2), (x, y + 6.2)], pal.prop_dark
            )
        elif kind == "band" and q.get("to") == "hip":
            d = pose.seg["spine1"]
            a, b = go(go(j["hip"], d, 3), d + 90, 11.6), go(go(j["hip"], d, 3), d - 90, 11)
            out += line([b, mix(a, b, 0.4), a], pal.band, 3.4)
    return out


def kettlebell(top: Vec, pal: Palette) -> str:
    """Handle at the hand, bell hanging straight down."""
    x, y = top
    handle = [
        (x - 3.4, y + 7),
        (x - 4.4, y + 2),
        (x - 2.6, y - 0.6),
        (x + 2.6, y - 0.6),
        (x + 4.4, y + 2),
        (x + 3.4, y + 7),
    ]
    bell = [(x + 7.4 * math.cos(t * math.pi / 12), y + 12.4 + 7 * math.sin(t * math.pi / 12)) for t in range(24)]
    return line(handle, pal.steel_dark, 2.6) + poly(bell, pal.steel)
