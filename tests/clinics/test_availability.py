"""Free time against a brute-force oracle that looks at every quarter hour by itself."""

from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise

from hypothesis import given
from hypothesis import strategies as st

from clinics.availability import (
    GRID,
    Need,
    Offer,
    Person,
    Place,
    Pool,
    Span,
    contains,
    free,
    free_starts,
    merged,
    minus,
)

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
    equipment=st.sets(st.sampled_from(["treadmill", "ultrasound"])),
)
locations = st.integers(1, 2)
people = st.lists(st.tuples(locations, spans, spans), max_size=3).map(
    lambda rows: [Person(key, *row) for key, row in enumerate(rows)]
)
rooms = st.lists(st.tuples(locations, spans), max_size=3).map(
    lambda rows: [Place(key, *row) for key, row in enumerate(rows)]
)
pools = st.lists(
    st.tuples(st.sampled_from(["treadmill", "ultrasound"]), locations, st.integers(0, 2), spans),
    max_size=3,
    unique_by=lambda row: row[:2],
).map(lambda rows: [Pool(*row) for row in rows])


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


def none_left(start: datetime, need: Need, kind: str, location: int, pools: list[Pool]) -> bool:
    """Minute by minute, the visit and its buffers."""
    pool = next((one for one in pools if (one.kind, one.location) == (kind, location)), None)
    first, last = start - need.before, start + need.length + need.after
    moments = [first + minutes(n) for n in range(int((last - first) / minutes(1)))]
    return pool is None or any(
        sum(one.start <= moment < one.end for one in pool.busy) >= pool.units for moment in moments
    )


def fits(start: datetime, person: Person, need: Need, pools: list[Pool]) -> bool:
    return (
        within(start, need, list(person.hours))
        and clear(start, need, list(person.busy))
        and not any(none_left(start, need, kind, person.location, pools) for kind in need.equipment)
    )


@given(spans, st.integers(0, 900), st.integers(1, 200))
def test_a_visit_is_contained_where_each_of_its_minutes_is(several: list[Span], start: int, length: int) -> None:
    inside = all(covered(at(n), several) for n in range(start, start + length))
    assert contains(merged(several), span(start, start + length)) == inside


@given(people, rooms, pools, needs, st.integers(0, 300).map(at), st.integers(300, 900).map(at))
def test_every_start_and_no_other_is_offered(
    people: list[Person], rooms: list[Place], pools: list[Pool], need: Need, not_before: datetime, until: datetime
) -> None:
    expected = []
    for start in (at(0) + n * GRID for n in range(SIZE + 16)):
        for person in people:
            if not_before <= start < until and fits(start, person, need, pools):
                here = [room for room in rooms if room.location == person.location]
                room = next((one.key for one in here if clear(start, need, list(one.busy))), None)
                if room is not None:
                    expected.append(Offer(start, person.key, room))
    assert list(free_starts(people, rooms, pools, need, not_before=not_before, until=until)) == expected


@given(st.integers(0, 3), spans)
def test_a_pool_has_none_left_where_as_many_are_out_as_it_has(units: int, busy: list[Span]) -> None:
    found = Pool("treadmill", 1, units, busy).in_use() if units else []
    for n in range(SIZE * 15 + 200):
        out = sum(one.start <= at(n) < one.end for one in busy)
        assert covered(at(n), found) == (0 < units <= out)


def test_two_visits_one_after_the_other_share_one_of_two_devices() -> None:
    """Both meet the visit that is sought; still only one device is out at any moment."""
    pool = Pool("treadmill", 1, 2, [span(0, 30), span(30, 60)])
    assert pool.in_use() == []
    need = Need(minutes(60), equipment=["treadmill"])
    person, room = Person(7, 1, [span(0, 60)], []), Place(3, 1, [])
    assert [*free_starts([person], [room], [pool], need, not_before=at(0), until=at(60))] == [Offer(at(0), 7, 3)]


def test_buffers_keep_clear_of_the_next_visit_and_may_pass_closing_time() -> None:
    need = Need(minutes(45), after=minutes(10))
    assert free([span(0, 120)], [span(100, 160)], need) == [span(0, 90)]
    assert free([span(0, 45)], [], need) == [span(0, 45)]


def test_three_are_read_and_no_more_are_computed() -> None:
    worked = [Person(7, 1, [span(0, 10_000_000)], [])]
    endless = free_starts(worked, [Place(3, 1, [])], [], Need(minutes(30)), not_before=at(7), until=at(10_000_000))
    first = list(islice(endless, 3))
    assert first == [Offer(at(15), 7, 3), Offer(at(30), 7, 3), Offer(at(45), 7, 3)]
