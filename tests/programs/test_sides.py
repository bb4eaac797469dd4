"""What is said of one side of a test."""

import pytest

from programs import catalogue
from programs.reasoning import Person, Reading, SideState, Taken, applies, judge, side_state

WOMAN, MAN = Person(42, "female"), Person(42, "male")


def states(
    key: str, *given: float | str, judged: tuple[bool | None, ...] = (None, None), person: Person = WOMAN
) -> list[SideState]:
    """Right and left, or the one value; `judged` for each."""
    test = catalogue.test(key)
    sides = ("right", "left") if test.sided else ("none",)
    readings = [
        Reading(side, word=one) if isinstance(one, str) else Reading(side, one)
        for side, one in zip(sides, given, strict=True)
    ]
    said = True if True in judged else False if False in judged else None
    verdict = judge(Taken(key, readings, {"pelvis_controlled": True}, said), test.line, test.unit, person)
    has_line = applies(test.line, person)
    return [side_state(side, verdict, judged=one, has_line=has_line) for side, one in zip(sides, judged, strict=False)]


@pytest.mark.parametrize(
    ("key", "given", "expected"),
    [
        ("O01", (8, 0), ["outside", "inside"]),
        ("O08", ("4-", "4+"), ["outside", "inside"]),
        ("M12", (7.0, 10.5), ["outside", "inside"]),  # they differ because the right one is short
        ("M12", (9.0, 10.6), ["together", "together"]),
        ("M19", (38, 52), ["together", "together"]),
        ("M21", (0.5, 0.5), ["together", "together"]),
        ("M17", (38, 40), ["inside", "inside"]),
        ("M06", (4,), ["outside"]),
    ],
)  # fmt: skip
def test_each_side_is_held_against_the_line_by_itself(
    key: str, given: tuple[float | str, ...], expected: list[str]
) -> None:
    assert states(key, *given) == expected


@pytest.mark.parametrize(
    ("key", "given", "judged", "expected"),
    [
        ("M10", (3, 1), (True, None), ["judged_abnormal", "no_line"]),
        ("M10", (3, 1), (True, True), ["judged_abnormal", "judged_abnormal"]),
        ("M10", (3, 1), (None, False), ["no_line", "judged_normal"]),
        ("M18", (105,), (None,), ["no_line"]),  # what was judged of 62 s says nothing of 105
        ("M18", (105,), (True,), ["judged_abnormal"]),
        ("M17", (38, 40), (True, None), ["judged_abnormal", "inside"]),
    ],
)  # fmt: skip
def test_a_judgement_is_about_the_side_and_the_value_it_was_made_of(
    key: str, given: tuple[float, ...], judged: tuple[bool | None, ...], expected: list[str]
) -> None:
    assert states(key, *given, judged=judged) == expected


def test_for_a_man_the_trunk_hold_has_a_line() -> None:
    assert states("M18", 105, person=MAN) == ["outside"]
    assert states("M18", 180, person=MAN) == ["inside"]
