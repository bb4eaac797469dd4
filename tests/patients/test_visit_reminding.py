from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from clinics.timekeeping import NIGHT_ENDS, NIGHT_STARTS
from patients.visit_reminding import LEADS, is_due, slot_of, useful_until, windows, zones_by_day

moments = st.datetimes(datetime(2021, 1, 1), datetime(2022, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # hypothesis adds it
zones = st.sampled_from(["Europe/Dublin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"])
leads = st.sampled_from(LEADS)
ahead = st.timedeltas(timedelta(0), timedelta(hours=80))


@given(leads, moments, ahead, ahead, zones)
def test_what_is_due_goes_out_by_day_in_time_and_is_in_its_window(lead, now, left, since, zone) -> None:  # type: ignore[no-untyped-def]  # from the strategies
    starts_at = now + left
    if is_due(lead, now, starts_at, now - since, ZoneInfo(zone)):
        assert NIGHT_ENDS <= now.astimezone(ZoneInfo(zone)).time() < NIGHT_STARTS
        (window,) = (one for one in windows(now) if one.lead == lead)
        assert window.after < starts_at <= window.until
        assert zones_by_day(now, [zone]) == [zone]
        until = useful_until(lead, now, starts_at, ZoneInfo(zone))
        assert now < until <= starts_at - lead.latest
        assert until.astimezone(ZoneInfo(zone)).time() <= NIGHT_STARTS


@given(moments, ahead, zones)
def test_two_reminders_of_a_visit_never_come_together(now: datetime, left: timedelta, zone: str) -> None:
    due = [one for one in LEADS if is_due(one, now, now + left, now - timedelta(days=9), ZoneInfo(zone))]
    assert len(due) <= 1


def test_each_time_of_a_visit_has_a_name_that_fits_the_outbox() -> None:
    noon = datetime(2021, 3, 5, 12, tzinfo=ZoneInfo("America/New_York"))
    assert slot_of("24h", noon) == "24h 2103051700"
