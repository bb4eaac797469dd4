import copy
import gzip
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs import catalogue, figures
from programs.figures.geometry import go, two_bones
from programs.figures.reading import read
from programs.figures.skeleton import LENGTHS, side_joints
from programs.figures.svg import smooth
from programs.figures.tween import between, frames, stride, swapped

SVG = "{http://www.w3.org/2000/svg}"
POSES = {one.key: one.pose for one in catalogue.exercises()}
every_pose = pytest.mark.parametrize("key", sorted(POSES))


def parsed(text: str) -> ET.Element:
    return ET.fromstring(text)


@every_pose
def test_a_body_can_do_it_at_every_moment(key: str) -> None:
    assert figures.problems(POSES[key]) == []


@every_pose
def test_pictures_hold_no_style_script_link_or_handler(key: str) -> None:
    for draw in (figures.still, figures.animation, figures.strip):
        for element in parsed(draw(POSES[key], "f")).iter():
            assert element.tag.removeprefix(SVG) not in {"style", "script", "a", "image", "foreignObject"}
            assert [name for name in element.keys() if name == "style" or name.startswith("on")] == []  # noqa: SIM118


@every_pose
def test_something_moves_in_every_animation_and_it_stays_small(key: str) -> None:
    text = figures.animation(POSES[key], "f")
    assert parsed(text).findall(f".//{SVG}animate") != []
    assert len(gzip.compress(text.encode())) < 20_000


@every_pose
def test_all_frames_of_a_part_have_the_same_commands(key: str) -> None:
    for one in parsed(figures.animation(POSES[key], "f")).iter(f"{SVG}animate"):
        values = (one.get("values") or "").split(";")
        assert len(values) == len((one.get("keyTimes") or "").split(";"))
        assert len({"".join(sign for sign in value if sign.isalpha()) for value in values}) == 1


def test_ids_begin_with_the_uid_so_that_two_pictures_may_share_a_page() -> None:
    ids = [one.get("id") for one in parsed(figures.still(POSES["bridge"], "x7", title="Bridge", text="Hips up")).iter()]
    assert [one for one in ids if one] == ["x7t", "x7d", "x7g", "x7c"]


def test_words_are_escaped_and_a_picture_without_a_title_is_decoration() -> None:
    named = parsed(figures.still(POSES["bridge"], title="<b>Bridge & rest</b>", text='"Hips" up'))
    assert named.findtext(f"{SVG}title") == "<b>Bridge & rest</b>"
    assert parsed(figures.still(POSES["bridge"])).get("aria-hidden") == "true"


def without(pose: Any, *path: Any) -> Any:
    broken = copy.deepcopy(pose)
    inner = broken
    for step in path[:-1]:
        inner = inner[step]
    del inner[path[-1]]
    return broken


@pytest.mark.parametrize("path", [("view",), ("key_poses", 0), ("key_poses", 0, "segments", "near_foot"), ("props",)])
def test_a_pose_with_a_hole_is_refused(path: tuple[Any, ...]) -> None:
    broken = without({**POSES["bridge"], "key_poses": POSES["bridge"]["key_poses"][:1]}, *path)
    with pytest.raises(figures.PoseError):
        figures.still(broken)


@pytest.mark.parametrize("pose", [{}, {**POSES["bridge"], "view": "above"}, {**POSES["bridge"], "look": {"skin": "x"}}])
def test_an_empty_or_unknown_pose_is_refused(pose: Any) -> None:
    with pytest.raises(figures.PoseError):
        figures.animation(pose)


def test_a_knee_that_bends_forward_is_reported() -> None:
    wrong = copy.deepcopy(dict(POSES["hip_hinge"]))
    wrong["key_poses"][1]["segments"]["near_shank"] = 20
    assert "hinge: near_knee at -40 is outside -4 to 160" in figures.problems(wrong)


angles = st.floats(-180, 180)


@given(angles, angles, st.sampled_from([-1, 1]))
def test_two_bones_reach_what_they_can(first: float, second: float, bend: int) -> None:
    lengths = LENGTHS["thigh"], LENGTHS["shank"]
    target = go(go((0, 0), first, lengths[0]), second, lengths[1])
    upper, lower = two_bones((0, 0), target, lengths, bend)
    reached = go(go((0, 0), upper, lengths[0]), lower, lengths[1])
    assert reached == pytest.approx(target, abs=0.1)


@given(st.sampled_from(sorted(POSES)), st.floats(0, 1))
def test_feet_that_stand_in_both_poses_stay_where_they_are(key: str, t: float) -> None:
    figure = read(POSES[key])
    start, end = figure.poses[:2]
    pose = between(start, end, t)
    for side in ("near", "far"):
        if (f"{side}_foot", "floor") in start.contacts & end.contacts and figure.view == "side":
            ankles = [side_joints(one)[f"{side}_ankle"] for one in (start, pose)]
            assert ankles[1] == pytest.approx(ankles[0], abs=1.5)


def test_the_walk_ends_where_it_began_after_both_steps() -> None:
    walk = stride(read(POSES["graded_walk"]).poses, 6)
    for there, here in ((walk[-1], walk[0]), (walk[len(walk) // 2], swapped(walk[0]))):
        assert side_joints(there)["near_toe"] == pytest.approx(side_joints(here)["near_toe"])
        assert side_joints(there)["far_wrist"] == pytest.approx(side_joints(here)["far_wrist"])


def test_in_betweens_begin_and_end_with_the_key_poses() -> None:
    poses = read(POSES["sit_to_stand"]).poses
    tweened = frames(poses, 4)
    assert [tweened[0], tweened[4], tweened[8]] == list(poses)


coordinates = st.tuples(st.floats(-200, 200), st.floats(-200, 200))


@given(st.lists(coordinates, min_size=4, max_size=40))
def test_rounding_does_not_add_up_along_an_outline(ring: list[tuple[float, float]]) -> None:
    ends = [command for command in smooth(tuple(ring)).replace("z", "").split("t") if command]
    assert len(ends) == len(ring)
    x = y = 0.0
    head, *steps = ends
    start, curve = head.removeprefix("M").split("q")
    for numbers in (_numbers(start), _numbers(curve)[2:], *(_numbers(step) for step in steps)):
        x, y = x + numbers[0], y + numbers[1]
    assert (x, y) == tuple(_numbers(start))


def _numbers(text: str) -> list[int]:
    return [int(one) for one in text.replace("-", " -").split()]
