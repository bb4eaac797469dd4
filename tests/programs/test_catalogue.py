import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from programs import catalogue
from programs.figures.focus import SPOTS
from programs.reasoning.rules import RULES

FILES = [
    "exercises",
    "muscles",
    "techniques",
    "red_flags",
    "measures",
    "templates",
    "cases",
    "names",
    "tests",
    "factors",
    "sources",
]
SIDES = {"left", "right"}
# Words that frighten and say nothing true about pain.
FORBIDDEN = re.compile(
    r"damage|crumbl|slipped|wear.and.tear|\bworn|degenerat|bone on bone|fragile|disintegrat|ruptur|crippl|bed-bound",
    re.IGNORECASE,
)
EXERCISES: Mapping[str, Any] = {one["key"]: one for one in catalogue.content("exercises")["items"]}
NEEDED = {
    "sides": {"low"},
    "sides_above": {"limit"},
    "above": {"limit"},
    "below": {"limit"},
    "at_least": {"limit"},
    "sum_at_least": {"limit"},
    "below_by_age": {"table"},
    "ratio": {"low", "high"},
    "words": {"abnormal", "words"},
    "squat": {"at_most"},
    "strength": {"grade"},
    "count": {"limit", "parts", "bad"},
    "dermatomes": {"abnormal", "roots"},
    "dorsiflexion": {"low"},
    "leg_raise": {"low", "high"},
    "clonus": {"limit"},
}


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from texts(one)


@pytest.mark.parametrize("name", FILES)
def test_keys_are_unique_and_texts_are_kind_and_tidy(name: str) -> None:
    data = catalogue.content(name)
    keys = [item["key"] for item in data["items"]]
    assert sorted(set(keys)) == sorted(keys)
    assert [text for text in texts(data) if FORBIDDEN.search(text) or text != text.strip() or "  " in text] == []


@pytest.mark.parametrize("name", FILES)
def test_what_claims_a_source_names_one(name: str) -> None:
    items = [item for item in catalogue.content(name)["items"] if "status" in item]
    assert {item["status"] for item in items} <= {"sourced", "to_be_confirmed"}
    assert [item["key"] for item in items if item["status"] == "sourced" and not item["sources"]] == []
    sources = [one for item in items for one in item["sources"]]
    assert [one for one in sources if not re.fullmatch(r"S\d+", one)] == []


def test_the_catalogue_is_as_large_as_it_says() -> None:
    assert [len(catalogue.exercises()), len(catalogue.muscles()), len(catalogue.techniques())] == [32, 63, 24]
    movement, orthopaedic, neurological, asked = (
        [one for one in catalogue.tests() if one.kind == kind]
        for kind in ("movement", "orthopaedic", "neurological", "asked")
    )
    assert [len(movement), len(orthopaedic), len(neurological), len(asked)] == [22, 18, 20, 5]


@pytest.mark.parametrize("test", catalogue.tests(), ids=lambda test: test.key)
def test_a_line_is_one_the_reasoning_reads(test: catalogue.LibraryTest) -> None:
    rule = test.line.get("rule")
    assert rule in {None, "judgement", *RULES}
    assert NEEDED.get(rule or "", set()) <= set(test.line)
    assert test.line.get("better", "higher") in {"higher", "lower"}
    assert set(test.line.get("abnormal", [])) <= set(test.line.get("words", []))
    assert test.how.endswith((".", "?"))


@pytest.mark.parametrize("test", catalogue.tests(), ids=lambda test: test.key)
def test_a_reference_is_written_in_whole_sentences(test: catalogue.LibraryTest) -> None:
    assert re.search(r"\[|\bUI\b|±|[<>]=?", test.reference) is None
    assert test.reference.endswith(".")


def test_factors_rest_on_tests_that_exist() -> None:
    keys = {one.key for one in catalogue.tests()}
    for factor in catalogue.factors():
        assert {*factor.tests, *factor.withheld_by} <= keys
        assert len(set(factor.tests)) == len(factor.tests)


def test_every_factor_has_an_exercise_and_every_reason_its_factor() -> None:
    factors = {one.key for one in catalogue.factors()}
    assert {factor for one in catalogue.exercises() for factor in one.factors} == factors
    assert [one.key for one in catalogue.exercises() if set(one.why_by_factor) != set(one.factors)] == []


def test_easier_and_harder_point_both_ways_and_never_in_a_circle() -> None:
    for key, item in EXERCISES.items():
        assert [one for one in item["easier"] if key not in EXERCISES[one]["harder"]] == []
        assert [one for one in item["harder"] if key not in EXERCISES[one]["easier"]] == []
        assert key not in climbed(item["harder"])


def climbed(keys: list[str], seen: frozenset[str] = frozenset()) -> frozenset[str]:
    for key in keys:
        if key not in seen:
            seen = climbed(EXERCISES[key]["harder"], seen | {key})
    return seen


def test_muscles_in_a_picture_exist_and_have_a_place_there() -> None:
    muscles = {one.key for one in catalogue.muscles()}
    for exercise in catalogue.exercises():
        focus = exercise.pose["focus_muscles"]
        assert set(focus) <= muscles & set(SPOTS), exercise.key
        assert focus != []


def test_spinal_sites_ask_for_a_level_and_others_do_not() -> None:
    for muscle in catalogue.muscles():
        assert set(muscle.sides) <= {*SIDES, "midline"}
        assert muscle.level_required == bool(muscle.spinal and muscle.levels), muscle.key


def test_the_techniques_families_are_known() -> None:
    families = set(catalogue.content("techniques")["families"])
    assert {one.family for one in catalogue.techniques()} == families


@pytest.mark.parametrize("exercise", catalogue.exercises(), ids=lambda exercise: exercise.key)
def test_a_dose_can_be_done(exercise: catalogue.LibraryExercise) -> None:
    dose = exercise.dose
    assert any(dose[amount] for amount in ("reps", "hold_s", "minutes", "metres"))
    assert 1 <= dose["days_per_week"] <= 7
    assert 0 <= dose["pain_limit_nrs"] <= 10
    assert 0 <= dose["effort_rpe10"] <= 10


def test_look_ups_find_one_entry_or_raise() -> None:
    assert catalogue.test("M12").name == "Weight-bearing lunge, knee to wall"
    assert catalogue.exercise("hip_hinge").key == "hip_hinge"
    assert catalogue.muscle("soleus").key == "soleus"
    assert catalogue.technique("massage").family == "soft_tissue"
    assert catalogue.factor("ankle_df").tests == ("M12", "O03", "M08")
    with pytest.raises(KeyError):
        catalogue.test("M99")


def test_red_flags_come_in_their_order() -> None:
    assert [one["key"] for one in catalogue.red_flags()] == [f"R{n:02}" for n in range(1, 12)]
