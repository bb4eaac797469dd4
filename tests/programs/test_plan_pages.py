"""Making a plan on one page, and reading it."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from clinics.tenancy import clinic_scope
from programs import catalogue
from programs.models import CarePlan, Decision, Episode, Factor, HomeProgramme, Intervention, Prescription
from programs.services.catalogue import install_catalogue
from programs.services.factors import decide
from tests.factories import Cast
from tests.programs.pages import begun, rows, words
from tests.programs.test_assessments import assessed, both
from tests.programs.test_episodes import opened
from tests.programs.test_sessions import screened

HINGE = {"hip_hinge-include": "on", "hip_hinge-sets": "3", "hip_hinge-reps": "8", "hip_hinge-weekdays": ["1", "4"]}
NEEDLING = {"needling-include": "on", "needling-what": "Gluteus medius", "needling-factors": ["hip_weak"]}


pytestmark = pytest.mark.usefixtures("monday_morning")


@pytest.fixture
def episode(north: Cast) -> Episode:
    with clinic_scope(north.clinic.pk):
        install_catalogue(by=None)
        return with_weak_hips(north, opened(north))


def with_weak_hips(north: Cast, episode: Episode) -> Episode:
    """Confirmed, and screened today."""
    assessed(north, both("M17", "18", "34"), episode=episode)
    weak = Factor.objects.get(key="hip_weak", episode=episode)
    decide(factor=weak, decision=Decision.CONFIRMED, reason="As the lifts show", by=north.therapist)
    screened(episode, north)
    return episode


def page(cast: Cast, name: str = "plan-new") -> str:
    return reverse(name, args=[cast.patient.pk])


def a_plan(*goals: dict[str, str], **changes: Any) -> dict[str, Any]:
    basics = {"starts_on": "2021-03-01", "weeks": "6", "visits": "8", "summary": "Run again."}
    return {**basics, **rows("goals", *goals), **HINGE, "hip_hinge-factors": ["hip_weak"], **NEEDLING, **changes}


def in_sight(forms: Any) -> dict[str, bool]:
    return {form.prefix: form["include"].value() for form in [*forms.steps, *forms.doses] if not form.is_spare}


def test_nothing_is_ticked_but_the_re_test(therapist: Client, north: Cast, episode: Episode) -> None:
    forms = therapist.get(page(north)).context["forms"]
    assert in_sight(forms) == {
        "needling": False, "manual": False, "education": False, "assessment": True,
        "half_kneel_glute": False, "lumbar_extension": False, "hip_hinge": False,
    }  # fmt: skip
    assert {form.prefix: form["factors"].value() for form in forms.steps if not form.is_spare} == {
        "needling": ["hip_weak"], "manual": [], "education": [], "assessment": ["hip_weak"],
    }  # fmt: skip
    assert forms.doses[0]["why"].value() == (
        "Your hip muscles tested weaker on one side. This teaches the buttock to switch on and hold you up."
    )


def test_one_more_of_each_kind_and_every_exercise_that_answers_is_at_hand(
    therapist: Client, north: Cast, episode: Episode
) -> None:
    forms = therapist.get(page(north)).context["forms"]
    assert [form.prefix for form in forms.steps if form.is_spare] == ["needling2", "manual2", "education2"]
    at_hand = {form.exercise.key for form in forms.doses if form.is_spare}
    known = {one.key for one in catalogue.exercises() if "hip_weak" in one.factors}
    assert at_hand == known - {"half_kneel_glute", "hip_hinge"}


def test_a_second_one_of_a_kind_and_another_exercise_become_part_of_it(
    therapist: Client, north: Cast, episode: Episode
) -> None:
    second = {"manual2-include": "on", "manual2-what": "Hip mobilisation", "manual2-factors": ["hip_weak"]}
    bridge = {"bridge-include": "on", "bridge-sets": "2", "bridge-reps": "8", "bridge-weekdays": ["2"]}
    therapist.post(page(north), a_plan(**second, **bridge, **{"bridge-factors": ["hip_weak"]}))
    with clinic_scope(north.clinic.pk):
        found = set(Intervention.objects.values_list("what", flat=True))
    assert found == {"Hip hinge", "Bridge on your back", "Gluteus medius", "Hip mobilisation"}


def test_a_goal_lies_before_us(therapist: Client, north: Cast, episode: Episode) -> None:
    answer = therapist.post(page(north), a_plan({"measure": "bridge_right", "target": "15", "due_week": "6"}))
    goal = answer.context["forms"].goals[0]
    assert (answer.status_code, goal.errors) == (422, {"target": ["That is so already: it is 18 now."]})
    assert ("bridge_right", "Bridge hold, right (now 18 s)") in goal.fields["measure"].choices


def test_a_goal_that_was_reached_meanwhile_stays_in_the_next_version(
    therapist: Client, north: Cast, episode: Episode
) -> None:
    goal = {"measure": "bridge_right", "target": "30", "due_week": "6"}
    therapist.post(page(north), a_plan(goal))
    with clinic_scope(north.clinic.pk):
        assessed(north, both("M17", "32", "34"), episode=episode, day=date(2021, 3, 1))
    again = a_plan(goal, reason="More visits", **begun(therapist, page(north)))
    assert therapist.post(page(north), again).status_code == 302


def test_what_nothing_answers_is_asked_about_once(therapist: Client, north: Cast, episode: Episode) -> None:
    with clinic_scope(north.clinic.pk):
        stiff = Factor.objects.get(key="hip_tight")
        decide(factor=stiff, decision=Decision.CONFIRMED, reason="Seen in walking", by=north.therapist)
    answer = therapist.post(page(north), a_plan())
    assert (answer.status_code, "Nothing in this plan answers: Stiff hips" in words(answer)) == (422, True)
    assert therapist.post(page(north), a_plan(leave="on")).status_code == 302


def test_a_draft_may_leave_it_open(therapist: Client, north: Cast, episode: Episode) -> None:
    with clinic_scope(north.clinic.pk):
        stiff = Factor.objects.get(key="hip_tight")
        decide(factor=stiff, decision=Decision.CONFIRMED, reason="Seen in walking", by=north.therapist)
    assert therapist.post(page(north), a_plan(draft="1")).status_code == 302


def test_without_a_confirmed_factor_there_is_nothing_to_answer(therapist: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        opened(north)
    assert "No confirmed factor yet" in words(therapist.get(page(north)))


def test_a_plan_starts_with_its_home_programme(therapist: Client, north: Cast, episode: Episode) -> None:
    goal = {"measure": "lunge_right", "target": "9", "due_week": "6"}
    answer = therapist.post(page(north), a_plan(goal))
    assert (answer.status_code, answer["Location"]) == (302, page(north, "plan"))
    with clinic_scope(north.clinic.pk):
        assert list(Intervention.objects.values_list("kind", "what", "frequency")) == [
            ("exercise", "Hip hinge", "At home, 2 days a week"),
            ("needling", "Gluteus medius", ""),
        ]
        dose = Prescription.objects.values_list("sets", "reps", "weekdays", "tempo", "pain_limit").get()
    assert dose == (3, 8, [1, 4], "3-1-2", 4)


def test_what_is_left_out_is_not_judged(therapist: Client, north: Cast, episode: Episode) -> None:
    assert therapist.post(page(north), a_plan(**{"lumbar_extension-sets": "x"})).status_code == 302


@pytest.mark.parametrize(
    ("changes", "prefix", "field"),
    [
        ({"starts_on": "2021-02-28"}, "plan", "starts_on"),
        ({"starts_on": "2023-03-02"}, "plan", "starts_on"),
        ({"starts_on": "9999-12-31"}, "plan", "starts_on"),
        ({"weeks": "53"}, "plan", "weeks"),
        ({"weeks": "1", "visits": "8"}, "plan", "visits"),
        ({"retest_weeks": "3, 7"}, "plan", "retest_weeks"),
        ({"authorised_visits": "8", "authorised_until": "2021-02-28"}, "plan", "authorised_until"),
        ({"needling-weeks": "0"}, "needling", "weeks"),
        ({"needling-what": " "}, "needling", "what"),
        ({"needling-factors": []}, "needling", "factors"),
        ({"needling-factors": ["ankle_df"]}, "needling", "factors"),
        ({"hip_hinge-sets": "11"}, "hip_hinge", "sets"),
        ({"hip_hinge-weekdays": []}, "hip_hinge", "weekdays"),
        ({"hip_hinge-weekdays": ["8"]}, "hip_hinge", "weekdays"),
        ({"hip_hinge-factors": []}, "hip_hinge", "factors"),
    ],
)
def test_a_wrong_plan_names_its_field(
    therapist: Client, north: Cast, episode: Episode, changes: dict[str, Any], prefix: str, field: str
) -> None:
    answer = therapist.post(page(north), a_plan(**changes))
    forms = answer.context["forms"]
    errors = {
        form.prefix or "plan": list(form.errors) for form in [forms.plan, *forms.steps, *forms.doses] if form.errors
    }
    assert (answer.status_code, errors) == (422, {prefix: [field]})
    assert forms.plan["summary"].value() == "Run again."
    with clinic_scope(north.clinic.pk):
        assert not CarePlan.objects.exists()


def test_a_plan_that_starts_in_two_years_has_its_page(therapist: Client, north: Cast, episode: Episode) -> None:
    goal = {"measure": "psfs", "target": "6", "due_week": "52"}
    assert therapist.post(page(north), a_plan(goal, starts_on="2023-03-01", weeks="52")).status_code == 302
    assert therapist.get(page(north, "plan")).status_code == 200


@pytest.mark.parametrize(
    ("measure", "target", "said"),
    [("nprs_average", "11", "From 0 to 10, please."), ("lunge_right", "250", "From 0 to 30, please.")],
)
def test_a_target_is_something_that_can_be_measured(
    measure: str, target: str, said: str, therapist: Client, north: Cast, episode: Episode
) -> None:
    answer = therapist.post(page(north), a_plan({"measure": measure, "target": target, "due_week": "6"}))
    assert (answer.status_code, answer.context["forms"].goals[0].errors) == (422, {"target": [said]})


def test_a_goal_needs_a_number(therapist: Client, north: Cast, episode: Episode) -> None:
    answer = therapist.post(page(north), a_plan({"measure": "psfs", "target": "", "due_week": "6"}))
    assert (answer.status_code, answer.context["forms"].goals.errors) == (
        422,
        [{"target": ["Please fill this in."]}],
    )


def test_a_goals_number_stays_within_reason(therapist: Client, north: Cast, episode: Episode) -> None:
    answer = therapist.post(page(north), a_plan({"measure": "psfs", "target": "1234567", "due_week": "6"}))
    assert (answer.status_code, answer.context["forms"].goals.errors) == (
        422,
        [{"target": ["That number is too large."]}],
    )


def test_goals_are_few_and_arrive_whole(therapist: Client, north: Cast, episode: Episode) -> None:
    goal = {"measure": "psfs", "target": "6", "due_week": "6"}
    many = therapist.post(page(north), a_plan(*[goal] * 7)).context["forms"].goals
    assert many.non_form_errors() == ["6 goals at most, please."]
    torn = {key: value for key, value in a_plan(goal).items() if key != "goals-TOTAL_FORMS"}
    assert therapist.post(page(north), torn).context["forms"].goals.non_form_errors() == [
        "The goals did not arrive whole. Please look through them and send them again."
    ]


def test_the_same_goal_twice_is_refused(therapist: Client, north: Cast, episode: Episode) -> None:
    goal = {"measure": "psfs", "target": "6", "due_week": "6"}
    answer = therapist.post(page(north), a_plan(goal, goal))
    assert (answer.status_code, answer.context["forms"].goals.non_form_errors()) == (
        422,
        ["Each measure once, please."],
    )


def test_a_second_plan_is_version_two(therapist: Client, north: Cast, episode: Episode) -> None:
    for reason in ({}, {"reason": "Hips move well"}):
        assert therapist.post(page(north), a_plan(**reason, **begun(therapist, page(north)))).status_code == 302
    assert "signed 1 Mar 2021 by Theo North. From 1 Mar 2021 to 11 Apr 2021." in words(
        therapist.get(page(north, "plan"))
    )
    with clinic_scope(north.clinic.pk):
        assert HomeProgramme.objects.count() == 1


def test_a_plan_without_exercises_ends_what_runs_at_home_and_says_so_before(
    therapist: Client, north: Cast, episode: Episode
) -> None:
    assert "ends the day before this plan starts" not in words(therapist.get(page(north)))
    therapist.post(page(north), a_plan())
    assert "What is done at home now ends the day before this plan starts." in words(therapist.get(page(north)))
    therapist.post(page(north), a_plan(reason="Rest", **begun(therapist, page(north)), **{"hip_hinge-include": ""}))
    assert "Nothing to do at home now" in words(therapist.get(page(north, "home-programme")))


def test_the_home_programme_shows_dose_days_and_picture(therapist: Client, north: Cast, episode: Episode) -> None:
    therapist.post(page(north), a_plan())
    answer = therapist.get(page(north, "home-programme"))
    assert "Hip hinge 3 × 8, tempo 3-1-2 Mon, Thu" in words(answer)
    assert "/exercises/hip_hinge.svg?v=" in answer.content.decode()


def test_a_target_of_ten_is_ten(therapist: Client, north: Cast, episode: Episode) -> None:
    therapist.post(page(north), a_plan({"measure": "psfs", "target": "10", "due_week": "6"}))
    assert therapist.get(page(north)).context["forms"].goals[0]["target"].value() == "10"


def test_a_new_version_keeps_what_is_not_touched(therapist: Client, north: Cast, episode: Episode) -> None:
    twice = {"cards-needling": "2", "needling2-include": "on", "needling2-what": "Piriformis", "needling2-weeks": "2"}
    therapist.post(page(north), a_plan(**twice, **{"needling2-factors": ["hip_weak"], "hip_hinge-why": "For stairs."}))
    forms = therapist.get(page(north)).context["forms"]
    assert in_sight(forms) == {
        "needling": True, "needling2": True, "manual": False, "education": False, "assessment": False,
        "half_kneel_glute": False, "lumbar_extension": False, "hip_hinge": True,
    }  # fmt: skip
    second, hinge = forms.steps[1], forms.doses[2]
    assert (second["what"].value(), second["weeks"].value(), second.title) == ("Piriformis", 2, "Dry needling 2")
    assert [hinge[name].value() for name in ("sets", "reps", "why")] == [3, 8, "For stairs."]
    assert list(hinge["weekdays"].value()) == [1, 4]
