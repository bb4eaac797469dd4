"""Colours. One table per look; nothing else in the package names a colour."""

from __future__ import annotations

from dataclasses import dataclass

SKIN: dict[str, tuple[str, str, str]] = {  # near, far, line (ear, fingers)
    "light": ("#eabf9f", "#cf9f7f", "#c58f6e"),
    "medium": ("#c98f6f", "#a8745a", "#9a664c"),
    "deep": ("#85553f", "#6a422f", "#5c3827"),
}
HAIR: dict[str, str] = {"light": "#6b4631", "medium": "#2a1f1c", "deep": "#1f1a1a"}


@dataclass(frozen=True)
class Palette:
    skin: str
    skin_far: str
    skin_line: str
    hair: str
    shirt: str = "#4a6bc4"
    shirt_far: str = "#36529c"
    sleeve: str = "#5678cf"
    trousers: str = "#2c3242"
    trousers_far: str = "#1f2430"
    trousers_line: str = "#454d63"
    shoe: str = "#dedbd4"
    shoe_far: str = "#bdb9b1"
    sole: str = "#f6f4ef"
    sole_far: str = "#d5d2cb"
    sock: str = "#f1efea"
    ghost: str = "#dfe3ec"
    focus: str = "#e9a92f"
    arrow: str = "#2f52b8"
    floor: str = "#c9c6bf"
    shadow: str = "#d9d6cf"
    mat: str = "#c3d3cb"
    mat_edge: str = "#a9bdb3"
    prop: str = "#d8c3a0"
    prop_dark: str = "#b99f76"
    steel: str = "#6d7384"
    steel_dark: str = "#515767"
    cloth: str = "#efe7d8"
    cloth_dark: str = "#d9cdb6"
    band: str = "#3f8f72"
    wall: str = "#e4e1da"


def palette(skin: str = "medium") -> Palette:
    near, far, line = SKIN[skin]
    return Palette(near, far, line, HAIR[skin])
