"""Checks on poses and on the drawn outline, key poses and in-betweens alike."""

from __future__ import annotations

import math

from .body import BUILDS, figure
from .render import bounds, cloud, frame, joints
from .skeleton import LENGTHS, SIDES, Exercise, Pose, frames, turn

FLOOR_SLACK = 1.2  # soft tissue may flatten by this much
CONTACT_SLACK = 1.5  # how far a fixed contact may drift
RANGES = {"knee": (-4, 160), "elbow": (-4, 155), "hip": (-35, 135), "back": (-30, 60), "neck": (-60, 60)}


def angles(p: Pose) -> dict[str, float]:
    """Joint angles of a side view: flexion positive."""
    s = p.seg
    out = {"back": turn(s["spine1"], s["spine2"]), "neck": turn(s["spine2"], s["neck"])}
    for side in SIDES:
        out[f"{side}_knee"] = turn(s[f"{side}_thigh"], s[f"{side}_shank"])
        out[f"{side}_elbow"] = -turn(s[f"{side}_upper_arm"], s[f"{side}_forearm"])
        out[f"{side}_hip"] = turn(s[f"{side}_thigh"], s["spine1"] + 180)
    return out


def check(ex: Exercise, build: str = "a", steps: int = 6) -> list[str]:
    out: list[str] = []
    poses = frames(ex.poses, steps, ex.walking)
    figs = [figure(p, BUILDS[build], ex.view) for p in poses]
    for p, f in zip(poses, figs):
        low = max(y for _, y in cloud(f))
        if low > FLOOR_SLACK:
            out.append(f"{p.label}: {low:.1f} below the floor")
        if ex.view == "side":
            for name, v in angles(p).items():
                lo, hi = RANGES[name.split("_")[-1]]
                fixed = (
                    any(p.fore.get(f"{name.split('_')[0]}_{q}", 1) < 0.99 for q in ("upper_arm", "forearm"))
                    and "elbow" in name
                )
                if not fixed and not lo <= v <= hi:
                    out.append(f"{p.label}: {name} at {v:.0f} is outside {lo}..{hi}")
        j = joints(ex, p)
        for side in SIDES:
            for a, b, seg in (
                ("shoulder", "elbow", "upper_arm"),
                ("elbow", "wrist", "forearm"),
                ("hip", "knee", "thigh"),
                ("knee", "ankle", "shank"),
            ):
                want = LENGTHS[seg] * p.fore.get(f"{side}_{seg}", 1)
                if abs(math.dist(j[f"{side}_{a}"], j[f"{side}_{b}"]) - want) > 0.05:
                    out.append(f"{p.label}: {side}_{seg} changes length")
    counts = {tuple(len(s.ring) for s in f) for f in figs}
    if len(counts) != 1:
        out.append("point counts differ between frames")
    if not ex.walking:
        for a, b, k in zip(ex.poses, ex.poses[1:], range(len(ex.poses))):
            for part, on in a.contacts & b.contacts:
                name = {"foot": "ankle", "pelvis": "hip", "heel": "ankle"}.get(part.split("_")[-1], part.split("_")[-1])
                name = f"{part.split('_')[0]}_{name}" if "_" in part else name
                if name in ("near_hand", "far_hand"):
                    name = name.replace("hand", "wrist")
                track = [joints(ex, p)[name] for p in poses[k * steps : (k + 1) * steps + 1]]
                drift = max(math.dist(track[0], q) for q in track)
                if drift > (4 if name in ("hip", "head") else CONTACT_SLACK):
                    out.append(f"{part} slides {drift:.1f} on {on}")
    x0, y0, x1, y1 = frame(ex, figs, ())
    bx = bounds([q for f in figs for q in cloud(f)])
    if bx[0] < x0 or bx[1] < y0 or bx[2] > x1 or bx[3] > y1:
        out.append("leaves the frame")
    return list(dict.fromkeys(out))
