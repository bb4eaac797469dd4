"""After an urgent answer the portal invites to nothing: exercises rest until a clinician has looked."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clinics.tenancy import clinic_scope
from programs.models import Episode, Prescription
from programs.queries.reminders import wanted_on
from programs.queries.rest import exercises_rest
from programs.services.red_flags import record_screen
from tests.factories import Cast
from tests.factories.programme import make_programme
from tests.programs.pages import words

NOON = datetime(2021, 3, 1, 12, tzinfo=UTC)
MONDAY = date(2021, 3, 1)
TODAY, CHECK, SENT = (reverse(name) for name in ("portal-today", "portal-check", "portal-check-sent"))
RESTS = "Your exercises rest for now"
NUMB, FEVER, FINE = {"r01_saddle": "yes"}, {"r04_fever": "yes"}, {"r01_saddle": "no"}


@pytest.fixture
def due(north: Cast, monkeypatch: pytest.MonkeyPatch) -> Cast:
    at(monkeypatch, 0)
    make_programme(north)
    return north


def at(monkeypatch: pytest.MonkeyPatch, minutes: int) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOON + timedelta(minutes=minutes))


def screen(cast: Cast, concern: str) -> None:
    with clinic_scope(cast.clinic.pk):
        record_screen(
            episode=Episode.objects.get(patient=cast.patient), concern=concern, positive=[], note="",
            reason="Seen today.",
            screened_on=MONDAY, by=cast.therapist,
        )  # fmt: skip


def exercise(cast: Cast) -> str:
    with clinic_scope(cast.clinic.pk):
        found = Prescription.objects.filter(patient=cast.patient, weekdays__contains=[1]).first()
        assert found is not None
        return reverse("portal-exercise", args=[found.pk])


def test_the_first_page_invites_to_nothing_and_says_whom_to_call(due: Cast, patient: Client) -> None:
    assert "Start" in words(patient.get(TODAY))
    patient.post(CHECK, NUMB)
    page = patient.get(TODAY)
    said = words(page)
    assert [one for one in (RESTS, "Start", "Done as planned", "minutes left", "Hip hinge") if one in said] == [RESTS]
    assert 'href="tel:112"' in page.content.decode()
    assert patient.get(reverse("api-portal-today")).json()["resting"] == "emergency"


def test_an_exercise_does_not_start_either_and_what_was_done_can_be_told(due: Cast, patient: Client) -> None:
    patient.post(CHECK, NUMB)
    said = words(patient.get(exercise(due)))
    assert [one for one in (RESTS, "Done, log it", "How much") if one in said] == [RESTS]
    assert patient.get(exercise(due) + "log/").status_code == 200


def test_nothing_urgent_afterwards_does_not_send_them_back_to_the_plan(due: Cast, patient: Client) -> None:
    patient.post(CHECK, NUMB)
    patient.post(CHECK, FINE)
    said = words(patient.get(SENT))
    assert [one for one in (RESTS, "You can carry on with your plan") if one in said] == [RESTS]


@pytest.mark.parametrize(
    ("answers", "screens", "word"),
    [
        (FINE, [], ""),
        (FEVER, [], "concern_high"),
        (FEVER, ["in_progress"], "concern_high"),
        (FEVER, ["concern_high"], ""),
        (NUMB, [], "emergency"),
        (NUMB, ["concern_high"], "emergency"),
        (NUMB, ["concern_high", "concern_low"], "emergency"),
        (NUMB, ["clear"], ""),
        (FINE, ["emergency"], "emergency"),
        (FINE, ["emergency", "concern_high"], "emergency"),
        (FINE, ["emergency", "clear"], ""),
    ],
)
def test_until_a_clinician_has_looked_and_reminders_rest_as_long(
    due: Cast,
    patient: Client,
    monkeypatch: pytest.MonkeyPatch,
    answers: dict[str, str],
    screens: Sequence[str],
    word: str,
) -> None:
    patient.post(CHECK, answers)
    for minutes, concern in enumerate(screens, start=1):
        at(monkeypatch, minutes)
        screen(due, concern)
    assert patient.get(TODAY).context["today"].resting == word
    with clinic_scope(due.clinic.pk):
        assert wanted_on(MONDAY).exists() == (word == "")


def test_where_care_has_ended_nothing_rests(due: Cast, patient: Client) -> None:
    patient.post(CHECK, NUMB)
    with clinic_scope(due.clinic.pk):
        Episode.objects.update(closed_on=MONDAY, end_reason="goals")
    assert RESTS not in words(patient.get(TODAY))


def test_others_are_told_nothing(due: Cast, south: Cast) -> None:
    screen(due, "emergency")
    here, there = due.clinic.pk, south.clinic.pk
    scopes = [(here, due.patient.pk), (here, due.neighbour.pk), (there, None), (there, south.patient.pk)]
    told = []
    for clinic, patient in scopes:
        with clinic_scope(clinic, patient_id=patient), connection.cursor() as cursor:
            cursor.execute("SELECT exercises_rest(%s)", [due.patient.pk])
            told.extend(cursor.fetchone())
    assert told == ["emergency", "", "", ""]
    with clinic_scope(here):
        assert exercises_rest(due.neighbour.pk) == ""
