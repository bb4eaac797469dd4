"""SVG: still (start pose as a ghost), animation (SMIL) and strip. Presentation attributes only, so a strict CSP holds."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from html import escape

from .body import BUILDS, Shape, figure, focus_spot
from .palette import Palette, palette
from .props import behind, in_front, prop_boxes, stick_ends
from .skeleton import Exercise, Joints, Pose, Vec, fk, frames, go

PAD, STEPS, HALF_TURN_S, HOLD_S = 12.0, 6, 1.6, 0.9


def num(v: float) -> str:
    s = f"{v:.1f}"
    return "0" if s in ("-0.0", "0.0") else s.removesuffix(".0")


def path(ring: Sequence[Vec]) -> str:
    """Closed smooth path: quadratic B-spline through the ring (no overshoot, constant number of commands)."""
    p = [((a[0] + b[0]) / 2, (a[1] + b[1]) / 2) for a, b in zip(ring[-1:] + ring[:-1], ring)]
    p.append(p[0])
    return (
        f"M{num(p[0][0])} {num(p[0][1])}"
        + "".join(f"Q{num(c[0])} {num(c[1])} {num(e[0])} {num(e[1])}" for c, e in zip(ring, p[1:]))
        + "Z"
    )


def animate(attr: str, values: Sequence[str], times: Sequence[float], dur: float) -> str:
    if len(set(values)) == 1:
        return ""
    kt = ";".join(f"{t:.3f}".rstrip("0").rstrip(".") for t in times)
    return f'<animate attributeName="{attr}" dur="{dur:g}s" repeatCount="indefinite" keyTimes="{kt}" values="{";".join(values)}"/>'


def joints(ex: Exercise, p: Pose) -> Joints:
    if ex.view == "front":
        from .front import front_joints

        return front_joints(p)
    return fk(p)


def glow(ex: Exercise, pose: Pose, uid: str) -> list[tuple[Vec, float]]:
    spots = [s for m in ex.focus[:2] if (s := focus_spot(joints(ex, pose), m))]
    out: list[tuple[Vec, float]] = []
    for c, r, _ in spots:
        if all(math.dist(c, q) > 7 for q, _ in out):
            out.append((c, r if not out else r * 0.8))
    return out


def cloud(shapes: Iterable[Shape]) -> list[Vec]:
    return [pt for s in shapes for pt in s.ring]


def bounds(points: Iterable[Vec]) -> tuple[float, float, float, float]:
    xs, ys = zip(*points)
    return min(xs), min(ys), max(xs), max(ys)


def place_arrow(
    ex: Exercise, start: Pose, end: Pose, solid: Sequence[Shape], length: float = 22
) -> tuple[Vec, Vec] | None:
    """One arrow beside the moving joint, clear of both figures."""
    if not ex.arrow:
        return None
    deg, joint = float(ex.arrow["direction_deg"]), ex.arrow["from_joint"]
    a, b = joints(ex, start)[joint], joints(ex, end)[joint]
    pts = [q for s in solid for q in s.ring] + [q for box in prop_boxes(ex) for q in box]
    pts += [q for e in stick_ends(ex, end) for q in e]
    rings = [s.ring for s in solid if len(s.ring) > 8]
    best: tuple[float, Vec, Vec] | None = None
    walls = [float(q["x"]) for q in ex.props if q["type"] == "wall"]
    for along in range(-92, 56, 4):
        for across in range(-60, 61, 4):
            tail = go(go(b, deg, along), deg + 90, across)
            tip = go(tail, deg, length)
            if max(tail[1], tip[1]) > -4:
                continue
            line = [(tail[0] + (tip[0] - tail[0]) * k / 4, tail[1] + (tip[1] - tail[1]) * k / 4) for k in range(5)]
            gap = min(math.dist(q, w) for q in pts for w in line)
            if gap < 7 or any(inside(w, r) for w in line[::2] for r in rings):
                continue
            score = (
                abs(across) * 1.15 + abs(along - 4) + max(0, 10 - gap) + (6 if across > 0 and deg in (0, 180) else 0)
            )
            score += 110 * any((w - end.hip[0]) * (w - tip[0]) < 0 for w in walls)
            if best is None or score < best[0]:
                best = (score, tail, tip)
    return best[1:] if best else None


def inside(p: Vec, ring: Sequence[Vec]) -> bool:
    hit = False
    for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1]):
        if (y1 > p[1]) != (y2 > p[1]) and p[0] < (x2 - x1) * (p[1] - y1) / (y2 - y1) + x1:
            hit = not hit
    return hit


def draw_arrow(tail: Vec, tip: Vec, colour: str) -> str:
    d = math.degrees(math.atan2(tip[1] - tail[1], tip[0] - tail[0]))
    l, r = go(tip, d + 140, 7.5), go(tip, d - 140, 7.5)
    m = lambda p: f"{num(p[0])} {num(p[1])}"
    return (
        f'<path d="M{m(tail)}L{m(tip)}M{m(l)}L{m(tip)}L{m(r)}" fill="none" stroke="{colour}" stroke-width="3.2" '
        f'stroke-linecap="round" stroke-linejoin="round"/>'
    )


def shadow(ex: Exercise, shapes: Sequence[Shape], colour: str) -> str:
    """Soft contact shadows where the figure is close to the floor."""
    xs = sorted(x for x, y in cloud(shapes) if y > -3.2)
    runs: list[list[float]] = []
    for x in xs:
        if runs and x - runs[-1][1] < 9:
            runs[-1][1] = x
        else:
            runs.append([x, x])
    return "".join(
        f'<ellipse cx="{num((a + b) / 2)}" cy="1" rx="{num((b - a) / 2 + 4)}" ry="1.5" fill="{colour}"/>'
        for a, b in runs
    )


def ground(ex: Exercise, box: tuple[float, float, float, float], pal: Palette) -> str:
    x0, x1 = box[0] + 3, box[2] - 3
    y = 3.4 if ex.mat else 0.6
    out = f'<rect x="{num(x0)}" y="{num(y)}" width="{num(x1 - x0)}" height="1.6" rx=".8" fill="{pal.floor}"/>'
    if ex.mat:
        out += f'<rect x="{num(x0 + 4)}" y="-.2" width="{num(x1 - x0 - 8)}" height="3.8" rx="1.8" fill="{pal.mat}"/><rect x="{num(x0 + 4)}" y="2" width="{num(x1 - x0 - 8)}" height="1.6" rx=".8" fill="{pal.mat_edge}"/>'
    return out


def frame(
    ex: Exercise, all_shapes: Sequence[Sequence[Shape]], extra: Sequence[Vec]
) -> tuple[float, float, float, float]:
    pts = [q for s in all_shapes for q in cloud(s)] + list(extra) + [q for b in prop_boxes(ex) for q in b]
    x0, y0, x1, y1 = bounds(pts)
    x0, y0, x1, y1 = x0 - PAD, min(y0 - PAD, -70), x1 + PAD, 12.0
    if x1 - x0 < 120:
        m = (x0 + x1) / 2
        x0, x1 = m - 60, m + 60
    return x0, y0, x1, y1


def svg(ex: Exercise, box: tuple[float, float, float, float], body: str, defs: str, uid: str) -> str:
    x0, y0, x1, y1 = box
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{num(x0)} {num(y0)} {num(x1 - x0)} {num(y1 - y0)}" role="img" aria-labelledby="{uid}t {uid}d">'
        f'<title id="{uid}t">{escape(ex.name)}</title><desc id="{uid}d">{escape(ex.alt)}</desc><defs>{defs}</defs>{body}</svg>'
    )


def gradient(uid: str, pal: Palette, hatch: bool) -> str:
    if hatch:
        return (
            f'<pattern id="{uid}g" width="3.2" height="3.2" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
            f'<path d="M0 0V3.2" stroke="{pal.focus}" stroke-width="2.2"/></pattern>'
        )
    stops = ((0, 0.95), (0.45, 0.8), (0.75, 0.35), (1, 0))
    return (
        f'<radialGradient id="{uid}g">'
        + "".join(f'<stop offset="{o}" stop-color="{pal.focus}" stop-opacity="{a}"/>' for o, a in stops)
        + "</radialGradient>"
    )


def clockwise(s: Shape) -> Shape:
    """Same winding for every ring: some PDF and SVG engines merge the paths of a clip into one."""
    area = sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(s.ring, s.ring[1:] + s.ring[:1]))
    return s if area > 0 else Shape(s.fill, s.ring[::-1], s.kind)


def paint(
    shapes: Sequence[Shape], pal: Palette, glows: Sequence[tuple[Vec, float]], uid: str, k: float = 1.35, clip: str = ""
) -> str:
    """Draw the figure; the glow is clipped to the trunk and the near leg (everything drawn before it, far limbs excepted)."""
    out = []
    if clip:
        body = [s for s in shapes[: [s.fill for s in shapes].index("focus")] if s.fill in ("shirt", "trousers", "skin")]
        inner = "".join(f'<path d="{path(s.ring)}"/>' for s in map(clockwise, body))
        out.append(f'<clipPath id="{clip}">{inner}</clipPath>')
    for s in shapes:
        if s.fill == "focus":
            dots = "".join(
                f'<circle cx="{num(c[0])}" cy="{num(c[1])}" r="{num(r * k)}" fill="url(#{uid}g)"/>' for c, r in glows
            )
            out.append(f'<g clip-path="url(#{clip})">{dots}</g>' if clip else dots)
        else:
            out.append(f'<path fill="{getattr(pal, s.fill)}" d="{path(s.ring)}"/>')
    return "".join(out)


def still(
    ex: Exercise,
    build: str = "a",
    skin: str = "medium",
    ghost: bool = True,
    hatch: bool = False,
    pose: int = -1,
    uid: str = "f",
) -> str:
    """Last key pose (or `pose`) in full, first key pose as a pale silhouette behind it."""
    pal, b = palette(skin), BUILDS[build]
    end, start = ex.poses[pose], ex.poses[0]
    fig, old = figure(end, b, ex.view), figure(start, b, ex.view)
    show_ghost = ghost and start is not end and not ex.walking
    arrow = place_arrow(ex, start, end, fig + old if show_ghost else fig)
    box = frame(ex, [fig, old] if show_ghost else [fig], arrow or ())
    gh = "".join(f'<path d="{path(s.ring)}"/>' for s in old if s.ring)
    body = ground(ex, box, pal) + behind(ex, end, pal, box)
    body += shadow(ex, fig, pal.mat_edge if ex.mat else pal.shadow)
    if show_ghost:
        body += f'<g fill="{pal.ghost}">{gh}</g>'
    body += paint(fig, pal, glow(ex, end, uid), uid, clip=f"{uid}c") + in_front(ex, end, pal)
    if arrow:
        body += draw_arrow(*arrow, pal.arrow)
    return svg(ex, box, body, gradient(uid, pal, hatch), uid)


def strip(ex: Exercise, build: str = "a", skin: str = "medium", uid: str = "f") -> str:
    """All key poses side by side."""
    pal, b = palette(skin), BUILDS[build]
    figs = [figure(p, b, ex.view) for p in ex.poses]
    box = frame(ex, figs, ())
    w = box[2] - box[0]
    body = "".join(
        f'<g transform="translate({num(i * w)} 0)">'
        + ground(ex, box, pal)
        + behind(ex, p, pal, box)
        + shadow(ex, f, pal.mat_edge if ex.mat else pal.shadow)
        + paint(f, pal, glow(ex, p, uid), uid, clip=f"{uid}c{i}")
        + in_front(ex, p, pal)
        + "</g>"
        for i, (p, f) in enumerate(zip(ex.poses, figs))
    )
    return svg(ex, (box[0], box[1], box[0] + w * len(figs), box[3]), body, gradient(uid, pal, False), uid)


def animation(ex: Exercise, build: str = "a", skin: str = "medium", uid: str = "f", steps: int = STEPS) -> str:
    """Loop there and back with a pause at both ends. Serve the still instead when motion is reduced."""
    pal, b = palette(skin), BUILDS[build]
    poses = frames(ex.poses, steps, ex.walking)
    figs = [figure(p, b, ex.view) for p in poses]
    n = len(poses)
    move = HALF_TURN_S * (len(ex.poses) - 1)
    hold = 0.0 if ex.walking else HOLD_S
    dur = 2 * (move + hold)
    up = [hold / 2 + move * i / (n - 1) for i in range(n)]
    clock = [0.0] + up + [dur - t for t in up[::-1]] + [dur]
    order = [0, *range(n), *range(n - 1, -1, -1), 0]
    if not hold:
        clock, order = clock[1 : n + 1] + clock[n + 2 : -1], [*range(n), *range(n - 2, -1, -1)]
    times = [t / dur for t in clock]
    arrow = place_arrow(ex, ex.poses[0], ex.poses[-1], figs[0] + figs[-1])
    box = frame(ex, figs, arrow or ())
    out = [ground(ex, box, pal), animate_markup([behind(ex, p, pal, box) for p in poses], order, times, dur)]
    glows = [glow(ex, p, uid) for p in poses]
    for i, s in enumerate(figs[0]):
        if s.fill == "focus":
            for k in range(min(len(g) for g in glows)):
                cx, cy = [[num(g[k][0][d]) for g in glows] for d in (0, 1)]
                out.append(
                    f'<circle cx="{cx[0]}" cy="{cy[0]}" r="{num(glows[0][k][1] * 1.15)}" fill="url(#{uid}g)">'
                    + animate("cx", [cx[o] for o in order], times, dur)
                    + animate("cy", [cy[o] for o in order], times, dur)
                    + "</circle>"
                )
        else:
            ds = [path(f[i].ring) for f in figs]
            anim = animate("d", [ds[o] for o in order], times, dur)
            out.append(f'<path fill="{getattr(pal, s.fill)}" d="{ds[0]}"' + (f">{anim}</path>" if anim else "/>"))
    held = [in_front(ex, p, pal) for p in poses]
    out.append(animate_markup(held, order, times, dur))
    if arrow:
        out.append(draw_arrow(*arrow, pal.arrow))
    return svg(ex, box, "".join(out), gradient(uid, pal, False), uid)


def animate_markup(held: Sequence[str], order: Sequence[int], times: Sequence[float], dur: float) -> str:
    """Props that follow the figure are paths with the same structure in every frame: animate their d."""
    if not held[0]:
        return ""
    ds = [re.findall(r' d="([^"]+)"', h) for h in held]
    it = iter(range(len(ds[0])))

    def sub(m: re.Match[str]) -> str:
        k = next(it)
        anim = animate("d", [ds[o][k] for o in order], times, dur)
        return f"{m.group(0)[:-2]}>{anim}</path>" if anim else m.group(0)

    return re.sub(r"<path [^>]*/>", sub, held[0])
