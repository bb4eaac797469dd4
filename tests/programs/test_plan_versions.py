"""A plan is a draft until it is signed; then nothing of it changes, and its hash says so."""

from collections.abc import Callable
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from clinics.models import AuditEvent
from clinics.tenancy import clinic_scope
from patients.visit_limits import limits_of
from programs.models import Answer, CarePlan, Episode, Goal, HomeProgramme, Intervention, InterventionKind
from programs.queries.plan_content import canonical, content_of
from programs.services.plans import Step, Terms, discard_draft, draft_plan, sign_plan
from tests.factories import Cast
from tests.factories.library import factor_kinds
from tests.programs.test_assessments import assessed, both
from tests.programs.test_episodes import TODAY, opened
from tests.programs.test_plans import a_dose, factor, planned

THEN = date(2021, 3, 22)


def drafted(cast: Cast, episode: Episode, *, seen: str | None = None, **terms: Any) -> CarePlan:
    factor_kinds()
    weak = factor(episode, "hip_weak")
    step = Step(kind=InterventionKind.EXERCISE, what="Hip hinge", factors=[weak], dose=a_dose())
    values = {"starts_on": TODAY, "weeks": 6, "visits": 8, **terms}
    return draft_plan(
        episode=episode, terms=Terms(**values), goals=[], interventions=[step], by=cast.therapist, seen=seen
    )


def test_a_draft_does_not_run(in_north: Cast) -> None:
    drafted(in_north, opened(in_north))
    assert not CarePlan.objects.current().exists()
    assert not HomeProgramme.objects.exists()
    assert limits_of(in_north.patient.pk) == []


def test_signed_it_runs_with_its_home_programme(in_north: Cast) -> None:
    plan = sign_plan(unscreened="By phone.", plan=drafted(in_north, opened(in_north)), day=TODAY, by=in_north.therapist)
    assert CarePlan.objects.current().get() == plan
    assert HomeProgramme.objects.get().prescriptions.values_list("sets", "reps", "weekdays").get() == (2, 10, [1, 3, 5])


def test_a_second_draft_takes_the_place_of_the_first(in_north: Cast) -> None:
    episode = opened(in_north)
    drafted(in_north, episode)
    drafted(in_north, episode, visits=4)
    assert CarePlan.objects.values_list("version", "visits").get() == (1, 4)


def test_the_running_version_goes_on_beside_a_draft(in_north: Cast) -> None:
    episode = opened(in_north)
    running = planned(in_north, episode)
    draft = drafted(in_north, episode, reason="Moves well", starts_on=THEN)
    assert CarePlan.objects.current().get() == running
    sign_plan(unscreened="By phone.", plan=draft, day=TODAY, by=in_north.therapist)
    assert [one.ended_on for one in CarePlan.objects.order_by("version")] == [THEN, None]


def test_a_change_says_why(in_north: Cast) -> None:
    episode = opened(in_north)
    planned(in_north, episode)
    with pytest.raises(ValidationError, match="Say why"):
        drafted(in_north, episode, reason=" ")
    with pytest.raises(IntegrityError, match="programs_careplan_changed_why"), transaction.atomic():
        CarePlan.objects.create(
            patient=in_north.patient, episode=episode, version=2, starts_on=TODAY, made_by=in_north.therapist
        )


def test_a_draft_whose_first_day_is_over_is_not_signed(in_north: Cast) -> None:
    plan = drafted(in_north, opened(in_north))
    with pytest.raises(ValidationError, match="first day of this draft is over"):
        sign_plan(unscreened="By phone.", plan=plan, day=TODAY + timedelta(days=1), by=in_north.therapist)


def test_nobody_signs_twice(in_north: Cast) -> None:
    with pytest.raises(ValidationError, match="signed already"):
        sign_plan(unscreened="By phone.", plan=planned(in_north, opened(in_north)), day=TODAY, by=in_north.therapist)


@pytest.mark.parametrize("who", ["owner", "manager", "desk"])
def test_only_who_treats_signs(in_north: Cast, who: str) -> None:
    plan = drafted(in_north, opened(in_north))
    with pytest.raises(ValidationError, match="Only a therapist of this clinic"):
        sign_plan(unscreened="By phone.", plan=plan, day=TODAY, by=getattr(in_north, who))


def test_every_intervention_answers_something(in_north: Cast) -> None:
    plan = drafted(in_north, opened(in_north))
    Answer.objects.all().delete()
    with pytest.raises(ValidationError, match="names a factor"):
        sign_plan(unscreened="By phone.", plan=plan, day=TODAY, by=in_north.therapist)


def test_the_hash_is_that_of_everything_in_the_plan(in_north: Cast) -> None:
    plan = planned(in_north, opened(in_north))
    assert plan.content == canonical(content_of(plan))
    assert plan.content_hash == sha256(plan.content.encode()).hexdigest()
    assert [step["what"] for step in plan.signed_content["interventions"]] == ["Gluteus medius", "Re-test"]


def test_the_database_refuses_a_hash_that_is_not_true(in_north: Cast) -> None:
    plan = drafted(in_north, opened(in_north))
    seal = {"signed_at": "2021-03-01T09:00Z", "signed_by": in_north.therapist, "content": "{}"}
    with pytest.raises(IntegrityError, match="the hash is not that of the content"), transaction.atomic():
        CarePlan.objects.filter(pk=plan.pk).update(content_hash="0" * 64, **seal)


