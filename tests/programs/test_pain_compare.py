"""Two maps against each other."""

from hypothesis import given
from hypothesis import strategies as st

from programs.pain.compare import differences
from programs.pain.places import PLACES, Mark, in_reading_order
from programs.pain_words import difference_of

KINDS = ("ache", "sharp", "burning", "numb", "tingling")


def back(intensity: int, **changes: str) -> Mark:
    values = {"view": "back", "region": "low_back", "side": "right", "kind": "ache", **changes}
    return Mark(intensity=intensity, **values)  # type: ignore[arg-type]  # all texts


@st.composite
def maps(draw: st.DrawFn) -> list[Mark]:
    """Each kind once at each place and side, as the database keeps them."""
    places = draw(st.lists(st.sampled_from(list(PLACES.values())), max_size=6))
    found = {}
    for place in places:
        mark = Mark(
            place.view, place.region, draw(st.sampled_from(place.sides)), draw(st.sampled_from(KINDS)),
            draw(st.integers(0, 10)),
        )  # fmt: skip
        found[(*mark.where, mark.kind)] = mark
    return list(found.values())


def said(before: list[Mark], now: list[Mark]) -> list[tuple[str, str]]:
    return [(one.mark.region, difference_of(one)) for one in differences(before, now)]


def test_a_difference_is_said_in_words() -> None:
    assert said([back(6)], [back(2)]) == [("low_back", "4 points less: a clear change")]
    assert said([back(4)], [back(5)]) == [("low_back", "1 point more: no clear change")]
    assert said([back(3)], [back(7)]) == [("low_back", "4 points more: a clear change")]
    assert said([back(3)], [back(3)]) == [("low_back", "The same")]


def test_another_side_or_another_kind_is_another_pain() -> None:
    assert said([back(6)], [back(6, side="left")]) == [("low_back", "Gone"), ("low_back", "New")]
    assert said([back(6)], [back(6), back(2, kind="numb")]) == [("low_back", "The same"), ("low_back", "New")]


@given(maps())
def test_a_map_against_itself_is_the_same_everywhere(drawn: list[Mark]) -> None:
    assert {difference_of(one) for one in differences(drawn, drawn)} <= {"The same"}


@given(maps(), maps())
def test_nothing_is_lost_and_turning_round_turns_the_steps(before: list[Mark], now: list[Mark]) -> None:
    there, back_again = differences(before, now), differences(now, before)
    assert sum(one.before is not None for one in there) == len(before)
    assert sum(one.now is not None for one in there) == len(now)
    assert [one.steps for one in there] == [-one.steps for one in back_again]


@given(maps())
def test_the_strongest_comes_first(drawn: list[Mark]) -> None:
    found = [one.intensity for one in in_reading_order(drawn)]
    assert found == sorted(found, reverse=True)
