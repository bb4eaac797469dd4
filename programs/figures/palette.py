"""Colours by role. Nothing else in this package names a colour."""

from collections.abc import Mapping

Palette = Mapping[str, str]

SKINS: Mapping[str, tuple[str, str, str, str]] = {  # near, far, line (ear, fingers), hair
    "light": ("#eabf9f", "#cf9f7f", "#c58f6e", "#6b4631"),
    "medium": ("#c98f6f", "#a8745a", "#9a664c", "#2a1f1c"),
    "deep": ("#85553f", "#6a422f", "#5c3827", "#1f1a1a"),
}
ROLES: Mapping[str, str] = {
    "shirt": "#4a6bc4",
    "shirt_far": "#36529c",
    "sleeve": "#5678cf",
    "trousers": "#2c3242",
    "trousers_far": "#1f2430",
    "shoe": "#dedbd4",
    "shoe_far": "#bdb9b1",
    "sole": "#f6f4ef",
    "sole_far": "#d5d2cb",
    "sock": "#f1efea",
    "ghost": "#dfe3ec",
    "focus": "#e9a92f",
    "arrow": "#2f52b8",
    "floor": "#c9c6bf",
    "shadow": "#d9d6cf",
    "mat": "#c3d3cb",
    "mat_edge": "#a9bdb3",
    "prop": "#d8c3a0",
    "prop_dark": "#b99f76",
    "steel": "#6d7384",
    "steel_dark": "#515767",
    "cloth": "#efe7d8",
    "cloth_dark": "#d9cdb6",
    "band": "#3f8f72",
    "wall": "#e4e1da",
}


def palette(skin: str) -> Palette:
    near, far, line, hair = SKINS[skin]
    return {**ROLES, "skin": near, "skin_far": far, "skin_line": line, "hair": hair}
