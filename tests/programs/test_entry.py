"""What each kind of test takes, and what comes of it."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs import catalogue
from programs.forms.assessments import AssessmentForm
from programs.limits import Meant, Range, looks_like_inches, meant
from programs.models import Result
from programs.models import Test as ClinicTest
from programs.reasoning import Person
from programs.services.assessments import Entry
from programs.shapes import combined, instability, skin

MAYA = Person(42, "female")
EXAMINED = [one.key for one in catalogue.tests() if one.kind != "asked"]


def clinic_test(key: str) -> ClinicTest:
    entry = catalogue.test(key)
    fields = ("name", "kind", "unit", "sided", "possible", "plausible")
    return ClinicTest(key=key, line=dict(entry.line), **{name: getattr(entry, name) for name in fields})


def filled(*keys: str, previous: Any = None, **typed: str) -> AssessmentForm:
    """`M12_right=…` is the field M12-right."""
    data = {name.replace("_", "-", 2).replace("__", "_"): value for name, value in typed.items()}
    tests = [clinic_test(key) for key in keys]
    form = AssessmentForm(data, tests=tests, previous=previous or {}, person=MAYA)
    form.full_clean()
    return form


def found(form: AssessmentForm) -> list[tuple[Any, ...]]:
    return [(one.side, one.value, one.word, dict(one.parts)) for one in form.entries()]


def only(form: AssessmentForm) -> Entry:
    (entry,) = form.entries()
    return entry


@pytest.mark.parametrize(
    ("key", "typed", "value", "trials"),
    [
        ("M17", "18 20 19", 20, [18, 20, 19]),
        ("M12", "7,0 7,4", Decimal("7.20"), [Decimal("7.0"), Decimal("7.4")]),
        ("M12", "7 / 8; 9", 8, [7, 8, 9]),
        ("M13", "12", 12, []),
        ("N12", "70 80", 70, [70, 80]),
    ],
)
def test_several_trials_become_one_value(key: str, typed: str, value: Any, trials: Any) -> None:
    entry = only(filled(key, **{f"{key}_right": typed}))
    assert entry.value == value
    assert list(entry.trials) == trials


def test_the_best_of_what_counts_down_is_the_lowest() -> None:
    assert only(filled("M16", M16_none="14.1 12.8 13")).value == Decimal("12.8")


numbers = st.lists(st.integers(0, 3000).map(lambda tenths: Decimal(tenths) / 10), min_size=1, max_size=10)


@given(numbers, st.sampled_from(["best", "mean", "first"]), st.sampled_from(["higher", "lower"]))
def test_what_counts_lies_among_the_trials(trials: list[Decimal], how: str, better: str) -> None:
    assert min(trials) <= combined(trials, how, better) <= max(trials)


@pytest.mark.parametrize(
    ("key", "typed", "expected"),
    [
        ("N01", {"N01_right": "4-", "N01_left": "5"}, [("right", None, "4-", {}), ("left", None, "5", {})]),
        ("O08", {"O08_right": "165", "O08_right_grade": "4-"}, [("right", 165, "4-", {})]),
        ("O06", {"O06_right": "−", "O06_left": "1"}, [("right", None, "-", {}), ("left", None, "+", {})]),
        ("M09", {"M09_left": "poor"}, [("left", None, "poor", {})]),
        ("N11", {"N11_none": "altered"}, [("none", None, "altered", {})]),
        ("O03", {"O03_left_knee0": "9", "O03_left_knee90": "14"}, [("left", None, "", {"knee0": 9, "knee90": 14})]),
        ("M14", {"M14_note": "Short steps on the right"}, [("none", None, "", {})]),
        ("CLINICIAN_FEAR", {"CLINICIAN__FEAR": ""}, []),
    ],
)
def test_each_kind_of_answer_is_stored_as_the_reasoning_reads_it(
    key: str, typed: dict[str, str], expected: list[Any]
) -> None:
    assert found(filled(key, **typed)) == expected


def test_ticked_tasks_are_counted_and_the_others_passed() -> None:
    entry = only(filled("M06", M06_none_bow="on", M06_none_sixth="on"))
    failed = [part for part, said in entry.parts.items() if said == "fail"]
    assert (str(entry.value), failed) == ("2", ["bow", "sixth"])
    assert list(entry.parts.values()).count("pass") == 4


def test_a_count_alone_says_nothing_of_its_tasks() -> None:
    assert found(filled("M06", M06_none="3")) == [("none", 3, "", {})]


@pytest.mark.parametrize(
    ("key", "typed", "says"),
    [
        ("M06", {"M06_none": "3", "M06_none_bow": "on"}, {"M06-none": ["3 is entered and 1 are ticked."]}),
        ("M07", {"M07_none": "-", "M07_none_catch": "on"}, {"M07-none": ["Something is ticked, so it is +."]}),
        ("N01", {"N01_right": "6"}, {"N01-right": ["A grade from 0 to 5, such as 4, 4- or 4+."]}),
        ("N01", {"N01_right": "5+"}, {"N01-right": ["A grade from 0 to 5, such as 4, 4- or 4+."]}),
        ("O06", {"O06_right": "maybe"}, {"O06-right": ["+ or -, please."]}),
        ("N07", {"N07_right": "1.5"}, {"N07-right": ["A whole number, please."]}),
        ("N10", {"N10_right_L5": "3"}, {"N10-right-L5": ["Between 0 and 2 is possible."]}),
        ("M12", {"M12_right": " ".join("7" * 11)}, {"M12-right": ["Up to 10 trials, please."]}),
        ("M12", {"M12_right_pain": "4"}, {"M12-right-pain": ["A value as well, please, or why there is none."]}),
        ("M12", {"M12_note": "shoes on"}, {"M12-note": ["A value as well, please, or why there is none."]}),
        ("M18", {"M18_judged": "abnormal"}, {"M18-judged": ["A value as well, please, or why there is none."]}),
        ("O08", {"O08_right": "17"}, {"O08-right": ["Unusual: mostly 20 to 600 N. Sure? 17 kg would be 166.8 N."]}),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(key: str, typed: dict[str, str], says: dict[str, list[str]]) -> None:
    assert {name: list(errors) for name, errors in filled(key, **typed).errors.items() if name != "__all__"} == says


def test_a_reason_holds_for_the_side_that_was_left_empty() -> None:
    entries = filled("M17", M17_left="34", M17_skip="unable_pain", M17_right_pain="8").entries()
    assert [(one.side, one.value, one.not_tested, one.pain) for one in entries] == [
        ("right", None, "unable_pain", 8), ("left", 34, "", None),
    ]  # fmt: skip


def test_pain_and_note_go_with_the_value() -> None:
    entry = only(filled("M01", M01_none="45", M01_none_pain="6", M01_note="slow"))
    assert (entry.pain, entry.note) == (6, "slow")


def test_no_pain_at_all_is_a_zero_and_no_answer_is_none() -> None:
    sides = filled("M12", M12_right="9", M12_left="9", M12_left_pain="0").entries()
    assert [one.pain for one in sides] == [None, 0]


@pytest.mark.parametrize(
    ("down", "lifted", "sign"),
    [
        ("pain", "subsides", "+"), ("pain", "stays", "-"), ("no_pain", "", "-"), ("no_pain", "subsides", "-"),
        ("pain", "", ""), ("", "subsides", ""),
    ],
)  # fmt: skip
def test_the_prone_test_is_positive_only_where_pain_subsides(down: str, lifted: str, sign: str) -> None:
    assert instability({"feet_down": down, "legs_lifted": lifted}) == sign


def test_skin_is_normal_only_where_every_root_was_felt() -> None:
    roots = ["L1", "L2"]
    assert [skin(parts, roots) for parts in ({"L1": 2, "L2": 2}, {"L1": 2}, {"L1": 2, "L2": 1})] == ["normal", "", ""]


@pytest.mark.parametrize("key", EXAMINED)
def test_each_of_the_sixty_can_be_entered(key: str) -> None:
    """Every one takes something, whatever it is."""
    form = filled(key)
    assert not form.shapes[key].is_empty or key == "M14"


@pytest.mark.parametrize(
    ("value", "unit", "within", "expected"),
    [
        (70, "cm", Range(Decimal(1), Decimal(20)), Meant(Decimal(70), "mm", Decimal("7.0"))),
        (17, "N", Range(Decimal(20), Decimal(600)), Meant(Decimal(17), "kg", Decimal("166.8"))),
        (17, "s", Range(Decimal(20), Decimal(600)), None),
        (17, "N", None, None),
    ],
)
def test_what_was_meant_is_the_unit_in_which_it_would_be_plausible(
    value: int, unit: str, within: Range | None, expected: Meant | None
) -> None:
    assert meant(Decimal(value), unit, within) == expected


def test_a_value_that_is_the_one_before_in_inches_is_hinted_at() -> None:
    before = Result(test=clinic_test("M12"), side="right", value=Decimal("7.0"))
    form = filled("M12", previous={("M12", "right"): before}, M12_right="2.8", M12_left="2.8")
    assert form.hints(form.tests[0]) == ["Inches? 2.8 in would be 7.1 cm."]
    assert looks_like_inches(Decimal(7), "cm", Decimal(7)) is None


@pytest.mark.parametrize("typed", ["1e30", "1e30 1e30", "9" * 40])
@pytest.mark.parametrize("key", ["M01", "M12"])
def test_a_number_that_no_measure_has_is_refused(key: str, typed: str) -> None:
    side = "right" if catalogue.test(key).sided else "none"
    form = filled(key, **{f"{key}_{side}": typed})
    assert list(form.errors.values()) == [["That number is too long."]]


def test_a_draft_keeps_no_letters_that_no_field_holds() -> None:
    form = filled("M12", M12_right="7\x00", M12_note="x" * 2000)
    assert (form.typed()["M12-right"], len(form.typed()["M12-note"])) == ("7", 300)
