from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from clinics.timekeeping import NIGHT_STARTS
from programs.reminding import Window, may_remind_at, open_slot, open_windows

DUBLIN = ZoneInfo("Europe/Dublin")
ZONES = st.sampled_from(["Europe/Dublin", "America/New_York", "Australia/Lord_Howe", "Asia/Tokyo", "Pacific/Apia"])
WALLS = st.times(time(8), time(19, 30)).map(lambda t: t.replace(second=0, microsecond=0))
NOW = st.integers(0, 2 * 366 * 24 * 60).map(lambda n: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=n))


def test_a_slot_opens_at_its_minute_and_closes_with_the_evening() -> None:
    opens = datetime(2021, 3, 1, 17, 30, tzinfo=UTC)
    slot = open_slot(opens, time(17, 30), DUBLIN)
    assert slot is not None
    assert (slot.day, slot.at, slot.until) == (date(2021, 3, 1), opens, opens.replace(hour=20, minute=0))
    assert open_slot(opens - timedelta(minutes=1), time(17, 30), DUBLIN) is None
    assert open_slot(opens.replace(hour=20, minute=0), time(17, 30), DUBLIN) is None


def test_the_day_is_the_patients_not_the_servers() -> None:
    slot = open_slot(datetime(2021, 3, 1, 23, 30, tzinfo=UTC), time(8), ZoneInfo("Asia/Tokyo"))
    assert slot is not None
    assert slot.day == date(2021, 3, 2)


def test_summer_time_keeps_the_wall_clock() -> None:
    slot = open_slot(datetime(2021, 3, 28, 16, 30, tzinfo=UTC), time(17, 30), DUBLIN)
    assert slot is not None
    assert slot.at == datetime(2021, 3, 28, 16, 30, tzinfo=UTC)


def test_night_is_never_a_time_for_reminders() -> None:
    walls = (time(7, 59), time(8), time(19, 30), time(19, 31))
    assert [may_remind_at(wall) for wall in walls] == [False, True, True, False]


def test_a_window_is_open_where_it_is_day() -> None:
    zones = ["Europe/Dublin", "America/New_York", "Asia/Tokyo", "Pacific/Auckland"]
    assert open_windows(datetime(2021, 3, 1, 19, 59, tzinfo=UTC), zones) == [
        Window("Europe/Dublin", date(2021, 3, 1), time(19, 59)),
        Window("America/New_York", date(2021, 3, 1), time(14, 59)),
        Window("Pacific/Auckland", date(2021, 3, 2), time(8, 59)),
    ]


@given(NOW, WALLS, ZONES)
def test_an_open_slot_holds_now_and_no_night(now: datetime, wall: time, zone: str) -> None:
    slot = open_slot(now, wall, ZoneInfo(zone))
    if slot is not None:
        assert slot.at <= now < slot.until
        assert slot.until - slot.at <= timedelta(hours=13)  # 12 by the clock, 13 where it is set back
        assert time(8) <= now.astimezone(ZoneInfo(zone)).time() < NIGHT_STARTS


@given(NOW, WALLS, ZONES)
def test_the_query_overlooks_no_open_slot(now: datetime, wall: time, zone: str) -> None:
    if open_slot(now, wall, ZoneInfo(zone)) is not None:
        (window,) = open_windows(now, [zone])
        assert window.wall >= wall
