import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal import words
from programs.doses import Amount, phases, seconds
from programs.models import Prescription, Side


@pytest.mark.parametrize(
    ("given_dose", "told"),
    [
        ({"sets": 2, "reps": 5, "hold_seconds": 5, "side": Side.BOTH}, "2 sets of 5 holds, 5 seconds, each side"),
        ({"sets": 2, "reps": 8, "hold_seconds": 2, "tempo": "2-2-3"}, "2 sets of 8, hold 2 seconds"),
        ({"sets": 1, "reps": 1, "hold_seconds": 1, "side": Side.LEFT}, "1 set of 1 hold, 1 second, left side"),
        ({"sets": 2, "reps": 10, "tempo": "3-1-2"}, "2 sets of 10"),
    ],
)
def test_a_dose_in_plain_words(given_dose: dict[str, object], told: str) -> None:
    assert words.dose(Prescription(**given_dose)) == told


@pytest.mark.parametrize(
    ("tempo", "told"), [("3-1-2", "3 seconds out, 1 still, 2 back"), ("", ""), ("slow", ""), ("3-1-2-0", "")]
)
def test_a_pace_in_plain_words(tempo: str, told: str) -> None:
    assert words.pace(Prescription(tempo=tempo)) == told


def test_minutes_are_rounded_up() -> None:
    hold = Prescription(sets=2, reps=5, hold_seconds=5, rest_seconds=30, side=Side.BOTH)  # 4 x 25 s and 3 x 30 s
    hinge = Prescription(sets=2, reps=10, tempo="3-1-2", rest_seconds=45)  # 2 x 60 s and 45 s
    assert words.minutes([hold]) == 4
    assert words.minutes([hold, hinge]) == 6
    assert words.minutes([]) == 0


AMOUNTS = st.builds(
    Amount,
    sets=st.integers(1, 10),
    reps=st.integers(1, 100),
    hold_seconds=st.none() | st.integers(1, 60),
    tempo=st.sampled_from(["", "3-1-2", "slow", "0-0-0"]),
    rest_seconds=st.none() | st.integers(0, 120),
    sides=st.sampled_from([1, 2]),
)


@given(AMOUNTS)
def test_one_more_set_never_takes_less_time(amount: Amount) -> None:
    more = Amount(
        amount.sets + 1, amount.reps, amount.hold_seconds, amount.tempo, amount.rest_seconds, sides=amount.sides
    )
    assert 0 < seconds(amount) < seconds(more)


@given(st.text(max_size=12))
def test_any_text_is_a_tempo_or_none(text: str) -> None:
    assert all(phase >= 0 for phase in phases(text))
