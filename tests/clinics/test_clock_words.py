"""What people read of the hour that a night has twice, or not at all."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from clinics.clock_words import clock_note, pass_note

NEW_YORK, LORD_HOWE = ZoneInfo("America/New_York"), ZoneInfo("Australia/Lord_Howe")
SPRING, AUTUMN = date(2027, 3, 14), date(2027, 11, 7)


@pytest.mark.parametrize(("zone", "day", "wall", "said"), [
    (NEW_YORK, AUTUMN, time(1, 30), "01:30 happens twice that night. The first is meant."),
    (NEW_YORK, SPRING, time(2, 30), "The clock skips 02:30 that night. 03:30 is meant."),
    (LORD_HOWE, date(2027, 10, 3), time(2, 10), "The clock skips 02:10 that night. 02:40 is meant."),
    (NEW_YORK, AUTUMN, time(9), ""),
    (ZoneInfo("America/Phoenix"), SPRING, time(2, 30), ""),
])  # fmt: skip
def test_who_picks_a_time_reads_what_it_means(zone: ZoneInfo, day: date, wall: time, said: str) -> None:
    assert clock_note(day, wall, zone) == said


def test_who_reads_a_moment_learns_which_of_the_two_it_is() -> None:
    first = datetime(2027, 11, 7, 5, 30, tzinfo=UTC)
    hour = timedelta(hours=1)
    assert [pass_note(moment, NEW_YORK) for moment in (first, first + hour, first + 2 * hour)] == [
        "the first 01:30 of two that night",
        "the second 01:30 of two that night",
        "",
    ]
