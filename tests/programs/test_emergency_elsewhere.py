"""An emergency that waits for a screen holds every complaint of the patient: it is the person who is ill."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from clinics.tenancy import clinic_scope
from programs.addresses import Care
from programs.models import Concern, Episode, Session
from programs.services.assessments import Entry
from programs.services.sessions import sign
from tests.factories import Cast
from tests.programs.pages import words
from tests.programs.test_assessments import a_test, assessed
from tests.programs.test_checks import told
from tests.programs.test_episodes import TODAY, opened
from tests.programs.test_plan_red_flags import signed
from tests.programs.test_sessions import screened, shut, sign_by_hand, written


def ankle_of(cast: Cast) -> Episode:
    return opened(cast, complaint="Stiff ankle", started_on=date(2021, 2, 1), pain=None)


def answered(cast: Cast, episode: Episode, level: str = Concern.EMERGENCY) -> None:
    told(cast, episode, "r01_saddle", level)


def found(cast: Cast, episode: Episode) -> None:
    assessed(cast, [Entry(test=a_test("N11"), word="altered")], episode=episode)


@pytest.mark.parametrize("ask", [answered, found])
def test_no_visit_of_another_complaint_is_signed_until_a_clinician_has_screened(in_north: Cast, ask: Any) -> None:
    session, ankle = written(in_north), ankle_of(in_north)
    ask(in_north, ankle)
    assert shut(sign(session=session, by=in_north.therapist)) == ["red_flags"]
    with pytest.raises(IntegrityError, match=r"for a (red-flag )?screen"):
        sign_by_hand(session, in_north.therapist)
    screened(ankle, in_north)
    assert isinstance(sign(session=session, by=in_north.therapist), Session)


def test_a_high_concern_of_another_complaint_holds_that_one_only(in_north: Cast) -> None:
    session = written(in_north)
    answered(in_north, ankle_of(in_north), Concern.HIGH)
    assert isinstance(sign(session=session, by=in_north.therapist), Session)


def test_no_plan_of_another_complaint_is_signed(in_north: Cast) -> None:
    back = opened(in_north)
    answered(in_north, ankle_of(in_north))
    with pytest.raises(ValidationError, match="A red-flag screen is needed now"):
        signed(in_north, back)


@pytest.mark.usefixtures("monday_morning")
def test_the_gate_names_the_complaint_and_leads_to_its_screen(therapist: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        session, ankle = written(north), ankle_of(north)
        answered(north, ankle)
    page = therapist.get(reverse("session", args=[session.appointment_id]))
    assert "It stands with “Stiff ankle”." in words(page)
    (gate,) = [gate for gate in page.context["gates"] if gate.key == "red_flags"]
    assert gate.url == reverse("red-flags", args=[Care(north.patient.pk, ankle.pk)])
    assert TODAY.isoformat() not in gate.url
