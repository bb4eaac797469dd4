"""When an assessment is repeated, and what is said of a factor since: rules without a database."""

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.change import Change
from programs.reasoning import State
from programs.retest import Asked, Mark, Moved, Since, Standstill, moved, outstanding, reached, standstill, usual

MONDAY = date(2021, 3, 1)
DAY = timedelta(days=1)
DAYS = st.integers(0, 120).map(lambda days: MONDAY + days * DAY)
VISITS = st.lists(DAYS, max_size=20).map(sorted)


def mark(day: date, *, visits: Sequence[date] = (), planned: int = 8) -> Mark | None:
    return reached(began=MONDAY, visits=visits, planned=planned, day=day, at=usual())


def visits_of(*days: int) -> list[date]:
    return [MONDAY + number * DAY for number in days]


@pytest.mark.parametrize(
    ("day", "visits", "planned", "expected"),
    [
        (20, (), 8, None),
        (21, (), 8, ("week", 3, 21)),
        (41, (), 8, ("week", 3, 21)),
        (42, (), 8, ("week", 6, 42)),
        (10, (0, 3, 7, 10), 8, ("visits", 50, 10)),
        (9, (0, 3, 7, 10), 8, None),
        (9, (0, 3, 7), 8, None),
        (12, (0, 4, 8, 12), 7, ("visits", 50, 12)),  # half of seven is the fourth
        (30, (0, 3, 7, 10, 14, 17, 21, 24), 8, ("visits", 100, 24)),
        (30, (0, 3, 7, 10), 0, ("week", 3, 21)),
    ],
)
def test_the_latest_mark_counts(
    day: int, visits: tuple[int, ...], planned: int, expected: tuple[str, int, int] | None
) -> None:
    found = mark(MONDAY + day * DAY, visits=visits_of(*visits), planned=planned)
    assert (found and (found.kind, found.number, (found.day - MONDAY).days)) == expected


@given(DAYS, DAYS, VISITS, st.integers(0, 20))
def test_marks_only_move_on(one: date, other: date, visits: list[date], planned: int) -> None:
    earlier, later = sorted([one, other])
    before, after = (mark(day, visits=visits, planned=planned) for day in (earlier, later))
    assert before is None or (after is not None and before <= after)
    assert before is None or before.day <= earlier


@given(DAYS, VISITS, st.integers(1, 20))
def test_visits_to_come_change_nothing(day: date, visits: list[date], planned: int) -> None:
    so_far = [one for one in visits if one <= day]
    assert mark(day, visits=visits, planned=planned) == mark(day, visits=so_far, planned=planned)


WEEK_THREE = Mark(MONDAY + 21 * DAY, "week", 3)


@pytest.mark.parametrize(("day", "left"), [(0, ["M12"]), (14, ["M12"]), (15, []), (21, []), (30, [])])
def test_what_was_tried_within_a_week_of_the_mark_is_done(day: int, left: list[str]) -> None:
    assert outstanding(WEEK_THREE, ["M12"], {"M12": MONDAY + day * DAY}, usual()) == left


@given(st.sets(st.sampled_from(["M12", "M17", "O01"])), st.dictionaries(st.sampled_from(["M12", "M17", "N04"]), DAYS))
def test_exactly_what_is_outside_is_repeated(outside: set[str], tried: dict[str, date]) -> None:
    left = outstanding(WEEK_THREE, sorted(outside), tried, usual())
    assert set(left) == {key for key in outside if tried.get(key, MONDAY) <= MONDAY + 14 * DAY}


@given(st.dictionaries(st.sampled_from(["M12", "M17"]), DAYS), DAYS)
def test_trying_everything_on_the_day_leaves_nothing(tried: dict[str, date], day: date) -> None:
    now = max(day, WEEK_THREE.day)
    assert outstanding(WEEK_THREE, ["M12", "M17"], {**tried, "M12": now, "M17": now}, usual()) == []


def since(repeated: bool, state: State, *changes: Change) -> Since:
    return Since(repeated, state, frozenset(changes))


OUT, IN, OPEN = State.ABNORMAL, State.NORMAL, State.NO_REFERENCE
NOT_REPEATED, STILL_OUT, INSIDE = since(False, OUT), since(True, OUT), since(True, IN)


