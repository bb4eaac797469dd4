"""The seven cases of the content, with every result that they expect of the reasoning."""

import operator
from typing import Any

import pytest

from programs import catalogue
from programs.adherence import Share
from programs.instruments.registry import instrument
from programs.reasoning import (
    Person,
    Rated,
    Reading,
    State,
    Suggested,
    Taken,
    Verdict,
    course_of,
    judge_all,
    radiculopathy_suspected,
    suggest,
)  # fmt: skip

SIDES = {"R": "right", "L": "left"}
CASES = catalogue.content("cases")["items"]
MAYA = CASES[0]
RATED = {one.key: Rated(one.line, one.unit) for one in catalogue.tests()}
TICKS = {"pelvis_controlled", "heel_lift", "arms_used"}


def taken_from_case(test: str, raw: dict[str, Any], judged: str | None) -> Taken:
    if test == "N10":
        parts = {side: {root: 1.0 for root, at in raw["altered"].items() if at == key} for key, side in SIDES.items()}
        readings = [Reading(side, word="" if found else "normal", parts=found) for side, found in parts.items()]
        return Taken(test, readings)
    sides = {SIDES[key]: raw[key] for key in SIDES if key in raw} or {"none": raw.get("value")}
    symptom = {"right": "below_knee" if raw.get("positive") else "none", "left": "none"} if test == "N12" else {}
    readings = [reading(side, value, symptom.get(side)) for side, value in sides.items() if value is not None]
    conditions = {key: value for key, value in raw.items() if key in TICKS}
    return Taken(test, readings, conditions, None if judged is None else judged == "abnormal")


def reading(side: str, value: Any, symptom: str | None) -> Reading:
    match value:
        case {"mmt": str(word), **rest}:
            force: Any = rest.get("n")
            return Reading(side, force, word)
        case {"knee0": _, "knee90": _}:
            return Reading(side, parts=value)
        case str():
            return Reading(side, word=value)
        case _:
            return Reading(side, value, parts={"symptom": symptom} if symptom else {})


def judged_of(case: dict[str, Any]) -> dict[str, tuple[Taken, Verdict]]:
    person = Person(case["patient"]["age"], case["patient"]["sex"])
    said = case.get("clinician_judgement") or {}
    takens = [taken_from_case(key, raw, said.get(key)) for key, raw in case["tests"].items()]
    return {one.test: (one, found) for one, found in zip(takens, judge_all(takens, RATED, person), strict=True)}


def suggestions_of(case: dict[str, Any], *, without: str = "") -> dict[str, Suggested]:
    verdicts = [verdict for _taken, verdict in judged_of(case).values() if verdict.test != without]
    return {one.factor: one for one in suggest(verdicts, catalogue.factors())}


def test_there_are_seven_cases() -> None:
    assert [len(CASES), MAYA["key"]] == [7, "maya_okafor"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["key"])
def test_every_case_gives_exactly_its_expected_suggestions(case: dict[str, Any]) -> None:
    found = {
        key: {
            "suggestion": None if one.state == "withheld" else one.state,
            "tests": list(one.tests),
            "quantitative": list(one.quantitative),
            "no_reference": list(one.no_reference),
            "blocked_by": list(one.blocked_by),
        }
        for key, one in suggestions_of(case).items()
    }
    expected = case["expected"]["factors"]
    assert found == {key: {name: one[name] for name in found[key]} for key, one in expected.items()}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["key"])
def test_every_case_says_whether_a_nerve_root_is_suspected(case: dict[str, Any]) -> None:
    assert radiculopathy_suspected(judged_of(case)) is case["expected"]["radiculopathy_suspected"]


def test_the_worked_example_gives_what_the_source_gives() -> None:
    found = suggestions_of(MAYA)
    for key, given in MAYA["expected"]["factor_expected_given"].items():
        assert (found[key].state, list(found[key].tests)) == (given["suggestion"], given["tests"])


def test_without_the_licensed_questionnaire_fear_is_possible() -> None:
    given = MAYA["expected"]["factor_expected_given"]["fear_avoidance"]
    assert suggestions_of(MAYA, without="FABQ_PA")["fear_avoidance"].state == given["without_fabq"]


def test_the_worked_example_flags_exactly_the_tests_of_its_table() -> None:
    outside = {key for key, (_taken, verdict) in judged_of(MAYA).items() if verdict.state == State.ABNORMAL}
    flagged = {"M12", "O01", "O08", "M17", "M10", "M21", "M19", "M18", "M06", "O11"}
    assert outside == flagged | {"FEAR", "FABQ_PA"}


