"""The drawing and the vocabulary fit the built figures: sides, places and levels, read from the shapes."""

import re
from pathlib import Path

import pytest

from config import assets, body_figures
from programs.pain.drawing import Chart, Letters, draw, zones
from programs.pain.figures import FEMALE, FIGURES, MALE, NEUTRAL, drawn_as, middle_of, shape_of
from programs.pain.places import BACK, FRONT, LEFT, LEVELS, MIDDLE, PLACES, RIGHT, VIEWS, Mark
from programs.pain_words import PLACE_NAMES, in_words, letters, map_in_words
from tests.config.outlines import Box, boxes

LETTERS = Letters("R", "L", {"front": "Front", "back": "Back"})
BACK_PAIN = Mark(BACK, "low_back", RIGHT, "ache", 6, ("L4", "S1"))
SHOULDER = Mark(FRONT, "shoulder", RIGHT, "burning", 8)
EVERYWHERE = [(place.view, place.region, side) for place in PLACES.values() for side in place.sides]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Box]]:
    folder: Path = tmp_path_factory.mktemp("figures")
    for figure in (MALE, FEMALE):
        (folder / figure).write_text(body_figures.figure_svg(figure, assets.MODULES))
    return {figure: boxes(folder / drawn_as(figure)) for figure in FIGURES}


@pytest.mark.parametrize("figure", FIGURES)
@pytest.mark.parametrize("where", EVERYWHERE, ids=".".join)
def test_each_place_lies_on_the_patients_side(
    built: dict[str, dict[str, Box]], figure: str, where: tuple[str, str, str]
) -> None:
    view, _region, side = where
    outline, shape = built[figure][f"{view}-outline"], shape_of(figure, *where)
    towards = {RIGHT: 1, LEFT: -1, MIDDLE: 0}[side] * (1 if view == BACK else -1)
    offset = shape.x - outline.middle[0]
    assert (offset > 5) - (offset < -5) == towards
    assert outline.holds(shape.x, shape.y) or built[figure][f"{view}-parts"].holds(shape.x, shape.y)  # head: no outline


@pytest.mark.parametrize("figure", FIGURES)
@pytest.mark.parametrize("where", EVERYWHERE, ids=".".join)
def test_what_is_filled_exists_and_surrounds_its_middle(
    built: dict[str, dict[str, Box]], figure: str, where: tuple[str, str, str]
) -> None:
    shape, found = shape_of(figure, *where), built[figure]
    assert set(shape.uses) <= set(found)
    around = [found[part] for part in shape.uses]
    assert shape.rx or any(box.left - 12 <= shape.x <= box.right + 12 for box in around)
    assert shape.rx or min(box.top for box in around) < shape.y < max(box.bottom for box in around)


@pytest.mark.parametrize("figure", FIGURES)
@pytest.mark.parametrize("region", LEVELS)
def test_levels_go_down_the_spine(figure: str, region: str) -> None:
    heights = [middle_of(Mark(BACK, region, MIDDLE, "ache", 1, (level, level)), figure)[1] for level in LEVELS[region]]
    assert heights == sorted(set(heights))


@pytest.mark.parametrize("figure", FIGURES)
def test_r_and_l_are_printed_at_the_patients_sides(figure: str) -> None:
    for view in VIEWS:
        drawn = draw(Chart(figure=figure, figure_url="", letters=LETTERS, views=[view]))
        found = re.findall(r'<text class="side" x="([\d.]+)" [^>]*>([RL])<', drawn)
        assert [letter for _x, letter in sorted(found, key=lambda one: float(one[0]))] == (
            ["R", "L"] if view == FRONT else ["L", "R"]
        )


def test_a_mark_is_drawn_on_the_half_with_its_letter() -> None:
    """From the shape of the page itself: front right at the viewer's left, back right at the viewer's right."""
    drawn = draw(Chart(figure=FEMALE, figure_url="", letters=LETTERS, marks=[SHOULDER, BACK_PAIN]))
    groups = re.findall(r'translate\((-?[\d.]+) 0\).*?class="mark" transform="translate\(([\d.]+) ', drawn)
    assert [float(shift) + float(x) for shift, x in groups] == [330 - 118, 990 + 33]


def test_a_leader_starts_at_the_strongest_mark_and_leaves_at_half_height() -> None:
    chart = Chart(figure=MALE, figure_url="", letters=LETTERS, marks=[BACK_PAIN, SHOULDER], leader=True)
    _left, top, width, height = chart.box
    _x, y = middle_of(SHOULDER, MALE)
    assert (chart.main, chart.order, top + height / 2) == (SHOULDER, (BACK, FRONT), y)
    assert f"{y:g}H{width:g}" in draw(chart)


def test_a_number_stands_in_each_mark_or_beside_the_drawing() -> None:
    with_numbers = draw(Chart(figure=NEUTRAL, figure_url="", letters=LETTERS, marks=[BACK_PAIN]))
    without = draw(Chart(figure=NEUTRAL, figure_url="", letters=LETTERS, marks=[BACK_PAIN], numbers=False))
    assert (">6</text>" in with_numbers, ">6</text>" in without) == (True, False)


def test_two_kinds_of_pain_at_one_place_do_not_cover_each_other() -> None:
    both = [Mark(FRONT, "knee", LEFT, kind, 3) for kind in ("ache", "numb")]
    drawn = draw(Chart(figure=MALE, figure_url="", letters=LETTERS, marks=both))
    places = re.findall(r'class="mark" transform="translate\(([\d.]+ [\d.]+)\)', drawn)
    assert len(set(places)) == 2


def test_the_plain_figure_has_neither_hair_nor_muscles() -> None:
    parts = {
        figure: "-parts" in draw(Chart(figure=figure, figure_url="", letters=LETTERS)) for figure in (MALE, NEUTRAL)
    }
    assert parts == {MALE: True, NEUTRAL: False}


def test_the_plain_figure_has_a_head_in_both_views() -> None:
    heads = {figure: draw(Chart(figure=figure, figure_url="", letters=LETTERS)).count("<ellipse") for figure in FIGURES}
    assert heads == {MALE: 0, FEMALE: 0, NEUTRAL: 2}


def test_everything_can_be_tapped_and_has_a_name() -> None:
    assert sorted(zones(VIEWS)) == sorted(EVERYWHERE)
    assert set(PLACE_NAMES) == set(PLACES)


def test_words_say_what_the_drawing_shows() -> None:
    assert in_words(BACK_PAIN) == "Low back, right, L4–S1: aching, 6 of 10"
    assert map_in_words([BACK_PAIN]) == "Body chart. Low back, right, L4–S1: aching, 6 of 10."
    assert map_in_words([]) == "Body chart. Nothing is marked."
    assert in_words(Mark(BACK, "tailbone", MIDDLE, "sharp", 2)) == "Tailbone: sharp, 2 of 10"
    assert (letters().right, letters().left) == ("R", "L")
