"""From answers to scores: the published examples, and what holds for every scale."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.instruments.registry import instrument
from programs.instruments.scoring import OutOfRange, Rule, Scale, band_of, score, turned

Numbers = dict[str, float | None]


def scale(key: str) -> Scale:
    instruments = ("odi", "rmdq", "fabq", "tsk17", "startback")
    return next(one for name in instruments for one in instrument(name).scales if one.key == key)


def numbered(*numbers: float | None) -> Numbers:
    return {str(place): number for place, number in enumerate(numbers, start=1)}


@pytest.mark.parametrize(
    ("key", "answers", "expected"),
    [
        ("odi", numbered(4, 3, 2, 1, 1, 1, 1, 1, 1, 1), 32),  # 16 of 50 [S73]
        ("odi", numbered(4, 3, 2, 1, 1, 1, 1, 1, 2, None), 35.56),  # 16 of 45: one section missing [S73]
        ("startback_total", numbered(1, 1, 1, 1, 0, 0, 0, 0, 0), 4),
        ("startback_distress", numbered(1, 1, 1, 1, 0, 0, 0, 0, 0), 0),
        ("startback_total", numbered(0, 0, 0, 0, 1, 1, 1, 1, 0), 4),
        ("startback_distress", numbered(0, 0, 0, 0, 1, 1, 1, 1, 0), 4),
        ("startback_distress", numbered(0, 0, 0, 0, 0, 0, 0, 0, 3), 1),  # the two top answers of five count
        ("startback_distress", numbered(0, 0, 0, 0, 0, 0, 0, 0, 2), 0),
        ("tsk17", numbered(*[1] * 17), 29),  # 13 x 1 + 4 x 4
        ("rmdq", numbered(1, None, 0, 1), 2),  # a blank is a no [S78]
        ("rmdq", {}, 0),
        ("fabq_pa", numbered(6, 4, 4, 4, 5), 17),  # the first item is not scored [S7]
    ],
)
def test_the_published_examples_come_out(key: str, answers: Numbers, expected: float) -> None:
    assert score(scale(key), answers) == expected


def test_the_bands_of_the_odi_are_those_in_per_cent() -> None:
    odi = scale("odi")
    named = {value: band.label for value in (0, 20, 21, 38, 41, 61, 100) if (band := band_of(odi, value))}
    assert named == {
        0: "minimal", 20: "minimal", 21: "moderate", 38: "moderate", 41: "severe", 61: "very severe", 100: "extreme",
    }  # fmt: skip


def test_an_answer_that_the_item_does_not_offer_is_refused() -> None:
    with pytest.raises(OutOfRange) as refused:
        score(scale("odi"), numbered(6))
    assert refused.value.args == ("1", 6)


def test_a_sum_has_no_missing_items() -> None:
    with pytest.raises(ValueError, match="another number"):
        replace(scale("fabq_pa"), max_missing=1)


items = st.integers(1, 20).map(lambda count: [str(number) for number in range(1, count + 1)])


@st.composite
def scales(draw: st.DrawFn, *, rules: tuple[Rule, ...] = tuple(Rule)) -> Scale:
    names = draw(items)
    low = draw(st.integers(0, 2))
    high = low + draw(st.integers(1, 10))
    rule = draw(st.sampled_from(rules))
    return Scale(
        key="made_up",
        name="Made up",
        items=names,
        rule=rule,
        low=low,
        high=high,
        max_missing=0 if rule == Rule.SUM else draw(st.integers(0, len(names) - 1)),
        reverse=frozenset(draw(st.sets(st.sampled_from(names)))),
    )


def answered(of: Scale, *, some_missing: bool = False) -> st.SearchStrategy[Numbers]:
    number = st.integers(int(of.low), int(of.high)).map(float)
    return st.fixed_dictionaries({item: st.none() | number if some_missing else number for item in of.items})


@given(st.data())
def test_a_score_lies_in_the_range_of_its_scale_or_is_not_there(data: st.DataObject) -> None:
    made = data.draw(scales())
    value = score(made, data.draw(answered(made, some_missing=True)))
    assert value is None or made.range[0] <= value <= made.range[1]


@given(st.data())
def test_more_on_one_item_is_never_less_in_all_and_less_where_it_is_reversed(data: st.DataObject) -> None:
    made = data.draw(scales(rules=(Rule.SUM, Rule.MEAN, Rule.PRORATED, Rule.PERCENT)))
    answers = data.draw(answered(made))
    item = data.draw(st.sampled_from(list(made.items)))
    before, after = score(made, {**answers, item: made.low}), score(made, {**answers, item: made.high})
    assert before is not None
    assert after is not None
    assert (after < before) is (item in made.reverse)


@given(st.data())
def test_too_much_missing_gives_no_number(data: st.DataObject) -> None:
    made = data.draw(scales(rules=(Rule.SUM, Rule.MEAN, Rule.PRORATED, Rule.PERCENT, Rule.THRESHOLD)))
    answers = data.draw(answered(made, some_missing=True))
    missing = sum(answer is None for answer in answers.values())
    enough = missing <= made.max_missing and missing < len(made.items)
    assert (score(made, answers) is not None) is enough


@given(st.data())
def test_nothing_missing_makes_prorating_a_sum(data: st.DataObject) -> None:
    made = data.draw(scales(rules=(Rule.PRORATED,)))
    answers = data.draw(answered(made))
    assert score(made, answers) == score(replace(made, rule=Rule.SUM, max_missing=0), answers)


@given(low=st.integers(-9, 9), width=st.integers(1, 10), number=st.integers(0, 10))
def test_turned_twice_is_the_number_again(low: int, width: int, number: int) -> None:
    assert turned(turned(low + number, low, low + width), low, low + width) == low + number
