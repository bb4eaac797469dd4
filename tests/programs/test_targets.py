"""From a protocol's rule and a patient's start to a target."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs import catalogue
from programs.targets import UnclearRuleError, parse, target

HALF = "baseline minus 50 %, at least 2 points, not below 0"
BASELINES = st.decimals(min_value=0, max_value=10, places=1)
PLANS = next(one for one in catalogue.content("templates")["items"] if one["key"] == "care_plans")["entries"]
RULES = sorted({goal["target_rule"] for plan in PLANS for goal in plan["goals"]})


@pytest.mark.parametrize(
    ("rule", "baseline", "wanted"),
    [
        (HALF, "6", "3"),
        (HALF, "3", "1"),  # half of 3 is less than 2 points
        (HALF, "1", "0"),
        ("baseline minus 30 %, at least 2 points", "10", "7"),
        ("baseline minus 50 %", "5", "2.5"),
        ("baseline plus 3, at most 10", "3.0", "6"),
        ("baseline plus 3, at most 10", "9", "10"),
        ("baseline plus 2", "10", "12"),
        ("baseline plus 1.5 cm, at least 9.0", "7.0", "9"),
        ("baseline plus 1.5 cm, at least 9.0", "8.5", "10"),
        ("at least 8", "5", "8"),
        ("at most 4, or baseline minus 3", "7", "4"),
        ("at most 4, or baseline minus 3", "10", "7"),
        ("0 in the last two weeks", "5", "0"),
    ],
)
def test_a_rule_gives_a_target(rule: str, baseline: str, wanted: str) -> None:
    assert target(parse(rule), Decimal(baseline)) == Decimal(wanted)


def test_a_move_without_a_start_gives_none() -> None:
    assert target(parse(HALF), None) is None
    assert target(parse("at least 8"), None) == 8


@pytest.mark.parametrize("text", ["", "a bit better", "baseline times 2", "baseline minus x", "at least 2 points"])
def test_what_nobody_can_reckon_with_is_refused(text: str) -> None:
    with pytest.raises(UnclearRuleError):
        parse(text)


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_of_the_content_is_understood(rule: str) -> None:
    assert target(parse(rule), Decimal(5)) is not None


@pytest.mark.parametrize("rule", RULES)
@given(one=BASELINES, other=BASELINES)
def test_who_starts_higher_aims_no_lower(rule: str, one: Decimal, other: Decimal) -> None:
    low, high = (target(parse(rule), start) for start in sorted([one, other]))
    assert low is not None
    assert high is not None
    assert low <= high


@given(start=BASELINES)
def test_pain_falls_by_half_and_two_points_and_stays_on_its_scale(start: Decimal) -> None:
    found = target(parse(HALF), start)
    assert found is not None
    assert 0 <= found <= start
    assert found == 0 or start - found >= max(Decimal(2), start / 2)


@given(start=BASELINES)
def test_activities_rise_by_three_up_to_ten(start: Decimal) -> None:
    assert target(parse("baseline plus 3, at most 10"), start) == min(start + 3, Decimal(10))
