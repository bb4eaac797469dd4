"""What one version changes in the other."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from programs.plan_changes import Difference, differences

EMPTY: dict[str, Any] = {
    "starts_on": "2021-03-01", "weeks": 6, "visits": 8, "authorised_visits": None, "authorised_until": None,
    "retest_weeks": [3, 6], "summary": "", "for_patient": "", "goals": [], "interventions": [], "home": [],
    "modules": [], "discharge": [],
}  # fmt: skip


def goal(measure: str, target: str) -> dict[str, str]:
    return {"measure": measure, "operator": ">=", "target": target, "due_on": "2021-04-12"}


def test_gone_other_and_new() -> None:
    before = {**EMPTY, "goals": [goal("psfs", "6"), goal("sane", "80")]}
    now = {**EMPTY, "weeks": 4, "goals": [goal("psfs", "7"), goal("nprs_average", "2")]}
    assert differences(before, now) == [
        Difference("weeks", 6, 4),
        Difference("goals", goal("sane", "80"), None),
        Difference("goals", goal("psfs", "6"), goal("psfs", "7")),
        Difference("goals", None, goal("nprs_average", "2")),
    ]


CONTENT = st.fixed_dictionaries(
    {
        "weeks": st.integers(1, 3),
        "goals": st.sampled_from([[], [goal("psfs", "6")], [goal("psfs", "7"), goal("sane", "80")]]),
        "discharge": st.sampled_from([[], ["Goals met."], ["Goals met.", "Flare-up plan."]]),
    }
).map(lambda part: {**EMPTY, **part})


@given(one=CONTENT)
def test_nothing_changes_between_a_version_and_itself(one: dict[str, Any]) -> None:
    assert differences(one, one) == []


@given(one=CONTENT, other=CONTENT)
def test_back_is_the_same_way_turned_round(one: dict[str, Any], other: dict[str, Any]) -> None:
    there = {(change.part, repr(change.before), repr(change.now)) for change in differences(one, other)}
    back = {(change.part, repr(change.now), repr(change.before)) for change in differences(other, one)}
    assert there == back
