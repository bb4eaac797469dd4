"""Every test of the catalogue against its line: on which side, in which direction, and what happens without one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from programs import catalogue
from programs.reasoning import Person, Rated, Reading, State, Taken, Verdict, judge, judge_all

WOMAN, MAN, OLD = Person(42, "female"), Person(42, "male"), Person(66, "female")
RATED = {one.key: Rated(one.line, one.unit) for one in catalogue.tests()}
CATALOGUE = [one for one in catalogue.tests() if one.kind != "asked"]


@dataclass(frozen=True, slots=True)
class Case:
    """`good` is inside the line, `bad` just outside. What is not a Reading is a value or a word, on both sides where
    the test has sides.
    """

    good: Any
    bad: Any
    person: Person = WOMAN
    quantitative: bool = False
    ticks: tuple[str, ...] = ()


def parts(value: float | None = None, word: str = "", **named: float | str) -> Reading:
    return Reading(value=value, word=word, parts=named)


CASES = {
    "M03": Case(20, 19.9),
    "M05": Case("centralises", "peripheralises"),
    "M06": Case(1, 2),
    "M07": Case("-", "+"),
    "M08": Case(2, 1),
    "M09": Case("fair", "poor"),
    "M11": Case("-", "+"),
    "M12": Case(9, 8.9, quantitative=True),
    "M13": Case(10, 9.9),
    "M15": Case(11, 10, OLD, quantitative=True),
    "M16": Case(12.39, 12.4, quantitative=True),
    "M17": Case(20, 19.9, quantitative=True),
    "M18": Case(176, 175, MAN, quantitative=True),
    "M21": Case(0, 0.5),  # the sum of both sides reaches 1
    "O01": Case(0, 0.1, quantitative=True, ticks=("pelvis_controlled",)),
    "O02": Case(40, 40.1, quantitative=True),
    "O03": Case(parts(knee0=18, knee90=18), parts(knee0=17.9, knee90=18), quantitative=True),
    "O06": Case("-", "+"),
    "O08": Case("4+", "4"),
    "O09": Case("4+", "4"),
    "O10": Case("-", "+"),
    "O11": Case(
        parts(feet_down="pain", legs_lifted="stays"), parts(feet_down="pain", legs_lifted="subsides")
    ),
    "O12": Case("-", "+"),
    "O13": Case("normal", "hypo"),
    "O14": Case(2, 3),
    "O15": Case("-", "+"),
    "O16": Case("-", "+"),
    "O17": Case(70, 69.9, quantitative=True),
    "N10": Case(parts(L4=2, L5=2), parts(L4=2, L5=1)),
    "N11": Case("normal", "altered"),
    "N12": Case(parts(50, symptom="thigh"), parts(50, symptom="below_knee")),
    "N13": Case("-", "+"),
    "N14": Case(parts(word="+", neck_back="same"), parts(word="+", neck_back="eases")),
    "N15": Case("-", "+"),
    "N16": Case("flexor", "extensor"),
    "N17": Case(2, 3),
    "N18": Case("-", "+"),
    "N19": Case("pass", "fail"),
    **{f"N0{number}": Case("5", "4") for number in range(1, 7)},
    **{f"N0{number}": Case(2, 1) for number in range(7, 10)},
}  # fmt: skip
APART = {"M12": 1.6, "M17": 10.1, "M21": 1, "N07": 1, "N08": 1, "N09": 1}  # how far apart the sides are outside
RATIOS = {"M19": (100.0, 94.9, 100.0, 95.0), "O08": (100.0, 89.0, 100.0, 90.0)}  # outside, inside
WITHOUT_LINE = {"M01", "M02", "M04", "M10", "M14", "M20", "M22", "O04", "O05", "O07", "O18", "N20"}


def reading(side: str, given: Any) -> Reading:
    match given:
        case Reading():
            return Reading(side, given.value, given.word, parts=given.parts, pain=given.pain)
        case str():
            return Reading(side, word=given)
        case _:
            return Reading(side, given)


def judged(
    key: str, *given: Any, person: Person = WOMAN, ticks: Sequence[str] = (), said: bool | None = None
) -> Verdict:
    sides = ("right", "left") if catalogue.test(key).sided else ("none",)
    readings = [reading(side, one) for side, one in zip(sides, given * (3 - len(given)), strict=False)]
    taken = Taken(key, readings, dict.fromkeys(ticks, True), said)
    return judge(taken, RATED[key].line, RATED[key].unit, person)


def test_each_of_the_sixty_is_here() -> None:
    assert len(CATALOGUE) == 60
    assert {one.key for one in CATALOGUE} == set(CASES) | set(RATIOS) | WITHOUT_LINE


@pytest.mark.parametrize("key", CASES)
def test_inside_and_outside_its_line(key: str) -> None:
    case = CASES[key]
    inside = judged(key, case.good, person=case.person, ticks=case.ticks)
    outside = judged(key, case.bad, person=case.person, ticks=case.ticks)
    assert (inside.state, inside.because) == (State.NORMAL, ())
    assert (outside.state, outside.quantitative) == (State.ABNORMAL, case.quantitative)


@pytest.mark.parametrize("side", ["right", "left"])
@pytest.mark.parametrize("key", [key for key in CASES if catalogue.test(key).sided])
def test_one_bad_side_is_named(key: str, side: str) -> None:
    case = CASES[key]
    bad = 1 if key == "M21" else case.bad
    pair = (bad, case.good) if side == "right" else (case.good, bad)
    found = judged(key, *pair, person=case.person, ticks=case.ticks)
    assert found.state == State.ABNORMAL
    assert {said.facts["side"] for said in found.because if "side" in said.facts} <= {side}


@pytest.mark.parametrize("key", APART)
def test_sides_that_are_too_far_apart(key: str) -> None:
    good, apart = CASES[key].good, APART[key]
    assert judged(key, good, good + apart).state == State.ABNORMAL


@pytest.mark.parametrize("key", RATIOS)
def test_sides_in_a_ratio(key: str) -> None:
    right, left, high, low = RATIOS[key]
    for pair in ((right, left), (left, right)):
        assert (judged(key, *pair).state, judged(key, *pair).quantitative) == (State.ABNORMAL, True)
    assert judged(key, high, low if key == "O08" else 96.0).state == State.NORMAL


@pytest.mark.parametrize("key", sorted(WITHOUT_LINE))
def test_without_a_line_only_a_clinicians_judgement_counts(key: str) -> None:
    for value in (0.0, 1000.0):
        assert judged(key, value).state == State.NO_REFERENCE
        assert judged(key, value, said=False).state == State.NORMAL
        said = judged(key, value, said=True)
        assert (said.state, said.quantitative) == (State.ABNORMAL, False)


@pytest.mark.parametrize(
    ("key", "person"),
    [
        ("M18", WOMAN), ("M18", Person(42, "unknown")), ("M13", Person(60, "female")), ("M15", MAN),
        ("M15", Person(66, "unknown")), ("M15", Person(95, "male")),
    ],
)  # fmt: skip
def test_a_person_for_whom_nobody_knows_a_line_has_no_reference(key: str, person: Person) -> None:
    assert judged(key, 1, person=person).state == State.NO_REFERENCE
    assert judged(key, 500, person=person).state == State.NO_REFERENCE


@pytest.mark.parametrize("key", [one.key for one in CATALOGUE])
def test_nothing_noted_is_never_normal(key: str) -> None:
    ticks = ("pelvis_controlled",)
    assert judged(key, Reading(), person=OLD, ticks=ticks).state in {State.NO_REFERENCE, State.NOT_COUNTED}


@pytest.mark.parametrize(
    ("age", "men", "women"),
    [(60, 14, 12), (64, 14, 12), (65, 12, 11), (70, 12, 10), (75, 11, 10), (80, 10, 9), (85, 8, 8), (94, 7, 4)],
)
def test_standing_up_has_a_line_for_each_age_and_sex(age: int, men: int, women: int) -> None:
    for sex, line in (("male", men), ("female", women)):
        person = Person(age, sex)
        states = [judged("M15", value, person=person).state for value in (line - 1, line)]
        assert states == [State.ABNORMAL, State.NORMAL]
        assert judged("M15", 40, person=person, ticks=("arms_used",)).state == State.ABNORMAL


@pytest.mark.parametrize("key", ["M01", "M02"])
def test_bending_that_hurts_is_a_finding_without_a_figure(key: str) -> None:
    assert judged(key, Reading(value=70, pain=1)).because[0].code == "hurts"
    assert judged(key, Reading(value=10, pain=0)).state == State.NO_REFERENCE


@pytest.mark.parametrize(
    ("key", "bad", "good", "wanted"),
    [("M06", "fail", "pass", 2), ("O14", "+", "-", 3)],
)
def test_tasks_are_counted_on_each_side_and_some_of_them_prove_nothing(
    key: str, bad: str, good: str, wanted: int
) -> None:
    names = RATED[key].line["parts"]
    every = dict.fromkeys(names, good)
    failed = {**every, **dict.fromkeys(names[:wanted], bad)}
    assert judged(key, Reading(parts=failed)).state == State.ABNORMAL
    assert judged(key, Reading(parts={**failed, names[0]: good})).state == State.NORMAL
    assert judged(key, Reading(parts={names[0]: good})).state == State.NOT_COUNTED


def test_three_positive_on_one_side_and_none_spread_over_two() -> None:
    assert judged("O14", 3, 0).state == State.ABNORMAL
    assert judged("O14", 2, 2).state == State.NORMAL


@pytest.mark.parametrize(
    ("key", "part", "bad"), [("M07", "catch", "+"), ("M11", "sacrum", "lost"), ("O13", "L4", "hyper")]
)
def test_a_part_speaks_for_the_test(key: str, part: str, bad: str) -> None:
    assert judged(key, Reading(parts={part: bad})).because[0].facts["part"] == part


@pytest.mark.parametrize(
    ("word", "down", "lifted", "state"),
    [
        ("", "pain", "subsides", State.ABNORMAL),
        ("+", "pain", "stays", State.NORMAL),  # what was seen counts more than the plus
        ("", "no_pain", "", State.NORMAL),
        ("", "pain", "", State.NO_REFERENCE),
        ("+", "", "", State.ABNORMAL),
        ("-", "", "", State.NORMAL),
    ],
)  # fmt: skip
def test_prone_instability_is_positive_when_the_pain_subsides(word: str, down: str, lifted: str, state: State) -> None:
    named = {key: value for key, value in (("feet_down", down), ("legs_lifted", lifted)) if value}
    assert judged("O11", Reading(word=word, parts=named)).state == state


@pytest.mark.parametrize(
    ("straight", "bent", "says"),
    [(17, 17, "soleus"), (17, 18, "gastrocnemius"), (18, 17, "under"), (17, None, "under"), (None, 17, "under")],
)
def test_the_two_angles_of_the_ankle_name_the_muscle(straight: float | None, bent: float | None, says: str) -> None:
    named = {key: value for key, value in (("knee0", straight), ("knee90", bent)) if value is not None}
    assert judged("O03", Reading(parts=named)).because[0].code == says


def test_a_short_two_joint_muscle_shows_in_the_knee() -> None:
    level = Reading(value=0, parts={"knee": 66})
    assert judged("O01", level, ticks=("pelvis_controlled",)).because[0].code == "knee_under"
    assert judged("O01", level).state == State.NOT_COUNTED
    assert judged("O01", level, said=True).state == State.NOT_COUNTED


@pytest.mark.parametrize(
    ("angle", "symptom", "state"),
    [
        (30, "below_knee", State.ABNORMAL), (70, "below_knee", State.ABNORMAL), (29, "below_knee", State.NORMAL),
        (71, "below_knee", State.NORMAL), (50, "back", State.NORMAL), (50, None, State.NO_REFERENCE),
        (75, None, State.NORMAL),
    ],
)  # fmt: skip
def test_the_leg_raise_wants_pain_below_the_knee(angle: float, symptom: str | None, state: State) -> None:
    assert judged("N12", Reading(value=angle, parts={"symptom": symptom} if symptom else {})).state == state


def exam(**given: Any) -> dict[str, Verdict]:
    takens = [
        Taken(key, [reading(side, one) for side, one in zip(("right", "left"), both, strict=True)])
        for key, both in given.items()
    ]
    return {one.test: one for one in judge_all(takens, RATED, WOMAN)}


def test_a_brisk_reflex_counts_beside_signs_of_the_cord() -> None:
    assert exam(N07=(3, 3), N16=("flexor", "flexor"))["N07"].state == State.NORMAL
    beside = exam(N07=(3, 3), N16=("extensor", "flexor"))["N07"]
    assert [said.code for said in beside.because] == ["brisk", "brisk"]


def test_a_beat_of_clonus_counts_beside_a_very_brisk_reflex() -> None:
    assert exam(N17=(1, 0), N07=(3, 3))["N17"].state == State.NORMAL
    assert exam(N17=(1, 0), N07=(4, 4))["N17"].because[0].code == "clonus_beside_reflex"
    assert judged("N17", Reading(parts={"sustained": "+"})).because[0].code == "sustained"


def test_ratios_of_two_tests_are_information_only() -> None:
    takens = [
        Taken("M18", [Reading(value=100)]),
        Taken("M19", [Reading("right", 50), Reading("left", 50)]),
        Taken("M20", [Reading(value=160)]),
    ]
    side, flexor = judge_all(takens, RATED, MAN)[1:]
    assert (side.state, [said.facts["value"] for said in side.notes]) == (State.NORMAL, [0.5, 0.5])
    assert (flexor.state, [said.facts["value"] for said in flexor.notes]) == (State.NO_REFERENCE, [1.6])


@pytest.mark.parametrize(
    ("key", "given", "notes"),
    [
        ("O04", (30, 38), ["difference"]), ("O05", (40, 40), []), ("M03", (25, 30), ["difference"]),
        ("O17", (75, 85), ["near_line"]), ("O17", (95, 96), ["hypermobile"]),
        ("O15", (Reading(word="+", parts={"location": "groin"}), "-"), ["groin"]),
    ],
)  # fmt: skip
def test_what_is_worth_knowing_and_counts_for_nothing(key: str, given: Any, notes: list[str]) -> None:
    assert [said.code for said in judged(key, *given).notes] == notes
