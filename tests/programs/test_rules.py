"""Rules that forms and services hold, once more in the database: for whoever goes round them."""

import uuid
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from programs.models import (
    Answer,
    Episode,
    ExerciseLog,
    Factor,
    Goal,
    HomeProgramme,
    Intervention,
    ManualTreatment,
    NeedlingSite,
    PainMap,
    PainMark,
    Prescription,
    RedFlagScreen,
    Result,
)
from programs.models import Test as ClinicTest
from tests.factories import Cast
from tests.factories.everything import DAY, Rows, one_of_everything


@pytest.fixture
def rows(in_north: Cast) -> Rows:
    return one_of_everything(in_north)


def decided(rows: Rows, decision: str, *, on: str, reason: str = "so it is") -> None:
    Factor.objects.update(
        decision=decision, decided_on=on, reason=reason, decided_by=rows["programs.Assessment"].assessor,
        decided_at=timezone.now(),
    )  # fmt: skip


def noted(rows: Rows, **values: Any) -> None:
    """Results are added only: one beside the row that is there."""
    before = rows["programs.Result"]
    given: dict[str, Any] = {"assessment": before.assessment, "test": before.test, "side": "left", "value": 1, **values}
    Result.objects.create(**given)


CHOICES: dict[str, Callable[[Rows], Any]] = {
    "programs_factor_key_same_clinic": lambda rows: Factor.objects.update(key="luck"),
    "programs_factor_suggestion": lambda rows: Factor.objects.update(suggestion="certain"),
    "programs_factor_decision": lambda rows: decided(rows, "maybe", on="possible"),
    "programs_factor_decided_on": lambda rows: decided(rows, "confirmed", on="certain"),
    "programs_goal_operator": lambda rows: Goal.objects.update(operator="~"),
    "programs_intervention_kind": lambda rows: Intervention.objects.update(kind="magic"),
    "programs_manualtreatment_side": lambda rows: ManualTreatment.objects.update(side="up"),
    "programs_manualtreatment_grade": lambda rows: ManualTreatment.objects.update(grade="V"),
    "programs_manualtreatment_technique": lambda rows: ManualTreatment.objects.update(technique="hammer"),
    "programs_needlingsite_side": lambda rows: NeedlingSite.objects.update(side="both"),
    "programs_needlingsite_technique": lambda rows: NeedlingSite.objects.update(technique="hammer"),
    "programs_painmap_source": lambda rows: PainMap.objects.update(source="hearsay"),
    "programs_painmap_figure": lambda rows: PainMap.objects.update(figure="stick"),
    "programs_painmark_kind": lambda rows: PainMark.objects.update(kind="awful"),
    "programs_painmark_place": lambda rows: PainMark.objects.update(side="up"),
    "programs_prescription_side": lambda rows: Prescription.objects.update(side="up"),
    "programs_exerciselog_completion": lambda rows: ExerciseLog.objects.update(completion="almost"),
    "programs_result_side": lambda rows: noted(rows, side="both"),
    "programs_result_not_tested": lambda rows: noted(rows, value=None, not_tested="lazy"),
    "programs_test_kind": lambda rows: ClinicTest.objects.update(kind="guess"),
}


@pytest.mark.parametrize("rule", CHOICES)
def test_a_choice_is_one_of_its_choices(rows: Rows, rule: str) -> None:
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        CHOICES[rule](rows)


@pytest.mark.parametrize("reason", ["", " ", "\n"])
def test_rejecting_a_factor_says_why(rows: Rows, reason: str) -> None:
    with pytest.raises(IntegrityError, match="programs_factor_decided_why"), transaction.atomic():
        decided(rows, "rejected", on="supported", reason=reason)


def log_on(rows: Rows, day: date) -> ExerciseLog:
    prescription = rows["programs.Prescription"]
    return ExerciseLog.objects.create(
        patient_id=prescription.patient_id, prescription=prescription, client_id=uuid.uuid4(), due_on=day,
        done_at=timezone.now(), sets_done=1, reps_done=1,
    )  # fmt: skip


def test_a_log_is_of_a_day_on_which_something_is_due(rows: Rows) -> None:
    tuesday, wednesday = DAY + timedelta(days=1), DAY + timedelta(days=2)
    with pytest.raises(IntegrityError, match="nothing is due on that weekday"), transaction.atomic():
        log_on(rows, tuesday)
    assert log_on(rows, wednesday).due_on == wednesday


def test_a_log_is_of_a_day_on_which_the_programme_runs(rows: Rows) -> None:
    with pytest.raises(IntegrityError, match="the programme does not run on that day"), transaction.atomic():
        log_on(rows, DAY + timedelta(weeks=7))
    assert HomeProgramme.objects.count() == 1


@pytest.mark.parametrize("whose", ["neighbour", "patient"])
def test_a_plan_answers_factors_of_its_own_episode(rows: Rows, in_north: Cast, whose: str) -> None:
    other = Episode.objects.create(patient=getattr(in_north, whose), complaint="Knee", started_on=DAY)
    factor = Factor.objects.create(episode=other, key="hip_weak", suggestion="possible")
    with pytest.raises(IntegrityError, match="a plan answers factors of its own episode"), transaction.atomic():
        Answer.objects.create(intervention=rows["programs.Intervention"], factor=factor)


@pytest.mark.parametrize(
    ("day", "says"),
    [
        (DAY - timedelta(days=1), "a screen belongs to the care that has begun"),
        (date(2200, 1, 1), "a screen is recorded once it was done"),
    ],
)
def test_a_screen_was_done_while_care_ran(rows: Rows, in_north: Cast, day: date, says: str) -> None:
    with pytest.raises(IntegrityError, match=says), transaction.atomic():
        RedFlagScreen.objects.create(
            episode=rows["programs.Episode"], concern="clear", screened_on=day, screened_by=in_north.therapist
        )
