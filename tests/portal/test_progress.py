from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from clinics.tenancy import clinic_scope
from portal.queries.days import Day, seven_days
from portal.queries.progress import progress_of
from portal.queries.today import today_of
from programs.adherence import Occasion, Share, occasion_share
from programs.change import Change
from programs.models import Episode, Prescription, Score
from programs.queries.home_days import due_between
from programs.services.logs import record_log
from tests.conftest import signed_in_client
from tests.factories import Cast
from tests.factories.programme import MONDAY, make_programme
from tests.programs.test_logs import entry

THURSDAY = MONDAY + timedelta(days=10)  # of the second week


@pytest.fixture
def logged(in_north: Cast) -> Cast:
    """Monday all three, Tuesday one of two and only half of it, Wednesday left out, the second Tuesday all."""
    make_programme(in_north)
    said = [("full", 0, key) for key in ("half_kneel_glute", "lumbar_extension", "hip_hinge")]
    said += [("partial", 1, "hip_hinge"), ("skipped", 2, "hip_hinge")]
    said += [("full", 8, "half_kneel_glute"), ("full", 8, "hip_hinge")]
    for completion, days, key in said:
        log(in_north, key, MONDAY + timedelta(days=days), completion)
    return in_north


def log(cast: Cast, key: str, day: date, completion: str) -> None:
    prescription = Prescription.objects.get(patient=cast.patient, exercise__key=key)
    evening = datetime(day.year, day.month, day.day, 18, tzinfo=UTC)
    said = entry(day, completion=completion, sets_done=1 if completion == "partial" else 2, done_at=evening)
    record_log(prescription=prescription, entry=said, now=evening, by=cast.login)


def states(days: list[Day]) -> list[str]:
    return [day.state for day in days]


def test_the_weeks_figures_are_those_of_the_pure_function(logged: Cast) -> None:
    found = progress_of(logged.patient, THURSDAY)
    occasions = [due.occasion for due in due_between([logged.patient.pk], MONDAY, THURSDAY)[logged.patient.pk]]
    first = [one for one in occasions if one.day < MONDAY + timedelta(weeks=1)]
    assert [week.share for week in found.weeks] == [
        occasion_share(first, THURSDAY),
        occasion_share([one for one in occasions if one not in first], THURSDAY),
    ]
    assert [week.share for week in found.weeks] == [Share(3.5, 13), Share(2, 8)]
    assert found.total == Share(5.5, 21)


def test_every_day_has_its_mark(logged: Cast) -> None:
    weeks = progress_of(logged.patient, THURSDAY).weeks
    assert states(list(weeks[0].days)) == ["done", "part", "none", "none", "none", "rest", "rest"]
    assert states(list(weeks[1].days)) == ["none", "done", "none", "ahead", "ahead", "rest", "rest"]


def test_todays_week_is_the_same_figure(logged: Cast) -> None:
    today = today_of(logged.patient, THURSDAY)
    assert today.week == progress_of(logged.patient, THURSDAY).weeks[1].share
    assert [day.is_today for day in today.days] == [False, False, False, True, False, False, False]


def test_a_day_left_out_is_marked_even_while_it_lasts(logged: Cast) -> None:
    for key in ("half_kneel_glute", "hip_hinge"):
        log(logged, key, THURSDAY, "skipped")
    dues = due_between([logged.patient.pk], THURSDAY, THURSDAY)[logged.patient.pk]
    assert seven_days(THURSDAY, dues, THURSDAY)[0] == Day(THURSDAY, "none", is_today=True)
    assert [due.occasion for due in dues] == [Occasion(THURSDAY, 0.0, is_logged=True)] * 2


def test_without_a_programme_there_is_one_empty_week(in_north: Cast) -> None:
    found = progress_of(in_north.patient, THURSDAY)
    assert ([week.share for week in found.weeks], found.total.percent, found.pain_change) == ([Share(0, 0)], None, None)


@pytest.mark.parametrize(
    ("values", "expected"),
    [([6], None), ([6, 5], Change.NONE), ([6, 5, 2], Change.MEANINGFUL), ([3, 6], Change.WORSE)],
)
def test_pain_is_said_to_change_only_beyond_its_error(values: list[int], expected: Change | None, logged: Cast) -> None:
    for week, value in enumerate(values):
        Score.objects.create(
            patient=logged.patient,
            episode=Episode.objects.get(),
            measure="nprs_average",
            value=Decimal(value),
            taken_on=MONDAY + timedelta(weeks=week),
        )
    assert progress_of(logged.patient, THURSDAY).pain_change == expected


def test_the_page_shows_them_in_words_and_as_a_table(north: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    make_programme(north)
    with clinic_scope(north.clinic.pk):
        log(north, "hip_hinge", MONDAY, "full")
    monkeypatch.setattr(timezone, "now", lambda: datetime(2021, 3, 2, 12, tzinfo=UTC))
    page = signed_in_client(north.login).get(reverse("portal-progress")).content.decode()
    assert "1 of 3 times done" in page
    assert 'data-adherence="33.3"' in page
    assert '<svg class="weeks"' in page
