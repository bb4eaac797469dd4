"""Free time against a brute-force oracle that looks at every quarter hour by itself."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinics.availability import GRID, Hours, Need, Offer, Person, Place, Span, free, free_starts, merged, minus, opened

ZERO = datetime(2027, 3, 1, 8, tzinfo=UTC)
SIZE = 60  # quarters in the little world of these tests


def at(minutes: int) -> datetime:
    return ZERO + timedelta(minutes=minutes)


def span(start: int, end: int) -> Span:
    return Span(at(start), at(end))


def minutes(value: int) -> timedelta:
    return timedelta(minutes=value)


spans = st.lists(
    st.tuples(st.integers(0, SIZE * 15), st.integers(0, 200)).map(lambda pair: span(pair[0], pair[0] + pair[1])),
    max_size=6,
)
needs = st.builds(
    Need,
    length=st.integers(5, 120).map(minutes),
    before=st.integers(0, 20).map(minutes),
    after=st.integers(0, 20).map(minutes),
)
locations = st.integers(1, 2)
people = st.lists(st.tuples(locations, spans, spans), max_size=3).map(
    lambda rows: [Person(key, *row) for key, row in enumerate(rows)]
)
rooms = st.lists(st.tuples(locations, spans), max_size=3).map(
    lambda rows: [Place(key, *row) for key, row in enumerate(rows)]
)


def covered(moment: datetime, several: list[Span]) -> bool:
    return any(one.start <= moment < one.end for one in several)


def clear(start: datetime, need: Need, busy: list[Span]) -> bool:
    return all(
        start + need.length + need.after <= one.start or one.end <= start - need.before
        for one in busy
        if one.start < one.end
    )


def within(start: datetime, need: Need, hours: list[Span]) -> bool:
    return all(covered(start + minutes(n), hours) for n in range(int(need.length / minutes(1))))


@given(spans)
def test_merged_covers_the_same_moments_with_gaps_between(several: list[Span]) -> None:
    found = merged(several)
    assert all(one.end < other.start for one, other in pairwise(found))
    for n in range(SIZE * 15 + 200):
        assert covered(at(n), found) == covered(at(n), several)


@given(spans, spans)
def test_minus_leaves_what_is_in_the_first_and_not_in_the_second(several: list[Span], taken: list[Span]) -> None:
    found = minus(merged(several), merged(taken))
    for n in range(SIZE * 15 + 200):
        assert covered(at(n), found) == (covered(at(n), several) and not covered(at(n), taken))


@given(people, rooms, needs, st.integers(0, 300).map(at))
def test_every_start_and_no_other_is_offered(
    people: list[Person], rooms: list[Place], need: Need, not_before: datetime
) -> None:
    expected = []
    for start in (at(0) + n * GRID for n in range(SIZE + 16)):
        for person in people:
            fits = start >= not_before and within(start, need, list(person.hours))
            if fits and clear(start, need, list(person.busy)):
                here = [room for room in rooms if room.location == person.location]
                room = next((one.key for one in here if clear(start, need, list(one.busy))), None)
                if room is not None:
                    expected.append(Offer(start, person.key, room))
    assert list(free_starts(people, rooms, need, not_before=not_before)) == expected


def test_buffers_keep_clear_of_the_next_visit_and_may_pass_closing_time() -> None:
    need = Need(minutes(45), after=minutes(10))
    assert free([span(0, 120)], [span(100, 160)], need) == [span(0, 90)]
    assert free([span(0, 45)], [], need) == [span(0, 45)]


def test_three_are_read_and_no_more_are_computed() -> None:
    worked = [Person(7, 1, [span(0, 10_000_000)], [])]
    first = list(islice(free_starts(worked, [Place(3, 1, [])], Need(minutes(30)), not_before=at(7)), 3))
    assert first == [Offer(at(15), 7, 3), Offer(at(30), 7, 3), Offer(at(45), 7, 3)]


@pytest.mark.parametrize(("day", "length"), [(date(2027, 3, 14), 4), (date(2027, 11, 7), 6), (date(2027, 6, 6), 5)])
def test_a_night_shift_is_as_long_as_the_night(day: date, length: int) -> None:
    night = Hours(7, time(0), time(5), ZoneInfo("America/New_York"))
    (found,) = opened([night], [day, day + timedelta(days=1)])
    assert found.end - found.start == timedelta(hours=length)


def test_hours_inside_the_skipped_hour_vanish_or_move_and_never_turn_round() -> None:
    zone, night = ZoneInfo("America/New_York"), [date(2027, 3, 14)]
    assert opened([Hours(7, time(2, 30), time(3), zone)], night) == []
    (moved,) = opened([Hours(7, time(2, 15), time(2, 45), zone)], night)
    assert moved.start.astimezone(zone).time() == time(3, 15)
