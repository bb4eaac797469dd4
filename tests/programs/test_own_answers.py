"""What somebody of the clinic has entered is not the patient's to change; what is their own they may put right."""

from collections.abc import Callable
from dataclasses import asdict
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from clinics.constraints import broken_rule
from clinics.tenancy import clinic_scope
from programs.instruments.fhir import Item
from programs.models import Episode, Questionnaire, Response, Score
from programs.services.measures import record_scores
from programs.services.questionnaires import EnteredByTheTeam, fill_in
from tests.factories import Cast
from tests.programs.pages import words
from tests.programs.test_episodes import TODAY, opened

pytestmark = pytest.mark.usefixtures("monday_morning")
MEANWHILE = "Thank you. This has been answered meanwhile, here or at the clinic, and stays as it is."


@pytest.fixture
def episode(north: Cast) -> Episode:
    with clinic_scope(north.clinic.pk):
        return opened(north)


@pytest.fixture
def made_up(north: Cast, episode: Episode) -> Questionnaire:
    items = [asdict(Item("q1", "boolean", "Made up?", "item[0]"))]
    with clinic_scope(north.clinic.pk):
        found: Questionnaire = Questionnaire.objects.create(
            title="Made up", items=items, licence="Ours", attested_by=north.manager
        )
    return found


def say(
    cast: Cast, episode: Episode, values: dict[str, int], *, from_patient: bool, withdrawn: tuple[str, ...] = ()
) -> list[str]:
    numbers = {key: Decimal(value) for key, value in values.items()}
    by = cast.login if from_patient else cast.therapist
    with clinic_scope(cast.clinic.pk, patient_id=cast.patient.pk if from_patient else None):
        rows = record_scores(
            episode=episode, taken_on=TODAY, values=numbers, by=by, from_patient=from_patient, withdrawn=withdrawn
        )
        return [row.measure for row in rows]


def scores(cast: Cast) -> dict[str, tuple[int, bool]]:
    with clinic_scope(cast.clinic.pk):
        return {one.measure: (int(one.value), one.entered_by_id is None) for one in Score.objects.all()}


def fill(cast: Cast, form: Questionnaire, episode: Episode, answer: bool, *, from_patient: bool) -> Response:
    by = cast.login if from_patient else cast.therapist
    with clinic_scope(cast.clinic.pk, patient_id=cast.patient.pk if from_patient else None):
        return fill_in(
            questionnaire=form, episode=episode, filled_on=TODAY, answers={"q1": answer}, by=by,
            from_patient=from_patient,
        )  # fmt: skip


def test_a_number_of_the_clinics_stays_and_the_others_are_taken(north: Cast, episode: Episode) -> None:
    say(north, episode, {"nprs_average": 7}, from_patient=False)
    assert say(north, episode, {"nprs_average": 2, "sleep": 5}, from_patient=True) == ["sleep"]
    assert scores(north) == {"nprs_average": (7, False), "sleep": (5, True)}


def test_what_was_their_own_is_put_right(north: Cast, episode: Episode) -> None:
    say(north, episode, {"nprs_average": 7}, from_patient=True)
    assert say(north, episode, {"nprs_average": 2}, from_patient=True) == ["nprs_average"]
    assert scores(north) == {"nprs_average": (2, True)}


def test_nothing_of_the_clinics_is_taken_back_either(north: Cast, episode: Episode) -> None:
    say(north, episode, {"nprs_average": 7}, from_patient=False)
    say(north, episode, {"sleep": 5}, from_patient=True)
    say(north, episode, {}, from_patient=True, withdrawn=("nprs_average", "sleep"))
    assert scores(north) == {"nprs_average": (7, False)}


@pytest.mark.parametrize("change", [lambda rows: rows.update(entered_by=None), lambda rows: rows.delete()])
@pytest.mark.parametrize("kind", [Score, Response])
def test_the_database_refuses_it_too(
    north: Cast, episode: Episode, made_up: Questionnaire, kind: Any, change: Callable[[Any], int]
) -> None:
    say(north, episode, {"nprs_average": 7}, from_patient=False)
    fill(north, made_up, episode, True, from_patient=False)
    with clinic_scope(north.clinic.pk, patient_id=north.patient.pk):
        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            change(kind.objects.filter(episode=episode))
        assert broken_rule(refused.value) == f"programs_{kind.__name__.lower()}_not_yours"


def test_a_questionnaire_filled_in_at_the_clinic_stays(north: Cast, episode: Episode, made_up: Questionnaire) -> None:
    fill(north, made_up, episode, True, from_patient=False)
    with pytest.raises(EnteredByTheTeam):
        fill(north, made_up, episode, False, from_patient=True)
    with clinic_scope(north.clinic.pk):
        assert Response.objects.values_list("answers", "entered_by").get() == ({"q1": True}, north.therapist.pk)


def test_an_own_questionnaire_is_put_right(north: Cast, episode: Episode, made_up: Questionnaire) -> None:
    fill(north, made_up, episode, True, from_patient=True)
    again = fill(north, made_up, episode, False, from_patient=True)
    assert (again.answers, again.entered_by) == ({"q1": False}, None)


def test_a_page_that_was_open_meanwhile_says_so(
    patient: Client, north: Cast, episode: Episode, made_up: Questionnaire
) -> None:
    everything = {one.measure.key: 3 for one in patient.get(reverse("portal-questions")).context["form"].asked()}
    say(north, episode, everything, from_patient=False)
    fill(north, made_up, episode, True, from_patient=False)
    for url in (reverse("portal-questions"), reverse("portal-questionnaire", args=[made_up.pk])):
        answer = patient.post(url, {"nprs_average": "1", "q1": ""}, follow=True)
        assert (answer.redirect_chain, MEANWHILE in words(answer)) == ([(reverse("portal-questions"), 302)], True)
    assert {value for value, _ in scores(north).values()} == {3}
