"""The rules of the red-flag content, pattern by pattern."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs import catalogue
from programs.screening import LEVELS, concern_at_home, is_lower, least_answers, suggested_concern

KEYS = [question["key"] for item in catalogue.red_flags() for question in item["questions"]]


@pytest.mark.parametrize(
    ("positive", "age", "level"),
    [
        ([], 42, "clear"),
        (["r01_saddle"], 42, "emergency"),
        (["r01_recent"], 42, "clear"),
        (["r02_major"], 42, "concern_high"),
        (["r02_minor"], 42, "clear"),
        (["r02_minor"], 51, "concern_high"),
        ([], 71, "concern_low"),
        (["r03_history"], 42, "concern_low"),
        (["r03_history", "r03_night"], 42, "concern_high"),
        (["r03_history", "r08_band"], 42, "emergency"),
        (["r05_exercise"], 30, "clear"),
        (["r05_young", "r05_slow", "r05_exercise", "r05_rest", "r05_three_months"], 30, "concern_low"),
        (["r07_foot"], 42, "concern_high"),
        (["r07_foot", "r07_fast"], 42, "emergency"),
        (["r08_gait"], 42, "concern_high"),
        (["r08_gait", "r08_hands"], 42, "emergency"),
    ],
)
def test_answers_suggest_a_level(positive: list[str], age: int, level: str) -> None:
    assert suggested_concern(positive, age=age, items=catalogue.red_flags()) == level


def test_one_rule_may_name_another() -> None:
    items = [
        {"rules": [{"key": "b", "when": {"any_rule": ["a"]}, "result": "emergency"}]},
        {"rules": [{"key": "a", "when": {"any": ["q"]}, "result": "concern_low"}]},
    ]
    assert suggested_concern(["q"], age=40, items=items) == "emergency"


@given(st.sets(st.sampled_from(KEYS)), st.sampled_from(KEYS), st.integers(10, 95))
def test_one_more_yes_never_lowers_the_level(positive: set[str], more: str, age: int) -> None:
    items = catalogue.red_flags()
    before = suggested_concern(positive, age=age, items=items)
    after = suggested_concern(positive | {more}, age=age, items=items)
    assert LEVELS.index(after) >= LEVELS.index(before)


def test_levels_are_ordered() -> None:
    assert [is_lower(level, than="concern_high") for level in LEVELS] == [True, True, False, False]


AT_HOME = catalogue.content("red_flags")["weekly_form"]


@given(
    said=st.dictionaries(st.sampled_from(AT_HOME), st.booleans()), age=st.integers(10, 100),
    least=st.sampled_from(["concern_high", "emergency"]),
)  # fmt: skip
def test_one_answer_or_two_tell_what_all_of_them_ask_for(said: dict[str, bool], age: int, least: str) -> None:
    """So that a page without a connection says it as the server would have, whatever else is answered."""
    positive, unsure = ([key for key, is_yes in said.items() if is_yes is asked] for asked in (True, False))
    level = concern_at_home(positive, unsure, age=age, items=catalogue.red_flags())
    sets = least_answers(least, keys=AT_HOME, items=catalogue.red_flags())
    assert any(one <= frozenset(said.items()) for one in sets) == (not is_lower(level, than=least))