CHANGES: dict[str, Callable[[CarePlan], Any]] = {
    "the plan": lambda plan: CarePlan.objects.update(visits=99),
    "its text": lambda plan: CarePlan.objects.update(content="{}"),
    "its existence": lambda plan: plan.delete(),
    "a goal": lambda plan: Goal.objects.update(target=0),
    "a new goal": lambda plan: Goal.objects.create(
        plan=plan, measure="psfs", operator=">=", target=6, due_on=TODAY
    ),
    "an intervention": lambda plan: Intervention.objects.update(what="Rest"),
    "a lost intervention": lambda plan: Intervention.objects.all().delete(),
    "an answer": lambda plan: Answer.objects.all().delete(),
}  # fmt: skip


@pytest.mark.parametrize("what", CHANGES)
def test_nothing_of_a_signed_plan_changes(in_north: Cast, what: str) -> None:
    plan = planned(in_north, opened(in_north))
    with pytest.raises(IntegrityError, match="a signed plan is never changed"), transaction.atomic():
        CHANGES[what](plan)


def test_the_database_keeps_one_current_plan_and_one_draft(in_north: Cast) -> None:
    episode = opened(in_north)
    drafted(in_north, episode)
    about = {"patient": in_north.patient, "episode": episode, "starts_on": TODAY, "made_by": in_north.therapist}
    with pytest.raises(IntegrityError, match="programs_careplan_one_draft"), transaction.atomic():
        CarePlan.objects.create(version=2, reason="Again", **about)
    planned(in_north, episode)
    draft = drafted(in_north, episode, reason="Again")
    text = canonical(content_of(draft))
    seal = {"content": text, "content_hash": sha256(text.encode()).hexdigest(), "signed_by": in_north.therapist}
    seal["unscreened"] = "By phone."
    with pytest.raises(IntegrityError, match="programs_careplan_one_current"), transaction.atomic():
        CarePlan.objects.filter(pk=draft.pk).update(signed_at="2021-03-01T09:00Z", **seal)


@pytest.mark.parametrize(
    "terms", [{"authorised_until": THEN}, {"authorised_visits": 0}, {"authorised_visits": 101}]
)  # fmt: skip
def test_what_is_authorised_is_a_number(in_north: Cast, terms: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match="programs_careplan_authorised"), transaction.atomic():
        drafted(in_north, opened(in_north), **terms)


def test_a_plan_without_interventions_is_refused_once_the_transaction_is_whole(in_north: Cast) -> None:
    episode = opened(in_north)
    about = {"patient": in_north.patient, "episode": episode, "starts_on": TODAY, "made_by": in_north.therapist}
    with transaction.atomic():
        CarePlan.objects.create(**about)
        refused_when_whole()


def test_the_last_intervention_of_a_draft_stays(in_north: Cast) -> None:
    drafted(in_north, opened(in_north))
    with transaction.atomic():
        Intervention.objects.all().delete()
        refused_when_whole()


def refused_when_whole() -> None:
    """What waits for the commit, now; then back to before."""
    with pytest.raises(IntegrityError, match="at least one intervention"), transaction.atomic():
        connection.check_constraints()
    transaction.set_rollback(True)


def test_the_portal_does_not_see_a_draft_even_where_nobody_filters(in_north: Cast) -> None:
    plan = drafted(in_north, opened(in_north))
    for signed, seen in ((False, 0), (True, 1)):
        if signed:
            sign_plan(unscreened="By phone.", plan=plan, day=TODAY, by=in_north.therapist)
        with clinic_scope(in_north.clinic.pk, patient_id=in_north.patient.pk):
            assert CarePlan.objects.count() == seen


def test_a_draft_can_be_thrown_away(in_north: Cast) -> None:
    plan = drafted(in_north, opened(in_north))
    discard_draft(plan=plan, by=in_north.therapist)
    connection.check_constraints()
    assert not CarePlan.objects.exists()
    assert AuditEvent.objects.filter(action="discard", patient_id=in_north.patient.pk).count() == 1


def test_a_signed_plan_is_not_thrown_away(in_north: Cast) -> None:
    plan = planned(in_north, opened(in_north))
    with pytest.raises(ValidationError, match="signed or discarded meanwhile"):
        discard_draft(plan=plan, by=in_north.therapist)
    with pytest.raises(IntegrityError, match="a signed plan is never changed"), transaction.atomic():
        plan.delete()


def test_booking_hears_of_what_is_authorised(in_north: Cast) -> None:
    planned(in_north, opened(in_north), authorised_visits=5, authorised_until=THEN)
    (limit,) = limits_of(in_north.patient.pk)
    assert (limit.visits, limit.ends_on) == (5, THEN)


def test_a_goal_keeps_where_care_began(in_north: Cast) -> None:
    episode = assessed(in_north, both("M12", "7.0", "10.5"))
    planned(in_north, episode)
    assessed(in_north, both("M12", "8.0", "10.5"), episode=episode, day=THEN)
    planned(in_north, episode, day=THEN, reason="Moves well")
    assert list(Goal.objects.values_list("baseline", flat=True)) == [7, 7]
