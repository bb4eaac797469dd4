"""The body figures: from the package's muscle shapes to one SVG a figure, with ids that name the PATIENT's side.

The package calls `left` what the viewer sees on the left, in both views. A front view is met face to face: there the
viewer's left is the patient's right, so the sides are swapped here, once. Tests check it by geometry.
"""

import re
from collections.abc import Iterator
from pathlib import Path

PACKAGE = "react-native-body-highlighter"
LICENCE = f"{PACKAGE}/LICENSE"
CHANGES = "Changed for Plumbline: shapes regrouped as SVG, the sides of the front view swapped, colours left out.\n\n"
FIGURES = {"male": ("body{view}.js", "SvgMaleWrapper.js"), "female": ("bodyFemale{view}.js", "SvgFemaleWrapper.js")}
VIEWS = ("front", "back")
PATIENTS_SIDE = {
    "front": {"left": "right", "right": "left", "common": "middle"},
    "back": {"left": "left", "right": "right", "common": "middle"},
}
_SHAPE = re.compile(r'slug: "(?P<slug>[a-z-]+)"|(?P<side>left|right|common): \[|"(?P<path>[Mm][^"<>&]+)"')
_OUTLINE = re.compile(r'\bd="([^"<>&]+)"')


def figure_svg(figure: str, modules: Path) -> str:
    """Definitions only: a page draws what it needs of them by `use`."""
    shapes, wrapper = FIGURES[figure]
    dist = modules / PACKAGE / "dist"
    outlines = _OUTLINE.findall((dist / "components" / wrapper).read_text(encoding="utf-8"))
    views = [
        _view(view, outline, (dist / "assets" / shapes.format(view=view.capitalize())).read_text(encoding="utf-8"))
        for view, outline in zip(VIEWS, outlines, strict=True)
    ]
    return f'<svg xmlns="http://www.w3.org/2000/svg"><defs>\n{"".join(views)}</defs></svg>\n'


def _view(view: str, outline: str, source: str) -> str:
    groups: dict[str, str] = {}
    for slug, side, path in _shapes(source):
        part = f"{view}-{slug}-{PATIENTS_SIDE[view][side]}"
        groups[part] = groups.get(part, "") + f'<path d="{path}"/>'
    parts = "\n".join(f'<g id="{part}">{paths}</g>' for part, paths in groups.items())
    return f'<path id="{view}-outline" d="{outline}"/>\n<g id="{view}-parts">\n{parts}\n</g>\n'


def _shapes(source: str) -> Iterator[tuple[str, str, str]]:
    """Slug, the package's side and the outline of each shape, in the file's order."""
    slug = side = ""
    for found in _SHAPE.finditer(source):
        slug, side = found["slug"] or slug, found["side"] or side
        if found["path"]:
            yield slug, side, found["path"]