def numbers_of(case: dict[str, Any], key: str) -> dict[str, Any]:
    """What the reasoning said about one test, by code."""
    return {one.code: one.facts for one in judged_of(case)[key][1].because}


def test_the_worked_examples_sides_are_as_far_apart_as_given() -> None:
    given = MAYA["expected"]["asymmetry"]
    assert numbers_of(MAYA, "M12")["apart"]["value"] == given["M12_difference_cm"]
    assert numbers_of(MAYA, "M17")["apart"]["value"] == given["M17_difference_s"]
    assert numbers_of(MAYA, "O08")["weaker"]["value"] == given["O08_ratio"]
    assert numbers_of(MAYA, "M19")["ratio"]["value"] == given["M19_ratio"]
    assert numbers_of(MAYA, "M21")["sum"]["value"] == given["M21_sum"]


TREND = {
    "M12": ("lunge_right", "lunge_left"), "O01": ("thomas_right", None), "M17": ("bridge_right", "bridge_left"),
    "M19": ("side_bridge_right", "side_bridge_left"), "M18": ("sorensen", None),
}  # fmt: skip


def at_week(week: int) -> list[Taken]:
    """The physical tests of the trend. The left hip of the Thomas test was level throughout."""
    trend, found = MAYA["trend"], []
    for key, (right, left) in TREND.items():
        if key == "M18":
            found.append(Taken(key, [Reading(value=trend["sorensen"][week])], judged=True))  # no line for women
        else:
            other = trend[left][week] if left else 0
            sides = [Reading("right", trend[right][week]), Reading("left", other)]
            found.append(Taken(key, sides, {"pelvis_controlled": True}))
    return found


def test_after_six_weeks_factors_are_resolved_and_improving_as_given() -> None:
    person = Person(MAYA["patient"]["age"], MAYA["patient"]["sex"])
    takens = {week: at_week(week) for week in (0, 3, 6)}
    judged = {week: judge_all(found, RATED, person) for week, found in takens.items()}
    sittings = {key: [(takens[week][place], judged[week][place]) for week in takens] for place, key in enumerate(TREND)}
    course = course_of(sittings, {key: RATED[key].line for key in TREND})
    given = MAYA["expected"]["factor_after"]
    found = {one.factor: one for one in suggest(judged[6], catalogue.factors(), course)}
    moved = {key: "improving" if found[key].improving else found[key].state for key in given["week6"]}
    assert moved == given["week6"]
    right, left = (MAYA["trend"][f"side_bridge_{side}"][6] for side in ("right", "left"))
    assert round(right / left, 2) == given["side_bridge_ratio"]


MET = {"<=": operator.le, ">=": operator.ge, "<": operator.lt}


def at(measure: str, week: int) -> float:
    """A figure of the trend; PSFS is the mean of its activities."""
    trend = MAYA["trend"]
    if measure == "psfs":
        items = trend["psfs_items"][week]
        return float(round(sum(items) / len(items), 1))
    return float(trend[measure][week])


@pytest.mark.parametrize("goal", MAYA["expected"]["goals"], ids=lambda goal: goal["measure"])
def test_every_goal_is_reached_by_the_value_given(goal: dict[str, Any]) -> None:
    value = at(goal["measure"], goal["due_week"])
    assert (value, MET[goal["op"]](value, goal["target"])) == (goal["value"], goal["achieved"])


@pytest.mark.parametrize(
    "line", [one for one in MAYA["expected"]["change"] if "percent" in one], ids=lambda line: line["measure"]
)
def test_a_change_is_the_share_of_the_baseline_that_is_given(line: dict[str, Any]) -> None:
    before, now = at(line["measure"], 0), at(line["measure"], line["week"])
    assert round(abs(now - before) / before * 100, 1) == line["percent"]


def test_the_disability_at_the_end_falls_in_the_band_given() -> None:
    (line,) = (one for one in MAYA["expected"]["change"] if "band" in one)
    (scale,) = instrument(line["measure"]).scales
    reached = [band.label for band in scale.bands if band.low <= at(line["measure"], line["week"])]
    assert reached[-1] == line["band"]


def test_adherence_and_its_band_are_as_given() -> None:
    given, log = MAYA["expected"]["adherence"], MAYA["weekly_log"]
    weeks = [Share(week["done"], week["due"]).percent for week in log]
    total = Share(sum(week["done"] for week in log), sum(week["due"] for week in log))
    assert (weeks, total.percent, total.band) == (given["weeks"], given["total"], given["band"])
    assert (total.done, total.due) == (given["done"], given["due"])
