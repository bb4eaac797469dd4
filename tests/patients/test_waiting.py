"""Who is asked first, against a brute-force oracle that tries every start by itself."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinics.availability import Need, Span
from patients.waiting import STEP, Freed, Place, Waiting, ranked, start_for

ZONE = ZoneInfo("America/New_York")
NINE = datetime(2027, 3, 15, 13, tzinfo=UTC)  # a Monday, 09:00 in New York
MONDAY = date(2027, 3, 15)
HALF_HOUR = Need(timedelta(minutes=30))


def minutes(value: int) -> timedelta:
    return timedelta(minutes=value)


def span(start: int, end: int) -> Span:
    """In minutes from nine."""
    return Span(NINE + minutes(start), NINE + minutes(end))


DAY = span(-60, 480)
FREED = Freed(span(0, 60), therapist=1, location=1, zone=ZONE, hours=[DAY])
PIA = Waiting(key=1, need=HALF_HOUR, since=NINE - timedelta(days=3), valid_until=date(2027, 4, 30))

spans = st.lists(
    st.tuples(st.integers(-30, 90), st.integers(0, 60)).map(lambda pair: span(pair[0], sum(pair))), max_size=3
)
needs = st.builds(
    Need,
    st.integers(5, 60).map(minutes),
    st.integers(0, 15).map(minutes),
    st.integers(0, 15).map(minutes),
)
walls = st.none() | st.integers(0, 11).map(lambda n: time(8 + n // 4, n % 4 * 15))
entries = st.builds(
    Waiting,
    key=st.integers(1, 99),
    need=needs,
    since=st.integers(0, 3).map(lambda n: NINE - timedelta(days=n)),
    valid_until=st.sampled_from([MONDAY - timedelta(days=1), MONDAY, MONDAY + timedelta(days=9)]),
    priority=st.integers(0, 2),
    therapists=st.sampled_from([(), (1,), (2,), (1, 2)]),
    weekdays=st.sampled_from([(), (1,), (2, 3), (1, 5)]),
    not_before=walls,
    not_after=walls,
    location=st.sampled_from([None, 1, 2]),
    earlier_than=st.none() | st.integers(-30, 90).map(lambda n: NINE + minutes(n)),
    not_on=st.sampled_from([(), (MONDAY,), (MONDAY + timedelta(days=1),)]),
    busy=spans,
)
freed_times = st.builds(
    Freed,
    span=st.tuples(st.integers(0, 30), st.integers(5, 90)).map(lambda pair: span(pair[0], sum(pair))),
    therapist=st.just(1),
    location=st.just(1),
    zone=st.just(ZONE),
    hours=st.just([DAY]) | spans,
    busy=spans,
)


def is_possible(one: Waiting, freed: Freed, start: datetime, not_before: datetime) -> bool:
    """Said as the desk would say it, moment by moment."""
    end, wall = start + one.need.length, start.astimezone(ZONE)
    blocked = Span(start - one.need.before, end + one.need.after)
    moments = [start + minutes(n) for n in range(int(one.need.length / minutes(1)))]
    return (
        freed.span.start <= start
        and end <= freed.span.end
        and start >= not_before
        and (not one.therapists or freed.therapist in one.therapists)
        and one.location in {None, freed.location}
        and wall.date() <= one.valid_until
        and wall.date() not in one.not_on
        and (not one.weekdays or wall.isoweekday() in one.weekdays)
        and (one.not_before is None or wall.time() >= one.not_before)
        and (one.not_after is None or end.astimezone(ZONE).time() <= one.not_after)
        and (one.earlier_than is None or start < one.earlier_than)
        and all(any(open_.start <= moment < open_.end for open_ in freed.hours) for moment in moments)
        and not any(taken.start < taken.end and blocked.start < taken.end and taken.start < blocked.end
                    for taken in [*freed.busy, *one.busy])
    )  # fmt: skip


@given(entries, freed_times, st.integers(-30, 60))
def test_a_start_is_found_exactly_where_the_oracle_finds_its_first(one: Waiting, freed: Freed, now: int) -> None:
    not_before = NINE + minutes(now)
    starts = [NINE + n * STEP for n in range(30)]
    first = next((start for start in starts if is_possible(one, freed, start, not_before)), None)
    assert start_for(one, freed, not_before=not_before) == first


@given(st.lists(entries, max_size=6, unique_by=lambda one: one.key), freed_times, st.randoms())
def test_the_order_is_priority_then_waiting_and_nothing_else(several, freed, random) -> None:  # type: ignore[no-untyped-def]  # strategies
    found = [one.key for one in ranked(several, freed, not_before=NINE)]
    fitting = [one for one in several if start_for(one, freed, not_before=NINE)]
    assert found == [one.key for one in sorted(fitting, key=lambda one: (-one.priority, one.since, one.key))]
    random.shuffle(several)
    assert [one.key for one in ranked(several, freed, not_before=NINE)] == found


@given(st.lists(entries, max_size=5, unique_by=lambda one: one.key), entries, freed_times)
def test_whoever_joins_the_list_pushes_nobody_off_it(several: list[Waiting], one: Waiting, freed: Freed) -> None:
    before = ranked(several, freed, not_before=NINE)
    after = ranked([*several, replace(one, key=100)], freed, not_before=NINE)
    assert [place for place in after if place.key != 100] == before


def test_urgent_comes_first_then_whoever_has_waited_longest() -> None:
    later = replace(PIA, key=2, since=NINE)
    urgent = replace(PIA, key=3, since=NINE, priority=2)
    places = ranked([later, PIA, urgent], FREED, not_before=NINE)
    assert places == [Place(3, NINE), Place(1, NINE), Place(2, NINE)]


@pytest.mark.parametrize(
    ("change", "start"),
    [
        ({}, 0),
        ({"not_before": time(9, 15)}, 15),
        ({"not_before": time(9, 31)}, None),
        ({"not_after": time(9, 30)}, 0),
        ({"not_after": time(9, 29)}, None),
        ({"busy": (span(0, 20),)}, 20),
        ({"busy": (span(0, 22),)}, 25),
        ({"earlier_than": NINE}, None),
        ({"need": Need(minutes(61))}, None),
    ],
)
def test_a_visit_starts_as_soon_as_everything_allows(change: dict[str, object], start: int | None) -> None:
    one = replace(PIA, **change)  # type: ignore[arg-type]  # fields by name
    expected = None if start is None else NINE + minutes(start)
    assert start_for(one, FREED, not_before=NINE) == expected


def test_buffers_keep_clear_of_the_visits_around_the_freed_time() -> None:
    around = replace(FREED, busy=[span(-45, 0), span(60, 90)])
    tight = replace(PIA, need=Need(minutes(45), before=minutes(5), after=minutes(10)))
    assert start_for(tight, around, not_before=NINE) == NINE + minutes(5)
    assert start_for(replace(tight, need=Need(minutes(50), minutes(5), minutes(10))), around, not_before=NINE) is None


def test_a_wish_is_wall_time_on_the_day_the_clocks_change() -> None:
    """On 14 March 2027 New York's clocks go from 02:00 to 03:00: 09:00 is 13:00 UTC from then on."""
    before = Freed(Span(NINE - timedelta(days=3), NINE - timedelta(days=3) + minutes(120)), 1, 1, ZONE, [DAY])
    before = replace(before, hours=[before.span])  # a Friday; 13:00 UTC is still 08:00
    one = replace(PIA, not_before=time(9))
    assert start_for(one, before, not_before=before.span.start) == before.span.start + minutes(60)
    assert start_for(one, FREED, not_before=before.span.start) == NINE
