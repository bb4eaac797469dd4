"""What a level of concern stops, at once and until a clinician says otherwise."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.db import IntegrityError, transaction

from clinics.tenancy import clinic_scope
from patients.models import Status
from programs.models import Concern, Episode, ReminderSetting, Session
from programs.queries.reminders import wanted_on
from programs.services.assessments import Entry
from programs.services.red_flags import record_screen
from programs.services.sessions import Refused, save_session, sign
from programs.session_draft import Draft, Treatment
from tests.factories import Cast, appointment_at
from tests.factories.programme import MONDAY, make_programme
from tests.programs.needles import RECORD, asked
from tests.programs.test_assessments import a_test, assessed
from tests.programs.test_sessions import GLUTEUS, MOBILISED, screened, shut, sign_by_hand

TRACTION = Treatment(technique="lumbar_traction", region="low_back", minutes=10)


@pytest.fixture
def session(north: Cast) -> Iterator[Session]:
    """A needling session of a patient with a home programme, clear so far; to be signed."""
    make_programme(north)
    with clinic_scope(north.clinic.pk):
        episode = Episode.objects.get()
        screened(episode, north)
        appointment = appointment_at(north, status=Status.IN_SESSION)
        asked(appointment, north.therapist, "needling", "traction")
        draft = Draft(sites=[GLUTEUS], **RECORD)
        yield save_session(appointment=appointment, episode=episode, draft=draft, by=north.therapist)


def reminded(day: date = MONDAY) -> bool:
    return wanted_on(day).exists()


def level(session: Session, concern: str, *positive: str) -> None:
    record_screen(
        episode=session.episode, concern=concern, positive=positive, note="", reason="Looked at again.",
        screened_on=MONDAY,
        by=session.therapist,
    )  # fmt: skip


def test_numb_in_the_saddle_stops_signing_and_all_reminders_in_one_transaction(session: Session, north: Cast) -> None:
    ReminderSetting.objects.update(in_portal=True, by_email=True)
    assert reminded()
    with transaction.atomic():
        level(session, Concern.EMERGENCY, "r01_saddle")
        assert not reminded()
        assert shut(sign(session=session, by=north.therapist)) == ["emergency"]
        with pytest.raises(IntegrityError, match="an emergency stands"):
            sign_by_hand(session, north.therapist)
        transaction.set_rollback(True)
    assert reminded()  # the one thing never without the other
    assert isinstance(sign(session=session, by=north.therapist), Session)


def test_only_clear_brings_reminders_back(session: Session) -> None:
    for concern, expected in [
        (Concern.EMERGENCY, False), (Concern.HIGH, False), (Concern.LOW, False), (Concern.CLEAR, True),
    ]:  # fmt: skip
        level(session, concern)
        assert reminded() is expected


def test_a_finding_pauses_them_too(session: Session, north: Cast) -> None:
    assessed(north, [Entry(test=a_test("N11"), word="altered")], episode=session.episode)
    assert not reminded()
    level(session, Concern.HIGH)
    assert not reminded()
    level(session, Concern.CLEAR)
    assert reminded()


def test_a_finding_that_is_no_emergency_pauses_nothing(session: Session, north: Cast) -> None:
    assessed(north, [Entry(test=a_test("N04"), side="right", word="3")], episode=session.episode)
    assert reminded()


def test_a_high_concern_holds_the_needles(session: Session, north: Cast) -> None:
    level(session, Concern.HIGH)
    assert shut(sign(session=session, by=north.therapist)) == ["held"]
    with pytest.raises(IntegrityError, match="needling, thrust and traction wait"):
        sign_by_hand(session, north.therapist)
    assert reminded()  # exercise goes on, with advice


@pytest.mark.parametrize(("done", "signed"), [(TRACTION, False), (MOBILISED, True)], ids=["traction", "mobilisation"])
def test_a_high_concern_holds_traction_and_lets_gentle_hands_go_on(
    session: Session, north: Cast, done: Treatment, signed: bool
) -> None:
    level(session, Concern.HIGH)
    draft = Draft(note="x", treatments=[done])
    again = save_session(appointment=session.appointment, episode=session.episode, draft=draft, by=north.therapist)
    outcome = sign(session=again, by=north.therapist)
    assert isinstance(outcome, Session if signed else Refused)
    if not signed:
        with pytest.raises(IntegrityError, match="needling, thrust and traction wait"):
            sign_by_hand(again, north.therapist)


def test_a_low_concern_holds_nothing(session: Session, north: Cast) -> None:
    level(session, Concern.LOW)
    assert isinstance(sign(session=session, by=north.therapist), Session)
