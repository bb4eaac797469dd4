from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patients.news import Known, News, what_is_new
from tests.factories import NINE

HOUR = timedelta(hours=1)
AT_NINE = Known(NINE, NINE + HOUR, room=1, place=1, therapist=1, is_on=True)
OFF = replace(AT_NINE, is_on=False)
BEFORE = NINE - HOUR

knowledge = st.builds(
    Known,
    starts_at=st.sampled_from([NINE, NINE + HOUR]),
    ends_at=st.just(NINE + 2 * HOUR),
    room=st.integers(1, 2),
    place=st.integers(1, 2),
    therapist=st.integers(1, 2),
    is_on=st.booleans(),
)


@pytest.mark.parametrize(
    ("before", "after", "news"),
    [
        (None, AT_NINE, News.BOOKED),
        (None, OFF, None),
        (AT_NINE, OFF, News.CANCELLED),
        (OFF, AT_NINE, News.BOOKED),
        (AT_NINE, replace(AT_NINE, ends_at=NINE + 2 * HOUR), News.MOVED),
        (AT_NINE, replace(AT_NINE, therapist=2), News.CHANGED),
        (AT_NINE, replace(AT_NINE, place=2), News.CHANGED),
        (AT_NINE, replace(AT_NINE, room=2), None),
    ],
)
def test_what_is_new(before: Known | None, after: Known, news: News | None) -> None:
    assert what_is_new(before, after, BEFORE) == news


@given(knowledge, knowledge)
def test_what_is_over_is_not_news(before: Known, after: Known) -> None:
    assert what_is_new(before, after, NINE + 3 * HOUR) is None


@given(knowledge)
def test_what_was_told_is_not_news_and_survives_being_stored(known: Known) -> None:
    assert what_is_new(known, known, BEFORE) is None
    assert Known.of_json(known.as_json()) == known
