"""What the patient answered at home holds treatment and reminders until a clinician has screened."""

import uuid

import pytest
from django.db import IntegrityError

from clinics.tenancy import clinic_scope
from programs.models import Concern, Episode, PatientCheck, Session
from programs.queries.reminders import wanted_on
from programs.services.red_flags import NothingToConfirm, confirm_screen, record_screen
from programs.services.sessions import sign
from tests.factories import Cast
from tests.factories.programme import MONDAY, make_programme
from tests.programs.test_episodes import TODAY
from tests.programs.test_sessions import shut, sign_by_hand, written


def told(cast: Cast, episode: Episode, question: str, level: str) -> PatientCheck:
    """That day, in the database's time, as the screens around it are."""
    check: PatientCheck = PatientCheck.objects.create(
        patient_id=episode.patient_id, episode=episode, client_id=uuid.uuid4(), positive=[question], level=level,
        found_on=TODAY, sent_by=cast.login,
    )  # fmt: skip
    return check


def test_treatment_waits_for_the_screen(in_north: Cast) -> None:
    session = written(in_north)
    told(in_north, session.episode, "r04_fever", Concern.HIGH)
    assert shut(sign(session=session, by=in_north.therapist)) == ["red_flags"]
    with pytest.raises(NothingToConfirm):
        confirm_screen(appointment=session.appointment, episode=session.episode, by=in_north.therapist)
    with pytest.raises(IntegrityError, match="own answers wait for a screen"):
        sign_by_hand(session, in_north.therapist)
    record_screen(
        episode=session.episode, concern=Concern.HIGH, positive=["r04_fever"], note="", screened_on=TODAY,
        by=in_north.therapist,
    )  # fmt: skip
    assert isinstance(sign(session=session, by=in_north.therapist), Session)


def test_reminders_rest_until_a_clinician_clears(north: Cast) -> None:
    make_programme(north)
    with clinic_scope(north.clinic.pk):
        assert wanted_on(MONDAY).count() == 1
        episode = Episode.objects.select_related("patient").get()
        told(north, episode, "r01_saddle", Concern.EMERGENCY)
        assert wanted_on(MONDAY).count() == 0
        for concern in (Concern.EMERGENCY, Concern.CLEAR):
            record_screen(
                episode=episode,
                concern=concern,
                positive=[],
                note="",
                reason="Seen.",
                screened_on=TODAY,
                by=north.therapist,
            )
        assert wanted_on(MONDAY).count() == 1
