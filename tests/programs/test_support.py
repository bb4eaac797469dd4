"""Why a factor is possible and not supported, and when its tests were taken."""

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from clinics.tenancy import clinic_scope
from programs import catalogue
from programs.reasoning import State, Verdict, suggest
from programs.support import lacking
from tests.factories import Cast
from tests.programs.pages import words
from tests.programs.test_assessments import assessed, both

CORE = catalogue.factor("core_control")


@pytest.mark.parametrize(("abnormal", "second"), [(["M19"], True), (["M06"], True), (["M06", "M21"], False)])
def test_what_is_missing_is_a_second_test_or_a_measured_one(abnormal: list[str], second: bool) -> None:
    found = lacking(abnormal, CORE.tests)
    measured = () if "M19" in abnormal else (catalogue.test("M19").name,)
    assert (found.second, found.measured) == (second, measured)


@given(st.sets(st.sampled_from(sorted(CORE.tests)), min_size=1))
def test_it_says_what_the_engine_wants(abnormal: set[str]) -> None:
    """With what is said to be missing, the factor is supported."""

    def state(tests: set[str]) -> str:
        found = [
            Verdict(key, State.ABNORMAL, quantitative=bool(catalogue.test(key).line.get("quantitative")))
            for key in tests
        ]
        return next(one.state for one in suggest(found, [CORE]))

    missing = lacking(abnormal, CORE.tests)
    named = {key for key in CORE.tests if catalogue.test(key).name in missing.measured}
    if state(abnormal) == "possible" and named:
        assert state(abnormal | named) == "supported"
    assert missing.second is (len(abnormal) == 1)


@pytest.mark.usefixtures("monday_morning")
def test_both_pages_say_why_and_when(therapist: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        assessed(north, both("M12", "7.0", "10.5"))
    says = "Not supported yet: one test is outside, and it takes two, at least one of them a measured number."
    for name in ("chart", "assessments"):
        assert says in words(therapist.get(reverse(name, args=[north.patient.pk])))
    assert "in cm · 1 Mar" in words(therapist.get(reverse("chart", args=[north.patient.pk])))
    assert "1 Mar 2021 Not supported yet" in words(therapist.get(reverse("assessments", args=[north.patient.pk])))
