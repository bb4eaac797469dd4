from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from clinics import audit
from clinics.models import AuditEvent
from programs.models import Concern, RedFlagScreen
from programs.services.red_flags import NeedsReason, record_screen
from tests.factories import Cast
from tests.programs.test_episodes import TODAY, opened


def screen(cast: Cast, concern: str, *positive: str, note: str = "") -> RedFlagScreen:
    return record_screen(
        episode=opened(cast), concern=concern, positive=positive, note=note, screened_on=TODAY, by=cast.therapist
    )


def test_a_clear_screen_is_recorded(in_north: Cast) -> None:
    made = screen(in_north, Concern.CLEAR)
    assert (made.concern, made.positive, made.screened_by) == ("clear", [], in_north.therapist)


def test_a_lower_level_than_the_answers_suggest_needs_a_word(in_north: Cast) -> None:
    with pytest.raises(NeedsReason):
        screen(in_north, Concern.CLEAR, "r01_saddle", note=" ")
    assert not RedFlagScreen.objects.exists()


def test_with_a_word_the_clinician_decides(in_north: Cast) -> None:
    made = screen(in_north, Concern.LOW, "r08_gait", note="Old knee injury, checked.")
    assert (made.concern, made.positive, made.note) == ("concern_low", ["r08_gait"], "Old knee injury, checked.")


def test_a_higher_level_needs_no_word(in_north: Cast) -> None:
    assert screen(in_north, Concern.EMERGENCY, "r02_major").concern == "emergency"


def test_a_screen_counts_for_thirty_days(in_north: Cast) -> None:
    made = screen(in_north, Concern.CLEAR)
    days = [TODAY - timedelta(1), TODAY, TODAY + timedelta(30), TODAY + timedelta(31)]
    assert [made.counts_on(day) for day in days] == [False, True, True, False]


def test_the_latest_screen_up_to_a_day_counts(in_north: Cast) -> None:
    first = screen(in_north, Concern.CLEAR)
    later = RedFlagScreen.objects.create(
        episode=first.episode, concern=Concern.HIGH, screened_on=date(2021, 3, 9), screened_by=in_north.therapist
    )
    counting = [RedFlagScreen.objects.counting_on(first.episode, date(2021, 3, day)) for day in (8, 9)]
    assert counting == [first, later]


def test_screening_is_audited_without_the_answers(in_north: Cast) -> None:
    made = screen(in_north, Concern.HIGH, "r02_major")
    event = AuditEvent.objects.get(action="screen")
    assert (event.subject_ids, event.detail) == ([made.pk], {"episode": made.episode_id})


def test_nothing_is_recorded_where_the_audit_fails(in_north: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    episode = opened(in_north)
    monkeypatch.setattr(audit, "record", _broken)
    with pytest.raises(RuntimeError), transaction.atomic():
        record_screen(episode=episode, concern="clear", positive=[], note="", screened_on=TODAY, by=in_north.therapist)
    assert not RedFlagScreen.objects.exists()


@pytest.mark.parametrize(
    "change", ["UPDATE programs_redflagscreen SET concern = 'clear'", "DELETE FROM programs_redflagscreen"]
)
def test_a_screen_is_never_changed(in_north: Cast, change: str) -> None:
    screen(in_north, Concern.HIGH, "r02_major")
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


def _broken(*_args: object, **_kwargs: object) -> None:
    raise RuntimeError
