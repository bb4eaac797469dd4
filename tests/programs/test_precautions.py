from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patients.models import FlagKind
from programs import catalogue
from programs.precautions import BRINGS, Effect, cautions

KNOWN = [one["key"] for one in catalogue.content("precautions")["items"]]
NO_PRECAUTION = {FlagKind.NO_ALLERGIES, FlagKind.ALLERGY, FlagKind.OTHER}


@pytest.mark.parametrize(
    ("kind", "flag", "effects"),
    [
        ("needling", "pacemaker", [("needling", Effect.NEEDS_REASONING), ("estim", Effect.BLOCKS_CURRENT)]),
        ("needling", "anticoagulants", [("needling", Effect.NEEDS_REASONING)]),
        ("needling", "bleeding_disorder_severe", [("needling", Effect.BLOCKS)]),
        ("needling", "pregnancy", [("needling", Effect.NEEDS_REASONING), ("estim", Effect.BLOCKS_CURRENT)]),
        ("manual", "pregnancy", [("thrust", Effect.NEEDS_REASONING), ("traction", Effect.BLOCKS)]),
        ("manual", "anticoagulants", [("thrust", Effect.NEEDS_REASONING)]),
    ],
)
def test_a_flag_says_what_it_does_to_a_treatment(kind: str, flag: str, effects: Sequence[tuple[str, Effect]]) -> None:
    (one,) = cautions(kind, {flag})
    assert list(one.effects) == effects
    assert one.why
    assert one.then


@pytest.mark.parametrize(
    ("kind", "flag"), [("manual", "pacemaker"), ("exercise", "pregnancy"), ("education", "epilepsy")]
)
def test_elsewhere_it_says_nothing(kind: str, flag: str) -> None:
    assert cautions(kind, {flag}) == []


def test_every_flag_of_a_patient_is_known_here() -> None:
    assert {one.value for one in FlagKind} - set(KNOWN) == {one.value for one in NO_PRECAUTION}


@given(st.sets(st.sampled_from(KNOWN)), st.sampled_from(KNOWN), st.sampled_from(list(BRINGS)))
def test_one_more_flag_takes_no_caution_away(flags: set[str], more: str, kind: str) -> None:
    before, now = ({one.flag for one in cautions(kind, some)} for some in (flags, flags | {more}))
    assert before <= now
