"""While an emergency stands nothing is given and nothing signed, whoever writes and by which way."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from clinics.models import AuditEvent, User
from clinics.tenancy import clinic_scope
from patients.models import Status
from programs.models import Concern, Episode, HandOver, LockOverride, RedFlagScreen, Session
from programs.services.emergencies import hand_over, override_lock
from programs.services.red_flags import NeedsReason, record_screen
from programs.services.sessions import EmergencyStands, save_session, sign
from programs.session_draft import Draft
from tests.factories import NINE, Cast, appointment_at
from tests.programs.test_episodes import TODAY, opened
from tests.programs.test_sessions import GLUTEUS, MOBILISED, STILL_IN, screened, shut, sign_by_hand

pytestmark = pytest.mark.usefixtures("monday_morning")


@pytest.fixture
def session(north: Cast) -> Iterator[Session]:
    """At a visit under way: two needles in place, one technique done. Then the patient tells of numbness."""
    with clinic_scope(north.clinic.pk):
        episode = opened(north)
        screened(episode, north)
        appointment = appointment_at(north, NINE, status=Status.IN_SESSION)
        draft = Draft(note="Began.", sites=[STILL_IN], treatments=[MOBILISED])
        written = save_session(appointment=appointment, episode=episode, draft=draft, by=north.therapist)
        found(episode, north.therapist)
        yield written


def found(episode: Episode, by: User, concern: str = Concern.EMERGENCY, note: str = "") -> RedFlagScreen:
    answers = ["r01_saddle"] if concern == Concern.EMERGENCY else []
    return record_screen(
        episode=episode, concern=concern, positive=answers, note="", reason=note, screened_on=TODAY, by=by
    )


def standing() -> RedFlagScreen:
    screen: RedFlagScreen = RedFlagScreen.objects.standing().get()
    return screen


def save(session: Session, draft: Draft) -> Session:
    return save_session(appointment=session.appointment, episode=session.episode, draft=draft, by=session.therapist)


def again(table: str, columns: str) -> str:
    """What is there already, once more."""
    return (
        f"INSERT INTO {table} (clinic_id, session_id, {columns}) SELECT clinic_id, session_id, {columns} FROM {table}"
    )


def broken(error: IntegrityError) -> str:
    return str(error.__cause__.diag.constraint_name)  # type: ignore[union-attr]  # psycopg's


def handed(cast: Cast, screen: RedFlagScreen, by: User | None = None) -> HandOver:
    return hand_over(
        screen=screen, handed_at=NINE, to_whom="Emergency department", how="phone", patient_advised="Go now",
        by=by or cast.therapist,
    )  # fmt: skip


def overridden(cast: Cast, session: Session, clinician: User | None = None) -> LockOverride:
    return override_lock(
        screen=standing(), appointment=session.appointment, reason="Needles had to come out.",
        clinician=clinician or cast.colleague, by=cast.therapist,
    )  # fmt: skip


@pytest.mark.parametrize(
    "more", [{"sites": [STILL_IN, GLUTEUS]}, {"treatments": [MOBILISED, MOBILISED]}, {"sites": [GLUTEUS]}],
    ids=["a further site", "a further technique", "another site"],
)  # fmt: skip
def test_nothing_more_is_given(session: Session, more: dict[str, Any]) -> None:
    with pytest.raises(EmergencyStands), transaction.atomic():
        save(session, Draft(**{"note": "x", "sites": [STILL_IN], "treatments": [MOBILISED], **more}))
    session.refresh_from_db()
    assert (session.note, session.needling_sites.count(), session.manual_treatments.count()) == ("Began.", 1, 1)


def test_needles_come_out_and_words_are_written(session: Session) -> None:
    out = replace(STILL_IN, needles_out=STILL_IN.needles_in, response="Stopped.")
    save(session, Draft(note="Stopped: numb.", sites=[out], treatments=[MOBILISED]))
    site = session.needling_sites.get()
    assert (site.needles_out, site.response, Session.objects.get().note) == (
        STILL_IN.needles_in, "Stopped.", "Stopped: numb.",
    )  # fmt: skip


def test_what_was_only_meant_to_be_done_may_go(session: Session) -> None:
    save(session, Draft(note="Not begun."))
    assert (session.needling_sites.count(), session.manual_treatments.count()) == (0, 0)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE programs_needlingsite SET needles_in = needles_in + 1",
        "UPDATE programs_manualtreatment SET minutes = minutes + 1",
        again("programs_manualtreatment", "technique, region, level, side, grade, minutes"),
        again(
            "programs_needlingsite",
            "muscle, level, side, diameter_mm, length_mm, technique, needles_in, needles_out, lot, response",
        ),
    ],
)
def test_the_database_refuses_it_round_the_service(session: Session, change: str) -> None:
    with pytest.raises(IntegrityError) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)
    assert broken(refused.value) == "programs_session_emergency"


def test_who_was_slower_than_the_screen_is_told_the_same(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(RedFlagScreen.objects.all()), "locking", lambda found, *_visit: found.none())
    with pytest.raises(EmergencyStands), transaction.atomic():
        save(session, Draft(note="x", sites=[GLUTEUS]))


def test_an_emergency_of_another_complaint_locks_too(session: Session, north: Cast) -> None:
    found(session.episode, north.therapist, Concern.CLEAR, "Seen in hospital.")
    found(opened(north, complaint="Neck pain"), north.therapist)
    assert "emergency" in shut(sign(session=session, by=north.therapist))
    with pytest.raises(IntegrityError, match="an emergency stands"):
        sign_by_hand(session, north.therapist)


def test_another_patients_emergency_locks_nothing(session: Session, north: Cast) -> None:
    episode = opened(north, patient=north.neighbour)
    screened(episode, north)
    visit = appointment_at(north, NINE + timedelta(hours=2), patient=north.neighbour, status=Status.IN_SESSION)
    draft = Draft(note="x", treatments=[MOBILISED])
    written = save_session(appointment=visit, episode=episode, draft=draft, by=north.therapist)
    assert isinstance(sign(session=written, by=north.therapist), Session)


# --- Who lowers it, and who answers for treating all the same.


@pytest.mark.parametrize("who", ["desk", "manager", "login"])
def test_only_a_clinician_clears(session: Session, north: Cast, who: str) -> None:
    with pytest.raises(IntegrityError, match="only a clinician sets the level"), transaction.atomic():
        found(session.episode, getattr(north, who), Concern.CLEAR, "All is well.")
    assert standing().concern == Concern.EMERGENCY


def test_nobody_clears_without_a_reason(session: Session, north: Cast) -> None:
    with pytest.raises(NeedsReason):
        found(session.episode, north.therapist, Concern.CLEAR, " ")
    found(session.episode, north.therapist, Concern.CLEAR, "Seen in hospital: nothing found.")
    assert not RedFlagScreen.objects.standing().exists()
    save(session, Draft(note="x", sites=[GLUTEUS]))


@pytest.mark.parametrize("who", ["desk", "manager"])
def test_only_a_clinician_hands_over(session: Session, north: Cast, who: str) -> None:
    with pytest.raises(IntegrityError, match="a clinician hands over"), transaction.atomic():
        handed(north, standing(), getattr(north, who))


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"handed_at": NINE - timedelta(days=3)}, "programs_handover_since_found"),
        ({"handed_at": NINE + timedelta(days=1)}, "programs_handover_took_place"),
        ({"to_whom": " "}, "programs_handover_complete"),
        ({"patient_advised": ""}, "programs_handover_complete"),
        ({"how": "pigeon"}, "programs_handover_how"),
    ],
)
def test_a_hand_over_says_to_whom_when_and_how(
    session: Session, north: Cast, change: dict[str, object], rule: str
) -> None:
    facts = {"to_whom": "Ward", "how": "phone", "patient_advised": "Go", "handed_at": NINE, "recorded_at": NINE}
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        HandOver.objects.create(screen=standing(), handed_by=north.therapist, **{**facts, **change})
    assert broken(refused.value) == rule


def test_only_an_emergency_is_handed_over(session: Session, north: Cast) -> None:
    calm = found(session.episode, north.therapist, Concern.CLEAR, "Seen in hospital.")
    with pytest.raises(IntegrityError, match="only an emergency is handed over"), transaction.atomic():
        handed(north, calm)


def test_two_clinicians_unlock_one_visit_once_it_is_handed_over(session: Session, north: Cast) -> None:
    with pytest.raises(IntegrityError, match="an emergency is handed over first"), transaction.atomic():
        overridden(north, session)
    handed(north, standing())
    overridden(north, session)
    later = save(session, Draft(note="Needles out, then positioned.", treatments=[MOBILISED, MOBILISED]))
    assert isinstance(sign(session=later, by=north.therapist), Session)
    event = AuditEvent.objects.get(action="override_lock")
    assert event.detail == {
        "screen": standing().pk, "appointment": session.appointment.pk, "clinician": north.colleague.pk,
    }  # fmt: skip


def test_what_is_found_since_locks_again(session: Session, north: Cast) -> None:
    handed(north, standing())
    overridden(north, session)
    found(session.episode, north.therapist)
    assert "emergency" in shut(sign(session=session, by=north.therapist))
    with pytest.raises(IntegrityError, match="an emergency stands"):
        sign_by_hand(session, north.therapist)


@pytest.mark.parametrize("who", ["desk", "manager", "therapist"])
def test_the_second_one_is_another_clinician(session: Session, north: Cast, who: str) -> None:
    handed(north, standing())
    with pytest.raises(IntegrityError), transaction.atomic():
        overridden(north, session, getattr(north, who))


def test_the_hand_over_is_audited(session: Session, north: Cast) -> None:
    done = handed(north, standing())
    event = AuditEvent.objects.get(action="hand_over")
    assert (event.subject_ids, event.by, event.patient_id) == ([done.pk], north.therapist, north.patient.pk)
    assert event.detail == {"screen": standing().pk, "how": "phone"}
