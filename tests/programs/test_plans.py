from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from clinics import audit
from clinics.models import AuditEvent
from programs.models import CarePlan, Episode, Exercise, Factor, HomeProgramme, InterventionKind, Prescription
from programs.queries.plan_page import plan_page
from programs.services.home import Dose
from programs.services.plans import Aim, Step, Terms, make_plan
from tests.factories import Cast
from tests.factories.library import factor_kinds
from tests.programs.test_assessments import assessed, both
from tests.programs.test_episodes import TODAY, opened

WEEK_SIX = date(2021, 4, 12)


def factor(episode: Episode, key: str) -> Factor:
    made, _created = Factor.objects.get_or_create(episode=episode, key=key, defaults={"suggestion": "supported"})
    return made


def planned(cast: Cast, episode: Episode, *, day: date = TODAY, doses: tuple[Dose, ...] = (), **terms: Any) -> CarePlan:
    factor_kinds()
    weak, tight = factor(episode, "hip_weak"), factor(episode, "hip_tight")
    return make_plan(
        episode=episode,
        terms=Terms(starts_on=day, weeks=6, visits=8, summary="Run again.", **terms),
        goals=[Aim(measure="lunge_right", operator=">=", target=Decimal(9), due_on=WEEK_SIX)],
        interventions=[
            Step(kind=InterventionKind.NEEDLING, what="Gluteus medius", factors=[weak]),
            Step(kind=InterventionKind.ASSESSMENT, what="Re-test", factors=[weak, tight], tests=["M12"]),
            *(Step(kind=InterventionKind.EXERCISE, what="At home", factors=[weak], dose=dose) for dose in doses),
        ],
        unscreened="Asked by phone.",
        by=cast.therapist,
    )


def a_dose(**changes: object) -> Dose:
    exercise, _created = Exercise.objects.get_or_create(key="hip_hinge", defaults={"name": "Hip hinge", "purpose": "x"})
    values: dict[str, object] = {"exercise": exercise, "sets": 2, "reps": 10, "weekdays": (1, 3, 5)}
    return Dose(**{**values, **changes})  # type: ignore[arg-type]  # ours


def test_a_plan_names_what_answers_what(in_north: Cast) -> None:
    plan = planned(in_north, opened(in_north))
    answers = {
        step.what: sorted(answer.factor.key for answer in step.answers.all()) for step in plan.interventions.all()
    }
    assert answers == {"Gluteus medius": ["hip_weak"], "Re-test": ["hip_tight", "hip_weak"]}
    assert plan.interventions.get(kind="assessment").tests == ["M12"]


def test_a_new_plan_ends_the_one_that_runs(in_north: Cast) -> None:
    episode = opened(in_north)
    planned(in_north, episode)
    planned(in_north, episode, day=date(2021, 3, 22), reason="Moves well")
    versions = CarePlan.objects.order_by("version").values_list("version", "starts_on", "ended_on")
    assert list(versions) == [(1, TODAY, date(2021, 3, 22)), (2, date(2021, 3, 22), None)]


def test_doses_start_the_home_programme(in_north: Cast) -> None:
    planned(in_north, opened(in_north), doses=(a_dose(),))
    assert HomeProgramme.objects.values_list("starts_on", "ends_on").get() == (TODAY, date(2021, 4, 11))
    assert Prescription.objects.values_list("sets", "reps", "weekdays").get() == (2, 10, [1, 3, 5])


def test_a_plan_without_doses_ends_what_runs_at_home_the_day_before(in_north: Cast) -> None:
    episode = opened(in_north)
    planned(in_north, episode, doses=(a_dose(),))
    planned(in_north, episode, day=date(2021, 3, 22), reason="Moves well")
    assert HomeProgramme.objects.values_list("starts_on", "ends_on").get() == (TODAY, date(2021, 3, 21))
    assert AuditEvent.objects.filter(action="end_home_programme", patient_id=in_north.patient.pk).count() == 1


def test_what_nobody_followed_yet_goes_with_its_plan(in_north: Cast) -> None:
    episode = opened(in_north)
    planned(in_north, episode, doses=(a_dose(),))
    planned(in_north, episode, reason="Nothing at home")
    assert not HomeProgramme.objects.exists()


def test_a_plan_ends_nothing_of_another_episode(in_north: Cast) -> None:
    planned(in_north, opened(in_north), doses=(a_dose(),))
    planned(in_north, opened(in_north, complaint="Knee"), day=date(2021, 3, 22))
    assert HomeProgramme.objects.get().ends_on == date(2021, 4, 11)


def test_a_plan_is_audited_with_ids_only(in_north: Cast) -> None:
    plan = planned(in_north, opened(in_north))
    event = AuditEvent.objects.get(action="plan")
    assert (event.subject_ids, event.detail) == ([plan.pk], {"version": 1, "steps": 2})
    signed = AuditEvent.objects.get(action="sign")
    sealed = {"version": 1, "hash": plan.content_hash, "unscreened": True}
    assert (signed.subject_ids, signed.detail) == ([plan.pk], sealed)


def test_nothing_is_planned_where_the_audit_fails(in_north: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    episode = opened(in_north)
    monkeypatch.setattr(audit, "record", _broken)
    with pytest.raises(RuntimeError), transaction.atomic():
        planned(in_north, episode)
    assert not CarePlan.objects.exists()


def test_a_plan_falls_with_its_home_programme(in_north: Cast) -> None:
    with pytest.raises(IntegrityError, match="programs_planneddose_dose"), transaction.atomic():
        planned(in_north, opened(in_north), doses=(a_dose(sets=0),))
    assert not CarePlan.objects.exists()


def test_a_plan_stays_inside_its_clinic(in_north: Cast, south: Cast) -> None:
    episode = opened(in_north)
    with pytest.raises(IntegrityError, match="same_clinic"), transaction.atomic():
        CarePlan.objects.create(patient=south.patient, episode=episode, starts_on=TODAY, made_by=in_north.therapist)


def test_the_page_says_how_far_a_goal_is(in_north: Cast) -> None:
    episode = assessed(in_north, both("M12", "7.0", "10.5"))
    planned(in_north, episode)
    before = plan_page(episode, TODAY)
    assessed(in_north, both("M12", "9.5", "11.0"), episode=episode, day=date(2021, 4, 12))
    after = plan_page(episode, date(2021, 4, 12))
    assert before
    assert after
    goals = [(goal.now, goal.reached) for page in (before, after) for goal in page.goals]
    assert goals == [(Decimal("7.00"), False), (Decimal("9.50"), True)]


def test_the_matrix_has_a_mark_for_each_answer(in_north: Cast) -> None:
    episode = opened(in_north)
    planned(in_north, episode)
    page = plan_page(episode, TODAY)
    assert page
    assert [one.key for one in page.factors] == ["hip_weak", "hip_tight"]
    assert [list(row.hits) for row in page.matrix] == [[True, False], [True, True]]


def _broken(*_args: object, **_kwargs: object) -> None:
    raise RuntimeError


def test_a_plan_without_an_answer_is_refused_and_ends_nothing(in_north: Cast) -> None:
    episode = opened(in_north)
    running = planned(in_north, episode)
    with pytest.raises(ValidationError, match="at least one answer"):
        make_plan(
            episode=episode,
            terms=Terms(starts_on=TODAY, weeks=6, visits=8),
            goals=[],
            interventions=[],
            by=in_north.therapist,
        )
    assert CarePlan.objects.current().get() == running
