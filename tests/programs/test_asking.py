"""Which questions are asked, given the answers. All questions are made up."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.instruments.asking import asked
from programs.instruments.conditions import Answer, Condition
from programs.instruments.fhir import Item


def item(link: str, *when: Condition, kind: str = "boolean", depth: int = 0) -> Item:
    return Item(link, kind, f"Made up {link}", link, depth=depth, shown_when=when)


YES = {name: Condition(name, "=", True) for name in "abc"}
CHAIN = [item("a"), item("b", YES["a"]), item("c", YES["b"]), item("d", YES["c"])]


def links(items: list[Item], answers: Mapping[str, Answer]) -> str:
    return "".join(one.link_id for one in asked(items, answers))


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({}, "a"),
        ({"a": True}, "ab"),
        ({"a": True, "b": True, "c": True}, "abcd"),
        ({"a": False, "b": True, "c": True}, "a"),  # what was answered behind a closed door is not heard
        ({"a": True, "b": False, "c": True}, "ab"),
    ],
)
def test_an_answer_to_what_is_not_asked_asks_for_nothing(answers: dict[str, Answer], expected: str) -> None:
    assert links(CHAIN, answers) == expected
    assert links(CHAIN[::-1], answers) == expected[::-1]  # also where the question comes later in the file


def test_a_group_that_is_not_asked_takes_its_questions_along() -> None:
    group = [item("a"), item("g", YES["a"], kind="group"), item("b", depth=1), item("c", YES["b"], depth=2), item("d")]
    assert links(group, {"b": True}) == "ad"
    assert links(group, {"a": True, "b": True}) == "agbcd"


@pytest.mark.parametrize(("answer", "expected"), [("4", "ab"), ("3", "a"), ("often", "a")])
def test_an_option_that_is_a_number_is_compared_as_one(answer: str, expected: str) -> None:
    items = [item("a", kind="choice"), item("b", Condition("a", ">=", 4))]
    assert links(items, {"a": answer}) == expected


def test_a_yes_is_no_number() -> None:
    assert links([item("a"), item("b", Condition("a", "=", 1))], {"a": True}) == "a"


NAMES = "abcdef"
ANSWERS = st.dictionaries(st.sampled_from(NAMES), st.booleans())


@st.composite
def forms(draw: st.DrawFn) -> list[Item]:
    """Each question waits for earlier ones at most, so there is no circle."""
    made = []
    for number, name in enumerate(NAMES):
        earlier = st.sampled_from(NAMES[:number]) if number else st.nothing()
        conditions = st.builds(Condition, earlier, st.sampled_from(["=", "!=", "exists"]), st.booleans())
        made.append(item(name, *draw(st.lists(conditions, max_size=2 if number else 0))))
    return made


@given(forms(), ANSWERS)
def test_what_is_not_asked_never_matters(items: list[Item], answers: dict[str, bool]) -> None:
    found = links(items, answers)
    assert links(items, {link: answer for link, answer in answers.items() if link in found}) == found


@given(forms(), ANSWERS)
def test_the_first_question_is_always_asked(items: list[Item], answers: dict[str, bool]) -> None:
    assert links(items, answers).startswith("a")