@pytest.mark.parametrize(
    ("tests", "expected"),
    [
        ([NOT_REPEATED], Moved.UNKNOWN),
        ([STILL_OUT, NOT_REPEATED], Moved.UNKNOWN),
        ([INSIDE, NOT_REPEATED], Moved.UNKNOWN),  # one came back, the others can have gone either way
        ([STILL_OUT, STILL_OUT], Moved.UNCHANGED),
        ([since(True, OUT, Change.NONE)], Moved.UNCHANGED),
        ([STILL_OUT, INSIDE], Moved.PARTLY),
        ([since(True, OUT, Change.WORSE), NOT_REPEATED], Moved.WORSE),
        ([since(True, OUT, Change.IMPROVED), NOT_REPEATED], Moved.IMPROVING),
        ([since(True, OUT, Change.IMPROVED, Change.WORSE)], Moved.WORSE),  # one side for the other
        ([since(True, OPEN, Change.NONE)], Moved.UNKNOWN),  # no line, and nobody judged the new value
        ([since(True, OPEN, Change.IMPROVED)], Moved.IMPROVING),
    ],
)
def test_what_became_of_a_factor(tests: list[Since], expected: Moved) -> None:
    assert moved(tests, resolved=False) == expected
    assert moved(tests, resolved=True) == Moved.RESOLVED


CHANGES = st.frozensets(st.sampled_from(list(Change)), max_size=2)
TESTS = st.lists(st.builds(Since, st.booleans(), st.sampled_from(list(State)), CHANGES), min_size=1, max_size=5)


@given(TESTS)
def test_nothing_has_not_moved_unless_it_was_tried_again(tests: list[Since]) -> None:
    found = moved(tests, resolved=False)
    assert found != Moved.UNCHANGED or all(one.repeated and one.state == OUT for one in tests)
    assert found != Moved.WORSE or any(one.repeated and Change.WORSE in one.changes for one in tests)


@given(TESTS, st.randoms())
def test_the_order_of_the_tests_changes_nothing(tests: list[Since], random: Random) -> None:
    mixed = random.sample(tests, len(tests))
    assert moved(mixed, resolved=False) == moved(tests, resolved=False)


@given(TESTS)
def test_a_test_more_that_was_not_repeated_claims_nothing_new(tests: list[Since]) -> None:
    before, after = moved(tests, resolved=False), moved([*tests, NOT_REPEATED], resolved=False)
    assert after in {before, Moved.UNKNOWN}


VISIT_DAYS = visits_of(0, 7, 14, 21, 28)


@pytest.mark.parametrize(
    ("visits", "change", "last", "expected"),
    [
        (2, Change.NONE, 14, None),
        (3, Change.NONE, 14, Standstill.NO_CHANGE),
        (3, Change.WORSE, 14, Standstill.NO_CHANGE),
        (3, Change.IMPROVED, 14, Standstill.NO_CHANGE),  # beyond error, and less than matters
        (3, Change.MEANINGFUL, 14, None),
        (3, Change.NONE, 13, None),  # may still be asked at this visit
        (4, Change.NONE, 13, Standstill.NOT_ASKED),
        (5, Change.MEANINGFUL, 0, None),
    ],
)
def test_care_stands_still_after_three_or_four_visits(
    visits: int, change: Change, last: int, expected: Standstill | None
) -> None:
    asked = [Asked(MONDAY + last * DAY, change)]
    assert standstill(visits=VISIT_DAYS[:visits], asked=asked, at=usual()) == expected


def test_where_nothing_can_be_claimed_the_fourth_visit_asks() -> None:
    found = [standstill(visits=VISIT_DAYS[:count], asked=[], at=usual()) for count in range(5)]
    assert found == [None, None, None, None, Standstill.NOT_ASKED]


ASKED = st.builds(Asked, DAYS, st.sampled_from(list(Change)))


@given(VISITS, st.lists(ASKED, max_size=4), DAYS)
def test_one_meaningful_change_silences_whatever_else_is_known(
    visits: list[date], asked: list[Asked], day: date
) -> None:
    assert standstill(visits=visits, asked=[*asked, Asked(day, Change.MEANINGFUL)], at=usual()) is None
