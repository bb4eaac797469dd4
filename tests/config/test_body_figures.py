"""The sides of the drawing are the patient's: read from the shapes, not from their names."""

from pathlib import Path

import pytest

from config import assets, body_figures
from tests.config.outlines import Box, boxes

# The package's shapes a figure, as counted in its own files, and the two outlines.
SHAPES = {"male": 89 + 70 + 2, "female": 92 + 66 + 2}


@pytest.fixture(scope="module", params=list(body_figures.FIGURES))
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("figures") / f"{request.param}.svg"
    path.write_text(body_figures.figure_svg(request.param, assets.MODULES))
    return path


def test_no_shape_is_lost(built: Path) -> None:
    assert built.read_text().count("<path") == SHAPES[built.stem]


def sided(found: dict[str, Box], view: str, side: str) -> list[float]:
    """How far each shape of a side lies to the viewer's right of the body's middle."""
    outline = found[f"{view}-outline"]
    shapes = [box for name, box in found.items() if name.startswith(view) and name.endswith(f"-{side}")]
    assert len(shapes) > 10
    return [box.middle[0] - outline.middle[0] for box in shapes]


@pytest.mark.parametrize(("side", "sign"), [("right", -1), ("left", 1)])
def test_from_the_front_the_patients_right_is_at_the_viewers_left(built: Path, side: str, sign: int) -> None:
    assert [offset for offset in sided(boxes(built), "front", side) if offset * sign <= 0] == []


@pytest.mark.parametrize(("side", "sign"), [("right", 1), ("left", -1)])
def test_from_the_back_the_patients_right_is_at_the_viewers_right(built: Path, side: str, sign: int) -> None:
    assert [offset for offset in sided(boxes(built), "back", side) if offset * sign <= 0] == []


def test_both_sides_have_the_same_parts(built: Path) -> None:
    names = boxes(built)
    left, right = ({name.rsplit("-", 1)[0] for name in names if name.endswith(side)} for side in ("left", "right"))
    assert left == right
