from datetime import date, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from clinics import audit
from clinics.models import AuditEvent
from patients.models import Appointment, Status
from programs import catalogue
from programs.models import Alert, Concern, Episode, RaisedFlag, RedFlagScreen, ScreenConfirmation
from programs.screening import LEVELS
from programs.services.assessments import Entry
from programs.services.red_flags import (
    NeedsReason,
    NoSuchStep,
    NothingToConfirm,
    confirm_screen,
    keep_screen,
    record_advice,
    record_screen,
)
from tests.factories import NINE, Cast, appointment_at
from tests.programs.test_assessments import a_test, assessed
from tests.programs.test_episodes import TODAY, opened


def screen(cast: Cast, concern: str, *positive: str, note: str = "") -> RedFlagScreen:
    return record_screen(
        episode=opened(cast),
        concern=concern,
        positive=positive,
        note="",
        reason=note,
        screened_on=TODAY,
        by=cast.therapist,
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
    assert (made.concern, made.positive, made.reason) == ("concern_low", ["r08_gait"], "Old knee injury, checked.")


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


# --- From one level to the next: what the service says, and what the database says to who goes round it.


def follow(cast: Cast, episode: Episode, *levels: str, note: str = "") -> None:
    for level in levels:
        RedFlagScreen.objects.create(
            episode=episode, concern=level, screened_on=TODAY, screened_by=cast.therapist, reason=note
        )


WAYS = catalogue.red_flag_machine()["transitions"]


@pytest.mark.parametrize(
    ("before", "after"), [(a, b) for a in (*LEVELS, "in_progress") for b in (*LEVELS, "in_progress")]
)
def test_service_and_database_know_the_same_steps(in_north: Cast, before: str, after: str) -> None:
    episode = opened(in_north)
    follow(in_north, episode, before)
    known = before == after or [before, after] in WAYS or before == "clear"  # from clear by way of a new screen
    if known and after == "in_progress":
        return  # see test_what_is_begun_stays_at_the_level_before
    if known:
        follow(in_north, episode, after, note="Looked at again.")
        return
    with pytest.raises(IntegrityError, match="no such step between two levels"), transaction.atomic():
        follow(in_north, episode, after, note="Looked at again.")
    with pytest.raises(NoSuchStep):
        again(in_north, episode, after, note="Looked at again.")


def again(cast: Cast, episode: Episode, concern: str, note: str = "") -> RedFlagScreen:
    return record_screen(
        episode=episode, concern=concern, positive=[], note="", reason=note, screened_on=TODAY, by=cast.therapist
    )


@pytest.mark.parametrize(
    ("before", "after"), [("concern_low", "clear"), ("emergency", "concern_high"), ("concern_high", "concern_low")]
)
def test_a_level_is_lowered_with_a_reason_only(in_north: Cast, before: str, after: str) -> None:
    episode = opened(in_north)
    follow(in_north, episode, before)
    with pytest.raises(NeedsReason):
        again(in_north, episode, after, note=" ")
    with pytest.raises(IntegrityError, match="a lower level needs a reason"), transaction.atomic():
        follow(in_north, episode, after, note=" ")
    assert again(in_north, episode, after, note="Seen by the hospital, discharged.").concern == after


@pytest.mark.parametrize("before", ["concern_low", "concern_high"])
def test_what_is_begun_stays_at_the_level_before(in_north: Cast, before: str) -> None:
    episode = opened(in_north)
    follow(in_north, episode, before)
    with pytest.raises(IntegrityError, match="a screen begins at the level before it"), transaction.atomic():
        follow(in_north, episode, "in_progress", note="Looked at again.")
    kept = keep_screen(episode=episode, positive=[], note="", screened_on=TODAY, by=in_north.therapist)
    assert (kept and (kept.concern, kept.level)) == ("in_progress", before)
    with pytest.raises(IntegrityError, match="a lower level needs a reason"), transaction.atomic():
        follow(in_north, episode, "clear")
    with pytest.raises(NeedsReason):
        again(in_north, episode, "clear")


def test_an_emergency_is_one_at_once(in_north: Cast) -> None:
    episode = opened(in_north)
    kept = [
        keep_screen(episode=episode, positive=["r01_saddle"], note="", screened_on=TODAY, by=in_north.therapist)
        for _time in range(2)
    ]
    assert [one and one.concern for one in kept] == ["emergency", None]
    with pytest.raises(IntegrityError, match="emergency_now"), transaction.atomic():
        RedFlagScreen.objects.create(
            episode=opened(in_north), concern="in_progress", found="emergency", screened_on=TODAY,
            screened_by=in_north.therapist,
        )  # fmt: skip


@pytest.mark.parametrize(("before", "after", "days"), [("low", "high", 1), ("high", "low", 1), ("low", "low", 7)])
def test_a_concern_that_rises_is_looked_at_sooner_and_one_that_falls_no_later(
    in_north: Cast, before: str, after: str, days: int
) -> None:
    first = screen(in_north, f"concern_{before}", note="As seen.")
    kept = {"low": [], "high": ["r02_major"]}[after]
    then = keep_screen(
        episode=first.episode, positive=kept, note="More to ask.", screened_on=TODAY, by=in_north.therapist
    )
    assert then is not None
    due = Alert.objects.open().get(kind="concern").due_at
    assert round((due - first.recorded_at) / timedelta(days=1)) == days


def test_a_screen_of_an_earlier_day_leaves_what_stands_since_alone(in_north: Cast) -> None:
    episode = opened(in_north, started_on=TODAY - timedelta(days=9))
    record_screen(
        episode=episode,
        concern="concern_high",
        positive=["r08_gait"],
        note="",
        screened_on=TODAY,
        by=in_north.therapist,
    )
    record_screen(
        episode=episode, concern="clear", positive=[], note="", screened_on=TODAY - timedelta(days=3),
        by=in_north.therapist,
    )  # fmt: skip
    assert [one.kind for one in Alert.objects.filter(episode=episode).open()] == ["concern"]


def test_only_a_clinician_sets_a_level(in_north: Cast) -> None:
    episode = opened(in_north)
    with pytest.raises(IntegrityError, match="only a clinician sets the level"), transaction.atomic():
        RedFlagScreen.objects.create(
            episode=episode, concern=Concern.CLEAR, screened_on=TODAY, screened_by=in_north.manager
        )


def test_what_is_not_finished_answers_no_finding_and_opens_no_gate(in_north: Cast) -> None:
    episode = assessed(in_north, [Entry(test=a_test("N04"), side="right", word="3")])
    made = again(in_north, episode, Concern.IN_PROGRESS)
    assert RaisedFlag.objects.filter(episode=episode).waiting(TODAY).exists()
    assert not made.opens_for(TODAY)


# --- At each visit.


def visit_later(cast: Cast, days: int = 7) -> Appointment:
    appointment_at(cast, NINE + timedelta(days=days), status=Status.BOOKED)
    visit: Appointment = Appointment.objects.select_related("room__location").get()
    return visit


def test_no_change_is_said_once_and_kept(in_north: Cast) -> None:
    episode = screen(in_north, Concern.CLEAR).episode
    visit = visit_later(in_north)
    said = [confirm_screen(appointment=visit, episode=episode, by=in_north.therapist) for _ in range(2)]
    assert said == [ScreenConfirmation.objects.get()] * 2
    event = AuditEvent.objects.get(action="confirm_screen")
    assert (event.subject_ids, event.patient_id) == ([said[0].pk], in_north.patient.pk)
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM programs_screenconfirmation")


@pytest.mark.parametrize("concern", [Concern.EMERGENCY, Concern.IN_PROGRESS])
def test_an_open_question_is_not_confirmed_away(in_north: Cast, concern: Concern) -> None:
    made = screen(in_north, concern)
    visit = visit_later(in_north)
    with pytest.raises(NothingToConfirm):
        confirm_screen(appointment=visit, episode=made.episode, by=in_north.therapist)
    with pytest.raises(IntegrityError, match="nothing to confirm at this visit"), transaction.atomic():
        ScreenConfirmation.objects.create(screen=made, appointment=visit, confirmed_by=in_north.therapist)


def test_a_screen_too_old_is_not_confirmed(in_north: Cast) -> None:
    episode = screen(in_north, Concern.CLEAR).episode
    with pytest.raises(NothingToConfirm):
        confirm_screen(appointment=visit_later(in_north, 31), episode=episode, by=in_north.therapist)


def test_nothing_is_confirmed_before_the_visit(in_north: Cast, monday_morning: None) -> None:
    made = screen(in_north, Concern.CLEAR)
    visit = visit_later(in_north)
    with pytest.raises(NothingToConfirm):
        confirm_screen(appointment=visit, episode=made.episode, by=in_north.therapist)
    with pytest.raises(IntegrityError, match="this visit is still to come"), transaction.atomic():
        ScreenConfirmation.objects.create(
            screen=made, appointment=visit, confirmed_by=in_north.therapist, confirmed_at=NINE
        )


def test_advice_is_noted_with_day_language_and_how(in_north: Cast) -> None:
    episode = opened(in_north)
    given = record_advice(
        episode=episode,
        given_on=TODAY,
        language="Polish",
        how="interpreter",
        said="All signs.",
        understood=True,
        by=in_north.therapist,
    )
    assert list(episode.safety_net.all()) == [given]
    assert AuditEvent.objects.get(action="give_advice").detail == {"format": "interpreter"}
