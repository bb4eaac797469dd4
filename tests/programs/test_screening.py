"""The rules of the red-flag content, pattern by pattern."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from programs import catalogue
from programs.screening import LEVELS, concern_at_home, is_lower, least_answers, suggested_concern, true_at

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


AT_HOME = [key for part in catalogue.content("red_flags")["weekly_form"] for key in part["questions"]]
LEAST = {level: least_answers(level, keys=AT_HOME, items=catalogue.red_flags()) for level in LEVELS[2:]}


@settings(max_examples=500)
@given(
    said=st.dictionaries(st.sampled_from(AT_HOME), st.booleans()),
    age=st.integers(10, 100),
    least=st.sampled_from(LEVELS[2:]),
)
def test_a_page_without_a_connection_says_what_the_server_would(said: dict[str, bool], age: int, least: str) -> None:
    positive, unsure = ([key for key, is_yes in said.items() if is_yes is asked] for asked in (True, False))
    level = concern_at_home(positive, unsure, age=age, items=catalogue.red_flags())
    words = {f"{key}={'yes' if is_yes else 'unsure'}" for key, is_yes in said.items()}
    known = words.union(true_at(age, LEAST[least]))
    assert any(way <= known for way in LEAST[least]) == (not is_lower(level, than=least))


@pytest.mark.parametrize(
    "way",
    [
        {"r01_saddle=unsure"},
        {"r06_pulse=yes"},
        {"r04_recent=yes", "r04_unwell=yes"},
        {"r07_fast=yes", "r07_foot=yes"},
        {"r08_gait=yes", "r08_hands=yes"},
        {"r11_speech=yes"},
    ],
)
def test_what_asks_for_help_at_once(way: set[str]) -> None:
    assert way in LEAST["emergency"]


@pytest.mark.parametrize(
    "way",
    [
        {"r02_minor=yes", "r02_bone=yes"},
        {"r02_minor=yes", "age>50"},
        {"r02_steroid=yes", "age>70"},
        {"r06_disease=yes", "r06_rest=yes", "age>60"},
    ],
)
def test_what_asks_for_a_word_today(way: set[str]) -> None:
    assert way in LEAST["concern_high"]


def test_ages_are_said_as_far_as_they_are_true() -> None:
    ages = [true_at(age, LEAST["concern_high"]) for age in (50, 51, 61, 71)]
    assert ages == [[], ["age>50"], ["age>50", "age>60"], ["age>50", "age>60", "age>70"]]


def test_the_portal_asks_whatever_a_lay_person_can_answer() -> None:
    """All but the one that is asked in confidence and face to face: docs/clinical-sources.md."""
    lay = [
        question["key"]
        for item in catalogue.red_flags()
        for question in item["questions"]
        if question["asked_in"] == "both" and item["key"] != "R10"
    ]
    assert sorted(AT_HOME) == sorted(lay)
