"""What the form says about a line is what the reasoning does with it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs import catalogue
from programs.forms.assessments import AssessmentForm
from programs.forms.entry_lines import draw
from programs.lines import for_everybody, in_words
from programs.models import Test as ClinicTest
from programs.queries.entry import Live
from programs.reasoning import Person, Reading, State, Taken, applies, judge


@pytest.mark.parametrize(
    ("key", "person", "words"),
    [
        ("M12", Person(42, "female"), "≥ 9 · diff ≤ 1.5"),
        ("M13", Person(59, "female"), "≥ 10"),
        ("M13", Person(65, "female"), "your judgement"),
        ("M15", Person(65, "male"), "≥ 12"),
        ("M15", Person(65, "female"), "≥ 11"),
        ("M15", Person(65, "unknown"), "your judgement"),
        ("M15", Person(42, "male"), "your judgement"),
        ("M15", Person(95, "male"), "your judgement"),
        ("M18", Person(42, "male"), "≥ 176"),
        ("M18", Person(42, "female"), "your judgement"),
        ("M20", Person(42, "male"), "your judgement"),
    ],
)
def test_the_line_is_the_persons(key: str, person: Person, words: str) -> None:
    assert in_words(catalogue.test(key).line, person) == words


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("M15", "by age and sex"), ("M18", "≥ 176 (men)"), ("M13", "≥ 10, under 60 years"), ("M05", "not: pain moves"),
        ("O01", "≤ 0, pelvis controlled"), ("M01", "painful, or your judgement"), ("M20", "your judgement"),
        ("O10", "negative"), ("N12", "no leg pain from 30 to 70°"), ("N07", "2, the same on both sides"),
    ],
)  # fmt: skip
def test_in_a_catalogue_a_line_says_for_whom_it_is(key: str, words: str) -> None:
    assert for_everybody(catalogue.test(key).line).startswith(words)


@pytest.mark.parametrize("test", catalogue.tests(), ids=lambda test: test.key)
def test_every_line_has_words(test: catalogue.LibraryTest) -> None:
    assert for_everybody(test.line)


def form_of(key: str, person: Person) -> AssessmentForm:
    entry = catalogue.test(key)
    made = {
        "name": entry.name,
        "kind": entry.kind,
        "unit": entry.unit,
        "sided": entry.sided,
        "possible": entry.possible,
    }
    test = ClinicTest(key=key, line=dict(entry.line), **made)
    form = AssessmentForm({}, tests=[test], previous={}, person=person)
    form.full_clean()
    return form


@pytest.mark.parametrize("person", [Person(65, "female"), Person(42, "female"), Person(42, "unknown")])
@pytest.mark.parametrize("key", ["M12", "M13", "M15", "M18", "M20"])
def test_judging_stands_in_sight_exactly_where_there_is_no_line(key: str, person: Person) -> None:
    (line,) = draw(form_of(key, person), Live({})).lines
    assert line.judged_in_sight == (line.reference == "your judgement") == (not applies(line.test.line, person))


people = st.builds(Person, st.integers(0, 110), st.sampled_from(["female", "male", "unknown"]))


@given(st.sampled_from([one.key for one in catalogue.tests()]), people, st.floats(1, 300))
def test_the_engine_never_finds_a_reference_where_the_form_shows_none(key: str, person: Person, value: float) -> None:
    test: Any = catalogue.test(key)
    readings = (Reading("right", value, "4"), Reading("left", value, "4"))
    state = judge(Taken(key, readings, {"pelvis_controlled": True}), test.line, test.unit, person).state
    assert (state == State.NO_REFERENCE) or applies(test.line, person)
